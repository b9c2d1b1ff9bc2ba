/** All cameras: look, filter, add, edit, assign, remove. */
import { Button, Text } from '@mantine/core'
import {
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlus,
  IconTrash,
  IconVideo,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { DataTable } from '@/components/DataTable'
import { Empty } from '@/components/Empty'
import { Loaded } from '@/components/Loaded'
import { sayFailed } from '@/components/notices'
import { PageHeader } from '@/components/PageHeader'
import { RowMenu } from '@/components/RowMenu'
import { agentsQuery, camerasQuery, instancesQuery } from '@/lib/resources'
import type { Camera } from '@/lib/types'
import { useEditCamera } from '../api/changes'
import { filterCameras, type CameraFilter } from '../filter'
import { texts } from '../texts'
import { cameraColumns, type CameraRow } from './cameraColumns'
import { CameraDialog } from './CameraDialog'
import { CameraFilters } from './CameraFilters'
import { RemoveCameraDialog } from './RemoveCameraDialog'

type Dialog = { kind: 'add' } | { kind: 'edit' | 'remove'; camera: Camera }

const route = getRouteApi('/cameras')

export function CamerasPage() {
  const cameras = useQuery(camerasQuery)
  const instances = useQuery(instancesQuery)
  const filter = route.useSearch()
  const navigate = route.useNavigate()
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const setFilter = (search: CameraFilter) => void navigate({ search, replace: true })
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setDialog({ kind: 'add' })}>
      {texts.add}
    </Button>
  )
  return (
    <>
      <PageHeader title={texts.title} text={texts.intro} actions={add} />
      <CameraFilters filter={filter} instances={instances.data?.items ?? []} onChange={setFilter} />
      <Loaded query={cameras} what="the cameras">
        {({ items, next_cursor }) =>
          items.length === 0 ? (
            <Empty icon={IconVideo} title={texts.empty.title} text={texts.empty.text} action={add} />
          ) : (
            <>
              <CameraList
                cameras={filterCameras(items, filter)}
                onDialog={setDialog}
                onClear={() => setFilter({})}
              />
              {next_cursor && <Text c="dimmed">{texts.more(items.length)}</Text>}
            </>
          )
        }
      </Loaded>
      {dialog?.kind === 'add' && <CameraDialog camera={null} onClose={() => setDialog(null)} />}
      {dialog?.kind === 'edit' && <CameraDialog camera={dialog.camera} onClose={() => setDialog(null)} />}
      {dialog?.kind === 'remove' && (
        <RemoveCameraDialog camera={dialog.camera} onClose={() => setDialog(null)} />
      )}
    </>
  )
}

interface CameraListProps {
  cameras: Camera[]
  onDialog: (dialog: Dialog) => void
  onClear: () => void
}

function CameraList({ cameras, onDialog, onClear }: CameraListProps) {
  const rows = useCameraRows(cameras)
  const edit = useEditCamera()
  const columns = useMemo(() => {
    const enable = (camera: Camera) =>
      edit.mutate({ id: camera.id, body: { enabled: !camera.enabled } }, { onError: sayFailed })
    return cameraColumns((camera) => (
      <RowMenu
        of={camera.name}
        actions={[
          { text: 'Edit', icon: IconPencil, onClick: () => onDialog({ kind: 'edit', camera }) },
          camera.enabled
            ? { text: 'Disable', icon: IconPlayerPause, onClick: () => enable(camera) }
            : { text: 'Enable', icon: IconPlayerPlay, onClick: () => enable(camera) },
          {
            text: 'Remove',
            icon: IconTrash,
            colour: 'red',
            onClick: () => onDialog({ kind: 'remove', camera }),
          },
        ]}
      />
    ))
    // `mutate` stays the same function for the life of the view; the mutation's state does not concern the columns.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [onDialog])
  if (rows.length === 0) {
    const clear = (
      <Button variant="light" onClick={onClear}>
        {texts.noMatch.clear}
      </Button>
    )
    return <Empty icon={IconVideo} title={texts.noMatch.title} text={texts.noMatch.text} action={clear} />
  }
  return <DataTable label={texts.title} columns={columns} rows={rows} rowId={({ camera }) => camera.id} />
}

/** Each camera with the names of its instance and host, as far as they are known. */
function useCameraRows(cameras: Camera[]): CameraRow[] {
  const instances = useQuery(instancesQuery).data?.items
  const agents = useQuery(agentsQuery).data?.items
  return useMemo(() => {
    const instancesById = new Map(instances?.map((instance) => [instance.id, instance]))
    const agentsById = new Map(agents?.map((agent) => [agent.id, agent]))
    return cameras.map((camera) => {
      const instance = instancesById.get(camera.instance_id ?? '')
      const host = agentsById.get(instance?.agent_id ?? '')
      return { camera, instanceName: instance?.name ?? null, hostName: host?.name ?? null }
    })
  }, [cameras, instances, agents])
}
