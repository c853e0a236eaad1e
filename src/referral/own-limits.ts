import { endsUse } from './ends-use.js'

/**
 * Steps by which an author takes something back. A refusal of the other side does not undo them here: who is told that it may
 * no longer use something must not be able to go on by saying no. Both sides see them differently then, and a person is told.
 */
export function limitsOthers(type: string): boolean {
  return endsUse(type) || type === 'agreement.suspend' || type === 'agreement.decline'
}
