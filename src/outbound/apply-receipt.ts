import { toSeconds, type Clock } from '../base/clock.js'
import type { Random } from '../base/random.js'
import { ExchangeError, isProblemCode, type ProblemCode } from '../base/errors.js'
import type { Receipt } from '../wire/generated/types.js'
import { validateReceipt } from '../wire/generated/validators.js'
import { clockToleranceSeconds } from '../wire/limits.js'
import type { KeyStore } from '../crypto/key-store.js'
import { endBackoff, noteBackoffEnded } from '../directory/backoff.js'
import { isLogOriginOf } from '../directory/own-card.js'
import type { PeerDirectory } from '../directory/peer-directory.js'
import { leafHash } from '../log/leaf.js'
import { foldThread } from '../referral/fold.js'
import { limitsOthers } from '../referral/own-limits.js'
import type { ThreadState } from '../referral/thread-states.js'
import type { Batch, Effect } from '../store/batch.js'
import type { Store } from '../store/port.js'
import type { EventRow, OutboxRow, ThreadRow } from '../store/rows.js'
import { messageDigest } from '../crypto/signer.js'
import { decryptContent, eventOf, leftOf } from '../threads/thread-content.js'
import { isAcknowledged } from './acknowledged.js'
import { agreementsWithout } from './agreements-without.js'
import type { LoadRelationshipDeps } from '../agreements/relationship.js'
import { clockEffects, type ThreadAfter } from '../threads/clock-effects.js'
import { loadThread } from '../threads/load-thread.js'
import { threadAlarm } from './thread-alarm.js'

export interface ApplyReceiptDeps extends LoadRelationshipDeps {
  readonly self: string
  readonly store: Store
  readonly keys: KeyStore
  readonly directory: PeerDirectory
  readonly clock: Clock
  readonly random: Random
}

/** What a verified receipt meant for the outbox. */
export interface Applied {
  /** final: the outbox row is gone. later: the peer asks to come back. */
  readonly kind: 'final' | 'later'
  readonly verdict: Receipt['verdict']
  readonly code: ProblemCode | null
}

const maxRounds = 5

/**
 * Takes a receipt whose signature was verified. It must be of the node the event went to, for exactly that event.
 * The first final receipt counts; equal later ones change nothing (PROTOCOL 3). A peer that has named the event in one of its own
 * does not refuse it any more: a person is told that it tried.
 *
 * @param received.answers id of the event that was just sent, where the receipt is the answer to it: a good receipt for
 * another event would leave this one due at once, for ever
 * @throws ExchangeError receipt-invalid, conflict
 */
export async function applyReceipt(
  deps: ApplyReceiptDeps,
  received: { readonly jws: string; readonly from: string; readonly payload: unknown; readonly answers?: string },
): Promise<Applied> {
  const { jws, from, payload: receipt } = received
  if (!validateReceipt(receipt)) throw new ExchangeError('receipt-invalid', { member: 'schema' })
  if (receipt.event.id !== (received.answers ?? receipt.event.id))
    throw new ExchangeError('receipt-invalid', { member: 'event' })
  const { verdict } = receipt
  const code = codeIn(receipt)
  for (let round = 0; round < maxRounds; round += 1) {
    const { event, thread } = await findReceiptedEvent(deps, receipt, from)
    if (verdict === 'refused' && receipt.retry === 'later') return { kind: 'later', verdict, code }
    const known = await deps.store.findGotReceipt(event.id)
    if (known !== undefined) {
      if (known.verdict !== verdict) throw new ExchangeError('receipt-invalid', { member: 'verdict' })
      return { kind: 'final', verdict, code }
    }
    if (verdict === 'refused' && (await isAcknowledged(deps, thread, event))) {
      await deps.store.commit([threadAlarm(deps, thread, 'receipt-invalid')])
      throw new ExchangeError('receipt-invalid', { member: 'verdict' })
    }
    const outbox = (await deps.store.outboxOf(event.thread)).find(({ id }) => id === event.id)
    const batch = await receiptBatch(deps, { receipt, jws, event, thread, outbox })
    const result = await deps.store.commit(batch)
    if (result.ok) {
      if (thread.kind === 'relationship') await deps.directory.reload(from)
      noteBackoffEnded(deps.directory, deps.directory.find(from))
      return { kind: 'final', verdict, code }
    }
  }
  throw new ExchangeError('conflict', { event: receipt.event.id })
}

/** A code that this version does not know is kept in the receipt only: it must not bring a peer's words into log and state. */
function codeIn({ verdict, code }: Receipt): ProblemCode | null {
  if (verdict === 'accepted') return null
  return code !== undefined && isProblemCode(code) ? code : 'refusal-unknown'
}

/** The event of ours that the receipt is about, checked member by member (J-21). */
async function findReceiptedEvent(
  { store, keys, self, clock }: ApplyReceiptDeps,
  receipt: Receipt,
  from: string,
): Promise<Pick<Facts, 'event' | 'thread'>> {
  const event = await store.findEvent(self, receipt.event.id)
  if (event?.direction !== 'out' || event.digest !== receipt.event.digest) {
    throw new ExchangeError('receipt-invalid', { member: 'event' })
  }
  const thread = await store.findThread(event.thread)
  if (thread?.peer !== from || receipt.from !== from || receipt.to !== self) {
    throw new ExchangeError('receipt-invalid', { member: 'from' })
  }
  if (receipt.iat > toSeconds(clock.now()) + clockToleranceSeconds)
    throw new ExchangeError('receipt-invalid', { member: 'iat' })
  if (receipt.log !== null && !isLogOriginOf(from, receipt.log.origin))
    throw new ExchangeError('receipt-invalid', { member: 'log' })
  if (receipt.verdict === 'accepted' || receipt.log !== null) checkLeaf(receipt, nonceOf(keys, thread, event), event)
  return { event, thread }
}

