import type { Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'

/** What strangers together may use up of the node. */
export interface PairingBudget {
  /**
   * @param named what the question names: an invitation by which its sender can still pair, or one that is over for it
   * @throws ExchangeError rate-limited
   */
  take(named: 'open' | 'ended'): void
}

const perMinute = 30
const minuteMs = 60_000

/**
 * Counts the attempts of all strangers, each of which costs the check of a chain of statements. There is nobody else to
 * charge: a stranger has as many names as it likes. Who knows an invitation that is over must not use up what an open one
 * needs, so each of the two has its own.
 */
export function makePairingBudget(clock: Clock): PairingBudget {
  const budgets = { open: makeBudget(clock), ended: makeBudget(clock) }
  return {
    take(named) {
      budgets[named]()
    },
  }
}

/** A bucket of tokens for a minute. */
function makeBudget(clock: Clock): () => void {
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
