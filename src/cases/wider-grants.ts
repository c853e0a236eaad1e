import { exceedsGrant } from '../policy/exceeds-grant.js'
import { loadThread } from '../threads/load-thread.js'
import type { CaseDeps } from './case-deps.js'
import type { ChainedConsent } from './consent-chain.js'
import { grantFor, type GrantDraft } from './grant-for.js'
import { isLeftToWithdraw } from './left-to-withdraw.js'
import { entriesOf, type LoadedCase } from './load-case.js'

/** A referral whose receiver holds, or may do, more than the consent under which it went covers now. */
export interface WiderGrant {
  readonly thread: string
  /** What the consent covers; undefined where it covers nothing for this receiver, or nobody can show that it came from it. */
  readonly covered: GrantDraft | undefined
}

/** Referrals of a case in which more was granted than a consent of it covers. What has ended for good is not among them. */
export async function widerGrants(
  deps: CaseDeps,
  loaded: LoadedCase,
  { record, digest }: ChainedConsent,
): Promise<readonly WiderGrant[]> {
  const found: WiderGrant[] = []
  for (const { row, content } of entriesOf(loaded, 'link')) {
    if (row.thread === null || content.consent !== record.consentId) continue
    const thread = await loadThread(deps, row.thread)
    if (thread?.row.role !== 'sender' || thread.facts === undefined || !isLeftToWithdraw(thread)) continue
    const { salt = '' } = content
    const now = deps.clock.now()
    const derived = grantFor(record, thread.row.peer, { now, isClosed: loaded.row.state !== 'open', digest, salt })
    if (derived.ok && exceedsGrant(thread.facts.grant, derived.grant).length === 0) continue
    found.push({ thread: row.thread, covered: derived.ok && salt !== '' ? derived.grant : undefined })
  }
  return found
}
