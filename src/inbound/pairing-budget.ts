import type { Clock } from '../base/clock.js'
import { makeMinuteBudget } from './minute-budget.js'

/** What strangers together may use up of the node. */
export interface PairingBudget {
  /**
   * @param units of checking, each about a millisecond
   * @param named what the question names: an invitation by which its sender can still pair, or one that is over for it
   * @throws ExchangeError rate-limited
   */
  take(named: 'open' | 'ended', units: number): void
}

/** A document of usual size costs about eight. */
const unitsPerMinute = 240

/**
 * Charges all strangers together for the check of what they bring, by its keys and statements. There is nobody else to
 * charge: a stranger has as many names as it likes. Who knows an invitation that is over must not use up what an open one
 * needs, so each of the two has its own.
 */
export function makePairingBudget(clock: Clock): PairingBudget {
  const budgets = { open: makeMinuteBudget(clock, unitsPerMinute), ended: makeMinuteBudget(clock, unitsPerMinute) }
  return {
    take(named, units) {
      budgets[named](units)
    },
  }
}
