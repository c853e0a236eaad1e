import type { Consent } from '../wire/generated/types.js'
import type { LoadedThread } from '../threads/load-thread.js'
import { grantFor, type GrantDraft, type GrantFacts } from './grant-for.js'

/** What a consent covers of a referral that went out, as far as an update can say it. */
export interface CoveredInThread {
  readonly grant: GrantDraft
  /** Whom the person wants not contacted and the referral does not name: no update can say it (PROTOCOL 5.3), so a person has to. */
  readonly unsaid: GrantDraft['exclusions']
}

/** PROTOCOL 5.5: what the receiver of a referral may have under a consent now, or why nothing. */
export function coveredInThread(
  consent: Consent,
  { row, facts }: Pick<LoadedThread, 'row' | 'facts'>,
  now: GrantFacts,
): { readonly ok: true; readonly covered: CoveredInThread } | Extract<ReturnType<typeof grantFor>, { ok: false }> {
  const derived = grantFor(consent, row.peer, now)
  if (!derived.ok) return derived
  const { grant } = derived
  if (facts === undefined) return { ok: true, covered: { grant, unsaid: [] } }
  const { grant: held, referral } = facts
  const named = new Set(referral.risk.doNotContact)
  // Of a consent that lasts as long as the case the day is this node's, not the person's: a later one that was given is no more than agreed.
  const isLater = consent.validUntil === 'caseClosure' && held.validUntil > grant.validUntil
  const said = {
    ...grant,
    validUntil: isLater ? held.validUntil : grant.validUntil,
    exclusions: grant.exclusions.filter((who) => named.has(who)),
  }
  return { ok: true, covered: { grant: said, unsaid: grant.exclusions.filter((who) => !named.has(who)) } }
}
