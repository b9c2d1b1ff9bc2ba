/** The coordinator's time as the page knows it, ticking once a second. */

/** Follows the coordinator's clock, so that ages are right on a machine whose own clock is wrong. */
export class ServerClock {
  #offsetMs = 0
  #now = Date.now()
  readonly #listeners = new Set<() => void>()
  #timer: ReturnType<typeof setInterval> | undefined

  /** Take over the time the coordinator just said. */
  set(serverTime: string): void {
    const parsed = Date.parse(serverTime)
    if (!Number.isNaN(parsed)) this.#offsetMs = parsed - Date.now()
  }

  /** Milliseconds since the epoch, by the coordinator's clock, as of the last tick. */
  readonly now = (): number => this.#now

  /** Call `listener` each second until the returned function is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    this.#timer ??= setInterval(() => this.#tick(), 1000)
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    }
  }

  #tick(): void {
    this.#now = Date.now() + this.#offsetMs
    for (const listener of this.#listeners) listener()
  }
}
