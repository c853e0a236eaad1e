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
 * smallest (rank, n, digest) is next. What its author wrote before a recall goes with the recall: else the recall would lose
 * its rank behind it. A function of the set: the order of the array and repetitions do not matter.
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
    const first = firstOf(chains, freeEvent(chains.sender, chains.receiver), freeEvent(chains.receiver, chains.sender))
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
  /** For each place in `events` the next recall from there on. */
  readonly recallFrom: readonly (E | undefined)[]
  placed: number
}

function chainOf<E extends OrderedEvent>(all: readonly E[], role: Role): Chain<E> {
  const distinct = new Map(all.filter((event) => event.role === role).map((event) => [event.digest, event]))
  const sorted = [...distinct.values()].sort((a, b) => a.n - b.n)
  const brokenAt = sorted.find((event, at) => contradicts(event, sorted[at - 1], sorted[at + 1]))?.n ?? Infinity
  const events = sorted.filter(({ n }) => n < brokenAt)
  const digests = new Map(events.map(({ n, digest }) => [n, digest]))
  return { events, digests, brokenAt, recallFrom: recallsFrom(events), placed: 0 }
}

function recallsFrom<E extends OrderedEvent>(events: readonly E[]): readonly (E | undefined)[] {
  if (!events.some(({ type }) => type === 'referral.recall')) return []
  let recall: E | undefined
  const backwards = events.toReversed().map((event) => {
    recall = event.type === 'referral.recall' ? event : recall
    return recall
  })
  return backwards.toReversed()
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

function firstOf<E extends OrderedEvent>(
  { sender }: Readonly<Record<Role, Chain<E>>>,
  ofSender: E | undefined,
  ofReceiver: E | undefined,
): E | undefined {
  if (ofSender === undefined || ofReceiver === undefined) return ofSender ?? ofReceiver
  const order =
    rankAgainst(ofReceiver, ofSender, sender) - rankOf(ofReceiver.type) ||
    ofSender.n - ofReceiver.n ||
    compareText(ofSender.digest, ofReceiver.digest)
  return order < 0 ? ofSender : ofReceiver
}

/** Rank of the sender's next event: that of a recall, if one follows whose author had not seen the receiver's event either. */
function rankAgainst<E extends OrderedEvent>(other: E, event: E, { placed, recallFrom }: Chain<E>): number {
  const recall = recallFrom[placed]
  const isConcurrent = recall !== undefined && (recall.seen?.n ?? 0) < other.n
  return isConcurrent ? Math.min(rankOf(event.type), rankOf(recall.type)) : rankOf(event.type)
}

/** By code unit: the order must not depend on a locale. */
function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
