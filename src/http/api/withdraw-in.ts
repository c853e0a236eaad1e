import type { WithdrawIn } from '../../cases/withdraw-referrals.js'
import type { SubmitDeps } from '../../outbound/submit-deps.js'
import { submitWithdrawal } from '../../outbound/submit-step.js'

/** Withdraws consent in a thread; the node names the grant itself. @throws ExchangeError of submitWithdrawal */
export function makeWithdrawIn(deps: SubmitDeps): WithdrawIn {
  return async (thread, body) => {
    await submitWithdrawal(deps, thread, body)
  }
}
