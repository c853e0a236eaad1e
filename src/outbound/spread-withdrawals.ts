import { toDay } from '../base/clock.js'
import { loadThread } from '../threads/load-thread.js'
import type { SubmitDeps } from './submit-deps.js'
import { submitStep } from './submit-step.js'

/**
 * PROTOCOL 5: what was withdrawn from this node, or voided, is withdrawn from everybody to whom it referred it on. Idempotent: a
 * hop that was told already is not told again.
 */
export async function spreadWithdrawal(deps: SubmitDeps, parent: string): Promise<void> {
  const erasure = await deps.store.findErasure(parent)
  if (erasure?.cause !== 'consentWithdrawn' && erasure?.cause !== 'void') return
  for (const { thread } of await deps.store.linksTo(parent)) {
    const child = await loadThread(deps, thread)
    if (child?.row.role !== 'sender' || child.view.grantEnded || child.view.state === 'unopened') continue
    await submitStep(deps, thread, ({ grant }) => ({
      type: 'consent.withdraw',
      body: { grant: grant.id, scope: 'everything', channel: 'viaSender', withdrawnOn: toDay(deps.clock.now()) },
    }))
  }
}
