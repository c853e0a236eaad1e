import { orderThread, type ThreadEvent } from './thread-order.js'
import { findTransition, type ThreadState, type WithdrawalScope } from './transition-table.js'

/** What follows from the events of a thread. */
export interface ThreadView {
  readonly state: ThreadState
  /** The person withdrew the consent under which the thread travels. */
  readonly grantEnded: boolean
  /** What withdrawals took away from the grant without ending it, in order. */
  readonly narrowed: readonly WithdrawalScope[]
  /** Digests of events whose guard failed at their place, in order: kept, shown, without effect. */
  readonly superseded: readonly string[]
  /** Digests of events that have no place in the order. */
  readonly leftOut: readonly string[]
}

/**
 * PROTOCOL 4: the state is a fold over the set of events that both nodes hold, in the one order of that set. Refused
 * events do not belong into the set.
 */
export function foldThread(events: readonly ThreadEvent[]): ThreadView {
  const { placed, leftOut } = orderThread(events)
  let state: ThreadState = 'unopened'
  let grantEnded = false
  const narrowed = new Set<WithdrawalScope>()
  const superseded: string[] = []
  for (const event of placed) {
    const row = findTransition({ state, grantEnded, narrowed }, event, event.role)
    if (row === undefined) {
      superseded.push(event.digest)
      continue
    }
    if (row.to !== 'same') state = row.to
    if (row.effect === 'endsGrant') grantEnded = true
    if (row.effect === 'narrowsGrant' && event.type === 'consent.withdraw') narrowed.add(event.body.scope)
  }
  return { state, grantEnded, narrowed: [...narrowed], superseded, leftOut }
}
