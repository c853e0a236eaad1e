import { toDay } from '../base/clock.js'
import { codeOf } from '../base/errors.js'
import { loadThread } from '../threads/load-thread.js'
import type { Consent, WithdrawConsentRequest } from '../wire/generated/types.js'
import type { CaseDeps } from './case-deps.js'
import { consentChain, type ChainedConsent } from './consent-chain.js'
import { entriesOf, loadCase, type LoadedCase } from './load-case.js'
import { dueAtOnce, findConsent } from './record-consent.js'

/** Most withdrawals that are resumed in one go. */
const maxResumed = 1000

/** Passes a withdrawal on in a thread. @throws ExchangeError transition-not-allowed where nothing is left to withdraw */
export type WithdrawIn = (thread: string, body: WithdrawConsentRequest) => Promise<void>

/** What became of a withdrawal at the receivers. */
export interface PassedOn {
  readonly withdrawn: string[]
  /** Somebody has to look at these. */
  readonly notWithdrawn: string[]
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
  return passOn(deps, loaded, findConsent(loaded, consent))
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
    const isMeant = content.consent === record.consentId && (recipient === undefined || content.recipient === recipient)
    // What was sent since was sent by what the person said since.
    if (row.thread === null || !isMeant || row.seq > entry.seq) continue
    try {
      if (await isSettled(row.thread)) continue
      await deps.withdrawIn(row.thread, body)
      passedOn.withdrawn.push(row.thread)
    } catch (error) {
      // Where it was withdrawn before, or never taken, nothing is left to do. The others must not wait for one that fails.
      if (codeOf(error) !== 'transition-not-allowed') passedOn.notWithdrawn.push(row.thread)
    }
  }
  const isOpen = entry.dueAt !== null && entry.doneAt === null
  if (isOpen && passedOn.notWithdrawn.length === 0) {
    // Somebody else may have done it meanwhile.
    await deps.store.commit([{ do: 'finishCaseEntry', caseId: entry.caseId, id: entry.id, at: deps.clock.now() }])
  }
  return passedOn
}

/** Whether a thread had this withdrawal already, or another grant after it. */
async function isOvertaken(deps: Deps, thread: string, { withdrawal, iat }: Consent): Promise<boolean> {
  const loaded = await loadThread(deps, thread)
  return (
    loaded?.events.some(
      ({ event }) =>
        (event.type === 'consent.update' && event.iat > iat) ||
        (event.type === 'consent.withdraw' &&
          event.from === deps.self &&
          event.iat >= iat &&
          event.body.scope === withdrawal?.scope &&
          event.body.purpose === withdrawal.purpose),
    ) ?? true
  )
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
