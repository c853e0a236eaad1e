import type { ReferralOfferEvent } from '../wire/generated/types.js'
import type { Refusal } from './refusal.js'

/** Initials of the person, where this node lets none leave. A rule of the sender alone: a receiver takes what the schema allows. */
export function initialsFault({ body }: Pick<ReferralOfferEvent, 'body'>): Refusal | undefined {
  if (body.referral.subject.initials === undefined) return undefined
  return { code: 'initials-not-allowed', details: { pointers: ['/body/referral/subject/initials'] } }
}
