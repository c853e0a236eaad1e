import { toDay } from '../../src/base/clock.js'
import type { OfferDraft } from '../../src/outbound/submit-offer.js'
import { offerDraft } from '../support/drafts.js'

const dayMs = 86_400_000

/** A word of letters for a number: digits in a text may be taken for somebody's phone number. */
export function markerOf(count: number): string {
  return [...String(count).padStart(6, '0')].map((digit) => 'abcdefghij'.charAt(Number(digit))).join('')
}

/** A referral that every gate lets pass at the time `now`, in ms; the marker is the last word of its text. */
export function exerciseDraft(to: string, marker: string, now: number): OfferDraft {
  const { request } = offerDraft(to).referral
  return offerDraft(to, {
    referral: { request: { ...request, specificNeed: `A place in a shelter. Exercise ${marker}` } },
    grant: { givenOn: toDay(now - 2 * dayMs), validUntil: toDay(now + 180 * dayMs) },
  })
}

/** The marker in the text of a signed offer. */
export function markerIn(text: string | undefined): string {
  const payload = Buffer.from(text?.split('.')[1] ?? '', 'base64url').toString('utf8')
  return /"specificNeed":"[^"]* (\w+)"/.exec(payload)?.[1] ?? 'unreadable'
}
