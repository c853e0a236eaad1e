import type { ReferralEvent } from '../referral/referral-event.js'
import type { ThreadView } from '../referral/fold.js'
import { isNarrower, noticeDiesAt } from '../policy/trim.js'
import type { Effect } from '../store/batch.js'
import type { ThreadRow } from '../store/rows.js'
import type { LoadedThread } from './load-thread.js'
import { erasureCause, erasureDelayMs } from './thread-changes.js'

export interface Change {
  /** The thread before the event; undefined where the event opened it. */
  readonly before: LoadedThread | undefined
  readonly row: Pick<ThreadRow, 'thread' | 'role'>
  /** What follows from the thread with the event. */
  readonly view: ThreadView
  readonly event: ReferralEvent
  /** Epoch milliseconds. */
  readonly now: number
}

/**
 * What else an event sets off, whoever wrote it, in its own batch: content that has to go (PROTOCOL 5). The work itself is done by
 * the erasure round.
 */
export function afterEvent({ before, row, view, event, now }: Change): readonly Effect[] {
  const { thread } = row
  const cause = erasureCause({ row, view })
  return [
    ...(cause === undefined ? [] : [erase(thread, cause, now + erasureDelayMs)]),
    ...trims({ before, row, view, event, now }).map((dueAt): Effect => ({ do: 'putTrim', row: { thread, dueAt } })),
  ]
}

function erase(thread: string, cause: NonNullable<ReturnType<typeof erasureCause>>, dueAt: number): Effect {
  return { do: 'insertErasure', row: { thread, cause, dueAt, erasedAt: null, remaining: null, certifiedOnward: null } }
}

function trims({ before, row, event, now }: Change): readonly number[] {
  switch (event.type) {
    case 'travel.notice':
      return [noticeDiesAt(event, undefined) * 1000]
    case 'arrival.confirm':
      return [now]
    case 'consent.update': {
      const grant = before?.facts?.grant
      return row.role === 'receiver' && grant !== undefined && isNarrower(grant, event.body.grant) ? [now] : []
    }
    default:
      return []
  }
}
