import { ExchangeError } from '../base/errors.js'
import type { Event, EventFrame } from '../wire/generated/types.js'
import { relationshipThread } from '../agreements/relationship-thread.js'
import { checkThreadGrant } from '../policy/thread-grant-gate.js'
import { mayHaveSent } from '../referral/decide.js'
import { isRelationshipType } from '../referral/relationship-fold.js'
import { foldThread, type ThreadView } from '../referral/fold.js'
import { checkOrder, maxNumberGap } from '../referral/thread-rules.js'
import type { Effect } from '../store/batch.js'
import type { Store } from '../store/port.js'
import type { ThreadRow } from '../store/rows.js'
import { highestHeardBefore, type CountingEventsDeps } from '../threads/counting-events.js'
import {
  grantOf,
  loadThread,
  roleOf,
  threadEvent,
  type LoadedThread,
  type ReferralEvent,
} from '../threads/load-thread.js'

/**
 * PROTOCOL 4: a gap in an author's numbers is answered before anything else is judged. A withdrawal of consent alone does
 * not wait for what comes before it, once the thread is there (PROTOCOL 5). A relationship outlives everything that was given up in it:
 * its gaps block nothing, up to a distance: one event must not use up all numbers (PROTOCOL 6.3).
 *
 * @throws ExchangeError out-of-order, thread-not-yours
 */
export async function checkPredecessor(
  { store }: { readonly store: Store },
  { thread, from, n, type }: EventFrame,
): Promise<void> {
  const row = await store.findThread(thread)
  // Nothing of another pair's thread is judged any further: not even a refusal may stand in it.
  if (row !== undefined && row.peer !== from) throw new ExchangeError('thread-not-yours')
  if (isRelationshipType(type)) {
    const last = await store.findLastGiven(thread, from)
    if (n > (last?.n ?? 0) + maxNumberGap) throw new ExchangeError('out-of-order')
    return
  }
  if (row !== undefined && type === 'consent.withdraw') return
  if (n === 1 || (await store.findGivenReceiptByNumber(thread, from, n - 1)) !== undefined) return
  throw new ExchangeError('out-of-order')
}

/**
 * Whether a refused event takes its number, so that its author can go on: only where the number is free and the one before
 * is known. Else the refusal would hide a gap, or stand in the way of the event that has the number. In a relationship gaps
 * block nothing, so it takes any free number there: what was refused counts for the pace of its author.
 */
export async function takesNumber(
  { store, self }: { readonly store: Store; readonly self: string },
  { thread, from, n }: EventFrame,
): Promise<boolean> {
  if ((await store.findGivenReceiptByNumber(thread, from, n)) !== undefined) return false
  if (thread === relationshipThread(self, from)) {
    return n <= ((await store.findLastGiven(thread, from))?.n ?? 0) + maxNumberGap
  }
  return n === 1 || (await store.findGivenReceiptByNumber(thread, from, n - 1)) !== undefined
}

/** Where an event belongs: a thread of ours, or one that it opens; and what it changes there. */
export interface Placement {
  readonly row: ThreadRow | undefined
  /** The thread after the event, under the data key with this id. */
  readonly effects: (keyId: string, now: number) => readonly Effect[]
  /** The event changes what the peer directory holds in memory. */
  readonly changesPeer: boolean
}

/** Facts about the number and the causes of an event, and the refusal that follows from them. @throws ExchangeError */
export async function checkPlace(deps: CountingEventsDeps, event: Event, row: ThreadRow | undefined): Promise<void> {
  const { store, self } = deps
  const { thread: id, from, n, seen } = event
  const sameNumber = (await store.findGivenReceiptByNumber(id, from, n))?.digest
  const refusal = checkOrder({
    event,
    thread: row,
    predecessor: n === 1 ? undefined : await store.findGivenReceiptByNumber(id, from, n - 1),
    sameNumber,
    // Of an event without a number of its own nothing more is asked.
    ourSeenEvent:
      seen === null || row === undefined || sameNumber !== undefined
        ? undefined
        : await findOurs(store, id, self, seen.n),
    highestReceiptedBefore: row === undefined || sameNumber !== undefined ? 0 : await highestHeardBefore(deps, row, n),
  })
  if (refusal !== undefined) throw new ExchangeError(refusal)
}

/**
 * PROTOCOL 4: order of numbers, what was seen, and whether the author could take this step with what it had seen.
 *
 * @throws ExchangeError out-of-order, prev-mismatch, number-conflict, seen-unknown, seen-regression, thread-unknown,
 * thread-not-yours, thread-mismatch, transition-not-allowed, and the codes of the thread's grant
 */
export async function placeEvent(
  deps: CountingEventsDeps,
  event: ReferralEvent,
  digest: string,
  nowSeconds: number,
): Promise<Placement> {
  const { store, self } = deps
  const { thread: id, from } = event
  // The id of the relationship is known to anybody: no referral may take it.
  if (id === relationshipThread(self, from)) throw new ExchangeError('thread-mismatch')
  await checkPlace(deps, event, await store.findThread(id))
  const thread = await loadThread(deps, id)
  const role = thread === undefined ? 'sender' : roleOf(thread.row, from, self)
  const candidate = threadEvent(event, digest, role)
  const known = thread?.inEffect ?? []
  if (!mayHaveSent(known, candidate)) throw new ExchangeError('transition-not-allowed', { type: event.type })
  checkGrantOf(thread, event, nowSeconds)
  const view = foldThread([...known, candidate])
  const effects = (keyId: string, now: number): readonly Effect[] =>
    threadEffects({ event, digest, thread: thread?.row, view, keyId, now })
  return { row: thread?.row, effects, changesPeer: false }
}

async function findOurs(store: Store, thread: string, self: string, n: number): Promise<string | undefined> {
  return (await store.eventsOf(thread)).find((row) => row.author === self && row.n === n)?.digest
}

/** PROTOCOL 5: what follows an offer travels under the offer's grant, and no further than it goes. */
function checkGrantOf(thread: LoadedThread | undefined, event: Event, nowSeconds: number): void {
  const grant = thread === undefined ? undefined : grantOf(thread)
  const refusal = grant === undefined ? undefined : checkThreadGrant(event, grant, nowSeconds)
  if (refusal !== undefined) throw new ExchangeError(refusal.code, refusal.details)
}

interface ThreadChange {
  readonly event: Event
  readonly digest: string
  readonly thread: ThreadRow | undefined
  readonly view: ThreadView
  readonly keyId: string
  readonly now: number
}

function threadEffects({ event, digest, thread, view, keyId, now }: ThreadChange): readonly Effect[] {
  const heard = { peerN: event.n, peerDigest: digest, updatedAt: now, state: view.state, attention: null }
  if (thread !== undefined) {
    const set = { ...heard, ownN: thread.ownN, ownDigest: thread.ownDigest, attention: thread.attention }
    return [{ do: 'updateThread', thread: thread.thread, expectVersion: thread.version, set }]
  }
  if (event.type !== 'referral.offer') throw new ExchangeError('thread-unknown')
  const { referral } = event.body
  return [
    {
      do: 'insertThread',
      row: {
        ...heard,
        thread: event.thread,
        kind: 'referral',
        root: referral.rootReferralId,
        peer: event.from,
        role: 'receiver',
        urgency: referral.urgency,
        type: referral.request.primaryType,
        isExercise: referral.isExercise,
        keyId,
        openedAt: now,
        version: 1,
        ownN: 0,
        ownDigest: null,
      },
    },
  ]
}
