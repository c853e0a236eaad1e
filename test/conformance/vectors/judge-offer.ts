import { now, type Cast } from '../cast.js'
import type { Vector } from '../vector-file.js'
import { also, changedOffer, type OfferChange } from './changed-offer.js'
import { accepted, judged, refused } from './judged-events.js'

/** How an offer is judged: with a code refused for `after-fix`, without one accepted. */
export type JudgeOffer = (comment: string, offer: OfferChange, code?: string, at?: number) => Vector

/** The receiver is outside the countries whose protection of data is that of the Union. */
export const toThirdCountry: OfferChange = { grant: { thirdCountryExplained: true } }

export function judgeOffers({ ro, rs }: Pick<Cast, 'ro' | 'rs'>): JudgeOffer {
  return (comment, offer, code, at = now) => {
    const event = changedOffer(ro, rs, comment, also(toThirdCountry, offer))
    if (code === undefined) return judged(comment, [{ event, at }], [accepted(event)], 'offered')
    const retry = code === 'grant-recipient-mismatch' ? 'never' : 'after-fix'
    return judged(comment, [{ event, at }], [refused(event, code, retry)], null)
  }
}
