import type { LoadedThread } from '../threads/load-thread.js'

/**
 * Whether a withdrawal can still end something in a referral that this node sent, whatever its receiver certified: a certificate is the word of one
 * node, those behind it are asked only where a withdrawal is written, and of some of them this node is told later. One that was entered in error has
 * to be destroyed without it. PROTOCOL 5.7
 */
export function isLeftToWithdraw({ view }: Pick<LoadedThread, 'view'>): boolean {
  return !view.grantEnded && view.state !== 'unopened' && view.state !== 'enteredInError'
}
