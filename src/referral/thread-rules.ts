import type { Event } from '../wire/generated/types.js'
import { overtakes } from './ends-use.js'
import { isRelationshipType } from './relationship-fold.js'

/** How far an author may go beyond its last number in a relationship, where gaps block nothing (PROTOCOL 6.3). */
export const maxNumberGap = 1000

/** The highest number of an event (frame.schema.json). */
export const maxNumber = 100_000

/** What the store knows about the place of an inbound event. */
export interface OrderFacts {
  readonly event: Event
  readonly digest: string
  /** The thread, if this node has it. */
  readonly thread: { readonly peer: string } | undefined
  /** The receipt that this node gave for the author's number before this one. */
  readonly predecessor: { readonly digest: string; readonly verdict: 'accepted' | 'refused' } | undefined
  /** Whether a number below that one is missing: it counts as missing itself. */
  readonly hasGap: boolean
  /** Digest of another event of the author that already has this number. */
  readonly sameNumber: string | undefined
  /** In a relationship: whether an event of the author with a higher number was accepted, and counts. */
  readonly isPassed: boolean
  /** The `prev` of the author's next event, where that one is here already; null if it names none. */
  readonly prevOfNext: string | null | undefined
  /** Digest of our own event with the number that `seen` names. */
  readonly ourSeenEvent: string | undefined
  /** Highest number of ours that the author had receipted before it wrote this event, of those that count; 0 if none. */
  readonly highestReceiptedBefore: number
}

/** How far an author's numbers are known from 1 on without one that is missing; 0 if the first one is (PROTOCOL 4.3). */
export function lastInRow(numbers: ReadonlySet<number>): number {
  let last = 0
  while (numbers.has(last + 1)) last += 1
  return last
}

export type OrderProblem =
  | 'thread-not-yours'
  | 'thread-mismatch'
  | 'thread-unknown'
  | 'number-conflict'
  | 'out-of-order'
  | 'prev-mismatch'
  | 'seen-unknown'
  | 'seen-regression'

/**
 * PROTOCOL 4: the place of an event in its thread; undefined if it is right. `out-of-order` alone is answered with
 * `retry: later`, so it goes before everything that a missing predecessor could explain.
 */
export function checkOrder(facts: OrderFacts): OrderProblem | undefined {
  return checkParties(facts) ?? checkNumber(facts) ?? checkOpening(facts) ?? checkSeen(facts)
}

function checkParties({ event, thread }: OrderFacts): OrderProblem | undefined {
  if (thread !== undefined && thread.peer !== event.from) return 'thread-not-yours'
  if (event.type === 'referral.offer' && event.body.referral.referralId !== event.thread) return 'thread-mismatch'
  return undefined
}

function checkNumber(facts: OrderFacts): OrderProblem | undefined {
  const { event, thread, predecessor, sameNumber, isPassed, prevOfNext } = facts
  if (sameNumber !== undefined || isPassed) return 'number-conflict'
  if (prevOfNext !== undefined && prevOfNext !== facts.digest) return 'prev-mismatch'
  if (event.n === 1) return event.prev === null ? undefined : 'prev-mismatch'
  // A withdrawal of consent does not wait for what comes before it; in a relationship nothing does.
  const waitsForNothing = isRelationshipType(event.type) || (overtakes(event) && thread !== undefined)
  if (!waitsForNothing && (predecessor === undefined || facts.hasGap)) return 'out-of-order'
  if (predecessor === undefined) return undefined
  // A refused predecessor counts: it has its number and its digest.
  return predecessor.digest === event.prev ? undefined : 'prev-mismatch'
}

/** Only an offer opens a referral; it may be a second one, after the first was refused. A relationship needs no opening. */
function checkOpening({ event, thread }: OrderFacts): OrderProblem | undefined {
  const opens = event.type === 'referral.offer' || isRelationshipType(event.type)
  return thread === undefined && !opens ? 'thread-unknown' : undefined
}

function checkSeen({ event: { seen }, ourSeenEvent, highestReceiptedBefore }: OrderFacts): OrderProblem | undefined {
  if (seen !== null && ourSeenEvent !== seen.digest) return 'seen-unknown'
  return (seen?.n ?? 0) < highestReceiptedBefore ? 'seen-regression' : undefined
}
