import type { Event } from '../wire/generated/types.js'
import { findClause, findTermFaults, type AgreementNow } from '../referral/agreement.js'
import { endsUse } from '../referral/ends-use.js'
import { isRelationshipType } from '../referral/relationship-fold.js'
import type { Refusal } from './refusal.js'

/**
 * PROTOCOL 6: a referral travels only under the agreement in force, and names it or one in whose place it came; an offer needs
 * a clause that covers it. Withdrawals of consent and the relationship thread itself need none.
 */
export function checkAgreement(event: Event, now: AgreementNow): Refusal | undefined {
  if (needsNoAgreement(event.type)) return undefined
  const isKnown = event.agreement !== null && now.state !== 'none' && now.accepted.has(event.agreement)
  if (event.agreement === null) return refusal('agreement-required')
  // What both signed may still be on its way here, in another thread.
  if (!isKnown) return refusal('agreement-unknown')
  if (now.state === 'ended') return refusal('agreement-ended')
  if (now.state !== 'inForce') return refusal('agreement-suspended')
  if (event.type !== 'referral.offer') return undefined
  if (findClause(now.agreement, event.from, event.body) !== undefined) return undefined
  return { code: 'agreement-term', details: { pointers: findTermFaults(now.agreement, event.from, event.body) } }
}

/** PROTOCOL 5: nothing holds up a withdrawal. The relationship thread makes the agreement that others need. */
export function needsNoAgreement(type: Event['type']): boolean {
  return endsUse(type) || isRelationshipType(type)
}

/** PROTOCOL 5: what goes through in both directions although a person suspended the peer. */
export function passesSuspension(type: string): boolean {
  return endsUse(type)
}

function refusal(code: Refusal['code']): Refusal {
  return { code, details: { pointers: ['/agreement'] } }
}
