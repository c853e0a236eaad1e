import type { Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'

/** What strangers together may use up of the node. */
export interface PairingBudget {
  /** @throws ExchangeError rate-limited */
  take(): void
}

const perMinute = 30
const minuteMs = 60_000

/**
 * Counts the attempts of all strangers, each of which costs the check of a chain of statements. There is nobody else to
 * charge: a stranger has as many names as it likes.
 */
export function makePairingBudget(clock: Clock): PairingBudget {
  let tokens = perMinute
  let at = clock.now()
  return {
    take() {
      const now = clock.now()
      tokens = Math.min(perMinute, tokens + (Math.max(0, now - at) * perMinute) / minuteMs)
      at = now
      if (tokens < 1) throw new ExchangeError('rate-limited', { retryAfterSeconds: Math.ceil(60 / perMinute) })
      tokens -= 1
    },
  }
}
