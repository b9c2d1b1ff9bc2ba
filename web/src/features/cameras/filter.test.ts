import { expect, it } from 'vitest'
import type { Camera } from '@/lib/types'
import { filterCameras, readCameraFilter } from './filter'

const cameras = [
  { id: '1', name: 'yard-east', uri: 'rtsp://a', state: 'live', instance_id: 'i', labels: { site: 'north' } },
  { id: '2', name: 'gate', uri: 'rtsp://b', state: 'no-frames', instance_id: null, labels: {} },
] as unknown as Camera[]

const found = (search: Record<string, unknown>) =>
  filterCameras(cameras, readCameraFilter(search)).map((camera) => camera.id)

it('finds every word in name, address or labels', () => {
  expect(found({ q: 'YARD site=north' })).toEqual(['1'])
  expect(found({ q: 'yard gate' })).toEqual([])
})

it('filters by state and by instance', () => {
  expect(found({ state: 'no-frames' })).toEqual(['2'])
  expect(found({ instance: 'i' })).toEqual(['1'])
})

it('shows everything for an address it does not understand', () => {
  expect(found({ state: 'purple', q: '', instance: 7 })).toEqual(['1', '2'])
})
