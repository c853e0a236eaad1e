import type { CancelTimer, Clock, Timers } from '../../src/base/clock.js'

interface Timer {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

/** One time line for a whole test: clock and timers that move only when told. */
export class FakeClock implements Clock, Timers {
  #now: number
  #order = 0
  readonly #timers = new Set<Timer>()

  constructor(start = Date.UTC(2026, 10, 22, 9, 0, 0)) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  after(delayMs: number, run: () => void): CancelTimer {
    const timer = { at: this.#now + Math.max(delayMs, 0), order: this.#order++, run }
    this.#timers.add(timer)
    return () => {
      this.#timers.delete(timer)
    }
  }

  /** When the next timer is due, if any. */
  nextAt(): number | undefined {
    return this.#next()?.at
  }

  /** Moves to `now + ms`; timers on the way run in order, each at its own time. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const timer = this.#next()
      if (timer === undefined || timer.at > end) break
      this.#now = Math.max(this.#now, timer.at)
      this.#timers.delete(timer)
      timer.run()
    }
    this.#now = end
  }

  /** Moves without running anything: a machine that slept, or a clock that was set. */
  jump(ms: number): void {
    this.#now += ms
  }

  #next(): Timer | undefined {
    return [...this.#timers].sort((a, b) => a.at - b.at || a.order - b.order)[0]
  }
}

export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour
