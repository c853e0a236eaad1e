import type { Clock } from '../base/clock.js'
import { makeMinuteBudget } from './minute-budget.js'

/** What strangers together may use up of the node. */
export interface PairingBudget {
  /**
   * @param named what the question names: an invitation by which its sender can still pair, or one that is over for it
   * @throws ExchangeError rate-limited
   */
  take(named: 'open' | 'ended'): void
}

const perMinute = 30

/**
 * Counts the attempts of all strangers, each of which costs the check of a chain of statements. There is nobody else to
 * charge: a stranger has as many names as it likes. Who knows an invitation that is over must not use up what an open one
 * needs, so each of the two has its own.
 */
export function makePairingBudget(clock: Clock): PairingBudget {
  const budgets = { open: makeMinuteBudget(clock, perMinute), ended: makeMinuteBudget(clock, perMinute) }
  return {
    take(named) {
      budgets[named]()
    },
  }
}
