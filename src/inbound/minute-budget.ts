import type { Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'

const minuteMs = 60_000

/** A bucket of tokens for a minute. The function takes one. @throws ExchangeError rate-limited where none is left */
export function makeMinuteBudget(clock: Clock, perMinute: number): () => void {
  let tokens = perMinute
  let at = clock.now()
  return () => {
    const now = clock.now()
    tokens = Math.min(perMinute, tokens + (Math.max(0, now - at) * perMinute) / minuteMs)
    at = now
    if (tokens < 1) throw new ExchangeError('rate-limited', { retryAfterSeconds: Math.ceil(60 / perMinute) })
    tokens -= 1
  }
}
