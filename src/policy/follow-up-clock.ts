import type { ThreadState } from '../referral/thread-states.js'
import type { Counted } from './counted-events.js'
import type { ThreadFacts } from './thread-gate.js'
import { utcDay } from './utc-day.js'

interface Plan {
  readonly everyDays: number
  readonly untilMonth: string
}

/** The report that is owed next, and the event from which its time is counted. Epoch milliseconds. */
export interface ReportDue {
  readonly from: Counted
  readonly dueAt: number
}

const day = 86_400_000
/** A report that the sender asked for is given within this time. */
const requestedMs = 7 * day

/**
 * The next report of the receiver, none where the grant has no purpose of following up: so many days after the last one, or
 * after the care was taken over, up to the last month of the plan; sooner where the sender asked for one.
 */
export function nextReport(
  state: ThreadState,
  { grant, referral }: ThreadFacts,
  events: readonly Counted[],
): readonly ReportDue[] {
  const isFollowed = (state === 'arrived' || state === 'followUp') && grant.purposes.includes('followUp')
  if (!isFollowed) return []
  const begin =
    events.findLast(({ event }) => event.type === 'case.takeover') ??
    events.findLast(({ event }) => event.type === 'arrival.confirm')
  const last = events.findLast(({ event }) => event.type === 'followUp.report')
  const asked = events.findLast(({ event }) => event.type === 'followUp.request' || event.type === 'followUp.report')
  const due = [
    ...planned(planOf(referral, events), last ?? begin),
    ...(asked?.event.type === 'followUp.request' ? [{ from: asked, dueAt: asked.at + requestedMs }] : []),
  ]
  return due.sort((a, b) => a.dueAt - b.dueAt).slice(0, 1)
}

/** What the receiver said that it will report goes before what the sender asked for. */
function planOf({ followUpPlan: asked }: ThreadFacts['referral'], events: readonly Counted[]): Plan | undefined {
  const takeover = events.findLast(({ event }) => event.type === 'case.takeover' && 'followUpPlan' in event.body)
  const promised = takeover?.event.type === 'case.takeover' ? takeover.event.body.followUpPlan : undefined
  return promised ?? (asked?.reporter === 'sender' ? undefined : asked)
}

function planned(plan: Plan | undefined, from: Counted | undefined): readonly ReportDue[] {
  if (plan === undefined || from === undefined) return []
  const dueAt = from.at + plan.everyDays * day
  return utcDay(Math.floor(dueAt / 1000)).slice(0, 7) <= plan.untilMonth ? [{ from, dueAt }] : []
}
