/** Agents that ask to enter. */
import { Box, Button, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { IconCheck, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { Ago } from '@/components/Age'
import type { Agent } from '@/lib/types'
import { hardwareText } from '../hardware'
import { texts } from '../texts'
import { AdmitDialog } from './AdmitDialog'
import { DenyDialog } from './DenyDialog'
import { Fingerprint } from './Fingerprint'

export function WaitingRoom({ hosts }: { hosts: Agent[] }) {
  const [dialog, setDialog] = useState<{ kind: 'admit' | 'deny'; host: Agent } | null>(null)
  const close = () => setDialog(null)
  if (hosts.length === 0) return null
  return (
    <Box component="section" aria-label={texts.waitingTitle} mb="lg">
      <Title order={2} size="h4">
        {texts.waitingTitle}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {texts.waitingText}
      </Text>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        {hosts.map((host) => (
          <WaitingHost key={host.id} host={host} onDecide={(kind) => setDialog({ kind, host })} />
        ))}
      </SimpleGrid>
      {dialog?.kind === 'admit' && <AdmitDialog host={dialog.host} onClose={close} />}
      {dialog?.kind === 'deny' && <DenyDialog host={dialog.host} onClose={close} />}
    </Box>
  )
}

function WaitingHost({ host, onDecide }: { host: Agent; onDecide: (kind: 'admit' | 'deny') => void }) {
  return (
    <Card
      withBorder
      radius="md"
      padding="md"
      component="article"
      aria-label={host.name}
      className="surface waiting"
    >
      <Stack gap="xs">
        <Group justify="space-between" align="flex-start">
          <div>
            <Text fw={600}>{host.name}</Text>
            <Text size="sm" c="dimmed">
              {hardwareText(host.inventory)}
            </Text>
          </div>
          <Text size="xs" c="dimmed" component="div">
            {texts.firstSeen} <Ago moment={host.first_seen} />
          </Text>
        </Group>
        {host.admission_reason !== '' && <Text size="sm">{host.admission_reason}</Text>}
        <Fingerprint text={host.fingerprint} />
        <Group gap="xs">
          <Button
            size="xs"
            leftSection={<IconCheck size={15} aria-hidden />}
            onClick={() => onDecide('admit')}
          >
            {texts.admit}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconX size={15} aria-hidden />}
            onClick={() => onDecide('deny')}
          >
            {texts.deny}
          </Button>
        </Group>
      </Stack>
    </Card>
  )
}
