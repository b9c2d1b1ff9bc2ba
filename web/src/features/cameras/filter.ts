/** Which cameras a view shows; the filter is the address of the page. */
import { labelTexts } from '@/lib/labels'
import type { Camera, CameraState } from '@/lib/types'

export interface CameraFilter {
  q?: string
  state?: CameraState
  instance?: string
}

const states: readonly string[] = [
  'live',
  'low-fps',
  'no-frames',
  'reconnecting',
  'unknown',
  'off',
  'unassigned',
]

/** The filter an address names; whatever it does not know is left out. */
export function readCameraFilter(search: Record<string, unknown>): CameraFilter {
  const { q, state, instance } = search
  return {
    q: typeof q === 'string' && q !== '' ? q : typeof q === 'number' ? String(q) : undefined,
    state: typeof state === 'string' && states.includes(state) ? (state as CameraState) : undefined,
    instance: typeof instance === 'string' && instance !== '' ? instance : undefined,
  }
}

/** The cameras that fit: all words of `q` in name, address or labels. */
export function filterCameras(cameras: readonly Camera[], filter: CameraFilter): Camera[] {
  const words = (filter.q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  return cameras.filter((camera) => {
    if (filter.state !== undefined && camera.state !== filter.state) return false
    if (filter.instance !== undefined && camera.instance_id !== filter.instance) return false
    const text = [camera.name, camera.uri, ...labelTexts(camera.labels)].join(' ').toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
