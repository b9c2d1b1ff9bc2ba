/** Marks what the fleet does not follow yet. */
import { Badge, Tooltip } from '@mantine/core'
import { IconPencil } from '@tabler/icons-react'

export function Pending({ pending }: { pending: boolean }) {
  if (!pending) return null
  return (
    <Tooltip label="Changed here, but not sent to its host yet.">
      <Badge variant="outline" color="grape" size="sm" leftSection={<IconPencil size={11} aria-hidden />}>
        pending
      </Badge>
    </Tooltip>
  )
}
