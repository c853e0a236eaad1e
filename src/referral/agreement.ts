import type { Agreement, ReferralOfferBody } from '../wire/generated/types.js'

export type Clause = Agreement['clauses'][number]

/** An agreement that both parties signed. */
export interface AcceptedAgreement {
  readonly digest: string
  readonly agreement: Agreement
  /** Its proposer had taken it back before it saw the acceptance: it is never in force, and keeps its place. */
  readonly isTakenBack: boolean
}

/** What two nodes have agreed on, as it stands at one time (PROTOCOL 6, decision 0011). */
export type AgreementNow =
  | { readonly state: 'none' }
  /** Expired, taken back, or not begun yet. */
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
  const { digest, agreement, isTakenBack } = shown
  const isOver = isTakenBack || agreement.validUntil <= nowSeconds
  if (latest === undefined || isOver) return { state: 'ended', digest, accepted: known }
  if (isSuspended) return { state: 'suspended', digest, accepted: known }
  return { state: 'inForce', digest, agreement, accepted: known }
}

/** A referral and the grant under which it goes, or is to go from now on. */
export type Granted = Pick<ReferralOfferBody, 'referral' | 'grant'>

/**
 * What keeps the clause that comes nearest from covering an offer, or a grant that comes in the place of its own, as JSON pointers into the event; for the reader of a refusal.
 */
export function findTermFaults(
  { clauses }: Pick<Agreement, 'clauses'>,
  sender: string,
  body: Granted,
): readonly string[] {
  const faults = clauses.map((clause) => faultsUnder(clause, sender, body))
  return faults.reduce((nearest, each) => (each.length < nearest.length ? each : nearest), faults[0] ?? [])
}

function faultsUnder(clause: Clause, sender: string, { referral, grant }: Granted): readonly string[] {
  const { primaryType, otherTypes } = referral.request
  const each = <T>(values: readonly T[], allowed: readonly T[], pointer: string): readonly string[] =>
    values.flatMap((value, at) => (allowed.includes(value) ? [] : [`${pointer}/${at}`]))
  return [
    ...(clause.senders.includes(sender) ? [] : ['/from']),
    ...(clause.referralTypes.includes(primaryType) ? [] : ['/body/referral/request/primaryType']),
    ...each(otherTypes, clause.referralTypes, '/body/referral/request/otherTypes'),
    ...each(grant.purposes, clause.purposes, '/body/grant/purposes'),
    ...each(grant.dataCategories, clause.dataCategories, '/body/grant/dataCategories'),
    ...(clause.lawfulBases.includes(grant.lawfulBasis) ? [] : ['/body/grant/lawfulBasis']),
    ...(clause.onward.includes(grant.onward) ? [] : ['/body/grant/onward']),
  ]
}

/**
 * The clause under which an offer goes; undefined if no single clause covers the sender, all its referral types, and the
 * purposes, data categories, basis and onward rule of its grant.
 */
export function findClause({ clauses }: Pick<Agreement, 'clauses'>, sender: string, body: Granted): Clause | undefined {
  return clauses.find((clause) => faultsUnder(clause, sender, body).length === 0)
}
