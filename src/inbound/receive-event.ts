import { toSeconds, type Clock } from '../base/clock.js'
import { ExchangeError, type ErrorDetails, type ProblemCode, type Retry } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { Logger } from '../base/logger.js'
import type { Random } from '../base/random.js'
import { codeListsDigest } from '../wire/generated/code-lists.js'
import type { Event, EventFrame, Receipt } from '../wire/generated/types.js'
import { dedupeGraceSeconds } from '../wire/limits.js'
import type { DataKey } from '../crypto/at-rest.js'
import type { KeyStore } from '../crypto/key-store.js'
import { logOrigin } from '../directory/own-card.js'
import type { PeerDirectory } from '../directory/peer-directory.js'
import { leafHash } from '../log/leaf.js'
import { isRelationshipEvent } from '../agreements/relationship.js'
import { longestLife } from '../policy/longest-life.js'
import { heldAgainst } from '../policy/identity-firewall.js'
import type { Ruleset } from '../policy/identity/ruleset-version.js'
import type { Batch } from '../store/batch.js'
import type { Store } from '../store/port.js'
import type { EventRow, GivenReceiptRow, ThreadRow } from '../store/rows.js'
import type { SignatureCounts } from '../threads/signature-counts.js'
import { detached } from '../threads/detached.js'
import { encryptContent } from '../threads/thread-content.js'
import { flagMasked } from './flag-masked.js'
import {
  checkBody,
  checkFrame,
  checkFreshness,
  checkGates,
  checkLength,
  checkSuspension,
  frameOf,
} from './judge-event.js'
import type { AuthenticMessage } from './open-message.js'
import type { EvidenceBudget } from './evidence-budget.js'
import { checkPredecessor, placeEvent, takesNumber } from './place-event.js'
import type { Placement } from './placement.js'
import { placeRelationship } from './place-relationship.js'

export interface ReceiveEventDeps {
  readonly self: string
  /** Country of this node. */
  readonly country: string
  readonly store: Store
  readonly keys: KeyStore
  readonly signatureCounts: SignatureCounts
  readonly directory: PeerDirectory
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly evidence: EvidenceBudget
  /** The rules of the identity firewall that this node has. */
  readonly ruleset: Ruleset
  /** Told after the commit that a thread has a new event of the peer. */
  readonly onAccepted: (thread: string, type: string) => void
}

/** Rounds of reload and decide again before the sender is asked to come back. */
const maxRounds = 5

/**
 * Judges one authentic event and answers with a receipt, the compact JWS. The same event gets the same bytes for ever,
 * once it was accepted or refused for good; a refusal that may pass (`retry: later`) is judged anew (PROTOCOL 3).
 * Whatever is refused changes receipt, dedupe row and leaf only.
 *
 * @throws ExchangeError storage-failed, content-unreadable, overloaded: nothing was decided, the sender tries again
 */
export async function receiveEvent(deps: ReceiveEventDeps, message: AuthenticMessage): Promise<string> {
  for (let round = 0; round < maxRounds; round += 1) {
    const known = await deps.store.findGivenReceipt(message.from.row.node, message.id)
    if (known !== undefined) return answerKnown(deps, message, known)
    const receipt = await judgeAndCommit(deps, message)
    if (receipt !== undefined) return receipt
  }
  throw new ExchangeError('overloaded')
}

/** PROTOCOL 2, 3: the identity of an event is (from, id). Same bytes, same receipt; other bytes are evidence. */
async function answerKnown(deps: ReceiveEventDeps, message: AuthenticMessage, known: GivenReceiptRow): Promise<string> {
  if (known.digest === message.digest) return known.receipt
  const nodeKey = deps.keys.dataKey('node')
  if (nodeKey === undefined) throw new ExchangeError('key-missing', { key: 'node' })
  const author = message.from.row.node
  if (deps.evidence.take(author)) {
    // Nothing of the content: a contradiction outlives the thread, which has to be erasable.
    const content = encryptContent(nodeKey, author, message.id, detached(message.jws))
    await deps.store.commit([
      { do: 'insertConflict', author, id: message.id, otherDigest: message.digest, at: deps.clock.now(), content },
    ])
  }
  deps.log.error({ peer: author, event: message.id, code: 'id-conflict' }, 'two events of one identity')
  return signReceipt(deps, message, { own: 0, leaf: null, refusal: { code: 'id-conflict', retry: 'never' } })
}

