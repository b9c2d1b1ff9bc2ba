/** What every view may lean on, made once in main.tsx: the coordinator's clock and the live stream. */
import { createContext, useContext, useSyncExternalStore } from 'react'
import type { ServerClock } from './clock'
import type { LiveState, LiveUpdates } from './live'

export interface Services {
  clock: ServerClock
  live: LiveUpdates
}

export const ServicesContext = createContext<Services | null>(null)

function useServices(): Services {
  const services = useContext(ServicesContext)
  if (services === null) throw new Error('The page was built without its services.')
  return services
}

/** The coordinator's time in milliseconds; the caller is drawn again each second. */
export function useNow(): number {
  const { clock } = useServices()
  return useSyncExternalStore(clock.subscribe, clock.now)
}

export function useLive(): LiveUpdates {
  return useServices().live
}

export function useLiveState(): LiveState {
  const { live } = useServices()
  return useSyncExternalStore(live.subscribe, live.state)
}
