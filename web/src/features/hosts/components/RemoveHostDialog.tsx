/** Asks before a host is forgotten. */
import { useNavigate } from '@tanstack/react-router'
import { ConfirmDialog } from '@/components/ConfirmDialog'
import { sayDone } from '@/components/notices'
import type { Agent } from '@/lib/types'
import { useRemoveHost } from '../api/changes'
import { texts } from '../texts'

export function RemoveHostDialog({ host, onClose }: { host: Agent; onClose: () => void }) {
  const remove = useRemoveHost(host.id)
  const navigate = useNavigate()
  const confirm = () =>
    remove.mutate(undefined, {
      onSuccess: () => {
        sayDone(texts.removed(host.name))
        void navigate({ to: '/hosts' })
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
      {texts.removeText(host.name)}
    </ConfirmDialog>
  )
}