/** One round; undefined if the thread changed meanwhile. */
async function judgeAndCommit(deps: ReceiveEventDeps, message: AuthenticMessage): Promise<string | undefined> {
  try {
    const nowSeconds = toSeconds(deps.clock.now())
    checkFreshness(message, nowSeconds)
    const frame = checkFrame(message)
    const from = deps.directory.find(message.from.row.node) ?? message.from
    checkSuspension(frame.type, from)
    await checkPredecessor(deps, frame)
    checkLength(frame)
    const event = checkBody(frame)
    const countries = { sender: from.row.country, recipient: deps.country }
    const agreement = from.agreementAt(nowSeconds)
    const facts = { agreement, recipient: deps.self, countries, nowSeconds, ruleset: deps.ruleset }
    checkGates(event, facts)
    const placement = isRelationshipEvent(event)
      ? await placeRelationship(deps, { event, digest: message.digest, from, now: deps.clock.now() })
      : await placeEvent(deps, event, message.digest, facts)
    return await accept(deps, message, event, placement)
  } catch (error) {
    if (!(error instanceof ExchangeError) || !isJudgement(error.code)) throw error
    return refuse(deps, message, { code: error.code, retry: error.retry }, error.details)
  }
}

/** A fault of our own is no judgement on the event: nothing is signed, the sender comes back. */
function isJudgement(code: ProblemCode): boolean {
  return code !== 'storage-failed' && code !== 'content-unreadable' && code !== 'key-missing' && code !== 'internal'
}

async function accept(
  deps: ReceiveEventDeps,
  message: AuthenticMessage,
  event: Event,
  placement: Placement,
): Promise<string | undefined> {
  const leaf = leafHash(event.nonce, 'received', event.type, message.digest)
  const own = placement.row?.ownN ?? 0
  const receipt = signReceipt(deps, message, { own, leaf })
  const key = placement.keepsEvent ? await contentKey(deps.keys, placement.row) : undefined
  const now = deps.clock.now()
  const author = message.from.row.node
  const batch: Batch = [
    ...placement.effects(key?.id ?? '', now),
    ...(key === undefined
      ? []
      : [{ do: 'insertEvent', row: eventRow(message, event, { key, leaf, now, ruleset: deps.ruleset }) } as const]),
    ...(key === undefined ? [] : flagMasked(deps, event, heldAgainst(event, deps.ruleset), now)),
    { do: 'insertGivenReceipt', row: givenReceipt(deps, message, event, 'accepted', null, receipt) },
    { do: 'insertLeaf', hash: leaf, at: now },
  ]
  const result = await deps.store.commit(batch)
  if (!result.ok) return undefined
  if (placement.changesPeer) await deps.directory.reload(author)
  deps.onAccepted(event.thread, event.type)
  return receipt
}

function eventRow(
  message: AuthenticMessage,
  event: Event,
  {
    key,
    leaf,
    now,
    ruleset,
  }: { readonly key: DataKey; readonly leaf: string; readonly now: number; readonly ruleset: Ruleset },
): EventRow {
  const author = message.from.row.node
  return {
    author,
    id: event.id,
    thread: event.thread,
    n: event.n,
    direction: 'in',
    type: event.type,
    digest: message.digest,
    iat: event.iat,
    exp: event.exp,
    storedAt: now,
    heldAgainst: heldAgainst(event, ruleset),
    verdict: 'accepted',
    code: null,
    leaf,
    size: message.jws.length,
    content: encryptContent(key, author, event.id, message.jws),
  }
}

/** @throws ExchangeError content-unreadable where the key of the thread was destroyed: nothing more can be kept in it */
async function contentKey(keys: KeyStore, thread: ThreadRow | undefined): Promise<DataKey> {
  if (thread === undefined) return keys.takeDataKey()
  const key = keys.dataKey(thread.keyId)
  if (key === undefined) throw new ExchangeError('content-unreadable', { thread: thread.thread })
  return key
}

