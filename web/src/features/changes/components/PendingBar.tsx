/** Always in sight while the draft differs from what the hosts were told. */
import { Group, Paper, Text } from '@mantine/core'
import { IconPencil } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { PageButton } from '@/components/links'
import { systemQuery } from '@/lib/resources'
import { texts } from '../texts'

export function PendingBar() {
  const pending = useQuery(systemQuery).data?.counts.pending_changes ?? 0
  if (pending === 0) return null
  return (
    <Paper className="pending-bar" role="region" aria-label={texts.title} radius={0}>
      <Group justify="space-between" gap="sm" wrap="nowrap">
        <Group gap="xs" wrap="nowrap" miw={0}>
          <IconPencil size={18} className="never-shrink" aria-hidden />
          <Text size="sm" fw={600} role="status">
            {texts.bar(pending)}
          </Text>
        </Group>
        <PageButton to="/changes" size="xs" color="grape" className="never-shrink">
          {texts.review}
        </PageButton>
      </Group>
    </Paper>
  )
}
