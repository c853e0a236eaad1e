import type { Effect } from '../store/batch.js'
import type { ThreadRow } from '../store/rows.js'

/** Where an event belongs: a thread of ours, or one that it opens; and what it changes there. */
export interface Placement {
  readonly row: ThreadRow | undefined
  /** The thread after the event, under the data key with this id. */
  readonly effects: (keyId: string, now: number) => readonly Effect[]
  /** False where nothing but its receipt is kept: a withdrawal that came before its referral. */
  readonly keepsEvent: boolean
  /** The event changes what the peer directory holds in memory. */
  readonly changesPeer: boolean
}
