import type { Event, Grant } from '../wire/generated/types.js'
import type { KeyStore } from '../crypto/key-store.js'
import { foldThread, type ThreadView } from '../referral/fold.js'
import { limitsOthers } from '../referral/own-limits.js'
import type { ThreadEvent } from '../referral/thread-order.js'
import type { ReferralEventType } from '../referral/transition-table.js'
import type { Store } from '../store/port.js'
import type { EventRow, ThreadRow } from '../store/rows.js'
import { decryptContent, eventOf } from './thread-content.js'

/** An event of a referral thread. */
export type ReferralEvent = Extract<Event, { readonly type: ReferralEventType }>

/** A referral thread as this node holds it: the row, its events with content, and the state that follows from them. */
export interface LoadedThread {
  readonly row: ThreadRow
  readonly events: readonly LoadedEvent[]
  /** What counts: refused events are without effect on both sides (PROTOCOL 4). */
  readonly inEffect: readonly ThreadEvent[]
  readonly view: ThreadView
}

export interface LoadedEvent {
  readonly row: EventRow
  readonly event: ReferralEvent
}

/** Reads a referral thread and computes its state; undefined if unknown, or if it is no referral. @throws ExchangeError content-unreadable */
export async function loadThread(
  { store, keys, self }: { readonly store: Store; readonly keys: KeyStore; readonly self: string },
  thread: string,
): Promise<LoadedThread | undefined> {
  const row = await store.findThread(thread)
  if (row?.kind !== 'referral') return undefined
  const events = (await store.eventsOf(thread)).map((eventRow) => ({
    row: eventRow,
    // Only events of these types are ever placed in such a thread.
    event: eventOf(decryptContent(keys, row, eventRow)) as ReferralEvent,
  }))
  const inEffect = events
    .filter((loaded) => isInEffect(loaded.row))
    .map((loaded) => threadEvent(loaded.event, loaded.row.digest, roleOf(row, loaded.row.author, self)))
  return { row, events, inEffect, view: foldThread(inEffect) }
}

/** A refused event has no effect on either side, but for what its own author took back by it. */
export function isInEffect({ verdict, direction, type }: Pick<EventRow, 'verdict' | 'direction' | 'type'>): boolean {
  return verdict !== 'refused' || (direction === 'out' && limitsOthers(type))
}

/** The grant of the offer in effect: everything in the thread travels under it. */
export function grantOf({ events }: LoadedThread): Grant | undefined {
  for (const { row, event } of events) {
    if (event.type === 'referral.offer' && row.verdict !== 'refused') return event.body.grant
  }
  return undefined
}

/** The event as the pure rules see it. */
export function threadEvent(event: ReferralEvent, digest: string, role: ThreadEvent['role']): ThreadEvent {
  const place = { author: event.from, role, n: event.n, prev: event.prev, seen: event.seen, digest }
  return event.type === 'consent.withdraw'
    ? { ...place, type: event.type, body: { scope: event.body.scope } }
    : { ...place, type: event.type }
}

/** Part of an author in a thread: the one who offered the referral is the sender. */
export function roleOf(thread: Pick<ThreadRow, 'role'>, author: string, self: string): 'sender' | 'receiver' {
  const own = author === self
  return own === (thread.role === 'sender') ? 'sender' : 'receiver'
}
