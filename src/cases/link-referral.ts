import { ExchangeError } from '../base/errors.js'
import type { Batch } from '../store/batch.js'
import { loadThread } from '../threads/load-thread.js'
import { encodeBase64url } from '../wire/base64url.js'
import type { LinkReferralRequest } from '../wire/generated/types.js'
import type { CaseCall, CaseDeps } from './case-deps.js'
import { changeBatch, changeCase, type Changed } from './change-case.js'
import { grantFor, type GrantDraft } from './grant-for.js'
import { loadCase, type LoadedCase } from './load-case.js'
import { openAlike, type Asked } from './open-alike.js'
import { findConsent } from './record-consent.js'
import { unrecordedWithdrawals } from './unrecorded-withdrawals.js'

/**
 * A referral that is here already, sent or received, belongs to the case from now on.
 *
 * @throws ExchangeError thread-not-found, conflict where it is linked already, case-entry-not-found
 */
export async function linkReferral(
  deps: CaseDeps,
  call: CaseCall,
  { thread, consent }: LinkReferralRequest,
): Promise<Changed> {
  const found = await loadThread(deps, thread)
  if (found === undefined) throw new ExchangeError('thread-not-found')
  const grant = found.facts?.grant
  const facts = grant === undefined ? {} : { recipient: grant.recipient, personCode: grant.personCode }
  return changeCase(deps, call, (loaded) => {
    if (consent !== undefined) findConsent(loaded, consent)
    if (loaded.entries.some(({ row }) => row.thread === thread)) throw new ExchangeError('conflict', { thread })
    return { entries: [{ kind: 'link', thread, content: { ...facts, ...(consent === undefined ? {} : { consent }) } }] }
  })
}

/** A referral that is about to go out for a case. */
export interface CaseOffer {
  readonly grant: GrantDraft
  /** What is written with it: the case remembers the thread and the code of the person towards this receiver. */
  readonly link: (sent: { readonly thread: string; readonly personCode: string }) => Batch
}

/** What is to go out by which consent. */
export interface WantedOffer extends Asked {
  readonly consent: string
  /** A person knows that the same is asked already, and means a second one. */
  readonly again: boolean
  /** The referral that it continues. */
  readonly parent?: string
}

/**
 * Derives the grant for a referral from a consent of the case.
 *
 * @throws ExchangeError case-not-found, case-erased, case-entry-not-found, withdrawal-unrecorded, consent-not-valid, recipient-not-named,
 * referral-open, other-case where it continues a referral of another case
 */
export async function prepareOffer(
  deps: CaseDeps,
  { name, by }: CaseCall,
  { consent, again, parent, ...asked }: WantedOffer,
): Promise<CaseOffer> {
  const { to } = asked
  const loaded = await loadCase(deps, name)
  const { record, digest } = findConsent(loaded, consent)
  const withdrawn = (await unrecordedWithdrawals(deps, loaded)).get(record.consentId)
  if (withdrawn !== undefined) throw new ExchangeError('withdrawal-unrecorded', { threads: withdrawn })
  const salt = encodeBase64url(deps.random.bytes(32))
  const isClosed = loaded.row.state !== 'open'
  const derived = grantFor(record, to, { now: deps.clock.now(), isClosed, digest, salt })
  if (!derived.ok) throw new ExchangeError(derived.refusal.code, derived.refusal.details)
  if (parent !== undefined && (await isOfOtherCase(deps, loaded, parent))) throw new ExchangeError('other-case')
  const open = again ? [] : await openAlike(deps, loaded, asked)
  if (open.length > 0) throw new ExchangeError('referral-open', { threads: open })
  return {
    grant: derived.grant,
    link: ({ thread, personCode }) =>
      changeBatch(deps, loaded, by, {
        entries: [{ kind: 'link', thread, content: { recipient: to, personCode, consent, salt } }],
      }),
  }
}

/** Of a referral that no case has nothing is known. */
async function isOfOtherCase({ store }: CaseDeps, { row }: LoadedCase, thread: string): Promise<boolean> {
  const cases = (await store.caseEntriesOfThread(thread)).map(({ caseId }) => caseId)
  return cases.length > 0 && !cases.includes(row.id)
}
