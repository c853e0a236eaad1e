import { toTimestamp } from '../../base/clock.js'
import type {
  AgreementSummary,
  AlarmView,
  DueList,
  DueTaskList,
  PairingView,
  ThreadSummary,
  ThreadView,
} from '../../wire/generated/types.js'
import { validateDueTaskList, validatePairingList } from '../../wire/generated/validators.js'
import { agreementsWaitingForUs } from '../agreements-waiting.js'
import type { LocalApi } from '../local-api.js'
import type { Failure } from '../outcome.js'
import { readAlarms } from '../read-alarms.js'
import { readDue } from '../read-due.js'
import { readThreads } from '../read-threads.js'
import { journeysOf, type Journey } from './journeys.js'
import { readLiveThreads } from './read-live-threads.js'
import { undelivered, type Undelivered } from './undelivered.js'

type Due = DueList['due'][number]

/** Everything that waits for a person of this office. */
export interface Today {
  readonly ok: true
  readonly isRunning: boolean
  readonly undelivered: readonly Undelivered[]
  readonly alarms: readonly AlarmView[]
  /** Received, and nobody opened them yet. */
  readonly unopened: readonly ThreadSummary[]
  readonly journeys: readonly Journey[]
  /** What this node owes and somebody has to decide, whenever it ends; of the rest what ends within a day. */
  readonly due: readonly Due[]
  /** What is owed later than that. */
  readonly later: number
  /** Referrals in which a proposal to refer on waits for this node. */
  readonly onward: readonly ThreadView[]
  readonly unreadable: readonly ThreadSummary[]
  readonly cases: DueTaskList
  readonly agreements: readonly AgreementSummary[]
  readonly pairings: readonly PairingView[]
  /** There is more of something than was read. */
  readonly isMore: boolean
}

/** More than this nobody reads in a day. */
const maxRead = 1000
const dayMs = 86_400_000

/** What a person decides: it waits from the first day, not from the last. */
const decisions: ReadonlySet<Due['kind']> = new Set([
  'open',
  'respond',
  'answerQuestion',
  'answerClosure',
  'missedArrival',
  'regulariseConsent',
])

/** Asks the node for everything that waits. @param now epoch milliseconds */
export async function readToday(api: LocalApi, now: number): Promise<Today | Failure> {
  const outbox = await undelivered(api, now)
  if (!outbox.ok) return outbox
  const alarms = await readAlarms(api, false)
  if ('ok' in alarms) return alarms
  const unopened = await readThreads(api, { role: 'receiver', state: 'offered' }, maxRead)
  if (!unopened.ok) return unopened
  const owed = await readDue(api, {}, maxRead)
  if (!owed.ok) return owed
  const live = await readLiveThreads(api)
  if (!live.ok) return live
  const cases = await api.ask({ method: 'GET', path: '/api/v1/cases/due', answer: validateDueTaskList })
  if (!cases.ok) return cases
  const agreements = await agreementsWaitingForUs(api)
  if (!agreements.ok) return agreements
  const pairings = await api.ask({ method: 'GET', path: '/api/v1/pairings', answer: validatePairingList })
  if (!pairings.ok) return pairings
  // Times of the API sort as text.
  const until = toTimestamp(now + dayMs)
  const due = owed.due.filter(
    ({ dueAt, overdue, kind, owedBy }) => overdue || dueAt <= until || (owedBy === 'us' && decisions.has(kind)),
  )
  return {
    ok: true,
    isRunning: api.isRunning,
    undelivered: outbox.body,
    alarms,
    unopened: unopened.threads,
    journeys: journeysOf(live.views),
    due,
    later: owed.due.length - due.length,
    onward: live.views.filter(({ next }) => next.includes('onward.answer')),
    unreadable: live.unreadable,
    cases: cases.body,
    agreements: agreements.body,
    pairings: pairings.body.pairings,
    isMore: [unopened, owed].some(({ next }) => next !== undefined) || live.isMore,
  }
}
