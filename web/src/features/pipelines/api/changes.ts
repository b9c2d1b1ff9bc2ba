/** What an operator can do about pipelines. */
import { useChange } from '@/lib/change'
import { answered, client } from '@/lib/client'
import { keys } from '@/lib/resources'
import type { PipelineCreate, PipelineVersionCreate } from '@/lib/types'

const pathOf = (id: string) => ({ path: { pipeline_id: id } })

export function useCreatePipeline() {
  return useChange(
    (body: PipelineCreate) => answered(client.POST('/api/v1/pipelines', { body })),
    [keys.pipelines],
  )
}

export function useCreateVersion(id: string) {
  return useChange(
    (body: PipelineVersionCreate) =>
      answered(client.POST('/api/v1/pipelines/{pipeline_id}/versions', { params: pathOf(id), body })),
    [keys.pipelines],
  )
}

export function useRemovePipeline(id: string) {
  return useChange(
    () => answered(client.DELETE('/api/v1/pipelines/{pipeline_id}', { params: pathOf(id) })),
    [keys.pipelines],
  )
}
