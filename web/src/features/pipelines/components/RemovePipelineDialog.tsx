/** Asks before a pipeline is removed. */
import { ConfirmDialog } from '@/components/ConfirmDialog'
import { sayDone } from '@/components/notices'
import type { Pipeline } from '@/lib/types'
import { useRemovePipeline } from '../api/changes'
import { texts } from '../texts'

export function RemovePipelineDialog({ pipeline, onClose }: { pipeline: Pipeline; onClose: () => void }) {
  const remove = useRemovePipeline(pipeline.id)
  const confirm = () =>
    remove.mutate(undefined, {
      onSuccess: () => {
        sayDone(texts.removed(pipeline.name))
        onClose()
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
      {texts.removeText(pipeline.name)}
    </ConfirmDialog>
  )
}
