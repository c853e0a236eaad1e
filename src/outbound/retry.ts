/**
 * When a delivery is tried again (PROTOCOL 9): three quick tries, then a minute doubling up to the cap. Times in ms.
 * Attempts are counted per destination and start again at any authentic message from that node, at a new card, or by hand.
 */
export const retryTable = {
  quickMs: [1_000, 4_000, 10_000],
  firstSlowMs: 60_000,
  capMs: { urgent: 3_600_000, other: 21_600_000 },
  /** Each delay is spread over plus and minus this share, so that nodes that failed together do not come back together. */
  jitter: 0.2,
} as const

export interface FailedAttempts {
  /** Attempts that failed so far, 1 or more. */
  readonly attempts: number
  readonly isUrgent: boolean
  /** Random number in [0, 1). */
  readonly fraction: number
}

/**
 * Whole milliseconds from the last failure to the next attempt. Jitter comes after the cap, so that a long outage does
 * not end with every sender on the same second; the delay is therefore at most 1.2 times the cap.
 */
export function nextAttempt({ attempts, isUrgent, fraction }: FailedAttempts): number {
  const { quickMs, firstSlowMs, capMs, jitter } = retryTable
  const slowMs = firstSlowMs * 2 ** (attempts - 1 - quickMs.length)
  const delayMs = quickMs[attempts - 1] ?? Math.min(slowMs, isUrgent ? capMs.urgent : capMs.other)
  return Math.floor(delayMs * (1 - jitter + 2 * jitter * fraction))
}
