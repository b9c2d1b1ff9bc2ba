/** One host: what it has, how busy it is, what it runs. */
import { Alert, Box, Button, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { IconCheck, IconPencil, IconPlugConnectedX, IconTrash, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { Ago } from '@/components/Age'
import { LabelTags } from '@/components/Labels'
import { PageLink } from '@/components/links'
import { Loaded } from '@/components/Loaded'
import { PageHeader } from '@/components/PageHeader'
import { agentQuery } from '@/lib/resources'
import type { Agent } from '@/lib/types'
import { texts } from '../texts'
import { AdmitDialog } from './AdmitDialog'
import { DenyDialog } from './DenyDialog'
import { EditHostDialog } from './EditHostDialog'
import { HostState } from './hostColumns'
import { HostInstances } from './HostInstances'
import { InventoryCard, LoadCard, StandingCard } from './HostCards'
import { RemoveHostDialog } from './RemoveHostDialog'

type Dialog = 'admit' | 'deny' | 'edit' | 'remove'

const route = getRouteApi('/hosts/$hostId')

export function HostPage() {
  const { hostId } = route.useParams()
  const host = useQuery(agentQuery(hostId))
  return (
    <Stack gap={0}>
      <Box>
        <PageLink to="/hosts" size="sm">
          ← {texts.back}
        </PageLink>
      </Box>
      <Loaded query={host} what="the host">
        {(shown) => <HostView host={shown} />}
      </Loaded>
    </Stack>
  )
}

function HostView({ host }: { host: Agent }) {
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const close = () => setDialog(null)
  return (
    <Box>
      <PageHeader
        title={host.name}
        text={<HostLine host={host} />}
        actions={<Actions host={host} onOpen={setDialog} />}
      />
      <Stack gap="md">
        <EngineAlert engine={host.inventory.engine} />
        {host.admission_reason !== '' && <Alert>{host.admission_reason}</Alert>}
        <SimpleGrid cols={{ base: 1, md: 3 }}>
          <StandingCard host={host} />
          <LoadCard host={host} />
          <InventoryCard host={host} />
        </SimpleGrid>
        <HostInstances hostId={host.id} />
      </Stack>
      {dialog === 'admit' && <AdmitDialog host={host} onClose={close} />}
      {dialog === 'deny' && <DenyDialog host={host} onClose={close} />}
      {dialog === 'edit' && <EditHostDialog host={host} onClose={close} />}
      {dialog === 'remove' && <RemoveHostDialog host={host} onClose={close} />}
    </Box>
  )
}

function HostLine({ host }: { host: Agent }) {
  return (
    <Group gap="xs" mt={4}>
      <HostState host={host} />
      <span>
        last heard <Ago moment={host.last_seen} />
      </span>
      <LabelTags labels={host.labels} />
    </Group>
  )
}

function Actions({ host, onOpen }: { host: Agent; onOpen: (dialog: Dialog) => void }) {
  if (host.admission === 'waiting')
    return (
      <>
        <Button leftSection={<IconCheck size={16} aria-hidden />} onClick={() => onOpen('admit')}>
          {texts.admit}
        </Button>
        <Button
          variant="default"
          leftSection={<IconX size={16} aria-hidden />}
          onClick={() => onOpen('deny')}
        >
          {texts.deny}
        </Button>
      </>
    )
  return (
    <>
      {host.admission !== 'admitted' && (
        <Button leftSection={<IconCheck size={16} aria-hidden />} onClick={() => onOpen('admit')}>
          {texts.admit}
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<IconPencil size={16} aria-hidden />}
        onClick={() => onOpen('edit')}
      >
        {texts.edit}
      </Button>
      <Button
        variant="subtle"
        color="red"
        leftSection={<IconTrash size={16} aria-hidden />}
        disabled={host.link === 'live' || host.instances > 0}
        onClick={() => onOpen('remove')}
      >
        {texts.remove}
      </Button>
    </>
  )
}

function EngineAlert({ engine }: { engine: Agent['inventory']['engine'] }) {
  if (engine.reachable) return null
  return (
    <Alert color="red" icon={<IconPlugConnectedX />} role="alert">
      <Text size="sm" component="div">
        {texts.engineDown}
        {engine.unreachable_since && (
          <>
            , {texts.engineSince} <Ago moment={engine.unreachable_since} />
          </>
        )}
        . {engine.problem}
      </Text>
    </Alert>
  )
}
