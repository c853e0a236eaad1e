import { ExchangeError, type ProblemCode } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { Random } from '../base/random.js'
import type { Event, EventFrame } from '../wire/generated/types.js'
import { relationshipThread } from '../agreements/relationship-thread.js'
import type { GateFacts } from '../policy/gates.js'
import { threadFaults } from '../policy/thread-gate.js'
import { mayHaveSent } from '../referral/decide.js'
import { overtakes } from '../referral/ends-use.js'
import { isRelationshipType } from '../referral/relationship-fold.js'
import { foldThread, type ThreadView } from '../referral/fold.js'
import { threadLimits } from '../referral/thread-limit.js'
import { checkOrder, maxNumberGap, type OrderFacts } from '../referral/thread-rules.js'
import type { EvidenceBudget } from './evidence-budget.js'
import type { Placement } from './placement.js'
import { placeEarlyWithdrawal } from './place-early-withdrawal.js'
import type { Effect } from '../store/batch.js'
import type { Store } from '../store/port.js'
import type { ThreadRow } from '../store/rows.js'
import { afterEvent } from '../threads/after-event.js'
import { attentionAfter } from '../threads/attention-after.js'
import type { ReferralEvent } from '../referral/referral-event.js'
import {
  countingEvent,
  highestHeardBefore,
  lastHeard,
  lastNumberInRow,
  type CountingEventsDeps,
} from '../threads/counting-events.js'
import { loadThread, roleOf, threadEvent, type LoadedThread } from '../threads/load-thread.js'

/**
 * PROTOCOL 4: a gap in an author's numbers is answered before anything else is judged. A withdrawal of consent alone does
 * not wait for what comes before it, once the thread is there (PROTOCOL 5). A relationship outlives everything that was given up in it:
 * its gaps block nothing, up to a distance: one event must not use up all numbers (PROTOCOL 6.3). They are never filled: its
 * numbers only rise.
 *
 * @throws ExchangeError out-of-order, thread-not-yours
 */
export async function checkPredecessor({ store }: { readonly store: Store }, frame: EventFrame): Promise<void> {
  const { thread, from, n, type } = frame
  const row = await store.findThread(thread)
  // Nothing of another pair's thread is judged any further: not even a refusal may stand in it.
  if (row !== undefined && row.peer !== from) throw new ExchangeError('thread-not-yours')
  if (isRelationshipType(type)) {
    const last = await store.findLastGiven(thread, from)
    if (n > (last?.n ?? 0) + maxNumberGap) throw new ExchangeError('out-of-order')
    return
  }
  if (n === 1 || (overtakes(frame) && (row !== undefined || type === 'consent.withdraw'))) return
  if ((await store.findGivenReceiptByNumber(thread, from, n - 1)) === undefined) throw new ExchangeError('out-of-order')
  if (row !== undefined && (await lastNumberInRow(store, thread, from)) < n - 1) throw new ExchangeError('out-of-order')
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
  // What passes beyond waits for nothing, so nobody needs the number to go on.
  if (n > threadLimits.endsUse) return false
  return n === 1 || (await store.findGivenReceiptByNumber(thread, from, n - 1)) !== undefined
}

/** Facts about the number and the causes of an event, and the refusal that follows from them. @throws ExchangeError */
export async function checkPlace(
  deps: CountingEventsDeps,
  event: Event,
  digest: string,
  row: ThreadRow | undefined,
): Promise<void> {
  const { store } = deps
  const { thread: id, from, n, type } = event
  const sameNumber = (await store.findGivenReceiptByNumber(id, from, n))?.digest
  const isRelationship = isRelationshipType(type)
  // Of an event without a number of its own nothing more is asked.
  const known = sameNumber === undefined ? row : undefined
  const refusal = checkOrder({
    event,
    digest,
    thread: row,
    predecessor: n === 1 ? undefined : await store.findGivenReceiptByNumber(id, from, n - 1),
    hasGap: row !== undefined && !isRelationship && n > 1 && (await lastNumberInRow(store, id, from)) < n - 1,
    sameNumber,
    ...(known === undefined ? inNewThread : await factsInThread(deps, event, known)),
  })
  if (refusal !== undefined) throw new ExchangeError(refusal)
}

const inNewThread = { isPassed: false, prevOfNext: undefined, ourSeenEvent: undefined, highestReceiptedBefore: 0 }

