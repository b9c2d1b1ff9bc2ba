/** What happens on one host. */
import { Badge, Card, Checkbox, Group, List, Stack, Text, type MantineColor } from '@mantine/core'
import {
  IconMinus,
  IconPlayerPlay,
  IconPlayerStop,
  IconPlus,
  IconRefresh,
  type Icon,
} from '@tabler/icons-react'
import type { PlannedHost } from '@/lib/types'
import { actionTexts, texts } from '../texts'

type Change = PlannedHost['changes'][number]

const looks: Record<Change['action'], { icon: Icon; colour: MantineColor }> = {
  create: { icon: IconPlus, colour: 'green' },
  recreate: { icon: IconRefresh, colour: 'orange' },
  remove: { icon: IconMinus, colour: 'red' },
  stop: { icon: IconPlayerStop, colour: 'gray' },
  start: { icon: IconPlayerPlay, colour: 'green' },
  nothing: { icon: IconMinus, colour: 'gray' },
}

interface PlannedHostCardProps {
  host: PlannedHost
  chosen: boolean
  onChoose: (chosen: boolean) => void
}

export function PlannedHostCard({ host, chosen, onChoose }: PlannedHostCardProps) {
  return (
    <Card withBorder radius="md" padding="md" component="section" aria-label={`Plan for ${host.agent_name}`}>
      <Checkbox
        checked={chosen}
        onChange={(event) => onChoose(event.currentTarget.checked)}
        aria-label={texts.include(host.agent_name)}
        label={
          <Text span fw={600}>
            {host.agent_name}
          </Text>
        }
        description={`After revision ${host.base_revision}`}
      />
      <Stack gap="sm" mt="sm" pl={32}>
        {host.changes.map((change) => (
          <PlannedChange key={change.instance_id} change={change} />
        ))}
      </Stack>
    </Card>
  )
}

function PlannedChange({ change }: { change: Change }) {
  const { icon: Sign, colour } = looks[change.action]
  return (
    <div>
      <Group gap="xs">
        <Badge color={colour} variant="light" leftSection={<Sign size={13} aria-hidden />}>
          {actionTexts[change.action]}
        </Badge>
        <Text size="sm" fw={500}>
          {change.text}
        </Text>
      </Group>
      {change.causes.length > 0 && (
        <List size="sm" c="dimmed" mt={4} withPadding>
          {change.causes.map((cause) => (
            <List.Item key={cause}>{cause}</List.Item>
          ))}
        </List>
      )}
    </div>
  )
}
