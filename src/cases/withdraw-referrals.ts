import { toDay } from '../base/clock.js'
import { codeOf } from '../base/errors.js'
import type { WithdrawCaseConsentRequest, WithdrawConsentRequest } from '../wire/generated/types.js'
import type { CaseDeps } from './case-deps.js'
import { entriesOf, loadCase } from './load-case.js'

/** Passes a withdrawal on in a thread. @throws ExchangeError transition-not-allowed where nothing is left to withdraw */
export type WithdrawIn = (thread: string, body: WithdrawConsentRequest) => Promise<void>

/** What became of a withdrawal at the receivers. */
export interface PassedOn {
  readonly withdrawn: string[]
  /** Somebody has to look at these. */
  readonly notWithdrawn: string[]
}

/** PROTOCOL 5: a withdrawal goes to every receiver that got a grant from this consent. Safe to say again. */
export async function withdrawReferrals(
  deps: CaseDeps & { readonly withdrawIn: WithdrawIn },
  { name, consent }: { readonly name: string; readonly consent: string },
  { on, scope, channel, purpose, recipient }: WithdrawCaseConsentRequest,
): Promise<PassedOn> {
  const body = { withdrawnOn: on, scope, channel, ...(purpose === undefined ? {} : { purpose }) }
  const passedOn: PassedOn = { withdrawn: [], notWithdrawn: [] }
  for (const { row, content } of entriesOf(await loadCase(deps, name), 'link')) {
    const isMeant = content.consent === consent && (recipient === undefined || content.recipient === recipient)
    if (row.thread === null || !isMeant) continue
    try {
      await deps.withdrawIn(row.thread, body)
      passedOn.withdrawn.push(row.thread)
    } catch (error) {
      // Where it was withdrawn before, or never taken, nothing is left to do. The others must not wait for one that fails.
      if (codeOf(error) !== 'transition-not-allowed') passedOn.notWithdrawn.push(row.thread)
    }
  }
  return passedOn
}

/** Withdraws everything in a thread; false where nothing is left to withdraw. */
export async function withdrawAll(
  deps: Pick<CaseDeps, 'clock'> & { readonly withdrawIn: WithdrawIn },
  thread: string,
): Promise<boolean> {
  try {
    const withdrawnOn = toDay(deps.clock.now())
    await deps.withdrawIn(thread, { scope: 'everything', channel: 'viaSender', withdrawnOn })
    return true
  } catch (error) {
    if (codeOf(error) === 'transition-not-allowed') return false
    throw error
  }
}
