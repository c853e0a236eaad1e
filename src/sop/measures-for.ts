import type { Measure } from '../wire/generated/types.js'
import type { AdaptedMeasure } from './adapted-measure.js'

export type ReferralType = Measure['suggestedFor'][number]

/** Ids of the measures that a referral of this type brings to mind. A suggestion: nothing checks that they are taken. */
export function measuresFor(measures: readonly AdaptedMeasure[], referralType: ReferralType): readonly string[] {
  return measures
    .filter(({ measure, hidden }) => hidden === undefined && measure.suggestedFor.includes(referralType))
    .map(({ measure }) => measure.id)
}
