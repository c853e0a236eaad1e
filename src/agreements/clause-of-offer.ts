import { findClause } from '../referral/agreement.js'
import type { Store } from '../store/port.js'
import type { Event } from '../wire/generated/types.js'
import { readAgreement } from './agreement-text.js'

/**
 * The number of the clause under which an offer went: the first one of the agreement it names that covers it, replaced or
 * ended as that agreement may be by now. Undefined for every other event, and where the agreement is not held any more.
 */
export async function clauseOfOffer(store: Pick<Store, 'findAgreement'>, event: Event): Promise<string | undefined> {
  if (event.type !== 'referral.offer' || event.agreement === null) return undefined
  const row = await store.findAgreement(event.agreement)
  if (row === undefined) return undefined
  return findClause(readAgreement(row.proposerJws).agreement, event.from, event.body)?.clause
}
