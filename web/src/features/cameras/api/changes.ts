/** What an operator can change about cameras. */
import { useChange } from '@/lib/change'
import { answered, client } from '@/lib/client'
import { keys } from '@/lib/resources'
import type { CameraCreate, CameraUpdate } from '@/lib/types'

const touched = [keys.cameras, keys.instances]

export function useAddCamera() {
  return useChange((body: CameraCreate) => answered(client.POST('/api/v1/cameras', { body })), touched)
}

export function useEditCamera() {
  return useChange(
    ({ id, body }: { id: string; body: CameraUpdate }) =>
      answered(client.PATCH('/api/v1/cameras/{camera_id}', { params: { path: { camera_id: id } }, body })),
    touched,
  )
}

export function useRemoveCamera() {
  return useChange(
    (id: string) =>
      answered(client.DELETE('/api/v1/cameras/{camera_id}', { params: { path: { camera_id: id } } })),
    touched,
  )
}
