/** What a person has to look at, worst first. */
import { counted } from '@/lib/ages'
import type { Agent, Camera, Instance } from '@/lib/types'

export type Need =
  | { kind: 'failed-instance'; instance: Instance }
  | { kind: 'waiting-host'; host: Agent }
  | { kind: 'offline-host'; host: Agent }
  | { kind: 'cameras-without-frames'; cameras: Camera[] }
  | { kind: 'pending-changes'; count: number }

interface Fleet {
  agents: readonly Agent[]
  instances: readonly Instance[]
  cameras: readonly Camera[]
  pendingChanges: number
}

/** How many hosts are in which state: the link of those admitted, the admission of the others. */
export function countHosts(agents: readonly Agent[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { admission, link } of agents) {
    const state = admission === 'admitted' ? link : admission
    counts[state] = (counts[state] ?? 0) + 1
  }
  return counts
}

const withoutFrames: readonly Camera['state'][] = ['no-frames', 'reconnecting']

/** The list is empty when all is well. Values of hosts that were not heard of lately are not judged again here. */
export function needsOf({ agents, instances, cameras, pendingChanges }: Fleet): Need[] {
  const dark = cameras.filter((camera) => withoutFrames.includes(camera.state) && !camera.stale)
  return [
    ...instances
      .filter((instance) => instance.state === 'failed')
      .map((instance): Need => ({ kind: 'failed-instance', instance })),
    ...agents
      .filter((host) => host.admission === 'admitted' && host.link === 'offline')
      .map((host): Need => ({ kind: 'offline-host', host })),
    ...(dark.length > 0 ? [{ kind: 'cameras-without-frames', cameras: dark } as const] : []),
    ...agents
      .filter((host) => host.admission === 'waiting')
      .map((host): Need => ({ kind: 'waiting-host', host })),
    ...(pendingChanges > 0 ? [{ kind: 'pending-changes', count: pendingChanges } as const] : []),
  ]
}

/** One sentence for the need. */
export function needText(need: Need): string {
  switch (need.kind) {
    case 'failed-instance':
      return `Instance ${need.instance.name} has failed: ${need.instance.cause || 'no cause was given'}`
    case 'waiting-host':
      return `${need.host.name} waits to be let in.`
    case 'offline-host':
      return `Host ${need.host.name} is offline.`
    case 'cameras-without-frames':
      return `${counted(need.cameras.length, 'camera')} without frames: ${namesText(need.cameras)}`
    case 'pending-changes':
      return `${counted(need.count, 'change')} not sent to the hosts yet.`
  }
}

const MOST_NAMES = 4

function namesText(cameras: readonly Camera[]): string {
  const names = cameras.slice(0, MOST_NAMES).map((camera) => camera.name)
  const more = cameras.length - names.length
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ')
}
