import { expect, it } from 'vitest'
import type { Agent, Camera, Instance } from '@/lib/types'
import { countHosts, needsOf, needText } from './needs'

const nothing = { agents: [], instances: [], cameras: [], pendingChanges: 0 }
const camera = (name: string, more: Partial<Camera> = {}) =>
  ({ name, state: 'no-frames', stale: false, ...more }) as Camera

it('needs nobody when all is well', () => {
  expect(needsOf(nothing)).toEqual([])
})

it('names what has failed before what merely waits', () => {
  const needs = needsOf({
    agents: [
      { name: 'new', admission: 'waiting', link: 'live' },
      { name: 'old', admission: 'admitted', link: 'offline' },
    ] as Agent[],
    instances: [{ name: 'demo-1', state: 'failed', cause: 'no such image' } as Instance],
    cameras: [camera('yard')],
    pendingChanges: 2,
  })
  expect(needs.map(needText)).toEqual([
    'Instance demo-1 has failed: no such image',
    'Host old is offline.',
    '1 camera without frames: yard',
    'new waits to be let in.',
    '2 changes not sent to the hosts yet.',
  ])
})

it('does not blame cameras whose host has not been heard of', () => {
  expect(needsOf({ ...nothing, cameras: [camera('yard', { stale: true })] })).toEqual([])
})

it('names the first cameras and counts the others', () => {
  const cameras = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => camera(name))
  expect(needsOf({ ...nothing, cameras }).map(needText)).toEqual([
    '6 cameras without frames: a, b, c, d and 2 more',
  ])
})

it('counts admitted hosts by link and the others by admission', () => {
  const hosts = [
    { admission: 'admitted', link: 'live' },
    { admission: 'admitted', link: 'live' },
    { admission: 'waiting', link: 'live' },
  ] as Agent[]
  expect(countHosts(hosts)).toEqual({ live: 2, waiting: 1 })
})
