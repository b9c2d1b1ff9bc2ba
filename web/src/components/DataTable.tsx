/** Rows of a list: a sortable table where there is room, a stack of cards on a phone. */
import { Box, Card, Group, Stack, Table, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react'
import {
  flexRender,
  getCoreRowModel,
  getSortedRowModel,
  useReactTable,
  type ColumnDef,
  type Header,
  type Row,
  type SortingState,
} from '@tanstack/react-table'
import { useState } from 'react'

/** The id of the column that holds a row's actions: its title is read out and not shown. */
export const ACTIONS = 'actions'

interface DataTableProps<Item> {
  /** What the table lists, for those who cannot see it. */
  label: string
  // The library types each column by its own value; a list of them has no one value type.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  columns: ColumnDef<Item, any>[]
  rows: Item[]
  rowId: (row: Item) => string
}

export function DataTable<Item>({ label, columns, rows, rowId }: DataTableProps<Item>) {
  const [sorting, setSorting] = useState<SortingState>([])
  const narrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false })
  // eslint-disable-next-line react-hooks/incompatible-library
  const table = useReactTable({
    data: rows,
    columns,
    state: { sorting },
    onSortingChange: setSorting,
    getRowId: rowId,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
  })
  const sorted = table.getRowModel().rows
  if (narrow)
    return (
      <Stack gap="sm" component="ul" className="plain-list" aria-label={label}>
        {sorted.map((row) => (
          <RowCard key={row.id} row={row} />
        ))}
      </Stack>
    )
  return (
    <Table.ScrollContainer minWidth={640} type="native" className="table-frame">
      <Table aria-label={label} verticalSpacing="xs" horizontalSpacing="md" highlightOnHover>
        <Table.Thead>
          {table.getHeaderGroups().map((group) => (
            <Table.Tr key={group.id}>
              {group.headers.map((header) => (
                <HeaderCell key={header.id} header={header} />
              ))}
            </Table.Tr>
          ))}
        </Table.Thead>
        <Table.Tbody>
          {sorted.map((row) => (
            <Table.Tr key={row.id}>
              {row.getVisibleCells().map((cell) => (
                <Table.Td key={cell.id}>{flexRender(cell.column.columnDef.cell, cell.getContext())}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function HeaderCell<Item>({ header }: { header: Header<Item, unknown> }) {
  const title = flexRender(header.column.columnDef.header, header.getContext())
  if (header.column.id === ACTIONS)
    return (
      <Table.Th>
        <VisuallyHidden>{title}</VisuallyHidden>
      </Table.Th>
    )
  if (!header.column.getCanSort()) return <Table.Th>{title}</Table.Th>
  const direction = header.column.getIsSorted()
  const Sign = direction === 'asc' ? IconArrowUp : direction === 'desc' ? IconArrowDown : IconArrowsSort
  const ariaSort = direction === 'asc' ? 'ascending' : direction === 'desc' ? 'descending' : 'none'
  return (
    <Table.Th aria-sort={ariaSort}>
      <UnstyledButton className="sort-button" onClick={header.column.getToggleSortingHandler()}>
        {title}
        <Sign size={13} aria-hidden opacity={direction ? 1 : 0.35} />
      </UnstyledButton>
    </Table.Th>
  )
}

/** The first column heads the card, the actions stand beside it. */
function RowCard<Item>({ row }: { row: Row<Item> }) {
  const cells = row.getVisibleCells()
  const [first, ...rest] = cells
  const actions = rest.filter((cell) => cell.column.id === ACTIONS)
  const facts = rest.filter((cell) => cell.column.id !== ACTIONS)
  return (
    <Card component="li" withBorder padding="sm" radius="md">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Box miw={0}>{first && flexRender(first.column.columnDef.cell, first.getContext())}</Box>
        <Box>{actions.map((cell) => flexRender(cell.column.columnDef.cell, cell.getContext()))}</Box>
      </Group>
      <Stack gap={6} mt={8}>
        {facts.map((cell) => (
          <Group key={cell.id} justify="space-between" gap="md" wrap="nowrap" align="flex-start">
            <Text size="sm" c="dimmed">
              {typeof cell.column.columnDef.header === 'string'
                ? cell.column.columnDef.header
                : cell.column.id}
            </Text>
            <Box ta="right" miw={0} fz="sm">
              {flexRender(cell.column.columnDef.cell, cell.getContext())}
            </Box>
          </Group>
        ))}
      </Stack>
    </Card>
  )
}
