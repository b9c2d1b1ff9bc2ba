/** Filing the draft as an update request. */
import { useChange } from '@/lib/change'
import { answered, client } from '@/lib/client'
import { asProblem } from '@/lib/problems'
import { keys } from '@/lib/resources'

export interface Filing {
  plan_id: string
  /** null: every host of the plan. */
  agent_ids: string[] | null
  note: string | null
}

export function useFileUpdateRequest() {
  return useChange(
    (body: Filing) => answered(client.POST('/api/v1/update-requests', { body })),
    [keys.updateRequests, keys.cameras, keys.instances, keys.agents],
  )
}

/** Whether the coordinator refused because the draft is no longer the one the plan showed. */
export function planIsOutdated(error: unknown): boolean {
  return asProblem(error).code === 'plan-outdated'
}
