import { ExchangeError } from '../base/errors.js'
import type { ReferralEvent } from '../referral/referral-event.js'
import type { Effect } from '../store/batch.js'
import type { Store } from '../store/port.js'
import type { EvidenceBudget } from './evidence-budget.js'
import type { Placement } from './placement.js'

/**
 * PROTOCOL 4.3: a withdrawal whose referral never came leaves a tombstone, and the referral, should it come, is refused for good.
 * Undefined where an event in an unknown thread is neither.
 *
 * @throws ExchangeError consent-withdrawn, thread-not-yours, rate-limited
 */
export async function placeEarlyWithdrawal(
  { store, evidence }: { readonly store: Store; readonly evidence: EvidenceBudget },
  event: ReferralEvent,
): Promise<Placement | undefined> {
  const { thread, from: peer } = event
  const tombstone = await store.findTombstone(thread)
  if (tombstone !== undefined && tombstone.peer !== peer) throw new ExchangeError('thread-not-yours')
  if (event.type === 'referral.offer' && tombstone !== undefined) throw new ExchangeError('consent-withdrawn')
  if (event.type !== 'consent.withdraw' || event.n === 1) return undefined
  if (event.body.scope !== 'everything' && event.body.scope !== 'oneRecipient') return undefined
  // Each one stays for good, so no peer leaves many.
  if (tombstone === undefined && !evidence.take(peer)) throw new ExchangeError('rate-limited')
  const effects = (_: string, at: number): readonly Effect[] =>
    tombstone === undefined ? [{ do: 'insertTombstone', row: { thread, peer, at } }] : []
  return { row: undefined, effects, keepsEvent: false, changesPeer: false }
}