async function factsInThread(
  deps: CountingEventsDeps,
  { n, seen }: Event,
  row: ThreadRow,
): Promise<Pick<OrderFacts, keyof typeof inNewThread>> {
  const isRelationship = row.kind === 'relationship'
  return {
    isPassed: isRelationship && ((await lastHeard(deps, row))?.n ?? 0) > n,
    prevOfNext: isRelationship ? undefined : (await countingEvent(deps, row, n + 1))?.prev,
    ourSeenEvent: seen === null ? undefined : await findOurs(deps.store, row.thread, deps.self, seen.n),
    highestReceiptedBefore: await highestHeardBefore(deps, row, n),
  }
}

/**
 * PROTOCOL 4: order of numbers, what was seen, and whether the author could take this step with what it had seen.
 *
 * @throws ExchangeError out-of-order, prev-mismatch, number-conflict, seen-unknown, seen-regression, thread-unknown,
 * thread-not-yours, thread-mismatch, transition-not-allowed, and the codes of the thread's grant
 */
export async function placeEvent(
  deps: CountingEventsDeps & { readonly evidence: EvidenceBudget; readonly random: Random },
  event: ReferralEvent,
  digest: string,
  facts: GateFacts,
): Promise<Placement> {
  const { store, self } = deps
  const { thread: id, from } = event
  // The id of the relationship is known to anybody: no referral may take it.
  if (id === relationshipThread(self, from)) throw new ExchangeError('thread-mismatch')
  const known = await store.findThread(id)
  const early = known === undefined ? await placeEarlyWithdrawal(deps, event) : undefined
  if (early !== undefined) return early
  await checkPlace(deps, event, digest, known)
  const thread = await loadThread(deps, id)
  const role = thread === undefined ? 'sender' : roleOf(thread.row, from, self)
  const candidate = threadEvent(event, digest, role)
  const inEffect = thread?.inEffect ?? []
  if (!mayHaveSent(inEffect, candidate)) throw new ExchangeError('transition-not-allowed', { type: event.type })
  const beyond = beyondGrant(thread, event, facts)
  const view = foldThread([...inEffect, candidate])
  const effects = (keyId: string, now: number): readonly Effect[] => [
    ...threadEffects({ event, digest, thread, view, keyId, now, random: deps.random }),
    ...(beyond === undefined ? [] : [alarm(deps.random, event, beyond, now)]),
  ]
  return { row: thread?.row, effects, keepsEvent: true, changesPeer: false }
}

async function findOurs(store: Store, thread: string, self: string, n: number): Promise<string | undefined> {
  return (await store.eventsOf(thread)).find((row) => row.author === self && row.n === n)?.digest
}

/**
 * PROTOCOL 5: what follows an offer travels under the thread's grant, and no further than it goes. That a case was referred on is a
 * fact, whatever its author was allowed: it is taken, so that it is known who holds what, and the fault is told to a person.
 */
function beyondGrant(thread: LoadedThread | undefined, event: ReferralEvent, now: GateFacts): ProblemCode | undefined {
  const facts = thread?.facts
  const refusal = facts === undefined ? undefined : threadFaults(event, facts, now)[0]
  if (refusal === undefined || event.type === 'onward.execute') return refusal?.code
  throw new ExchangeError(refusal.code, refusal.details)
}

function alarm(random: Random, { from, thread }: ReferralEvent, code: ProblemCode, at: number): Effect {
  const row = { id: newUuid(random), at, code, node: from, thread, acknowledgedAt: null, acknowledgedBy: null }
  return { do: 'raiseAlarm', row }
}

interface ThreadChange {
  readonly event: ReferralEvent
  readonly digest: string
  readonly thread: LoadedThread | undefined
  readonly view: ThreadView
  readonly keyId: string
  readonly now: number
  readonly random: Random
}

function threadEffects({ event, digest, thread, view, keyId, now, random }: ThreadChange): readonly Effect[] {
  const heard = { peerN: event.n, peerDigest: digest, updatedAt: now, state: view.state, attention: null }
  if (thread !== undefined) {
    const { row } = thread
    // A withdrawal may overtake what was written before it.
    const last = event.n > row.peerN ? heard : { ...heard, peerN: row.peerN, peerDigest: row.peerDigest }
    const set = {
      ...last,
      ownN: row.ownN,
      ownDigest: row.ownDigest,
      attention: attentionAfter(row.attention, event, { digest, view }),
    }
    return [
      { do: 'updateThread', thread: row.thread, expectVersion: row.version, set },
      ...afterEvent({ before: thread, row, view, event, digest, self: event.to, now, random }),
    ]
  }
  if (event.type !== 'referral.offer') throw new ExchangeError('thread-unknown')
  const { referral } = event.body
  const row: ThreadRow = {
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
  }
  return [
    { do: 'insertThread', row },
    ...afterEvent({ before: undefined, row, view, event, digest, self: event.to, now, random }),
  ]
}
