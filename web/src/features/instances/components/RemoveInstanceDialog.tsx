/** Asks before an instance is removed. */
import { ConfirmDialog } from '@/components/ConfirmDialog'
import { sayDone } from '@/components/notices'
import type { Instance } from '@/lib/types'
import { useRemoveInstance } from '../api/changes'
import { texts } from '../texts'

interface RemoveInstanceDialogProps {
  instance: Instance
  onClose: () => void
  onRemoved?: () => void
}

export function RemoveInstanceDialog({ instance, onClose, onRemoved }: RemoveInstanceDialogProps) {
  const remove = useRemoveInstance(instance.id)
  const confirm = () =>
    remove.mutate(undefined, {
      onSuccess: () => {
        sayDone(texts.removed(instance.name))
        onClose()
        onRemoved?.()
      },
    })
  return (
    <ConfirmDialog
      title={texts.removeTitle}
      confirm={texts.remove}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      {texts.removeText(instance.name)}
    </ConfirmDialog>
  )
}
