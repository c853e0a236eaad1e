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

/**
 * The one total order of the events of a thread (PROTOCOL 4): causes first; among the events whose causes are placed the
 * smallest (rank, n, digest) is next. What its author wrote before a recall goes with the recall: else the recall would lose
 * its rank behind it. A function of the set: the order of the array and repetitions do not matter.
 *
 * Every event of the set has its place, whatever the others say: nothing that one author writes takes the place of what the
 * other one did. So a set that no store admits has an order as well (4.4).
 *
 * Only events in effect belong into the set. A number that is absent from it is one that was refused, or has not come. So the
 * cause of an event is the nearest lower number in effect, and both nodes come to the same order although only the author
 * keeps the refused event itself.
 */
export function orderThread<E extends OrderedEvent>(events: readonly E[]): readonly E[] {
  const chains: Chains<E> = { sender: chainOf(events, 'sender'), receiver: chainOf(events, 'receiver') }
  const placed: E[] = []
  for (;;) {
    const first = firstOf(chains)
    if (first === undefined) return placed
    placed.push(first)
    chains[first.role].placed += 1
  }
}

/** One author's events by number. */
interface Chain<E extends OrderedEvent> {
  readonly events: readonly E[]
  readonly digests: ReadonlySet<string>
  /** For each place in `events` the next recall from there on. */
  readonly recallFrom: readonly (E | undefined)[]
  placed: number
}

type Chains<E extends OrderedEvent> = Readonly<Record<Role, Chain<E>>>

function chainOf<E extends OrderedEvent>(all: readonly E[], role: Role): Chain<E> {
  const distinct = new Map(all.filter((event) => event.role === role).map((event) => [event.digest, event]))
  const events = [...distinct.values()].sort((a, b) => a.n - b.n || compareText(a.digest, b.digest))
  return { events, digests: new Set(distinct.keys()), recallFrom: recallsFrom(events), placed: 0 }
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

/** The next event of the two that are next in their chains. */
function firstOf<E extends OrderedEvent>({ sender, receiver }: Chains<E>): E | undefined {
  const [bySender, byReceiver] = [sender.events[sender.placed], receiver.events[receiver.placed]]
  if (bySender === undefined || byReceiver === undefined) return bySender ?? byReceiver
  const doesSenderWait = waitsFor(bySender, byReceiver)
  if (doesSenderWait !== waitsFor(byReceiver, bySender)) return doesSenderWait ? byReceiver : bySender
  const order =
    (doesSenderWait ? preciseness(bySender, receiver) - preciseness(byReceiver, sender) : 0) ||
    rankAgainst(byReceiver, bySender, sender) - rankOf(byReceiver.type) ||
    bySender.n - byReceiver.n ||
    compareText(bySender.digest, byReceiver.digest)
  return order > 0 ? byReceiver : bySender
}

/**
 * Where each of two events says that it had seen the other one, the one that names an event of the set is right: the other one
 * names what a stolen key wrote under a number far ahead.
 */
function preciseness<E extends OrderedEvent>({ seen }: E, { digests }: Chain<E>): number {
  return seen !== null && digests.has(seen.digest) ? 1 : 0
}

/** Whether an event had seen what is next of the other author. */
function waitsFor({ seen }: ThreadPlace, next: ThreadPlace): boolean {
  return seen !== null && seen.n >= next.n
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
