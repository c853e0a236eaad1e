import type { Clock } from '../base/clock.js'
import { makeMinuteBudget } from './minute-budget.js'

/** How many announcements of key statements are looked at: each costs the check of a chain. */
export interface AnnouncementBudget {
  /** One of a peer whose key is known. @throws ExchangeError rate-limited */
  takeOf(node: string): void
  /** One signed by a key that is not known. @throws ExchangeError rate-limited */
  takeOfStrangers(): void
}

const ofPeerPerMinute = 6
const ofStrangersPerMinute = 30

/**
 * Strangers have one budget together: who is charged for itself would learn from that whether it is a peer. Who uses it up
 * only delays what gossip brings as well.
 */
export function makeAnnouncementBudget(clock: Clock): AnnouncementBudget {
  const budgets = new Map<string, () => void>()
  return {
    takeOf(node) {
      const take = budgets.get(node) ?? makeMinuteBudget(clock, ofPeerPerMinute)
      budgets.set(node, take)
      take()
    },
    takeOfStrangers: makeMinuteBudget(clock, ofStrangersPerMinute),
  }
}
