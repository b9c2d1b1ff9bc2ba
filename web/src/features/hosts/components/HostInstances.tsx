/** What a host should run, and which revision each instance follows. */
import { Box, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { createColumnHelper } from '@tanstack/react-table'
import { DataTable } from '@/components/DataTable'
import { PageLink } from '@/components/links'
import { Loaded } from '@/components/Loaded'
import { instanceStates, StateBadge } from '@/components/StateBadge'
import { instancesQuery } from '@/lib/resources'
import type { Instance } from '@/lib/types'
import { texts } from '../texts'

const column = createColumnHelper<Instance>()

const columns = [
  column.accessor('name', {
    header: 'Instance',
    cell: ({ row: { original } }) => (
      <PageLink to="/instances/$instanceId" params={{ instanceId: original.id }} size="sm" fw={600}>
        {original.name}
      </PageLink>
    ),
  }),
  column.accessor('state', {
    header: 'State',
    cell: ({ row: { original } }) => (
      <StateBadge look={instanceStates[original.state]} stale={original.stale} />
    ),
  }),
  column.accessor('cause', {
    header: 'Why',
    cell: ({ getValue }) => <Text size="sm">{getValue() || '–'}</Text>,
  }),
  column.accessor((instance) => instance.cameras.length, { id: 'cameras', header: 'Cameras' }),
  column.accessor('desired_revision', {
    header: 'Desired / observed',
    cell: ({ row: { original } }) => (
      <span className="figure">
        {original.desired_revision} / {original.observed_revision}
      </span>
    ),
  }),
]

export function HostInstances({ hostId }: { hostId: string }) {
  const instances = useQuery({
    ...instancesQuery,
    select: (page) => page.items.filter((instance) => instance.agent_id === hostId),
  })
  return (
    <Box component="section" aria-label="Instances">
      <Title order={2} size="h4" mb="sm">
        Instances
      </Title>
      <Loaded query={instances} what="its instances">
        {(shown) =>
          shown.length === 0 ? (
            <Text c="dimmed">{texts.noInstances}</Text>
          ) : (
            <DataTable label="Instances" columns={columns} rows={shown} rowId={(instance) => instance.id} />
          )
        }
      </Loaded>
    </Box>
  )
}
