/** The parts the coordinator leans on: how each is, and since when. */
import { Card, Group, Stack, Text, Title } from '@mantine/core'
import { IconCheck, IconX } from '@tabler/icons-react'
import { Ago } from '@/components/Age'
import { StateBadge, type StateLook } from '@/components/StateBadge'
import type { PartHealth, System } from '@/lib/types'
import { texts } from '../texts'

const up: StateLook = { text: texts.up, colour: 'green', icon: IconCheck, meaning: 'It answers.' }
const down: StateLook = { text: texts.down, colour: 'red', icon: IconX, meaning: 'It does not answer.' }

export function Links({ system }: { system: System }) {
  const kind = system.transport === 'kafka' ? 'Kafka' : 'in-process'
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label={texts.links}>
      <Title order={2} size="h5" mb="sm">
        {texts.links}
      </Title>
      <Stack gap="md">
        <Part name={`${texts.messenger} (${kind})`} health={system.messenger} />
        <Part name={texts.database} health={system.database} />
      </Stack>
    </Card>
  )
}

function Part({ name, health }: { name: string; health: PartHealth }) {
  return (
    <div>
      <Group gap="xs" justify="space-between">
        <Text size="sm" fw={500}>
          {name}
        </Text>
        <StateBadge look={health.ok ? up : down} />
      </Group>
      <Text size="xs" c="dimmed" component="div">
        {health.detail} ({texts.since} <Ago moment={health.since} />)
      </Text>
    </div>
  )
}
