/** An allowance that fills up again with time. */
export interface TokenBucket {
  /** Takes `cost` if that much is there. */
  take(cost: number, nowMs: number): boolean
  /** Takes `cost` that was caused already; the allowance may go below zero. */
  charge(cost: number, nowMs: number): void
  /** Whether anything is left. */
  hasAny(nowMs: number): boolean
}

/** @param capacity most that is there at a time, and what comes back within `refillMs` */
export function makeTokenBucket(capacity: number, refillMs: number): TokenBucket {
  let tokens = capacity
  let at: number | undefined
  const refill = (nowMs: number): void => {
    // A clock that was set back must not take anything away.
    tokens = Math.min(capacity, tokens + (Math.max(0, nowMs - (at ?? nowMs)) * capacity) / refillMs)
    at = nowMs
  }
  return {
    take(cost, nowMs) {
      refill(nowMs)
      if (tokens < cost) return false
      tokens -= cost
      return true
    },
    charge(cost, nowMs) {
      refill(nowMs)
      tokens -= cost
    },
    hasAny(nowMs) {
      refill(nowMs)
      return tokens > 0
    },
  }
}
