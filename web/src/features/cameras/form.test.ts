import { describe, expect, it } from 'vitest'
import type { Camera } from '@/lib/types'
import { alteration, creation, valuesOf } from './form'

const yard = {
  id: 'c-1',
  name: 'yard',
  uri: 'rtsp://192.0.2.10/1',
  has_login: true,
  labels: { site: 'north' },
  enabled: true,
  instance_id: 'i-1',
  expected_fps: 10,
} as unknown as Camera

describe('the form of a camera', () => {
  it('never holds a login that is already there', () => {
    const { username, password, login } = valuesOf(yard)
    expect([username, password, login]).toEqual(['', '', 'keep'])
  })

  it('sends nothing when nothing was changed', () => {
    expect(alteration(yard, valuesOf(yard))).toEqual({})
  })

  it('sends what was changed, and null where something was emptied', () => {
    const values = { ...valuesOf(yard), name: ' gate ', instance_id: null, expected_fps: '' as const }
    expect(alteration(yard, values)).toEqual({ name: 'gate', instance_id: null, expected_fps: null })
  })

  it('replaces a login only when a new one was typed', () => {
    const typed = { ...valuesOf(yard), login: 'replace' as const, username: 'viewer', password: 'x' }
    expect(alteration(yard, typed)).toEqual({ username: 'viewer', password: 'x' })
    expect(alteration(yard, { ...typed, username: '', password: '' })).toEqual({})
  })

  it('takes a login away with nulls', () => {
    expect(alteration(yard, { ...valuesOf(yard), login: 'forget' })).toEqual({
      username: null,
      password: null,
    })
  })

  it('makes a new camera without a login from empty login fields', () => {
    const body = creation({ ...valuesOf(null), name: 'new', uri: ' rtsp://192.0.2.11/1 ' })
    expect(body).toMatchObject({ name: 'new', uri: 'rtsp://192.0.2.11/1', username: null, password: null })
    expect(body).not.toHaveProperty('login')
  })
})
