import { toDay } from '../base/clock.js'
import type { Query } from '../wire/generated/types.js'
import { loadThread, type LoadedThread } from '../threads/load-thread.js'
import type { SubmitDeps } from './submit-deps.js'
import { submitWithdrawal } from './submit-step.js'

/** A referral as the node that referred it on told those before it. */
export type OnwardReferral = Extract<Query, { readonly type: 'onward.withdraw' }>['body']

/**
 * PROTOCOL 5.7: a node through which a case came withdraws it where the one in between does not answer. What the offer says, which that one
 * signed, decides: the asker stands in its custody. This node then withdraws in the thread itself, so that both ends of it come to
 * the same state. True where the consent is ended now.
 *
 * @throws ExchangeError conflict, content-unreadable
 */
export async function endOnwardReferral(
  deps: SubmitDeps,
  asker: string,
  { root, referral, grant }: OnwardReferral,
): Promise<boolean> {
  const loaded = await loadThread(deps, referral)
  if (loaded?.row.role !== 'receiver' || loaded.row.root !== root || !cameThrough(loaded, asker, grant)) return false
  if (loaded.view.grantEnded || loaded.view.state === 'enteredInError') return true
  await submitWithdrawal(deps, referral, {
    scope: 'everything',
    channel: 'viaSender',
    withdrawnOn: toDay(deps.clock.now()),
  })
  return true
}

/** Whether the offer in effect came under this grant, through this node. Both are left of an offer whose content is destroyed. */
function cameThrough({ events, view }: LoadedThread, node: string, grant: string): boolean {
  return events.some(
    ({ row, event }) =>
      event.type === 'referral.offer' &&
      view.inOrder.includes(row.digest) &&
      event.grant === grant &&
      'custody' in event.body &&
      event.body.custody.includes(node),
  )
}
