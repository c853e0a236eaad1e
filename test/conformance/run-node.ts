import { toSeconds } from '../../src/base/clock.js'
import { ExchangeError } from '../../src/base/errors.js'
import { silentLogger } from '../../src/base/logger.js'
import { openEnvelope } from '../../src/crypto/envelope.js'
import { keyPairFromSeed } from '../../src/crypto/private-key.js'
import { keyThumbprint } from '../../src/crypto/public-key.js'
import { messageDigest } from '../../src/crypto/signer.js'
import { countsOnArrival, isInForce, verifyStatements } from '../../src/directory/key-statement.js'
import { cardEndsAt, parseNodeDocument, verifyNodeDocument } from '../../src/directory/node-document.js'
import { makePeer, type Peer } from '../../src/directory/peer.js'
import { openPeerDirectory } from '../../src/directory/peer-directory.js'
import { cardColumns } from '../../src/directory/card-columns.js'
import { makeKeepProof } from '../../src/directory/keep-proof.js'
import { makeCardRefresher } from '../../src/directory/refresh-card.js'
import { applyReceipt } from '../../src/outbound/apply-receipt.js'
import { exchange } from '../../src/outbound/exchange.js'
import { foldThread } from '../../src/referral/fold.js'
import type { PeerRow } from '../../src/store/rows.js'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js'
import type { ReferralEvent } from '../../src/referral/referral-event.js'
import { loadThread, roleOf, threadEvent } from '../../src/threads/load-thread.js'
import { encryptContent, eventOf } from '../../src/threads/thread-content.js'
import type { Transport } from '../../src/transport/port.js'
import { parseCompactJwe, parseCompactJws } from '../../src/wire/compact.js'
import type { NodeDocument, Receipt } from '../../src/wire/generated/types.js'
import { answerBuckets, eventBuckets } from '../../src/wire/limits.js'
import { FakeClock } from '../support/fake-clock.js'
import { seededRandom } from '../support/seeded-random.js'
import { insertPeer, type ConformanceNode, type endpoints, type GivenNode } from './conformance-node.js'

// What needs a node, or a part of one.

type Members = Readonly<Record<string, unknown>>

interface WithNode {
  readonly node: () => Promise<ConformanceNode>
}

export async function runInvalidEnvelope(
  { body, length }: { readonly body?: string; readonly length?: number },
  context: WithNode,
): Promise<Members> {
  const node = await context.node()
  node.open(body === undefined ? Buffer.alloc(length ?? 0) : Buffer.from(body), 'query')
  return {}
}

export async function runInvalidMessage(
  { endpoint, message }: { readonly endpoint: keyof typeof endpoints; readonly message: string },
  context: WithNode,
): Promise<Members> {
  const node = await context.node()
  node.open(node.seal(message), endpoint)
  return {}
}

export function runStatements({
  statements,
  at,
}: {
  readonly statements: readonly string[]
  readonly at: readonly number[]
}): Members {
  const { node, identityKey, seq, signingKeys } = verifyStatements(statements)
  const [first] = signingKeys
  return {
    node,
    identityKey,
    seq,
    signing: signingKeys.map(({ kid }) => kid),
    counts: at.map((time) => first !== undefined && isInForce(first, time)),
    arrives: at.map((time) => first !== undefined && countsOnArrival(first, time)),
  }
}

interface CardInput {
  readonly document: NodeDocument
  readonly held?: NodeDocument
  readonly now?: number
}

export async function runCard(
  { document, held, now: ownNow }: CardInput,
  { given }: { readonly given: { readonly now: number } },
): Promise<Members> {
  const now = ownNow ?? given.now
  if (held !== undefined) return refreshed(document, held, now)
  const verified = verifyNodeDocument(parseNodeDocument(Buffer.from(JSON.stringify(document))), now)
  return cardOf(makePeer({ ...cardColumns(verified, now * 1000), ...localColumns }, []), now)
}

