import { nextStep, scheduleOf } from '../referral/clock-schedule.js'
import { clockAlarms, type ThreadClock } from '../referral/thread-clock.js'
import type { ReferralEvent } from '../referral/referral-event.js'
import type { ThreadView } from '../referral/fold.js'
import type { KnownEvent } from '../policy/counted-events.js'
import { threadClocks } from '../policy/thread-clocks.js'
import { threadFacts } from '../policy/thread-facts.js'
import type { Effect } from '../store/batch.js'
import type { ThreadClockRow } from '../store/clock-rows.js'
import type { ThreadRow } from '../store/rows.js'
import type { LoadedEvent } from './load-thread.js'

/** Who acknowledges an alarm whose cause is gone. */
const byItself = 'this node'

/** A thread as it is once the batch is kept. */
export interface ThreadAfter {
  readonly row: Pick<ThreadRow, 'thread' | 'role' | 'urgency'>
  /** The one that the thread has then. */
  readonly version: number
  readonly events: readonly KnownEvent[]
  readonly view: ThreadView
  /** Epoch milliseconds. */
  readonly now: number
}

/** PROTOCOL 4.9: what is owed in a thread from now on, in the batch of its change; nobody reads a thread to see what is due. */
export function clockEffects({ row, version, events, view, now }: ThreadAfter): readonly Effect[] {
  const { thread, role, urgency } = row
  const clocks = threadClocks({ role, urgency, view, events, facts: threadFacts({ events, view }) })
  const rows = clocks.map((clock) => clockRow(thread, clock, urgency))
  return [{ do: 'setThreadClocks', thread, version, rows, at: now, by: byItself }]
}

function clockRow(thread: string, clock: ThreadClock, urgency: string): ThreadClockRow {
  const nextAt = nextStep(scheduleOf(clock, urgency), 0)?.at ?? null
  return { ...clock, thread, alarm: clockAlarms[clock.kind], reminders: 0, nextAt }
}

/** The events of a thread with one more. */
export function withEvent(
  before: readonly LoadedEvent[],
  event: ReferralEvent,
  { digest, isOurs, now }: { readonly digest: string; readonly isOurs: boolean; readonly now: number },
): readonly KnownEvent[] {
  const direction = isOurs ? 'out' : 'in'
  return [...before, { event, row: { digest, storedAt: now, direction, verdict: isOurs ? 'pending' : 'accepted' } }]
}
