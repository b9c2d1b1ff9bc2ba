/** What an operator can do about instances. */
import { useChange } from '@/lib/change'
import { answered, client } from '@/lib/client'
import { keys } from '@/lib/resources'
import type { InstanceCreate, InstanceUpdate } from '@/lib/types'

const pathOf = (id: string) => ({ path: { instance_id: id } })
const lists = [keys.instances, keys.cameras, keys.agents]

export function useCreateInstance() {
  return useChange((body: InstanceCreate) => answered(client.POST('/api/v1/instances', { body })), lists)
}

export function useEditInstance(id: string) {
  return useChange(
    (body: InstanceUpdate) =>
      answered(client.PATCH('/api/v1/instances/{instance_id}', { params: pathOf(id), body })),
    [...lists, keys.instance(id), ['configuration', id]],
  )
}

export function useRemoveInstance(id: string) {
  return useChange(
    () => answered(client.DELETE('/api/v1/instances/{instance_id}', { params: pathOf(id) })),
    lists,
  )
}

/** Restart and retry act at once: each is an update request of its own. */
export function useRestartInstance(id: string) {
  return useChange(
    () => answered(client.POST('/api/v1/instances/{instance_id}/restart', { params: pathOf(id) })),
    [...lists, keys.instance(id), keys.updateRequests],
  )
}

export function useRetryInstance(id: string) {
  return useChange(
    () => answered(client.POST('/api/v1/instances/{instance_id}/retry', { params: pathOf(id) })),
    [...lists, keys.instance(id), keys.updateRequests],
  )
}
