import type { Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'

const minuteMs = 60_000

/**
 * A bucket of tokens for a minute. The function takes one, or as many as it is told; all of them for what costs more than there
 * ever are.
 *
 * @throws ExchangeError rate-limited where that many are not left
 */
export function makeMinuteBudget(clock: Clock, perMinute: number): (cost?: number) => void {
  let tokens = perMinute
  let at = clock.now()
  return (cost = 1) => {
    const taken = Math.min(cost, perMinute)
    const now = clock.now()
    tokens = Math.min(perMinute, tokens + (Math.max(0, now - at) * perMinute) / minuteMs)
    at = now
    if (tokens < taken) {
      throw new ExchangeError('rate-limited', { retryAfterSeconds: Math.ceil(((taken - tokens) * 60) / perMinute) })
    }
    tokens -= taken
  }
}
