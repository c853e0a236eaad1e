import { toSeconds } from '../base/clock.js'
import { ExchangeError, codeOf, type ProblemCode } from '../base/errors.js'
import type { Logger } from '../base/logger.js'
import { dedupeGraceSeconds, eventBuckets } from '../wire/limits.js'
import { recheckOutbound } from '../policy/clear-event.js'
import { freeTextsOf } from '../policy/free-texts.js'
import type { Ruleset } from '../policy/identity/ruleset-version.js'
import { endBackoff, noteBackoffEnded } from '../directory/backoff.js'
import { isPurposeGranted } from '../policy/consent-gate.js'
import { typesOf } from '../policy/required-sections.js'
import { waitingFaults, type ThreadFacts } from '../policy/thread-gate.js'
import { endingTypes } from '../referral/ending-types.js'
import { narrowedBody } from '../policy/trim.js'
import type { ReferralEvent } from '../referral/referral-event.js'
import { limitsOthers } from '../referral/own-limits.js'
import type { Effect } from '../store/batch.js'
import type { OutboxRow, ThreadRow } from '../store/rows.js'
import { mayHaveArrived } from '../transport/port.js'
import type { Event } from '../wire/generated/types.js'
import { loadThread } from '../threads/load-thread.js'
import { decryptContent, eventOf, leftOf } from '../threads/thread-content.js'
import { isAcknowledged } from './acknowledged.js'
import { agreementsWithout } from './agreements-without.js'
import { applyReceipt, type ApplyReceiptDeps } from './apply-receipt.js'
import { exchange, type ExchangeDeps } from './exchange.js'
import { isGivingUpTold } from './giving-up-told.js'
import { nextAttempt, retryTable } from './retry.js'
import { takeBack } from './take-back.js'
import { threadAlarm } from './thread-alarm.js'
import { watchSending } from './watch-sending.js'
import { gateFacts } from './write-event.js'

export type DeliverDeps = ExchangeDeps &
  ApplyReceiptDeps & {
    readonly log: Logger
    readonly country: string
    /** The rules of the identity firewall that this node has. */
    readonly ruleset: Ruleset
  }

/**
 * One attempt to deliver one event. Whatever happens ends in the store: a final receipt, the time of the next attempt, or
 * a failure that a person must see. Never rejects but for faults of the store itself.
 */
export async function deliver(deps: DeliverDeps, row: OutboxRow): Promise<void> {
  const { store, clock, log } = deps
  const stop = stopReason(row, toSeconds(clock.now()))
  if (stop !== undefined) return fail(deps, row, stop)
  const thread = await store.findThread(row.thread)
  const event = await store.findEvent(deps.self, row.id)
  if (thread === undefined || event === undefined) return fail(deps, row, 'internal')
  let closed: ProblemCode | undefined
  const sending = watchSending(deps, row)
  try {
    const jws = decryptContent(deps.keys, thread, event)
    // Its content was destroyed while it waited: there is nothing to send.
    if (leftOf(jws) !== 'whole') {
      await fail(deps, row, 'consent-not-valid')
      return
    }
    const passGates = async (): Promise<void> => {
      closed = await closedGate(deps, row, jws)
      if (closed !== undefined) throw new ExchangeError(closed)
    }
    await passGates()
    const checkBefore = async (): Promise<void> => {
      await passGates()
      await sending.begin()
    }
    const message = { jws, path: '/federation/v1/inbox', buckets: eventBuckets, checkBefore } as const
    const answer = await exchange(deps, row.peer, message, 'trm-receipt+jwt')
    const applied = await applyReceipt(deps, { ...answer, from: row.peer, answers: row.id })
    if (applied.kind === 'later') {
      await ((await isInVain(deps, row, applied.code))
        ? fail(deps, row, 'event-undelivered')
        : postpone(deps, { ...row, mayBeOut: true }, applied.code))
    }
    log.info({ peer: row.peer, event: row.id, verdict: applied.verdict, code: applied.code ?? undefined }, 'receipt')
  } catch (error) {
    const after = { ...row, mayBeOut: sending.isOutAfter(error) }
    await (closed === undefined ? recover(deps, after, error) : holdBack(deps, after, closed))
  }
}

/**
 * A peer that misses what comes before an event, where that was given up before it ever left, will miss it for good: what was
 * written of a referral that nobody got has nobody to go to.
 */
async function isInVain({ store }: DeliverDeps, { thread, n }: OutboxRow, code: ProblemCode | null): Promise<boolean> {
  if (code !== 'out-of-order') return false
  const before = await store.outboxOf(thread)
  return before.some((row) => row.n < n && row.state === 'failed' && !row.mayHaveArrived)
}

