/** The columns of the camera table. */
import { Group, Stack, Text, Tooltip } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { createColumnHelper } from '@tanstack/react-table'
import { MeasuredAge } from '@/components/Age'
import { ACTIONS } from '@/components/DataTable'
import { LabelTags } from '@/components/Labels'
import { PageLink } from '@/components/links'
import { Pending } from '@/components/Pending'
import { cameraStates, StateBadge } from '@/components/StateBadge'
import { rateText } from '@/lib/ages'
import type { Camera } from '@/lib/types'

/** A camera with the names of where it runs. */
export interface CameraRow {
  camera: Camera
  instanceName: string | null
  hostName: string | null
}

const column = createColumnHelper<CameraRow>()

export function cameraColumns(menu: (camera: Camera) => React.ReactNode) {
  return [
    column.accessor('camera.name', {
      header: 'Camera',
      cell: ({ row: { original } }) => <NameCell camera={original.camera} />,
    }),
    column.accessor('camera.state', {
      header: 'State',
      cell: ({ row: { original } }) => (
        <StateBadge look={cameraStates[original.camera.state]} stale={original.camera.stale} />
      ),
    }),
    column.accessor((row) => row.camera.fps ?? -1, {
      id: 'fps',
      header: 'FPS / expected',
      cell: ({ row: { original } }) => (
        <span className={original.camera.stale ? 'figure old' : 'figure'}>
          {rateText(original.camera.fps, original.camera.expected_fps)}
        </span>
      ),
    }),
    column.accessor((row) => row.camera.last_frame_age_s ?? Number.MAX_VALUE, {
      id: 'age',
      header: 'Last frame',
      cell: ({ row: { original } }) => (
        <MeasuredAge age={original.camera.last_frame_age_s} receivedAt={original.camera.received_at} />
      ),
    }),
    column.accessor((row) => row.instanceName ?? '', {
      id: 'instance',
      header: 'Instance',
      cell: ({ row: { original } }) => <PlaceCell row={original} />,
    }),
    column.display({
      id: 'labels',
      header: 'Labels',
      cell: ({ row: { original } }) => <LabelTags labels={original.camera.labels} />,
    }),
    column.display({
      id: ACTIONS,
      header: 'Actions',
      cell: ({ row: { original } }) => menu(original.camera),
    }),
  ]
}

function NameCell({ camera }: { camera: Camera }) {
  return (
    <Stack gap={0}>
      <Group gap={6}>
        <Text fw={600} size="sm">
          {camera.name}
        </Text>
        {camera.has_login && (
          <Tooltip label="Has a login">
            <IconKey size={14} role="img" aria-label="Has a login" />
          </Tooltip>
        )}
        <Pending pending={camera.pending} />
      </Group>
      <Text size="xs" c="dimmed" className="address">
        {camera.uri}
      </Text>
    </Stack>
  )
}

function PlaceCell({ row }: { row: CameraRow }) {
  if (row.camera.instance_id === null)
    return (
      <Text size="sm" c="dimmed">
        –
      </Text>
    )
  return (
    <Stack gap={0}>
      <PageLink to="/instances/$instanceId" params={{ instanceId: row.camera.instance_id }} size="sm">
        {row.instanceName ?? row.camera.instance_id}
      </PageLink>
      {row.hostName !== null && (
        <Text size="xs" c="dimmed">
          on {row.hostName}
        </Text>
      )}
    </Stack>
  )
}
