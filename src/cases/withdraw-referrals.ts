import { toDay } from '../base/clock.js'
import { codeOf } from '../base/errors.js'
import { loadThread, type LoadedEvent } from '../threads/load-thread.js'
import type { CaseChange, Consent, WithdrawConsentRequest } from '../wire/generated/types.js'
import { beyondReach } from './beyond-reach.js'
import type { CaseDeps } from './case-deps.js'
import { consentChain, type ChainedConsent } from './consent-chain.js'
import { isLeftToWithdraw } from './left-to-withdraw.js'
import { entriesOf, loadCase, type LoadedCase } from './load-case.js'
import { dueAtOnce, findConsent } from './record-consent.js'
import { saysWithdrawal } from './says-withdrawal.js'

/** Most withdrawals that are resumed in one go. */
const maxResumed = 1000

/** Passes a withdrawal on in a thread. @throws ExchangeError transition-not-allowed where nothing is left to withdraw */
export type WithdrawIn = (
  thread: string,
  body: WithdrawConsentRequest & Required<Pick<WithdrawConsentRequest, 'withdrawnOn'>>,
) => Promise<void>

/** What became of a withdrawal at the receivers. */
export interface PassedOn {
  readonly withdrawn: string[]
  /** Somebody has to look at these. */
  readonly notWithdrawn: NonNullable<CaseChange['notWithdrawn']>
}

type Deps = CaseDeps & { readonly withdrawIn: WithdrawIn }

/**
 * PROTOCOL 5: the withdrawal that a consent was recorded with last goes to every receiver that got a grant from it. Safe to say again.
 *
 * @throws ExchangeError case-not-found, case-erased, case-entry-not-found
 */
export async function withdrawReferrals(
  deps: Deps,
  { name, consent }: { readonly name: string; readonly consent: string },
): Promise<PassedOn> {
  const loaded = await loadCase(deps, name)
  const found = findConsent(loaded, consent)
  const { withdrawn, notWithdrawn } = await passOn(deps, loaded, found)
  return { withdrawn, notWithdrawn: [...notWithdrawn, ...(await beyondReach(deps, loaded, found.record))] }
}

/** Passes on what a stop, or a fault, kept from being passed on. What fails again waits for the next time. */
export async function resumeWithdrawals(deps: Deps): Promise<void> {
  for (const { id, caseId } of await deps.store.dueCaseEntries(dueAtOnce, maxResumed)) {
    const loaded = await loadCase(deps, caseId)
    const chained = consentChain(loaded).find(({ row }) => row.id === id)
    if (chained !== undefined)
      await passOn(deps, loaded, chained, (thread) => isOvertaken(deps, thread, chained.record))
  }
}

/** @param isSettled whether nothing is left to do in a thread */
async function passOn(
  deps: Deps,
  loaded: LoadedCase,
  { row: entry, record }: ChainedConsent,
  isSettled: (thread: string) => Promise<boolean> = () => Promise.resolve(false),
): Promise<PassedOn> {
  const passedOn: PassedOn = { withdrawn: [], notWithdrawn: [] }
  const { withdrawal } = record
  if (withdrawal === undefined) return passedOn
  const { on, scope, channel, purpose, recipient } = withdrawal
  const body = { withdrawnOn: on, scope, channel, ...(purpose === undefined ? {} : { purpose }) }
  for (const { row, content } of entriesOf(loaded, 'link')) {
    if (row.thread === null || content.consent !== record.consentId) continue
    const peer = (await deps.store.findThread(row.thread))?.peer
    // What was sent since was sent by what the person said since.
    if ((recipient !== undefined && peer !== recipient) || row.seq > entry.seq) continue
    try {
      if ((await isSettled(row.thread)) || (await isOver(deps, row.thread))) continue
      await deps.withdrawIn(row.thread, body)
      passedOn.withdrawn.push(row.thread)
    } catch (error) {
      // Where it was withdrawn before, or never taken, nothing is left to do. The others must not wait for one that fails.
      if (codeOf(error) !== 'transition-not-allowed')
        passedOn.notWithdrawn.push({ thread: row.thread, reason: 'failed' })
    }
  }
  const isOpen = entry.dueAt !== null && entry.doneAt === null
  if (isOpen && passedOn.notWithdrawn.length === 0) {
    // Somebody else may have done it meanwhile.
    await deps.store.commit([{ do: 'finishCaseEntry', caseId: entry.caseId, id: entry.id, at: deps.clock.now() }])
  }
  return passedOn
}

/** Whether a thread had this withdrawal already, or a grant after it that the person gave since, or that holds no more than was left. */
async function isOvertaken(deps: Deps, thread: string, record: Consent): Promise<boolean> {
  const loaded = await loadThread(deps, thread)
  return (
    loaded?.events.some(
      (each) => each.event.iat >= record.iat && (saysWithdrawal(record, each) || isAgreedSince(each, record)),
    ) ?? true
  )
}

function isAgreedSince({ event, left }: LoadedEvent, { withdrawal, iat }: Consent): boolean {
  if (event.type !== 'consent.update' || event.iat <= iat || left === 'place' || withdrawal === undefined) return false
  const { grant } = event.body
  const isLeft = withdrawal.purpose === undefined || grant.purposes.includes(withdrawal.purpose)
  return !isLeft || grant.givenOn >= withdrawal.on
}

/** Whether nothing is left at the receiver that a withdrawal could end: nobody there is alarmed for nothing. */
async function isOver(deps: Deps, thread: string): Promise<boolean> {
  const loaded = await loadThread(deps, thread)
  return loaded !== undefined && !isLeftToWithdraw(loaded)
}

/** Withdraws everything in a thread; false where nothing is left to withdraw. */
export async function withdrawAll(deps: Pick<Deps, 'clock' | 'withdrawIn'>, thread: string): Promise<boolean> {
  try {
    const withdrawnOn = toDay(deps.clock.now())
    await deps.withdrawIn(thread, { scope: 'everything', channel: 'viaSender', withdrawnOn })
    return true
  } catch (error) {
    if (codeOf(error) === 'transition-not-allowed') return false
    throw error
  }
}