/** What does not pass a gate now. */
async function holdBack(deps: DeliverDeps, row: OutboxRow, code: ProblemCode): Promise<void> {
  // It waits until a person resumes the peer.
  if (code === 'peer-suspended') return
  // It may be resumed: the event waits, its peer does not.
  await (code === 'agreement-suspended' ? postpone(deps, row, code) : fail(deps, row, code))
}

/**
 * PROTOCOL 9: given up at `exp`. But where the event may have arrived and only the receipt was lost, the receiver still
 * has it for thirty days more, so it is asked for that long.
 */
function stopReason(row: OutboxRow, nowSeconds: number): ProblemCode | undefined {
  const end = row.mayHaveArrived ? row.exp + dedupeGraceSeconds : row.exp
  return nowSeconds >= end ? 'event-undelivered' : undefined
}

/** Steps that carry more than the step itself. */
const contentTypes: ReadonlySet<string> = new Set([
  'info.response',
  'partial.result',
  'travel.notice',
  'followUp.report',
  'consent.update',
])

/** Whether an event tells of the person, in sections or in words. */
function hasContent(event: Event): boolean {
  return contentTypes.has(event.type) || freeTextsOf(event).length > 0
}

/** PROTOCOL 5: a waiting event is checked again before each attempt: consent and agreement may have ended meanwhile. */
async function closedGate(deps: DeliverDeps, row: OutboxRow, jws: string): Promise<ProblemCode | undefined> {
  const event = eventOf(jws)
  // Suspended since the row was read, or frozen by what the attempt itself has fetched.
  if (!row.passesSuspension && deps.directory.find(row.peer)?.row.suspendedAt !== null) return 'peer-suspended'
  const thread = await loadThread(deps, row.thread)
  // Only the offer is held back: its author's withdrawal cannot pass what goes before it, and the peer has the referral.
  if (event.type === 'referral.offer') {
    // After a crash in the middle of an attempt the row does not know that it arrived; an answer to it does.
    const isAnswered = thread?.events.some(({ event: { from, seen } }) => from === row.peer && (seen?.n ?? 0) >= row.n)
    if (isAnswered === true) return undefined
    // Whatever doubt there is whether it arrived: content that nobody wants to travel any more is not sent again. If it did
    // arrive, the withdrawal or the recall that follows is taken, and its receipt shows it.
    if (thread?.view.grantEnded === true) return 'consent-not-valid'
    if (thread?.view.state === 'recalled' || thread?.view.state === 'expired') return 'event-undelivered'
    // Where the consent ended no content travels; a decision does, so that both know of it.
  } else if (thread?.view.grantEnded === true && hasContent(event)) return 'consent-not-valid'
  const isOffer = event.type === 'referral.offer'
  // The same of what the grant as it is now does not cover: to ask about content is to send it again.
  const beyondNow = thread?.facts === undefined ? undefined : contentGate(event as ReferralEvent, thread.facts)
  if (beyondNow !== undefined) return beyondNow
  // An event that may have arrived is asked about, not sent: its receipt is evidence that we need.
  if (row.mayHaveArrived && !isOffer) return undefined
  const nowSeconds = toSeconds(deps.clock.now())
  const facts = thread?.facts
  const peer = deps.directory.find(row.peer)
  if (peer === undefined) return 'peer-unknown'
  const now = gateFacts(deps, peer, nowSeconds)
  const [beyond] = facts === undefined ? [] : waitingFaults(event as ReferralEvent, facts, now)
  if (beyond !== undefined) return beyond.code
  // To ask about an offer is to send it again: what may not go out now does not, whether it arrived before or not.
  return recheckOutbound(event, now)?.code
}

/** What of an event that tells of the person the present grant of its thread stops; in an offer the purpose of each type as well. */
function contentGate(event: ReferralEvent, { grant, referral }: ThreadFacts): ProblemCode | undefined {
  const isOffer = event.type === 'referral.offer'
  // What ends a case or keeps a person safe is asked about although it has words.
  if (!isOffer && (endingTypes.has(event.type) || !hasContent(event))) return undefined
  if (narrowedBody(event, grant) !== undefined) return 'consent-too-narrow'
  const types = isOffer ? typesOf(event.body.referral) : [referral.request.primaryType]
  return types.every((type) => isPurposeGranted(type, grant)) ? undefined : 'purpose-not-granted'
}

