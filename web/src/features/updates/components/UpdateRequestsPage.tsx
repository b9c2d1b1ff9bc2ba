/** All update requests, newest first. */
import { Stack, Text } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { createColumnHelper } from '@tanstack/react-table'
import { Ago } from '@/components/Age'
import { DataTable } from '@/components/DataTable'
import { Empty } from '@/components/Empty'
import { PageLink } from '@/components/links'
import { Loaded } from '@/components/Loaded'
import { PageHeader } from '@/components/PageHeader'
import { StateBadge, updateStates } from '@/components/StateBadge'
import { updateRequestsQuery } from '@/lib/resources'
import type { UpdateRequest } from '@/lib/types'
import { progressText } from '../progress'
import { texts } from '../texts'

const column = createColumnHelper<UpdateRequest>()

const columns = [
  column.accessor('created_at', {
    header: 'Filed',
    cell: ({ row: { original } }) => (
      <Stack gap={0}>
        <PageLink to="/update-requests/$requestId" params={{ requestId: original.id }} size="sm" fw={600}>
          <Ago moment={original.created_at} />
        </PageLink>
        <Text size="xs" c="dimmed">
          by {original.created_by}
        </Text>
      </Stack>
    ),
  }),
  column.accessor('state', {
    header: 'State',
    cell: ({ row: { original } }) => <StateBadge look={updateStates[original.state]} />,
  }),
  column.display({
    id: 'hosts',
    header: 'Hosts',
    cell: ({ row: { original } }) => (
      <Stack gap={0}>
        <Text size="sm">{original.hosts.map((host) => host.agent_name).join(', ')}</Text>
        <Text size="xs" c="dimmed">
          {progressText(original)}
        </Text>
      </Stack>
    ),
  }),
  column.accessor((request) => request.note ?? '', {
    id: 'note',
    header: 'Note',
    cell: ({ getValue }) => <Text size="sm">{getValue() || '–'}</Text>,
  }),
]

export function UpdateRequestsPage() {
  const requests = useQuery(updateRequestsQuery)
  return (
    <>
      <PageHeader title={texts.title} text={texts.intro} />
      <Loaded query={requests} what="the update requests">
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon={IconHistory} title={texts.empty.title} text={texts.empty.text} />
          ) : (
            <DataTable label={texts.title} columns={columns} rows={items} rowId={(request) => request.id} />
          )
        }
      </Loaded>
    </>
  )
}
