import { rankOf, type EventType, type Role, type Step } from './transition-table.js'

/** An event in effect, as the rules of a thread see it. */
export type ThreadEvent = Step & ThreadPlace

export interface ThreadPlace {
  /** Node id. */
  readonly author: string
  readonly role: Role
  readonly n: number
  readonly prev: string | null
  readonly seen: { readonly n: number; readonly digest: string } | null
  readonly digest: string
}

/** What the order of a thread asks of an event, whatever kind of thread it is. */
export type OrderedEvent = ThreadPlace & { readonly type: EventType }

export interface ThreadOrder<E extends OrderedEvent> {
  readonly placed: readonly E[]
  /** Digests of events without a place: a cause that they name is contradicted, or waits for them. Sorted. */
  readonly leftOut: readonly string[]
}

/**
 * The one total order of the events of a thread (PROTOCOL 4): causes first; among the events whose causes are placed the
 * smallest (rank, n, digest) is next. A function of the set: the order of the array and repetitions do not matter.
 *
 * Only events in effect belong into the set. A number that is absent from it is one that was refused: the number counts,
 * and an event is admitted only after its predecessor got a final receipt. So the cause of an event is the nearest lower
 * number in effect, and both nodes come to the same order although only the author keeps the refused event itself.
 */
export function orderThread<E extends OrderedEvent>(events: readonly E[]): ThreadOrder<E> {
  const chains: Readonly<Record<Role, Chain<E>>> = {
    sender: chainOf(events, 'sender'),
    receiver: chainOf(events, 'receiver'),
  }
  const placed: E[] = []
  for (;;) {
    // Each author's events are one chain, so at most two events are ever free to follow.
    const [first] = [freeEvent(chains.sender, chains.receiver), freeEvent(chains.receiver, chains.sender)]
      .filter((event) => event !== undefined)
      .sort(compareConcurrent)
    if (first === undefined) break
    placed.push(first)
    chains[first.role].placed += 1
  }
  const digests = new Set(placed.map(({ digest }) => digest))
  const leftOut = new Set(events.map(({ digest }) => digest).filter((digest) => !digests.has(digest)))
  return { placed, leftOut: [...leftOut].sort(compareText) }
}

/** One author's events by number. */
interface Chain<E extends OrderedEvent> {
  readonly events: readonly E[]
  readonly digests: ReadonlyMap<number, string>
  /** The number from which on the chain contradicts itself; infinity if it does not. */
  readonly brokenAt: number
  placed: number
}

function chainOf<E extends OrderedEvent>(all: readonly E[], role: Role): Chain<E> {
  const distinct = new Map(all.filter((event) => event.role === role).map((event) => [event.digest, event]))
  const sorted = [...distinct.values()].sort((a, b) => a.n - b.n)
  const brokenAt = sorted.find((event, at) => contradicts(event, sorted[at - 1], sorted[at + 1]))?.n ?? Infinity
  const events = sorted.filter(({ n }) => n < brokenAt)
  return { events, digests: new Map(events.map(({ n, digest }) => [n, digest])), brokenAt, placed: 0 }
}

/** Two events with one number, or a `prev` that is not the event before. A store holds neither. */
function contradicts(event: ThreadPlace, before: ThreadPlace | undefined, after: ThreadPlace | undefined): boolean {
  if (after?.n === event.n) return true
  return before?.n === event.n - 1 && before.digest !== event.prev
}

/** The next event of an author if everything that it had seen of the other one is placed. */
function freeEvent<E extends OrderedEvent>(own: Chain<E>, other: Chain<E>): E | undefined {
  const event = own.events[own.placed]
  if (event === undefined || event.seen === null) return event
  const { n, digest } = event.seen
  const waiting = other.events[other.placed]
  if (n >= other.brokenAt || (waiting !== undefined && waiting.n <= n)) return undefined
  return (other.digests.get(n) ?? digest) === digest ? event : undefined
}

function compareConcurrent(a: OrderedEvent, b: OrderedEvent): number {
  return rankOf(a.type) - rankOf(b.type) || a.n - b.n || compareText(a.digest, b.digest)
}

/** By code unit: the order must not depend on a locale. */
function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
