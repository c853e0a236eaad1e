import { ExchangeError } from '../base/errors.js'
import { outgrowsGrant } from '../policy/narrower-grant.js'
import { loadThread } from '../threads/load-thread.js'
import type { CaseDeps } from './case-deps.js'
import { coveredInThread } from './covered-in-thread.js'
import type { GrantDraft } from './grant-for.js'
import { entriesOf, loadCase } from './load-case.js'
import { findConsent } from './record-consent.js'
import { unrecordedWithdrawals } from './unrecorded-withdrawals.js'

/**
 * PROTOCOL 5.5: a referral that went by a consent of a case gets no grant that goes beyond it: what the person agrees to now is written down first.
 *
 * @throws ExchangeError consent-too-narrow, consent-not-valid, recipient-not-named, withdrawal-unrecorded
 */
export async function refuseBeyondCase(deps: CaseDeps, thread: string, grant: GrantDraft): Promise<void> {
  const row = await deps.store.findThread(thread)
  for (const { caseId } of await deps.store.caseEntriesOfThread(thread)) {
    const kept = await deps.store.findCase(caseId)
    if (row?.role !== 'sender' || kept === undefined || kept.code === null) continue
    const loaded = await loadCase(deps, caseId)
    const consent = entriesOf(loaded, 'link').find((entry) => entry.row.thread === thread)?.content.consent
    if (consent === undefined) continue
    const { record, digest } = findConsent(loaded, consent)
    const withdrawn = (await unrecordedWithdrawals(deps, loaded)).get(consent)
    if (withdrawn !== undefined) throw new ExchangeError('withdrawal-unrecorded', { threads: withdrawn })
    const isClosed = loaded.row.state !== 'open'
    const referral = { row, facts: (await loadThread(deps, thread))?.facts }
    const derived = coveredInThread(record, referral, { now: deps.clock.now(), isClosed, digest, salt: '' })
    if (!derived.ok) throw new ExchangeError(derived.refusal.code, derived.refusal.details)
    const beyond = outgrowsGrant(grant, derived.covered.grant).map((pointer) => `/body/grant${pointer}`)
    if (beyond.length > 0) throw new ExchangeError('consent-too-narrow', { pointers: beyond, case: caseId, consent })
  }
}