async function recover(deps: DeliverDeps, row: OutboxRow, error: unknown): Promise<void> {
  const code = codeOf(error)
  deps.log.warn({ peer: row.peer, event: row.id, code, attempts: row.attempts + 1 }, 'delivery failed')
  const arrived = row.mayHaveArrived || (error instanceof ExchangeError && leavesDoubt(error))
  const now = deps.clock.now()
  const peer = deps.directory.find(row.peer)?.row
  // Attempts run side by side; the first failure of a round sets the backoff, the others wait with it.
  const isBackingOff = peer !== undefined && peer.retryAt > now
  const failures = isBackingOff ? peer.failures : failuresAfter(code, peer?.failures ?? 0)
  const delayMs = nextAttempt({ attempts: failures, isUrgent: row.isUrgent, fraction: deps.random.fraction() })
  const retryAt = isBackingOff ? peer.retryAt : now + delayMs
  const result = await deps.store.commit([
    {
      do: 'rescheduleOutbox',
      id: row.id,
      attempts: row.attempts + 1,
      nextAt: retryAt,
      mayHaveArrived: arrived,
      mayBeOut: row.mayBeOut,
      lastCode: code,
    },
    { do: 'setPeerBackoff', node: row.peer, failures, retryAt },
  ])
  // A receipt that came another way meanwhile has removed the row: then there is nothing to put off.
  if (result.ok) deps.directory.noteBackoff(row.peer, { failures, retryAt })
}

/**
 * A peer that says it fetches our card is there: a schedule that went slow starts anew. The word is in clear and proves
 * nothing, so it counts only where the wait is long; whoever keeps saying it gets a few attempts more, not a flood.
 */
function failuresAfter(code: ProblemCode, failures: number): number {
  return code === 'sender-card-unknown' && failures > retryTable.quickMs.length ? 1 : failures + 1
}

/** After a broken or unreadable answer only the peer knows whether it has the event. */
function leavesDoubt(error: ExchangeError): boolean {
  return mayHaveArrived(error.details) || error.code === 'peer-answer-invalid' || error.code === 'receipt-invalid'
}

/** An authentic `later`: the peer is there, so only this event waits. */
async function postpone(deps: DeliverDeps, row: OutboxRow, code: ProblemCode | null): Promise<void> {
  const now = deps.clock.now()
  const attempts = row.attempts + 1
  const delayMs = nextAttempt({ attempts, isUrgent: row.isUrgent, fraction: deps.random.fraction() })
  await deps.store.commit([
    ...endBackoff(deps.directory.find(row.peer), now),
    {
      do: 'rescheduleOutbox',
      id: row.id,
      attempts,
      nextAt: now + delayMs,
      mayHaveArrived: row.mayHaveArrived,
      mayBeOut: row.mayBeOut,
      lastCode: code,
    },
  ])
  noteBackoffEnded(deps.directory, deps.directory.find(row.peer))
}

async function fail(deps: DeliverDeps, row: OutboxRow, code: ProblemCode): Promise<void> {
  deps.log.error({ peer: row.peer, event: row.id, code }, 'event not delivered')
  const thread = await deps.store.findThread(row.thread)
  if (thread === undefined) return
  const withdrawn = await withdrawnSteps(deps, row, thread, code)
  const undone = row.mayBeOut ? undefined : await takeBack(deps, row, thread, deps.clock.now())
  const result = await deps.store.commit([
    ...(undone === undefined ? [{ do: 'failOutbox', id: row.id, lastCode: code } as const] : []),
    {
      do: 'updateThread',
      thread: thread.thread,
      expectVersion: thread.version,
      set: {
        state: thread.state,
        updatedAt: deps.clock.now(),
        ownN: thread.ownN,
        ownDigest: thread.ownDigest,
        peerN: thread.peerN,
        peerDigest: thread.peerDigest,
        attention: code,
        ...undone?.set,
      },
    },
    ...withdrawn,
    ...(undone === undefined ? [] : [...undone.effects, threadAlarm(deps, thread, 'step-undone')]),
    ...(undone === undefined && (await isGivingUpTold(deps, row, thread)) ? [threadAlarm(deps, thread, code)] : []),
  ])
  if (result.ok && withdrawn.length > 0) await deps.directory.reload(row.peer)
}

/**
 * A step of the relationship that nobody will ever get has no effect here either: else one side would go by an agreement that
 * the other one never saw signed. What it takes back stays taken back.
 */
async function withdrawnSteps(
  deps: DeliverDeps,
  row: OutboxRow,
  thread: ThreadRow,
  code: ProblemCode,
): Promise<readonly Effect[]> {
  const event = thread.kind === 'relationship' ? await deps.store.findEvent(deps.self, row.id) : undefined
  if (event === undefined || limitsOthers(event.type)) return []
  // Its receipt is missing, but what the peer wrote since shows that it has it.
  if (await isAcknowledged(deps, thread, event)) return [threadAlarm(deps, thread, code)]
  const refused = { do: 'setEventVerdict', author: deps.self, id: row.id, verdict: 'refused', code } as const
  return [refused, ...(await agreementsWithout(deps, thread, event))]
}
