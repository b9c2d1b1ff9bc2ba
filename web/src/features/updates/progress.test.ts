import { expect, it } from 'vitest'
import type { UpdateRequest } from '@/lib/types'
import { isRunning, progressText, stepStates } from './progress'

it('has done every step before the one it stands at', () => {
  expect(stepStates('received')).toEqual(['done', 'done', 'current', 'ahead', 'ahead'])
  expect(stepStates('accepted')).toEqual(['current', 'ahead', 'ahead', 'ahead', 'ahead'])
})

it('has done every step when converged', () => {
  expect(stepStates('converged')).toEqual(['done', 'done', 'done', 'done', 'done'])
})

it.each(['failed', 'cancelled', 'superseded'] as const)('stands at no step when %s', (state) => {
  expect(stepStates(state)).toBeNull()
  expect(isRunning({ state })).toBe(false)
})

it('counts the hosts that have converged', () => {
  const request = { hosts: [{ state: 'converged' }, { state: 'sent' }] } as UpdateRequest
  expect(progressText(request)).toBe('1 of 2 hosts converged')
})
