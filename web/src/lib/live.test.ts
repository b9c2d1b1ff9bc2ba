import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ServerClock } from './clock'
import { LiveUpdates } from './live'
import { keys } from './resources'
import type { System } from './types'

/** The part of a browser's EventSource that the page leans on, driven by the test. */
class StreamDouble extends EventTarget {
  static readonly CLOSED = 2
  static readonly opened: StreamDouble[] = []
  readyState = 1
  onerror: (() => void) | null = null

  constructor(readonly url: string) {
    super()
    StreamDouble.opened.push(this)
  }

  say(name: string, data: unknown) {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }))
  }

  close() {
    this.readyState = StreamDouble.CLOSED
  }
}

describe('the event stream', () => {
  let queries: QueryClient
  let live: LiveUpdates

  beforeEach(() => {
    vi.useFakeTimers()
    vi.stubGlobal('EventSource', StreamDouble)
    StreamDouble.opened.length = 0
    queries = new QueryClient()
    live = new LiveUpdates(queries, new ServerClock())
    live.start()
  })

  afterEach(() => {
    live.stop()
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })

  const stream = () => StreamDouble.opened.at(-1) as StreamDouble

  it('is connected once the coordinator has said hello, and everything shown is asked for again', () => {
    queries.setQueryData(keys.cameras, { items: [] })
    queries.setQueryData(keys.session, { name: 'admin' })
    stream().say('hello', { server_time: '2026-01-01T12:00:00Z' })
    expect(live.state().connected).toBe(true)
    expect(queries.getQueryState(keys.cameras)?.isInvalidated).toBe(true)
    expect(queries.getQueryState(keys.session)?.isInvalidated).toBe(false)
  })

  it('puts changes into the cache', () => {
    stream().say('changes', { system: { version: '7', server_time: '2026-01-01T12:00:00Z' } })
    expect(queries.getQueryData<System>(keys.system)?.version).toBe('7')
  })

  it('asks for everything again when told that something was missed', () => {
    queries.setQueryData(keys.agents, { items: [] })
    stream().say('resync', {})
    expect(queries.getQueryState(keys.agents)?.isInvalidated).toBe(true)
  })

  it('says that it is lost, and opens anew when the browser has given up', () => {
    const said = vi.fn()
    live.subscribe(said)
    stream().say('hello', { server_time: '2026-01-01T12:00:00Z' })
    stream().close()
    stream().onerror?.()
    expect(live.state().connected).toBe(false)
    expect(said).toHaveBeenCalledTimes(2)
    vi.advanceTimersByTime(3000)
    expect(StreamDouble.opened).toHaveLength(2)
  })

  it('leaves a mere interruption to the browser, which reconnects by itself', () => {
    stream().onerror?.()
    vi.advanceTimersByTime(60_000)
    expect(StreamDouble.opened).toHaveLength(1)
  })
})

it('follows the clock of the coordinator', () => {
  vi.useFakeTimers({ now: Date.parse('2026-01-01T12:00:00Z') })
  const clock = new ServerClock()
  clock.set('2026-01-01T13:00:00Z')
  const unsubscribe = clock.subscribe(() => undefined)
  vi.advanceTimersByTime(1000)
  expect(clock.now()).toBe(Date.parse('2026-01-01T13:00:01Z'))
  unsubscribe()
  vi.useRealTimers()
})
