import type { Clock } from '../base/clock.js'
import { makeMinuteBudget } from './minute-budget.js'

/** How much checking announcements of key statements may cost, in units of about a millisecond. */
export interface AnnouncementBudget {
  /** Of a peer whose key is known. @throws ExchangeError rate-limited */
  takeOf(node: string, units: number): void
  /** Of all that are signed by a key that is not known. @throws ExchangeError rate-limited */
  takeOfStrangers(units: number): void
}

/** A document of usual size costs about eight. */
const ofPeerPerMinute = 48
const ofStrangersPerMinute = 240

/**
 * Strangers have one budget together: who is charged for itself would learn from that whether it is a peer. Who uses it up
 * only delays what gossip brings as well.
 */
export function makeAnnouncementBudget(clock: Clock): AnnouncementBudget {
  const budgets = new Map<string, (units: number) => void>()
  return {
    takeOf(node, units) {
      const take = budgets.get(node) ?? makeMinuteBudget(clock, ofPeerPerMinute)
      budgets.set(node, take)
      take(units)
    },
    takeOfStrangers: makeMinuteBudget(clock, ofStrangersPerMinute),
  }
}