const localColumns = {
  pinnedAddress: null,
  addedAt: 0,
  suspendedAt: null,
  suspendedFor: null,
  agreementSuspendedByUs: null,
  agreementSuspendedByPeer: null,
  failures: 0,
  retryAt: 0,
}

function cardOf(
  { row, prekey }: Pick<Peer, 'prekey'> & { readonly row: Pick<PeerRow, 'card' | 'cardSeq'> },
  now: number,
): Members {
  const { iat, exp } = JSON.parse(Buffer.from(row.card.split('.')[1] ?? '', 'base64url').toString()) as {
    iat: number
    exp: number
  }
  return { seq: row.cardSeq, endsAt: cardEndsAt({ iat, exp }), sealTo: prekey(now)?.kid ?? null }
}

/** Fetches `document` from a peer whose card is `held`. */
async function refreshed(document: NodeDocument, held: NodeDocument, now: number): Promise<Members> {
  const store = await openSqliteStore({ path: ':memory:' })
  await insertPeer(store, held, now)
  const directory = await openPeerDirectory(store)
  const transport = answering(Buffer.from(JSON.stringify(document)), 'application/json')
  const clock = new FakeClock(now * 1000)
  const refresher = makeCardRefresher({
    store,
    directory,
    transport,
    clock,
    random: seededRandom('refresh'),
    keepProof: makeKeepProof({ store, clock }),
    log: silentLogger,
    allowExampleKeys: true,
  })
  const [before] = directory.list()
  const code = await refresher.refresh(before?.row.node ?? '')
  const [after] = directory.list()
  await store.close()
  if (code !== undefined) throw new ExchangeError(code)
  if (after === undefined) throw new Error('the peer is gone')
  return cardOf(after, now)
}

function answering(body: Uint8Array, contentType: string): Transport {
  return { send: () => Promise.resolve({ status: 200, contentType, body }), close: () => Promise.resolve() }
}

interface ReceiptInput {
  readonly event: string
  readonly before?: string
  readonly receipt: string
}

/** Delivers the event to a peer that answers with the receipts. */
export async function runReceipt({ event, before, receipt }: ReceiptInput, context: WithNode): Promise<Members> {
  const node = await context.node()
  const { to } = eventOf(event)
  if ((await node.store.findEvent(node.self, eventOf(event).id)) === undefined) await insertOwn(node, event)
  if (before !== undefined) await takeReceipt(node, to, event, before)
  const { kind, verdict, code } = await takeReceipt(node, to, event, receipt)
  return { final: kind === 'final', verdict, ...(code === null ? {} : { code }) }
}

async function takeReceipt(
  node: ConformanceNode,
  from: string,
  event: string,
  receipt: string,
): ReturnType<typeof applyReceipt> {
  const transport = answering(node.seal(receipt), 'application/jose')
  const message = { jws: event, path: '/federation/v1/inbox', buckets: eventBuckets } as const
  const answer = await exchange(
    { ...node, transport, introduce: () => Promise.resolve(false) },
    from,
    message,
    'trm-receipt+jwt',
  )
  return applyReceipt(node, { ...answer, from, answers: eventOf(event).id })
}

