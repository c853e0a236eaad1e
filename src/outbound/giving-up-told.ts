import { isFinal, transitionTable } from '../referral/transition-table.js'
import type { OutboxRow, ThreadRow } from '../store/rows.js'
import type { Store } from '../store/port.js'

/** By which a case comes to its end. */
const endingEvents: ReadonlySet<string> = new Set(
  transitionTable.flatMap(({ event, to }) => (to !== 'same' && to !== 'held' && isFinal(to) ? [event] : [])),
)

/**
 * PROTOCOL 9.3: whether a person is told that an event of this node was given up. Of what ended nobody waits for anything more, but for what
 * takes something back, and for what ended it here alone: the other side may still have it all, and work on.
 */
export async function isGivingUpTold(
  { store, self }: { readonly store: Store; readonly self: string },
  { id }: Pick<OutboxRow, 'id'>,
  { kind, state, thread }: Pick<ThreadRow, 'kind' | 'state' | 'thread'>,
): Promise<boolean> {
  if (kind !== 'referral') return false
  if (!isFinal(state)) return true
  const type = (await store.findEvent(self, id))?.type
  if (type === 'consent.update') return state !== 'consentWithdrawn' && state !== 'enteredInError'
  if (type === 'consent.withdraw' || type === 'referral.void') return true
  // Where the other side never had the offer there is nobody who could work on.
  const isOfferLost = (await store.outboxOf(thread)).some((row) => row.n === 1 && row.state === 'failed')
  return type !== undefined && endingEvents.has(type) && !isOfferLost
}
