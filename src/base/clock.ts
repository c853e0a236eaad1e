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

/** Milliseconds since the epoch of an RFC 3339 time in UTC, with or without milliseconds; undefined for anything else. */
export function fromTimestamp(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z$/.test(text)) return undefined
  const epochMs = Date.parse(text)
  // A day that no month has would become one of the next month.
  return Number.isNaN(epochMs) || toTimestamp(epochMs).slice(0, 19) !== text.slice(0, 19) ? undefined : epochMs
}
