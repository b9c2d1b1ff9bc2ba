/** Asks before a camera is removed. */
import { ConfirmDialog } from '@/components/ConfirmDialog'
import { sayDone } from '@/components/notices'
import type { Camera } from '@/lib/types'
import { useRemoveCamera } from '../api/changes'
import { texts } from '../texts'

export function RemoveCameraDialog({ camera, onClose }: { camera: Camera; onClose: () => void }) {
  const remove = useRemoveCamera()
  const confirm = () =>
    remove.mutate(camera.id, {
      onSuccess: () => {
        sayDone(texts.removed(camera.name))
        onClose()
      },
    })
  return (
    <ConfirmDialog
      title={texts.remove.title}
      confirm={texts.remove.confirm}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      {texts.remove.text(camera.name)}
    </ConfirmDialog>
  )
}
