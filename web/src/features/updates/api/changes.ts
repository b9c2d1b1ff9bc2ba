/** What an operator can do about an update request. */
import { useChange } from '@/lib/change'
import { answered, client } from '@/lib/client'
import { keys } from '@/lib/resources'

export function useCancelUpdateRequest(id: string) {
  return useChange(
    () =>
      answered(
        client.POST('/api/v1/update-requests/{request_id}/cancel', { params: { path: { request_id: id } } }),
      ),
    [keys.updateRequests, keys.updateRequest(id), keys.cameras, keys.instances, keys.agents],
  )
}
