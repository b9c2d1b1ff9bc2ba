/** What needs a person, each with the way there. */
import { Card, Group, Stack, Text, ThemeIcon, Title, type MantineColor } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCheck,
  IconPencil,
  IconPlugConnectedX,
  IconUserQuestion,
  IconVideoOff,
  type Icon,
} from '@tabler/icons-react'
import { PageButton } from '@/components/links'
import { needText, type Need } from '../needs'
import { texts } from '../texts'

const looks: Record<Need['kind'], { icon: Icon; colour: MantineColor }> = {
  'failed-instance': { icon: IconAlertTriangle, colour: 'red' },
  'offline-host': { icon: IconPlugConnectedX, colour: 'red' },
  'cameras-without-frames': { icon: IconVideoOff, colour: 'orange' },
  'waiting-host': { icon: IconUserQuestion, colour: 'orange' },
  'pending-changes': { icon: IconPencil, colour: 'grape' },
}

export function Needs({ needs }: { needs: Need[] }) {
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label={texts.needsYou}>
      <Title order={2} size="h5" mb="sm">
        {texts.needsYou}
      </Title>
      {needs.length === 0 && (
        <Group gap="xs">
          <ThemeIcon variant="light" color="green" size="sm" radius="xl">
            <IconCheck size={14} aria-hidden />
          </ThemeIcon>
          <Text size="sm">{texts.allWell}</Text>
        </Group>
      )}
      <Stack gap="xs" component="ul" className="plain-list">
        {needs.map((need) => (
          <NeedRow key={keyOf(need)} need={need} />
        ))}
      </Stack>
    </Card>
  )
}

function NeedRow({ need }: { need: Need }) {
  const { icon: Sign, colour } = looks[need.kind]
  return (
    <Group component="li" gap="sm" wrap="nowrap" align="flex-start">
      <ThemeIcon variant="light" color={colour} size="md" radius="xl">
        <Sign size={16} aria-hidden />
      </ThemeIcon>
      <Text size="sm" flex={1} pt={3}>
        {needText(need)}
      </Text>
      <NeedLink need={need} />
    </Group>
  )
}

function NeedLink({ need }: { need: Need }) {
  const look = { size: 'compact-sm', variant: 'light' } as const
  switch (need.kind) {
    case 'failed-instance':
      return (
        <PageButton {...look} to="/instances/$instanceId" params={{ instanceId: need.instance.id }}>
          Look
        </PageButton>
      )
    case 'offline-host':
      return (
        <PageButton {...look} to="/hosts/$hostId" params={{ hostId: need.host.id }}>
          Look
        </PageButton>
      )
    case 'waiting-host':
      return (
        <PageButton {...look} to="/hosts">
          Decide
        </PageButton>
      )
    case 'cameras-without-frames':
      return (
        <PageButton {...look} to="/cameras" search={{ state: need.cameras[0]?.state }}>
          Look
        </PageButton>
      )
    case 'pending-changes':
      return (
        <PageButton {...look} to="/changes">
          Review
        </PageButton>
      )
  }
}

function keyOf(need: Need): string {
  if (need.kind === 'failed-instance') return need.instance.id
  if (need.kind === 'offline-host' || need.kind === 'waiting-host') return need.host.id
  return need.kind
}
