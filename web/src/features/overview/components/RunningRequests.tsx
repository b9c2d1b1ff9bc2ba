/** Update requests that are still on their way. */
import { Card, Group, Stack, Text, Title } from '@mantine/core'
import { Ago } from '@/components/Age'
import { PageLink } from '@/components/links'
import { StateBadge, updateStates } from '@/components/StateBadge'
import type { UpdateRequest } from '@/lib/types'
import { texts } from '../texts'

const unfinished: readonly UpdateRequest['state'][] = ['accepted', 'sent', 'received', 'applying']

export function RunningRequests({ requests }: { requests: UpdateRequest[] }) {
  const running = requests.filter((request) => unfinished.includes(request.state))
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label={texts.running}>
      <Title order={2} size="h5" mb="sm">
        {texts.running}
      </Title>
      {running.length === 0 && (
        <Text size="sm" c="dimmed">
          {texts.noneRunning}
        </Text>
      )}
      <Stack gap="sm">
        {running.map((request) => (
          <Group key={request.id} gap="xs" justify="space-between" aria-live="polite">
            <PageLink to="/update-requests/$requestId" params={{ requestId: request.id }} size="sm">
              {request.note ?? request.hosts.map((host) => host.agent_name).join(', ')}
            </PageLink>
            <Group gap="xs">
              <Text size="xs" c="dimmed" component="div">
                <Ago moment={request.created_at} />
              </Text>
              <StateBadge look={updateStates[request.state]} />
            </Group>
          </Group>
        ))}
      </Stack>
    </Card>
  )
}
