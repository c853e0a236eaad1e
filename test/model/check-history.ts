import { isDeepStrictEqual } from 'node:util'
import type { ThreadView } from '../../src/referral/fold.js'
import type { ThreadEvent } from '../../src/referral/thread-order.js'
import { rankOf, isFinal, ranks, type Role } from '../../src/referral/transition-table.js'
import type { ThreadState } from '../../src/referral/thread-states.js'
import { allOf, deliverable, heldBy, missingAt, roles, type History } from './history.js'
import type { Rules } from './rules.js'

export type Fault =
  | 'replicas-differ'
  | 'honest-event-refused'
  | 'event-left-out'
  | 'final-state-left'
  | 'step-after-grant-ended'
  | 'withdrawal-without-effect'
  | 'recall-lost'
  | 'void-lost'
  | 'clock-beats-person'
  | 'hold-lost'

export interface Checked {
  readonly faults: readonly Fault[]
  /** Orders of delivery that this covers. */
  readonly orders: number
}

/**
 * Delivers what is on its way in every order, and looks at what both replicas make of it. What arrives at one replica changes
 * nothing at the other one, so each is tried for itself.
 */
export function checkHistory(history: History, rules: Rules): Checked {
  const faults = new Set<Fault>()
  const views: ThreadView[] = []
  let orders = binomial(missingAt(history, 'sender').length, missingAt(history, 'receiver').length)
  for (const role of roles) {
    const found = arrivals(heldBy(history, role), missingAt(history, role), rules, faults)
    orders *= found.length
    views.push(...found)
  }
  const [view] = views
  if (view === undefined) return { faults: [...faults], orders }
  if (views.some((other) => !isSameView(other, view))) faults.add('replicas-differ')
  for (const fault of faultsOfView(view, history)) faults.add(fault)
  return { faults: [...faults], orders }
}

/** Ways to shuffle two rows of this length into one. */
function binomial(one: number, other: number): number {
  return Array.from({ length: other }, (_, at) => at + 1).reduce((ways, at) => (ways * (one + at)) / at, 1)
}

/** Whether what follows a final state is a void at most. */
export function keepsFinal(before: ThreadState, after: ThreadState): boolean {
  return !isFinal(before) || after === before || after === 'enteredInError'
}

/** What a replica sees after each order in which the missing events can arrive. */
function arrivals(
  held: readonly ThreadEvent[],
  missing: readonly ThreadEvent[],
  rules: Rules,
  faults: Set<Fault>,
): readonly ThreadView[] {
  if (missing.length === 0) return [rules.fold(held)]
  return deliverable(missing, rules.overtakes).flatMap((event) => {
    if (!rules.mayHaveSent(held, event)) faults.add('honest-event-refused')
    return arrivals(
      [...held, event],
      missing.filter((other) => other !== event),
      rules,
      faults,
    )
  })
}

function isSameView(a: ThreadView, b: ThreadView): boolean {
  return a.state === b.state && isDeepStrictEqual(a, b)
}

function faultsOfView(view: ThreadView, history: History): readonly Fault[] {
  const events = allOf(history)
  const byDigest = new Map(events.map((event) => [event.digest, event]))
  const inOrder = view.inOrder.flatMap((digest) => byDigest.get(digest) ?? [])
  const superseded = view.superseded.flatMap((digest) => byDigest.get(digest) ?? [])
  const ends = inOrder.findIndex((event) => event.type === 'consent.withdraw' && event.body.scope === 'everything')
  const afterEnd = ends === -1 ? [] : inOrder.slice(ends + 1)
  const without = (type: ThreadEvent['type']): boolean => superseded.some((event) => event.type === type)
  const isWithdrawn = view.grantEnded
  return [
    ...fault('event-left-out', view.inOrder.length + view.superseded.length < events.length),
    ...fault(
      'step-after-grant-ended',
      afterEnd.some(({ type }) => type !== 'erasure.certify'),
    ),
    ...fault(
      'withdrawal-without-effect',
      events.some((event) => isLostWithdrawal(event, view, inOrder)),
    ),
    ...fault('recall-lost', without('referral.recall') && !isWithdrawn && view.state !== 'enteredInError'),
    ...fault('void-lost', without('referral.void') && !isWithdrawn),
    ...fault(
      'clock-beats-person',
      inOrder.some((event) => beatsPerson(event, superseded)),
    ),
    ...fault(
      'hold-lost',
      ['accepted', 'inProgress'].includes(view.state) && inOrder.some((event) => isUnanswered(event, inOrder)),
    ),
  ]
}

/** A hold that no resume ended whose author knew of it. */
function isUnanswered({ type, role, n }: ThreadEvent, inOrder: readonly ThreadEvent[]): boolean {
  if (type !== 'case.hold') return false
  return !inOrder.some(
    (event) => event.type === 'case.resume' && (event.role === role ? event.n > n : (event.seen?.n ?? 0) >= n),
  )
}

/** A withdrawal that has no effect, or that was undone by a grant whose author did not know of it. */
function isLostWithdrawal(event: ThreadEvent, view: ThreadView, inOrder: readonly ThreadEvent[]): boolean {
  if (event.type !== 'consent.withdraw' || view.grantEnded) return false
  const { scope, purpose } = event.body
  if (scope === 'everything') return true
  const isRenewed = inOrder.some(
    ({ type, n, seen }) =>
      type === 'consent.update' && (event.role === 'sender' ? n > event.n : (seen?.n ?? 0) >= event.n),
  )
  return !isRenewed && !view.narrowed.includes(purpose === undefined ? scope : `${scope} ${purpose}`)
}

/** An event that only the clock called for, and because of which a decision of the same moment has no effect. */
function beatsPerson({ type }: ThreadEvent, superseded: readonly ThreadEvent[]): boolean {
  if (rankOf(type) !== ranks.clock) return false
  const decisions: readonly string[] =
    type === 'referral.expire'
      ? ['referral.accept', 'referral.decline']
      : ['closure.refuse', 'closure.agree', 'travel.notice', 'arrival.missed', 'case.hold']
  return superseded.some((event) => decisions.includes(event.type))
}

function fault(name: Fault, isFound: boolean): readonly Fault[] {
  return isFound ? [name] : []
}

/** A history as people read it: each author's steps, and what arrived. */
export function tell(history: History): string {
  const line = (role: Role): string =>
    history.written[role]
      .map(
        (event) =>
          `${event.type}${'body' in event ? ` ${Object.values(event.body).join(' ')}` : ''} (seen ${event.seen?.n ?? 0})`,
      )
      .join(', ')
  return `sender: ${line('sender')}; receiver: ${line('receiver')}; arrived ${history.arrived.receiver}/${history.arrived.sender}`
}
