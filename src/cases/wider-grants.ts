import { outgrowsGrant } from '../policy/narrower-grant.js'
import { loadThread } from '../threads/load-thread.js'
import type { CaseDeps } from './case-deps.js'
import type { ChainedConsent } from './consent-chain.js'
import { coveredInThread } from './covered-in-thread.js'
import type { GrantDraft } from './grant-for.js'
import { entriesOf, type LoadedCase } from './load-case.js'
import { mayStillHold } from './may-still-hold.js'

/** A referral whose receiver holds, or may do, more than the consent under which it went covers now. */
export interface WiderGrant {
  readonly thread: string
  /** The grant that takes away what the consent covers no more; undefined where none can, or nobody can show that it came from it. */
  readonly covered: GrantDraft | undefined
  /** Whether somebody is not to be contacted of whom no grant can tell this receiver. */
  readonly isUnsaid: boolean
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
    if (thread?.row.role !== 'sender' || thread.facts === undefined || !mayStillHold(thread)) continue
    const { salt = '' } = content
    const now = deps.clock.now()
    const derived = coveredInThread(record, thread, { now, isClosed: loaded.row.state !== 'open', digest, salt })
    const covered = derived.ok ? derived.covered.grant : undefined
    const isWider = covered === undefined || outgrowsGrant(thread.facts.grant, covered).length > 0
    const isUnsaid = derived.ok && derived.covered.unsaid.length > 0
    if (!isWider && !isUnsaid) continue
    found.push({ thread: row.thread, covered: isWider && salt !== '' ? covered : undefined, isUnsaid })
  }
  return found
}