async function refuse(
  deps: ReceiveEventDeps,
  message: AuthenticMessage,
  refusal: { readonly code: ProblemCode; readonly retry: Retry },
  details: ErrorDetails,
): Promise<string | undefined> {
  const frame = frameOf(message)
  const own = frame === undefined ? 0 : await ownNumber(deps.store, message, frame)
  const isFinal = refusal.retry !== 'later'
  const hasLeaf = isFinal && frame !== undefined && !isOutOfTime(refusal.code)
  const leaf = hasLeaf ? leafHash(frame.nonce, 'received', frame.type, message.digest) : null
  const receipt = signReceipt(deps, message, { own, leaf, refusal })
  const author = message.from.row.node
  deps.log.warn(
    { peer: author, event: message.id, code: refusal.code, pointers: String(details['pointers'] ?? '') },
    'event refused',
  )
  if (!isFinal) return receipt
  const counts = frame !== undefined && belongsToAuthor(refusal.code) && (await takesNumber(deps, frame))
  const row = givenReceipt(deps, message, counts ? frame : undefined, 'refused', refusal.code, receipt)
  const result = await deps.store.commit([
    { do: 'insertGivenReceipt', row },
    ...(leaf === null ? [] : [{ do: 'insertLeaf', hash: leaf, at: deps.clock.now() } as const]),
  ])
  return result.ok ? receipt : undefined
}

/** What came too late may have a leaf from the time before its receipt was forgotten; there is never a second one. */
function isOutOfTime(code: ProblemCode): boolean {
  return code === 'event-expired' || code === 'lifetime-invalid'
}

/** Whether the number and the thread are the author's to use, whatever is wrong with the event otherwise. */
function belongsToAuthor(code: ProblemCode): boolean {
  return code !== 'number-conflict' && code !== 'thread-not-yours' && code !== 'thread-unknown'
}

/** Our own last number in the thread, told only to the node it is shared with. */
async function ownNumber(store: Store, message: AuthenticMessage, frame: EventFrame): Promise<number> {
  const thread = await store.findThread(frame.thread)
  return thread?.peer === message.from.row.node ? thread.ownN : 0
}

function givenReceipt(
  deps: ReceiveEventDeps,
  message: AuthenticMessage,
  frame: Pick<EventFrame, 'thread' | 'n'> | undefined,
  verdict: 'accepted' | 'refused',
  code: ProblemCode | null,
  receipt: string,
): GivenReceiptRow {
  const now = deps.clock.now()
  // An absurd exp must not keep a row for ever; an expired event may still be repeated.
  const end = Math.min(Math.max(message.exp, toSeconds(now)), toSeconds(now) + longestLife(message.payload['type']))
  return {
    author: message.from.row.node,
    id: message.id,
    digest: message.digest,
    thread: frame?.thread ?? null,
    n: frame?.n ?? null,
    verdict,
    code,
    givenAt: now,
    keepUntil: end + dedupeGraceSeconds,
    receipt,
  }
}

interface Verdict {
  readonly own: number
  readonly leaf: string | null
  readonly refusal?: { readonly code: ProblemCode; readonly retry: Retry }
}

/** PROTOCOL 3. */
function signReceipt(deps: ReceiveEventDeps, message: AuthenticMessage, { own, leaf, refusal }: Verdict): string {
  const receipt: Receipt = {
    v: 1,
    id: newUuid(deps.random),
    from: deps.self,
    to: message.from.row.node,
    iat: toSeconds(deps.clock.now()),
    event: { id: message.id, digest: message.digest },
    verdict: refusal === undefined ? 'accepted' : 'refused',
    ...(refusal === undefined ? {} : { code: refusal.code, retry: refusal.retry }),
    log: leaf === null ? null : { origin: logOrigin(deps.self), leaf },
    own,
    codeLists: codeListsDigest,
  }
  return deps.keys.signer().sign('trm-receipt+jwt', receipt)
}
