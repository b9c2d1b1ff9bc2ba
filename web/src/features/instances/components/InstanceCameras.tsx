/** The cameras of one instance and their frames. */
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { createColumnHelper } from '@tanstack/react-table'
import { useMemo } from 'react'
import { MeasuredAge } from '@/components/Age'
import { DataTable } from '@/components/DataTable'
import { cameraStates, StateBadge } from '@/components/StateBadge'
import { PageLink } from '@/components/links'
import { rateText } from '@/lib/ages'
import { camerasQuery } from '@/lib/resources'
import type { Instance } from '@/lib/types'
import { texts } from '../texts'

interface Row {
  camera: Instance['cameras'][number]
  place: number
  expectedFps: number | null
  instance: Instance
}

const column = createColumnHelper<Row>()

const columns = [
  column.accessor('camera.name', {
    header: 'Camera',
    cell: ({ getValue }) => (
      <PageLink to="/cameras" search={{ q: getValue() }} fw={600} size="sm">
        {getValue()}
      </PageLink>
    ),
  }),
  column.accessor('place', {
    header: 'Place',
    cell: ({ getValue }) => <span className="figure">{getValue()}</span>,
  }),
  column.accessor('camera.state', {
    header: 'State',
    cell: ({ row: { original } }) => (
      <StateBadge look={cameraStates[original.camera.state]} stale={original.instance.stale} />
    ),
  }),
  column.accessor((row) => row.camera.fps ?? -1, {
    id: 'fps',
    header: 'FPS / expected',
    cell: ({ row: { original } }) => (
      <span className={original.instance.stale ? 'figure old' : 'figure'}>
        {rateText(original.camera.fps, original.expectedFps)}
      </span>
    ),
  }),
  column.accessor((row) => row.camera.last_frame_age_s ?? Number.MAX_VALUE, {
    id: 'age',
    header: 'Last frame',
    cell: ({ row: { original } }) => (
      <MeasuredAge age={original.camera.last_frame_age_s} receivedAt={original.instance.received_at} />
    ),
  }),
]

export function InstanceCameras({ instance }: { instance: Instance }) {
  const cameras = useQuery(camerasQuery).data?.items
  const rows = useMemo((): Row[] => {
    const expected = new Map(cameras?.map(({ id, expected_fps }) => [id, expected_fps]))
    return instance.cameras.map((camera, place) => ({
      camera,
      place,
      expectedFps: expected.get(camera.camera_id) ?? null,
      instance,
    }))
  }, [instance, cameras])
  if (rows.length === 0) return <Text c="dimmed">{texts.noCameras}</Text>
  return (
    <DataTable
      label={texts.tabs.cameras}
      columns={columns}
      rows={rows}
      rowId={({ camera }) => camera.camera_id}
    />
  )
}
