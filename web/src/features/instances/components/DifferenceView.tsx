/** Two texts side by side, what differs marked by sign and colour; on a phone one above the other. */
import { Group, SimpleGrid, Stack, Text, VisuallyHidden } from '@mantine/core'
import { useMemo } from 'react'
import { differenceRows, type DifferenceRow } from '../difference'
import { texts } from '../texts'

export interface Side {
  title: string
  /** null: not known; `absent` says why. */
  text: string | null
  absent: string
}

export function DifferenceView({ path, left, right }: { path: string; left: Side; right: Side }) {
  const rows = useMemo(() => differenceRows(left.text ?? '', right.text ?? ''), [left.text, right.text])
  const comparable = left.text !== null && right.text !== null
  const changed = rows.filter((row) => !row.same).length
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <Text className="address" size="sm" fw={600}>
          {path}
        </Text>
        {comparable && (
          <Text size="sm" c="dimmed" role="status">
            {changed === 0
              ? texts.configuration.same
              : `${changed} ${changed === 1 ? 'line differs' : 'lines differ'}.`}
          </Text>
        )}
      </Group>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
        <SideView side={left} rows={rows} which="left" comparable={comparable} />
        <SideView side={right} rows={rows} which="right" comparable={comparable} />
      </SimpleGrid>
    </Stack>
  )
}

interface SideViewProps {
  side: Side
  rows: DifferenceRow[]
  which: 'left' | 'right'
  comparable: boolean
}

function SideView({ side, rows, which, comparable }: SideViewProps) {
  return (
    <div>
      <Text size="sm" c="dimmed" mb={4}>
        {side.title}
      </Text>
      {side.text === null ? (
        <Text size="sm">{side.absent}</Text>
      ) : (
        // A region that scrolls has to be reachable by keys.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre className="code-block" role="region" aria-label={side.title} tabIndex={0}>
          {rows.map((row, place) => (
            <Line key={place} row={row} which={which} marked={comparable && !row.same} />
          ))}
        </pre>
      )}
    </div>
  )
}

function Line({ row, which, marked }: { row: DifferenceRow; which: 'left' | 'right'; marked: boolean }) {
  const line = row[which]
  const kind = marked && line !== null ? (which === 'left' ? 'removed' : 'added') : undefined
  const sign = which === 'left' ? '−' : '+'
  return (
    <span className="code-line" data-kind={kind}>
      <span className="mark" aria-hidden>
        {kind === undefined ? ' ' : sign}
      </span>
      {kind !== undefined && <VisuallyHidden>{kind}: </VisuallyHidden>}
      <span>{line?.text ?? ' '}</span>
    </span>
  )
}
