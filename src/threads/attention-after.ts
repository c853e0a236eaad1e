import type { ProblemCode } from '../base/errors.js'
import type { ThreadView } from '../referral/fold.js'
import type { ReferralEvent } from '../referral/referral-event.js'

const withdrawn: ProblemCode = 'withdrawn-at-peer'

/**
 * What a person must look at in a thread after an event. A withdrawal changes nothing in the state of a thread that has ended, or that
 * goes on with less: it stays beside the state until the person consents anew.
 */
export function attentionAfter(
  attention: string | null,
  { type }: Pick<ReferralEvent, 'type'>,
  { digest, view }: { readonly digest: string; readonly view: Pick<ThreadView, 'inOrder'> },
): string | null {
  if (!view.inOrder.includes(digest)) return attention
  if (type === 'consent.withdraw') return withdrawn
  return type === 'consent.update' && attention === withdrawn ? null : attention
}
