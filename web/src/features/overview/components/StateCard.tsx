/** How many of one kind are in which state: a bar, and the same in words. */
import { Card, Group, Progress, Stack, Text, Title } from '@mantine/core'
import { PageLink } from '@/components/links'
import type { StateLook } from '@/components/StateBadge'
import { texts } from '../texts'

interface StateCardProps {
  title: string
  to: '/cameras' | '/instances' | '/hosts'
  counts: Record<string, number>
  looks: Record<string, StateLook>
}

export function StateCard({ title, to, counts, looks }: StateCardProps) {
  const shown = Object.entries(looks).filter(([state]) => (counts[state] ?? 0) > 0)
  const total = shown.reduce((sum, [state]) => sum + (counts[state] ?? 0), 0)
  return (
    <Card withBorder radius="md" padding="lg" component="section" aria-label={title}>
      <Group justify="space-between" align="baseline" mb="xs">
        <Title order={2} size="h5">
          <PageLink to={to} inherit>
            {title}
          </PageLink>
        </Title>
        <Text span>
          <Text span fz={28} fw={700} className="figure">
            {total}
          </Text>{' '}
          <Text span size="sm" c="dimmed">
            {texts.total}
          </Text>
        </Text>
      </Group>
      {total === 0 ? (
        <Text size="sm" c="dimmed">
          {texts.none}
        </Text>
      ) : (
        <>
          <Progress.Root size="md" mb="sm" aria-hidden>
            {shown.map(([state, look]) => (
              <Progress.Section
                key={state}
                value={(100 * (counts[state] ?? 0)) / total}
                color={look.colour}
              />
            ))}
          </Progress.Root>
          <Stack gap={4}>
            {shown.map(([state, look]) => (
              <StateCount key={state} look={look} count={counts[state] ?? 0} />
            ))}
          </Stack>
        </>
      )}
    </Card>
  )
}

function StateCount({ look, count }: { look: StateLook; count: number }) {
  const Sign = look.icon
  return (
    <Group gap="xs" wrap="nowrap">
      <Sign size={16} aria-hidden color={`var(--mantine-color-${look.colour}-text)`} />
      <Text size="sm" flex={1}>
        {look.text}
      </Text>
      <Text size="sm" fw={600} className="figure">
        {count}
      </Text>
    </Group>
  )
}
