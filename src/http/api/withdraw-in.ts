import type { WithdrawIn } from '../../cases/withdraw-referrals.js'
import type { SubmitDeps } from '../../outbound/submit-deps.js'
import { submitStep } from '../../outbound/submit-step.js'

/** Withdraws consent in a thread; the node names the grant itself. @throws ExchangeError of submitStep */
export function makeWithdrawIn(deps: SubmitDeps): WithdrawIn {
  return async (thread, body) => {
    await submitStep(deps, thread, ({ grant }) => ({ type: 'consent.withdraw', body: { grant: grant.id, ...body } }))
  }
}
