import { orderThread, type ThreadEvent } from './thread-order.js'
import { findTransition, narrowingOf, type Situation, type Transition } from './transition-table.js'
import type { ThreadState } from './thread-states.js'

/** What follows from the events of a thread. */
export interface ThreadView extends Situation {
  /** Where the case goes on from when it is resumed; null unless it rests. */
  readonly heldFrom: ThreadState | null
  /** Digests of the events that count, in order. */
  readonly inOrder: readonly string[]
  /** Digests of events whose guard failed at their place, in order: kept, shown, without effect. */
  readonly superseded: readonly string[]
  /** Digests of events that have no place in the order. */
  readonly leftOut: readonly string[]
}

const beginning = {
  state: 'unopened',
  grantEnded: false,
  narrowed: [],
  closureProposal: null,
  onwardOpen: [],
  onwardAgreed: [],
  heldFrom: null,
} as const satisfies Omit<ThreadView, 'inOrder' | 'superseded' | 'leftOut'>

/**
 * PROTOCOL 4: the state is a fold over the set of events that both nodes hold, in the one order of that set. Refused
 * events do not belong into the set.
 */
export function foldThread(events: readonly ThreadEvent[]): ThreadView {
  const { placed, leftOut } = orderThread(events)
  let now: Evolving = beginning
  const inOrder: string[] = []
  const superseded: string[] = []
  let withdrawnByReceiver = 0
  for (const event of placed) {
    const row = findTransition(now, event, event.role)
    // A grant that was written without knowing of a withdrawal does not give back what was withdrawn.
    const isOutdated = row?.effect === 'renewsGrant' && (event.seen?.n ?? 0) < withdrawnByReceiver
    if (event.type === 'consent.withdraw' && event.role === 'receiver') withdrawnByReceiver = event.n
    if (row === undefined || isOutdated) {
      superseded.push(event.digest)
      continue
    }
    now = evolve(now, row, event)
    inOrder.push(event.digest)
  }
  return { ...now, inOrder, superseded, leftOut }
}

type Evolving = Omit<ThreadView, 'inOrder' | 'superseded' | 'leftOut'>

/** What a step changes. */
function evolve(now: Evolving, row: Transition, event: ThreadEvent): Evolving {
  return { ...now, ...stateAfter(now, row), ...effectOf(now, row, event) }
}

function stateAfter(now: Evolving, { to }: Transition): Pick<Evolving, 'state' | 'heldFrom'> {
  if (to === 'same') return { state: now.state, heldFrom: now.heldFrom }
  if (to === 'held') return { state: now.heldFrom ?? 'inProgress', heldFrom: null }
  return { state: to, heldFrom: to === 'onHold' ? now.state : null }
}

function effectOf(now: Evolving, { effect }: Transition, event: ThreadEvent): Partial<Evolving> {
  switch (effect) {
    case 'endsGrant':
      return { grantEnded: true }
    case 'narrowsGrant':
      return event.type === 'consent.withdraw' ? { narrowed: [...now.narrowed, narrowingOf(event.body)] } : {}
    case 'renewsGrant':
      return { narrowed: [] }
    case 'proposesClosure':
      return { closureProposal: event.digest }
    case 'endsClosure':
      return { closureProposal: null }
    case 'proposesOnward':
      return { onwardOpen: [...now.onwardOpen, event.digest] }
    case 'answersOnward':
      return event.type === 'onward.answer' ? answeredOnward(now, event.body) : {}
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
