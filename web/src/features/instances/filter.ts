/** Which instances a view shows, and which tab of one; both are the address of the page. */
import type { Instance, InstanceState } from '@/lib/types'

export interface InstanceFilter {
  q?: string
  state?: InstanceState
  host?: string
}

const states: readonly string[] = [
  'unsent',
  'pulling',
  'creating',
  'starting',
  'building-engine',
  'running',
  'degraded',
  'no-frames',
  'backoff',
  'stopped',
  'failed',
  'unobserved',
]

/** The filter an address names; whatever it does not know is left out. */
export function readInstanceFilter(search: Record<string, unknown>): InstanceFilter {
  const { q, state, host } = search
  return {
    q: typeof q === 'string' && q !== '' ? q : typeof q === 'number' ? String(q) : undefined,
    state: typeof state === 'string' && states.includes(state) ? (state as InstanceState) : undefined,
    host: typeof host === 'string' && host !== '' ? host : undefined,
  }
}

export function filterInstances(instances: readonly Instance[], filter: InstanceFilter): Instance[] {
  const words = (filter.q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  return instances.filter((instance) => {
    if (filter.state !== undefined && instance.state !== filter.state) return false
    if (filter.host !== undefined && instance.agent_id !== filter.host) return false
    const text = `${instance.name} ${instance.image} ${instance.cause}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

export type InstanceTab = 'cameras' | 'configuration'

export function readInstanceTab(search: Record<string, unknown>): { tab?: InstanceTab } {
  return { tab: search.tab === 'configuration' ? 'configuration' : undefined }
}
