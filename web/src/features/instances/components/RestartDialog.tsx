/** Asks before a restart: the cameras blink. */
import { useNavigate } from '@tanstack/react-router'
import { ConfirmDialog } from '@/components/ConfirmDialog'
import { sayDone } from '@/components/notices'
import type { Instance } from '@/lib/types'
import { useRestartInstance } from '../api/changes'
import { texts } from '../texts'

export function RestartDialog({ instance, onClose }: { instance: Instance; onClose: () => void }) {
  const restart = useRestartInstance(instance.id)
  const navigate = useNavigate()
  const confirm = () =>
    restart.mutate(undefined, {
      onSuccess: (request) => {
        sayDone(request.message)
        void navigate({ to: '/update-requests/$requestId', params: { requestId: request.id } })
      },
    })
  return (
    <ConfirmDialog
      title={texts.restartTitle}
      confirm={texts.restart}
      busy={restart.isPending}
      error={restart.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      {texts.restartText(instance.name, instance.cameras.length)}
    </ConfirmDialog>
  )
}
