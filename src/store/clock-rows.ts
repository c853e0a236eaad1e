import type { ThreadClock } from '../referral/thread-clock.js'
import type { ThreadRow } from './rows.js'

/** Something that is owed in a thread, and how far people were told of it (PROTOCOL 4.9). Times, codes and ids only. */
export interface ThreadClockRow extends ThreadClock {
  readonly thread: string
  /** Problem code of its alarm. */
  readonly alarm: string
  /** Reminders given so far. */
  readonly reminders: number
  /** When the node has to remind, or to act, next; null where nothing follows. */
  readonly nextAt: number | null
}

/** The same with what a reader of a list needs of its thread. */
export type DueClockRow = ThreadClockRow &
  Pick<ThreadRow, 'peer' | 'role' | 'state' | 'urgency' | 'type' | 'isExercise'>

export interface ThreadClockPage {
  readonly limit: number
  readonly thread?: string
  readonly kind?: ThreadClock['kind']
  /** Due by then. */
  readonly until?: number
  /** Strictly after this one, by (dueAt, thread, kind, about). */
  readonly after?: Pick<ThreadClockRow, 'dueAt' | 'thread' | 'kind' | 'about'>
}
