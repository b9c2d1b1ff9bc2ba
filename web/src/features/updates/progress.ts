/** How far a host is along the way of an update request. */
import type { UpdateRequest, UpdateState } from '@/lib/types'
import { steps } from './texts'

export type StepState = 'done' | 'current' | 'ahead'

const unfinished: readonly UpdateState[] = ['accepted', 'sent', 'received', 'applying']

/** Whether the request still has a way to go. */
export function isRunning(request: Pick<UpdateRequest, 'state'>): boolean {
  return unfinished.includes(request.state)
}

/**
 * The state of each of the five steps for a host in `state`.
 *
 * A state that left the way (failed, cancelled, superseded) has no current step: null.
 */
export function stepStates(state: UpdateState): StepState[] | null {
  const reached = steps.findIndex((step) => step === state)
  if (reached === -1) return null
  const finished = state === 'converged'
  return steps.map((_, step) =>
    step < reached || finished ? 'done' : step === reached ? 'current' : 'ahead',
  )
}

/** `2 of 3 hosts converged`. */
export function progressText(request: UpdateRequest): string {
  const converged = request.hosts.filter((host) => host.state === 'converged').length
  return `${converged} of ${request.hosts.length} ${request.hosts.length === 1 ? 'host' : 'hosts'} converged`
}
