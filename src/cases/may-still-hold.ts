import { countingCertificate } from '../referral/counting-certificate.js'
import type { LoadedThread } from '../threads/load-thread.js'
import { onwardHolders } from '../threads/onward-holders.js'
import { isLeftToWithdraw } from './left-to-withdraw.js'

/**
 * Whether somebody may still hold or use, by a grant that has not ended, what a referral brought: the receiver as long as it does not certify that
 * nothing is left, and anybody to whom it referred on. These are asked only after the end, so until then nobody there has answered.
 */
export function mayStillHold(loaded: LoadedThread): boolean {
  if (!isLeftToWithdraw(loaded)) return false
  const certificate = countingCertificate(loaded, loaded.row.peer)
  return certificate?.event.body.onward !== 0 || onwardHolders(loaded).length > 0
}
