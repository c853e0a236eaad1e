import type { Agreement, ReferralOfferBody } from '../wire/generated/types.js'

export type Clause = Agreement['clauses'][number]

/** An agreement that both parties signed. */
export interface AcceptedAgreement {
  readonly digest: string
  readonly agreement: Agreement
}

/** What two nodes have agreed on, as it stands at one time (PROTOCOL 6, decision 0011). */
export type AgreementNow =
  | { readonly state: 'none' }
  /** Expired, or not begun yet. */
  | { readonly state: 'ended'; readonly digest: string; readonly accepted: ReadonlySet<string> }
  | { readonly state: 'suspended'; readonly digest: string; readonly accepted: ReadonlySet<string> }
  | {
      readonly state: 'inForce'
      readonly digest: string
      readonly agreement: Agreement
      /** Digests of every agreement that was ever accepted: the one in force came in the place of the others. */
      readonly accepted: ReadonlySet<string>
    }

/**
 * The agreement in force at `nowSeconds`: the one accepted last whose `validFrom` has come, as long as its `validUntil` has not and
 * nobody suspends. An older one never comes back.
 *
 * @param accepted in the order of acceptance
 */
export function agreementAt(
  accepted: readonly AcceptedAgreement[],
  isSuspended: boolean,
  nowSeconds: number,
): AgreementNow {
  const latest = accepted.findLast(({ agreement }) => agreement.validFrom <= nowSeconds)
  const known = new Set(accepted.map(({ digest }) => digest))
  const shown = latest ?? accepted.at(-1)
  if (shown === undefined) return { state: 'none' }
  const { digest, agreement } = shown
  if (latest === undefined || agreement.validUntil <= nowSeconds) return { state: 'ended', digest, accepted: known }
  if (isSuspended) return { state: 'suspended', digest, accepted: known }
  return { state: 'inForce', digest, agreement, accepted: known }
}

/**
 * The clause under which an offer goes; undefined if no single clause covers the sender, all its referral types, and the
 * purposes, data categories, basis and onward rule of its grant.
 */
export function findClause(
  { clauses }: Pick<Agreement, 'clauses'>,
  sender: string,
  { referral, grant }: ReferralOfferBody,
): Clause | undefined {
  const types = [referral.request.primaryType, ...referral.request.otherTypes]
  return clauses.find(
    (clause) =>
      clause.senders.includes(sender) &&
      types.every((type) => clause.referralTypes.includes(type)) &&
      grant.purposes.every((purpose) => clause.purposes.includes(purpose)) &&
      grant.dataCategories.every((category) => clause.dataCategories.includes(category)) &&
      clause.lawfulBases.includes(grant.lawfulBasis) &&
      clause.onward.includes(grant.onward),
  )
}
