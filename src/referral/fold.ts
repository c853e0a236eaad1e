import { orderThread, type ThreadEvent } from './thread-order.js'
import { findTransition, isFinal, narrowingOf, type Situation, type Transition } from './transition-table.js'
import type { ThreadState } from './thread-states.js'

/** What follows from the events of a thread. */
export interface ThreadView extends Situation {
  /** Where the case goes on from when it is resumed; null unless it rests. */
  readonly heldFrom: ThreadState | null
  /** Digest of the event at which the use of the data ended: a withdrawal, a void, or what ended the case; null while it goes on. */
  readonly endOfUse: string | null
  /** Digests of the events that count, in order. */
  readonly inOrder: readonly string[]
  /** Digests of events whose guard failed at their place, in order: kept, shown, without effect. */
  readonly superseded: readonly string[]
}

const beginning = {
  state: 'unopened',
  grantEnded: false,
  narrowed: [],
  closureProposal: null,
  onwardOpen: [],
  onwardAgreed: [],
  holds: [],
  heldFrom: null,
  endOfUse: null,
} as const satisfies Omit<ThreadView, 'inOrder' | 'superseded'>

/**
 * PROTOCOL 4: the state is a fold over the set of events that both nodes hold, in the one order of that set. Refused
 * events do not belong into the set.
 */
export function foldThread(events: readonly ThreadEvent[]): ThreadView {
  let now: Evolving = beginning
  const inOrder: string[] = []
  const superseded: string[] = []
  // What the receiver took back, and the last number by which it did; also where that was taken back before.
  const takenBack = new Map<string, number>()
  for (const event of orderThread(events)) {
    const row = findTransition(now, event, event.role)
    if (event.type === 'consent.withdraw' && event.role === 'receiver') takenBack.set(narrowingOf(event.body), event.n)
    if (row === undefined) {
      superseded.push(event.digest)
      continue
    }
    now = evolve(now, row, event)
    if (row.effect === 'renewsGrant') now = { ...now, narrowed: leftTakenBack(now, event, takenBack) }
    inOrder.push(event.digest)
  }
  return { ...now, inOrder, superseded }
}

type Evolving = Omit<ThreadView, 'inOrder' | 'superseded'>

/** What a step changes. */
function evolve(now: Evolving, row: Transition, event: ThreadEvent): Evolving {
  const effect = { ...now, ...effectOf(now, row, event) }
  const after = { ...effect, ...stateAfter(effect, row) }
  const hasEnded = after.grantEnded || isFinal(after.state)
  return hasEnded ? { ...after, endOfUse: now.endOfUse ?? event.digest } : after
}

function stateAfter(now: Evolving, { to }: Transition): Pick<Evolving, 'state' | 'heldFrom' | 'holds'> {
  const { state, heldFrom, holds } = now
  if (to === 'same' || (to === 'held' && holds.length > 0)) return { state, heldFrom, holds }
  if (to === 'held') return { state: heldFrom ?? 'inProgress', heldFrom: null, holds }
  return to === 'onHold' ? { state: to, heldFrom: state, holds } : { state: to, heldFrom: null, holds: [] }
}

/** A grant gives nothing back of which its author did not know that it was taken back. What the sender took back itself it knows. */
function leftTakenBack(
  { narrowed }: Evolving,
  { seen }: ThreadEvent,
  byReceiver: ReadonlyMap<string, number>,
): Evolving['narrowed'] {
  return narrowed.filter((name) => (byReceiver.get(name) ?? 0) > (seen?.n ?? 0))
}

/** What a resume leaves: a hold that its author did not know of stands. */
function holdsAfter({ holds }: Evolving, { role, seen }: ThreadEvent): Evolving['holds'] {
  return holds.filter((hold) => hold.role !== role && hold.n > (seen?.n ?? 0))
}

function effectOf(now: Evolving, { effect }: Transition, event: ThreadEvent): Partial<Evolving> {
  switch (effect) {
    case 'endsGrant':
      return { grantEnded: true }
    case 'narrowsGrant':
      return event.type === 'consent.withdraw' ? { narrowed: [...now.narrowed, narrowingOf(event.body)] } : {}
    case 'proposesClosure':
      return { closureProposal: event.digest }
    case 'endsClosure':
      return { closureProposal: null }
    case 'proposesOnward':
      return { onwardOpen: [...now.onwardOpen, event.digest] }
    case 'answersOnward':
      return event.type === 'onward.answer' ? answeredOnward(now, event.body) : {}
    case 'holds':
      return { holds: [...now.holds, { role: event.role, n: event.n }] }
    case 'endsHolds':
      return { holds: holdsAfter(now, event) }
    default:
      return {}
  }
}

function answeredOnward(
  { onwardOpen, onwardAgreed }: Evolving,
  { proposal, answer }: { readonly proposal: string; readonly answer: string },
): Pick<Evolving, 'onwardOpen' | 'onwardAgreed'> {
  return {
    onwardOpen: onwardOpen.filter((digest) => digest !== proposal),
    onwardAgreed: answer === 'agreed' ? [...onwardAgreed, proposal] : onwardAgreed,
  }
}
