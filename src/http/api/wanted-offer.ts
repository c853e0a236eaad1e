import type { WantedOffer } from '../../cases/link-referral.js'
import type { SubmitCaseReferralRequest } from '../../wire/generated/types.js'

/** What a case is asked for by a request to offer a referral. */
export function wantedOffer({
  to,
  consent,
  again = false,
  referral,
}: Pick<SubmitCaseReferralRequest, 'to' | 'consent' | 'again' | 'referral'>): WantedOffer {
  const { parentReferralId: parent } = referral
  const asked = { to, consent, again, type: referral.request.primaryType, isExercise: referral.isExercise }
  return parent === undefined ? asked : { ...asked, parent }
}