/** Puts an event of ours where the node would have it after submitting it. */
async function insertOwn(node: ConformanceNode, jws: string): Promise<void> {
  const event = eventOf(jws)
  const digest = messageDigest(jws)
  const now = node.clock.now()
  const thread = await loadThread(node, event.thread)
  const key = node.keys.dataKey(thread?.row.keyId ?? '') ?? (await node.keys.takeDataKey())
  const role = thread?.row.role ?? 'sender'
  const { state } = foldThread([
    ...(thread?.inEffect ?? []),
    threadEvent(event as ReferralEvent, digest, roleOf({ role }, node.self, node.self)),
  ])
  const set = {
    state,
    updatedAt: now,
    ownN: event.n,
    ownDigest: digest,
    peerN: thread?.row.peerN ?? 0,
    peerDigest: thread?.row.peerDigest ?? null,
    attention: null,
  }
  const place = {
    thread: event.thread,
    kind: 'referral' as const,
    root: event.thread,
    peer: event.to,
    role,
    urgency: 'urgent',
    type: 'caseReferral',
    isExercise: true,
    keyId: key.id,
  }
  const result = await node.store.commit([
    thread === undefined
      ? { do: 'insertThread', row: { ...place, ...set, openedAt: now, version: 1 } }
      : { do: 'updateThread', thread: event.thread, expectVersion: thread.row.version, set },
    {
      do: 'insertEvent',
      row: {
        author: node.self,
        id: event.id,
        thread: event.thread,
        n: event.n,
        direction: 'out',
        type: event.type,
        digest,
        iat: event.iat,
        exp: event.exp,
        storedAt: now,
        heldAgainst: null,
        verdict: 'pending',
        code: null,
        leaf: digest,
        size: jws.length,
        content: encryptContent(key, node.self, event.id, jws),
      },
    },
  ])
  if (!result.ok) throw new Error('own event not inserted')
}

type JudgementStep =
  { readonly event: string; readonly at: number } | { readonly own: string; readonly receipt?: string }

/** Brings the events to the inbox in order and opens the answers as their sender would. */
export async function runJudgement(
  { steps }: { readonly steps: readonly JudgementStep[] },
  context: WithNode & { readonly given: GivenNode },
): Promise<Members> {
  const node = await context.node()
  const given: string[] = []
  const receipts: Members[] = []
  let thread = ''
  for (const step of steps) {
    thread = eventOf('event' in step ? step.event : step.own).thread
    if ('own' in step) {
      await insertOwn(node, step.own)
      if (step.receipt !== undefined) await takeReceipt(node, eventOf(step.own).to, step.own, step.receipt)
      continue
    }
    node.moveTo(step.at)
    const answer = await node.receive.inbox(node.seal(step.event))
    const receipt = unsealed(context.given, answer)
    const same = given.indexOf(receipt)
    given.push(receipt)
    receipts.push(same >= 0 ? { same } : verdictOf(node, step.event, receipt))
  }
  return { receipts, state: (await loadThread(node, thread))?.view.state ?? null }
}

/** Opens an answer as the peer that it is sealed to. */
function unsealed({ peers }: GivenNode, answer: Uint8Array | undefined): string {
  const envelope = parseCompactJwe(answer ?? Buffer.alloc(0))
  const prekey = peers.map((peer) => peer.prekey).find(({ kid }) => kid === envelope.kid)
  if (prekey === undefined) throw new Error('sealed to nobody')
  if (envelope.ciphertext.length !== answerBuckets[0]) throw new Error('a receipt of unusual size')
  return openEnvelope(envelope, keyPairFromSeed('X25519', Buffer.from(prekey.d, 'base64url')).privateKey)
}

function verdictOf(node: ConformanceNode, event: string, text: string): Members {
  const jws = parseCompactJws(text, ['trm-receipt+jwt'])
  const receipt = JSON.parse(Buffer.from(jws.payload).toString()) as Receipt
  const { id, from } = eventOf(event)
  const isFor = receipt.from === node.self && receipt.to === from && receipt.event.id === id
  if (!isFor || receipt.event.digest !== messageDigest(event)) throw new Error('a receipt for something else')
  if (receipt.iat !== toSeconds(node.clock.now())) throw new Error('a receipt of another time')
  if (jws.kid !== keyThumbprint('Ed25519', node.keys.signer().publicKey)) throw new Error('signed with another key')
  const { verdict, code, retry, own, log } = receipt
  const leaf = log?.leaf ?? null
  return code === undefined ? { verdict, own, leaf } : { verdict, code, retry, own, leaf }
}
