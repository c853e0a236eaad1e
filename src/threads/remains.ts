import type { Event } from '../wire/generated/types.js'
import type { ReferralEvent } from '../referral/referral-event.js'

/** How much of an event's content is left: what a person wrote may have been destroyed, its place in the thread never is. */
export type Left = 'whole' | 'part' | 'place'

/** What is stored of an event whose content was destroyed, wholly or in part. No JWS any more: nothing can be guessed from it. */
export interface Remains {
  readonly left: Exclude<Left, 'whole'>
  readonly event: Omit<Event, 'nonce'>
}

/** Remains as they are stored: with the key that had signed the event. */
export interface StoredRemains extends Remains {
  readonly kid: string
}

/**
 * An event without its content. Its frame stays, without the nonce that keys its log leaf, and of its body the members that
 * decide what state follows: the thread folds as before, and every proof still verifies.
 */
export function placeOnly(event: ReferralEvent): Remains {
  const { nonce: _, ...frame } = event
  // The members that the transition table reads, through whom the case came, and no other.
  return { left: 'place', event: { ...frame, body: decidingMembers(event) } }
}

/** An event with less content. */
export function partOnly(event: ReferralEvent, body: ReferralEvent['body']): Remains {
  const { nonce: _, ...frame } = event
  return { left: 'part', event: { ...frame, body } }
}

function decidingMembers({ type, body }: ReferralEvent): object {
  switch (type) {
    case 'referral.offer':
      // Whoever passed the case on can still end it (PROTOCOL 5.7).
      return 'custody' in body ? { custody: body.custody } : {}
    case 'consent.withdraw':
      return { grant: body.grant, scope: body.scope, ...(body.purpose === undefined ? {} : { purpose: body.purpose }) }
    case 'arrival.missed':
      // A journey that was called off leaves another state than one that was missed; what else is known of it goes.
      return body.reason === 'travelCancelled' ? { reason: body.reason } : {}
    case 'onward.answer':
      return { proposal: body.proposal, answer: body.answer }
    case 'onward.execute':
      return body
    case 'closure.agree':
    case 'closure.refuse':
    case 'closure.settle':
      return { proposal: body.proposal }
    case 'erasure.certify':
      return body
    default:
      return {}
  }
}
