/** Wall clock. The node never reads time from anywhere else, so that tests and the simulator own it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number
}

/** Ends a timer; calling it twice is harmless. */
export type CancelTimer = () => void

/** One-shot timers on the same time line as the clock. */
export interface Timers {
  /** Calls `run` once, not before `delayMs` have passed. */
  after(delayMs: number, run: () => void): CancelTimer
}

export const systemClock: Clock = { now: () => Date.now() }

export const systemTimers: Timers = {
  after(delayMs, run) {
    // setTimeout wraps delays beyond 2^31-1 ms to 1 ms; waking early is harmless, waking at once in a loop is not.
    const timer = setTimeout(run, Math.min(Math.max(delayMs, 0), 2_147_483_647))
    return () => {
      clearTimeout(timer)
    }
  },
}

/** Whole seconds since the epoch, the unit of every time on the wire. */
export function toSeconds(epochMs: number): number {
  return Math.floor(epochMs / 1000)
}

/** RFC 3339 in UTC with milliseconds. */
export function toTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString()
}

/** The calendar day in UTC, RFC 3339 full-date. */
export function toDay(epochMs: number): string {
  return toTimestamp(epochMs).slice(0, 10)
}
