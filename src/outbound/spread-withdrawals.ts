import { toDay } from '../base/clock.js'
import { isForEverybody } from '../store/erasure-rows.js'
import { onwardReferrals } from './onward-referrals.js'
import type { SubmitDeps } from './submit-deps.js'
import { submitWithdrawal } from './submit-step.js'

/**
 * PROTOCOL 5.7: what was withdrawn from this node, or voided, is withdrawn from everybody to whom it referred it on, whatever became of
 * the copies here, and these are due when the received one is. Idempotent: a hop that was told already is not told again. One that cannot
 * be told keeps no other from being told.
 *
 * @throws the first fault, after everybody else was told
 */
export async function spreadWithdrawal(deps: SubmitDeps, parent: string): Promise<void> {
  const { store } = deps
  const erasure = await store.findErasure(parent)
  if (erasure === undefined || !isForEverybody(erasure.cause)) return
  const { cause, dueAt } = erasure
  const faults: unknown[] = []
  for (const { row, view } of await onwardReferrals(deps, parent)) {
    const { thread } = row
    const known = await store.findErasure(thread)
    if (known === undefined || !isForEverybody(known.cause) || (known.erasedAt === null && known.dueAt > dueAt)) {
      const due = { thread, cause, dueAt, erasedAt: null, remaining: null, certifiedOnward: null } as const
      await store.commit([{ do: 'insertErasure', row: due }])
    }
    if (view.grantEnded || view.state === 'unopened' || view.state === 'enteredInError') continue
    const withdrawnOn = toDay(deps.clock.now())
    try {
      await submitWithdrawal(deps, thread, { scope: 'everything', channel: 'viaSender', withdrawnOn })
    } catch (error) {
      faults.push(error)
    }
  }
  if (faults.length > 0) throw faults[0]
}
