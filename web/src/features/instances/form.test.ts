import { expect, it } from 'vitest'
import type { Instance } from '@/lib/types'
import { alteration, creation, valuesOf } from './form'

const demo = {
  id: 'i-1',
  name: 'demo-1',
  agent_id: 'h-1',
  pipeline_id: 'p-1',
  pipeline_version: 1,
  mode: 'normal',
  power: 'on',
  gpu: null,
  cameras: [{ camera_id: 'a' }, { camera_id: 'b' }],
} as unknown as Instance

it('sends nothing when nothing was changed', () => {
  expect(alteration(demo, valuesOf(demo))).toEqual({})
})

it('sends the whole assignment when only the order changed', () => {
  expect(alteration(demo, { ...valuesOf(demo), camera_ids: ['b', 'a'] })).toEqual({ camera_ids: ['b', 'a'] })
})

it('sends mode, power and version as the API names them', () => {
  const values = { ...valuesOf(demo), mode: 'debug' as const, power: false, pipeline_version: '2' }
  expect(alteration(demo, values)).toEqual({ mode: 'debug', power: 'off', pipeline_version: 2 })
})

it('leaves the version of a new instance to be the newest unless one was chosen', () => {
  const values = { ...valuesOf(null), name: 'new', agent_id: 'h', pipeline_id: 'p' }
  expect(creation(values).pipeline_version).toBeNull()
  expect(creation({ ...values, pipeline_version: '3' }).pipeline_version).toBe(3)
})
