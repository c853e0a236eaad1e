import { countingCertificate } from '../referral/counting-certificate.js'
import type { LoadedThread } from '../threads/load-thread.js'

/**
 * Whether a withdrawal can still change anything at the receiver of a referral: one that was entered in error has to be destroyed without it,
 * and of what is certified as destroyed, there and behind, nothing is left.
 */
export function isLeftToWithdraw({ view, events, row }: LoadedThread): boolean {
  if (view.grantEnded || view.state === 'unopened' || view.state === 'enteredInError') return false
  return countingCertificate({ view, events }, row.peer)?.event.body.onward !== 0
}
