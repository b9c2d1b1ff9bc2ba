/** The coordinator's event stream, kept open for as long as the page is. */
import type { QueryClient } from '@tanstack/react-query'
import type { ServerClock } from './clock'
import { mergeChanges } from './merge'
import { keys } from './resources'
import type { Changes } from './types'

export interface LiveState {
  connected: boolean
  /** Milliseconds since the epoch, by the browser's clock: since when it is as it is. */
  since: number
}

const RETRY_MS = 3000

/** Joins the event stream to the query cache and says whether it is connected. */
export class LiveUpdates {
  readonly #queries: QueryClient
  readonly #clock: ServerClock
  readonly #listeners = new Set<() => void>()
  #state: LiveState = { connected: false, since: Date.now() }
  #source: EventSource | undefined
  #retry: ReturnType<typeof setTimeout> | undefined

  constructor(queries: QueryClient, clock: ServerClock) {
    this.#queries = queries
    this.#clock = clock
  }

  readonly state = (): LiveState => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Open the stream; it reopens itself until `stop`. */
  start(): void {
    this.stop()
    const source = new EventSource('/api/v1/events')
    this.#source = source
    source.addEventListener('hello', (event: MessageEvent<string>) => this.#hello(event))
    source.addEventListener('changes', (event: MessageEvent<string>) => this.#changes(event))
    source.addEventListener('resync', () => this.#askAllAgain())
    source.onerror = () => this.#lost(source)
  }

  stop(): void {
    clearTimeout(this.#retry)
    this.#source?.close()
    this.#source = undefined
  }

  #hello(event: MessageEvent<string>): void {
    const { server_time } = JSON.parse(event.data) as { server_time?: string }
    if (server_time) this.#clock.set(server_time)
    this.#say(true)
    this.#askAllAgain()
  }

  #changes(event: MessageEvent<string>): void {
    const changes = JSON.parse(event.data) as Changes
    if (changes.system) this.#clock.set(changes.system.server_time)
    mergeChanges(this.#queries, changes)
  }

  /** Whatever changed while no stream was open was not told: what is on screen is asked for again. */
  #askAllAgain(): void {
    void this.#queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== keys.session[0] })
  }

  #lost(source: EventSource): void {
    this.#say(false)
    if (source.readyState !== EventSource.CLOSED) return
    // The browser has given up: a refusal, such as an ended session. Ask who we are and begin anew.
    void this.#queries.invalidateQueries({ queryKey: keys.session })
    this.#retry = setTimeout(() => this.start(), RETRY_MS)
  }

  #say(connected: boolean): void {
    if (this.#state.connected === connected) return
    this.#state = { connected, since: Date.now() }
    for (const listener of this.#listeners) listener()
  }
}
