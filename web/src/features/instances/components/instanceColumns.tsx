/** The columns of the instance table. */
import { Badge, Group, Stack, Text } from '@mantine/core'
import { IconBug, IconPower } from '@tabler/icons-react'
import { createColumnHelper } from '@tanstack/react-table'
import { PageLink } from '@/components/links'
import { Pending } from '@/components/Pending'
import { instanceStates, StateBadge } from '@/components/StateBadge'
import { counted } from '@/lib/ages'
import type { Instance } from '@/lib/types'

/** An instance with the names of what it refers to. */
export interface InstanceRow {
  instance: Instance
  hostName: string | null
  pipelineName: string | null
}

const column = createColumnHelper<InstanceRow>()

export const instanceColumns = [
  column.accessor('instance.name', {
    header: 'Instance',
    cell: ({ row: { original } }) => (
      <Group gap={6}>
        <PageLink
          to="/instances/$instanceId"
          params={{ instanceId: original.instance.id }}
          fw={600}
          size="sm"
        >
          {original.instance.name}
        </PageLink>
        <Pending pending={original.instance.pending} />
      </Group>
    ),
  }),
  column.accessor('instance.state', {
    header: 'State',
    cell: ({ row: { original } }) => (
      <StateBadge look={instanceStates[original.instance.state]} stale={original.instance.stale} />
    ),
  }),
  column.accessor('instance.cause', {
    header: 'Why',
    enableSorting: false,
    cell: ({ getValue }) => (
      <Text size="sm" lineClamp={2}>
        {getValue() || '–'}
      </Text>
    ),
  }),
  column.accessor((row) => row.instance.cameras.length, {
    id: 'cameras',
    header: 'Cameras',
    cell: ({ row: { original } }) => <LiveCameras instance={original.instance} />,
  }),
  column.accessor((row) => row.hostName ?? '', {
    id: 'host',
    header: 'Host',
    cell: ({ row: { original } }) => (
      <PageLink to="/hosts/$hostId" params={{ hostId: original.instance.agent_id }} size="sm">
        {original.hostName ?? original.instance.agent_id}
      </PageLink>
    ),
  }),
  column.accessor((row) => row.pipelineName ?? '', {
    id: 'pipeline',
    header: 'Pipeline',
    cell: ({ row: { original } }) => (
      <Stack gap={2}>
        <Text size="sm">
          {original.pipelineName ?? original.instance.pipeline_id} v{original.instance.pipeline_version}
        </Text>
        <ModeAndPower instance={original.instance} />
      </Stack>
    ),
  }),
]

/** `4 of 5 live`. */
export function LiveCameras({ instance }: { instance: Instance }) {
  const live = instance.cameras.filter((camera) => camera.state === 'live').length
  const text =
    instance.cameras.length === 0 ? 'none' : `${live} of ${counted(instance.cameras.length, 'camera')} live`
  return (
    <Text size="sm" className="figure">
      {text}
    </Text>
  )
}

/** Marks for what is not plain: debug mode, turned off. */
export function ModeAndPower({ instance }: { instance: Instance }) {
  return (
    <Group gap={4}>
      {instance.mode === 'debug' && (
        <Badge size="sm" variant="outline" color="blue" leftSection={<IconBug size={12} aria-hidden />}>
          debug
        </Badge>
      )}
      {instance.power === 'off' && (
        <Badge size="sm" variant="outline" color="gray" leftSection={<IconPower size={12} aria-hidden />}>
          turned off
        </Badge>
      )}
    </Group>
  )
}
