/** One host's way through an update request: five steps, where it stands, and why. */
import { Box, Card, Group, Stack, Text } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { Ago } from '@/components/Age'
import { PageLink } from '@/components/links'
import { StateBadge, updateStates } from '@/components/StateBadge'
import type { UpdateRequestHost } from '@/lib/types'
import { stepStates, type StepState } from '../progress'
import { steps } from '../texts'

export function HostProgress({ host }: { host: UpdateRequestHost }) {
  const states = stepStates(host.state)
  return (
    <Card
      withBorder
      radius="md"
      padding="md"
      component="section"
      aria-label={`Progress of ${host.agent_name}`}
    >
      <Group justify="space-between" gap="sm">
        <Group gap="sm">
          <PageLink to="/hosts/$hostId" params={{ hostId: host.agent_id }} fw={600}>
            {host.agent_name}
          </PageLink>
          <Text size="sm" c="dimmed">
            revision {host.revision}
          </Text>
        </Group>
        <Text size="sm" c="dimmed" component="div">
          <Ago moment={host.changed_at} />
        </Text>
      </Group>
      <Stack gap="xs" mt="xs">
        {host.text !== '' && <Text size="sm">{host.text}</Text>}
        {states !== null && <Steps states={states} />}
        <Group gap="xs" aria-live="polite">
          <StateBadge look={updateStates[host.state]} />
          {host.cause !== '' && <Text size="sm">{host.cause}</Text>}
        </Group>
      </Stack>
    </Card>
  )
}

function Steps({ states }: { states: StepState[] }) {
  return (
    <Box component="ol" className="steps">
      {steps.map((step, index) => {
        const state = states[index] ?? 'ahead'
        return (
          <li
            key={step}
            className="step"
            data-state={state}
            aria-current={state === 'current' ? 'step' : undefined}
          >
            <span className="step-dot">
              {state === 'done' && <IconCheck size={12} stroke={3} aria-label="done" />}
            </span>
            <span className="step-name">{step}</span>
          </li>
        )
      })}
    </Box>
  )
}