/** The promised leaf is a function of what we sent: a receiver cannot promise another one. */
function checkLeaf(receipt: Receipt, nonce: string | undefined, event: EventRow): void {
  // The nonce goes with the content: then the receipt is what its signature says.
  if (nonce === undefined) return
  if (receipt.log?.leaf !== leafHash(nonce, 'received', event.type, event.digest)) {
    throw new ExchangeError('receipt-invalid', { member: 'log' })
  }
}

/** The nonce of one of our events; undefined where it was destroyed with the content. */
function nonceOf(keys: KeyStore, thread: ThreadRow, event: EventRow): string | undefined {
  const content = decryptContent(keys, thread, event)
  return leftOf(content) === 'whole' ? eventOf(content).nonce : undefined
}

interface Facts {
  readonly receipt: Receipt
  readonly jws: string
  readonly event: EventRow
  readonly thread: ThreadRow
  readonly outbox: OutboxRow | undefined
}

async function receiptBatch(deps: ApplyReceiptDeps, { receipt, jws, event, thread, outbox }: Facts): Promise<Batch> {
  const now = deps.clock.now()
  const code = codeIn(receipt)
  const digest = messageDigest(jws)
  const nonce = nonceOf(deps.keys, thread, event)
  const after = await afterReceipt(deps, thread, event, { verdict: receipt.verdict, code })
  return [
    {
      do: 'insertGotReceipt',
      row: {
        id: event.id,
        peer: thread.peer,
        thread: event.thread,
        n: event.n,
        digest: event.digest,
        verdict: receipt.verdict,
        code,
        ownN: receipt.own,
        gotAt: now,
        receipt: jws,
      },
    },
    { do: 'setEventVerdict', author: deps.self, id: event.id, verdict: receipt.verdict, code },
    ...(outbox === undefined ? [] : [{ do: 'deleteOutbox', id: event.id } as const]),
    {
      do: 'updateThread',
      thread: thread.thread,
      expectVersion: thread.version,
      set: {
        state: after.state,
        updatedAt: now,
        ownN: thread.ownN,
        ownDigest: thread.ownDigest,
        peerN: thread.peerN,
        peerDigest: thread.peerDigest,
        // A refused event goes to a person with its reason.
        attention: receipt.verdict === 'refused' ? code : thread.attention,
      },
    },
    ...after.effects,
    ...(nonce === undefined
      ? []
      : [{ do: 'insertLeaf', hash: leafHash(nonce, 'received', 'receipt', digest), at: now } as const]),
    ...endBackoff(deps.directory.find(thread.peer), now),
  ]
}

interface After {
  readonly state: ThreadState
  readonly effects: readonly Effect[]
}

/** A refused event is without effect on both sides: what follows from the thread is folded again without it. */
async function afterReceipt(
  deps: ApplyReceiptDeps,
  thread: ThreadRow,
  event: EventRow,
  { verdict, code }: { readonly verdict: Receipt['verdict']; readonly code: ProblemCode | null },
): Promise<After> {
  if (verdict === 'accepted') return { state: thread.state, effects: await heldAfterAll(deps, thread, event) }
  // What this node took back stays so here, whatever the other one says; a person has to know that it says no.
  if (limitsOthers(event.type))
    return { state: thread.state, effects: [threadAlarm(deps, thread, code ?? 'refusal-unknown')] }
  if (thread.kind === 'relationship')
    return { state: thread.state, effects: await agreementsWithout(deps, thread, event) }
  const loaded = await loadThread(deps, thread.thread)
  if (loaded === undefined) return { state: thread.state, effects: refusalAlarms(deps, thread, event) }
  const view = foldThread(loaded.inEffect.filter(({ digest }) => digest !== event.digest))
  // A new grant gives nothing then, and what it took away stays away here.
  const events = loaded.events.flatMap((known) => {
    if (known.row.digest !== event.digest) return [known]
    return event.type === 'consent.update' ? [{ ...known, row: { ...known.row, verdict } }] : []
  })
  return {
    state: view.state,
    effects: [...clocksAfter(deps, thread, { events, view }), ...refusalAlarms(deps, thread, event)],
  }
}

/** PROTOCOL 9.3: the one who wrote it counts on it until told; where a journey was refused somebody may leave, and nobody waits. */
function refusalAlarms(deps: ApplyReceiptDeps, thread: ThreadRow, { type }: EventRow): readonly Effect[] {
  if (type === 'consent.update') return [threadAlarm(deps, thread, 'update-without-effect')]
  const told = threadAlarm(deps, thread, 'event-refused')
  return type === 'travel.notice' ? [told, threadAlarm(deps, thread, 'journey-unsettled')] : [told]
}

/** An offer that was withdrawn on its way and arrived all the same: the receiver has to destroy it, and to say so. */
async function heldAfterAll(deps: ApplyReceiptDeps, thread: ThreadRow, event: EventRow): Promise<readonly Effect[]> {
  const isOver = thread.state === 'consentWithdrawn' || thread.state === 'enteredInError'
  if (event.type !== 'referral.offer' || !isOver) return []
  const loaded = await loadThread(deps, thread.thread)
  if (loaded === undefined) return []
  const events = loaded.events.map((known) =>
    known.row.digest === event.digest ? { ...known, row: { ...known.row, verdict: 'accepted' as const } } : known,
  )
  return clocksAfter(deps, thread, { events, view: loaded.view })
}

function clocksAfter(
  { clock }: ApplyReceiptDeps,
  row: ThreadRow,
  after: Pick<ThreadAfter, 'events' | 'view'>,
): readonly Effect[] {
  return clockEffects({ ...after, row, version: row.version + 1, now: clock.now() })
}
