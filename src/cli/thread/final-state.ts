import { states } from '../../referral/thread-states.js'

/** Whether nothing but a withdrawal, a void or a certificate can follow; a state of a later version is none. */
export function isFinalState(state: string): boolean {
  const known: Readonly<Record<string, { readonly isFinal: boolean }>> = states
  return Object.hasOwn(known, state) && known[state]?.isFinal === true
}
