import type { AcceptedAgreement } from '../referral/agreement.js'

/** How an accepted agreement stands at a time. */
export type AgreementStanding = 'inForce' | 'suspended' | 'ended' | 'replaced' | 'future'

/**
 * How one of the accepted agreements of two nodes stands at `nowSeconds`; undefined if it is not among them. A later one takes
 * its place as soon as it begins, and for good (decision 0011).
 *
 * @param accepted in the order of acceptance
 */
export function agreementStanding(
  accepted: readonly AcceptedAgreement[],
  digest: string,
  { isSuspended, nowSeconds }: { readonly isSuspended: boolean; readonly nowSeconds: number },
): AgreementStanding | undefined {
  const place = accepted.findIndex((each) => each.digest === digest)
  const found = accepted[place]
  if (found === undefined) return undefined
  const { agreement, isTakenBack } = found
  const { validFrom, validUntil } = agreement
  // A later one that begins no later never lets this one begin.
  const before = Math.max(nowSeconds, validFrom)
  if (accepted.slice(place + 1).some((later) => later.agreement.validFrom <= before)) return 'replaced'
  if (validFrom > nowSeconds) return 'future'
  if (isTakenBack || validUntil <= nowSeconds) return 'ended'
  return isSuspended ? 'suspended' : 'inForce'
}
