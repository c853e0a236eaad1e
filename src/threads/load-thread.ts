import type { KeyStore } from '../crypto/key-store.js'
import { foldThread, type ThreadView } from '../referral/fold.js'
import { threadFacts } from '../policy/thread-facts.js'
import type { ThreadFacts } from '../policy/thread-gate.js'
import { limitsOthers } from '../referral/own-limits.js'
import type { ThreadEvent } from '../referral/thread-order.js'
import type { ReferralEvent } from '../referral/referral-event.js'
import type { Store } from '../store/port.js'
import type { EventRow, ThreadRow } from '../store/rows.js'
import type { Left } from './remains.js'
import { decryptContent, eventOf, leftOf } from './thread-content.js'

/** A referral thread as this node holds it: the row, its events with content, and the state that follows from them. */
export interface LoadedThread {
  readonly row: ThreadRow
  readonly events: readonly LoadedEvent[]
  /** What counts: refused events are without effect on both sides (PROTOCOL 4). */
  readonly inEffect: readonly ThreadEvent[]
  readonly view: ThreadView
  /** What the gates must know of it; undefined where no offer is in effect, or its content was destroyed. */
  readonly facts: ThreadFacts | undefined
}

export interface LoadedEvent {
  readonly row: EventRow
  /** Where `left` is not `whole`, without its nonce and without members of its body. */
  readonly event: ReferralEvent
  readonly left: Left
}

/** Reads a referral thread and computes its state; undefined if unknown, or if it is no referral. @throws ExchangeError content-unreadable */
export async function loadThread(
  { store, keys, self }: { readonly store: Store; readonly keys: KeyStore; readonly self: string },
  thread: string,
): Promise<LoadedThread | undefined> {
  const row = await store.findThread(thread)
  if (row?.kind !== 'referral') return undefined
  const events = (await store.eventsOf(thread)).map((eventRow) => {
    const content = decryptContent(keys, row, eventRow)
    // Only events of these types are ever placed in such a thread.
    return { row: eventRow, event: eventOf(content) as ReferralEvent, left: leftOf(content) }
  })
  const inEffect = events
    .filter((loaded) => isInEffect(loaded.row))
    .map((loaded) => threadEvent(loaded.event, loaded.row.digest, roleOf(row, loaded.row.author, self)))
  const view = foldThread(inEffect)
  return { row, events, inEffect, view, facts: threadFacts({ events, view }) }
}

/** A refused event has no effect on either side, but for what its own author took back by it. */
export function isInEffect({ verdict, direction, type }: Pick<EventRow, 'verdict' | 'direction' | 'type'>): boolean {
  return verdict !== 'refused' || (direction === 'out' && limitsOthers(type))
}

/** The event as the pure rules see it: its place, and of its body no more than the table asks for. */
export function threadEvent(event: ReferralEvent, digest: string, role: ThreadEvent['role']): ThreadEvent {
  const place = { author: event.from, role, n: event.n, prev: event.prev, seen: event.seen, digest }
  switch (event.type) {
    case 'consent.withdraw': {
      const { scope, purpose } = event.body
      return { ...place, type: event.type, body: { scope, ...(purpose === undefined ? {} : { purpose }) } }
    }
    case 'arrival.missed': {
      // Any other reason does the same, and goes with the content.
      const isCalledOff = event.body.reason === 'travelCancelled'
      return { ...place, type: event.type, body: { reason: isCalledOff ? 'travelCancelled' : 'unknown' } }
    }
    case 'onward.answer':
      return { ...place, type: event.type, body: { proposal: event.body.proposal, answer: event.body.answer } }
    case 'onward.execute':
    case 'closure.agree':
    case 'closure.refuse':
    case 'closure.settle':
      return { ...place, type: event.type, body: { proposal: event.body.proposal } } as ThreadEvent
    default:
      return { ...place, type: event.type }
  }
}

/** Part of an author in a thread: the one who offered the referral is the sender. */
export function roleOf(thread: Pick<ThreadRow, 'role'>, author: string, self: string): 'sender' | 'receiver' {
  const own = author === self
  return own === (thread.role === 'sender') ? 'sender' : 'receiver'
}
