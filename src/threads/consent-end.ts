import { overtakes } from '../referral/ends-use.js'
import type { LoadedThread } from './load-thread.js'

export interface ConsentEnd {
  /** When this node wrote it or came to know of it, epoch milliseconds. */
  readonly at: number
  /** Both nodes have an event that says so: the other side wrote it, or gave a receipt for it. */
  readonly isConfirmed: boolean
}

/** The withdrawal or void by which the use of what was sent ended; undefined while it goes on, and where the case ended otherwise. */
export function consentEnd({ view, events }: Pick<LoadedThread, 'view' | 'events'>): ConsentEnd | undefined {
  if (!view.grantEnded && view.state !== 'enteredInError') return undefined
  const ends = events.filter(({ event }) => event.type !== 'erasure.certify' && overtakes(event))
  const times = ends.filter(({ row }) => view.inOrder.includes(row.digest)).map(({ row }) => row.storedAt)
  if (times.length === 0) return undefined
  return { at: Math.min(...times), isConfirmed: ends.some(({ row }) => row.verdict === 'accepted') }
}
