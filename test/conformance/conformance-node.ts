import { agreementDigest, signAgreement } from '../../src/agreements/agreement-text.js'
import type { Random } from '../../src/base/random.js'
import { silentLogger } from '../../src/base/logger.js'
import { sealEnvelope, type PrekeyPublic } from '../../src/crypto/envelope.js'
import { parseKeyEncryptionKey, wrapSecret } from '../../src/crypto/key-encryption-key.js'
import { createNodeKeys, openKeyStore, type KeyStore } from '../../src/crypto/key-store.js'
import { keyPairFromSeed } from '../../src/crypto/private-key.js'
import { importX25519 } from '../../src/crypto/public-key.js'
import { makeSigner } from '../../src/crypto/signer.js'
import { verifyNodeDocument } from '../../src/directory/node-document.js'
import { openPeerDirectory, type PeerDirectory } from '../../src/directory/peer-directory.js'
import { cardColumns } from '../../src/directory/card-columns.js'
import { makeKeepProof } from '../../src/directory/keep-proof.js'
import { makeCardRefresher, type CardRefresher } from '../../src/directory/refresh-card.js'
import { makeAnnouncementBudget } from '../../src/inbound/announcement-budget.js'
import { makeNodeQueryHandlers } from '../../src/inbound/answer-node-queries.js'
import { makeEvidenceBudget } from '../../src/inbound/evidence-budget.js'
import { makePeerLimits } from '../../src/inbound/limit-peer.js'
import { openMessage, type AuthenticMessage } from '../../src/inbound/open-message.js'
import { makePairingBudget } from '../../src/inbound/pairing-budget.js'
import { makeReceive, type Receive } from '../../src/inbound/receive.js'
import { applyReceipt } from '../../src/outbound/apply-receipt.js'
import { identityRuleset } from '../../src/policy/identity/ruleset.js'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js'
import type { Effect } from '../../src/store/batch.js'
import type { SignatureCounts } from '../../src/threads/signature-counts.js'
import type { Store } from '../../src/store/port.js'
import type { Transport } from '../../src/transport/port.js'
import type { Agreement, NodeDocument } from '../../src/wire/generated/types.js'
import { answerBuckets } from '../../src/wire/limits.js'
import type { JwsType } from '../../src/wire/compact.js'
import { FakeClock } from '../support/fake-clock.js'
import { memoryKeyRows, memoryPrekeyRows } from '../support/memory-key-rows.js'
import { seededRandom } from '../support/seeded-random.js'

interface Jwk {
  readonly kid: string
  readonly x: string
  readonly d: string
}

/** Member `given` of a vector file about a node. */
export interface GivenNode {
  readonly now: number
  readonly node: {
    readonly id: string
    readonly document: NodeDocument
    readonly keys: Readonly<Record<'signing' | 'log' | 'witness', Jwk>>
    readonly prekey: Jwk
  }
  readonly peers: readonly { readonly document: NodeDocument; readonly agreement?: Agreement; readonly prekey: Jwk }[]
}

/** What each endpoint takes. */
export const endpoints = {
  inbox: ['trm-event+jwt', 'trm-receipt+jwt'],
  query: ['trm-query+jwt'],
} as const satisfies Readonly<Record<string, readonly JwsType[]>>

/** The product's parts of a node around a store in memory, with the keys and peers of a vector file. */
export interface ConformanceNode {
  readonly self: string
  readonly clock: FakeClock
  readonly random: Random
  readonly store: Store
  readonly keys: KeyStore
  readonly directory: PeerDirectory
  readonly refresher: CardRefresher
  readonly signatureCounts: SignatureCounts
  readonly receive: Receive
  readonly prekey: PrekeyPublic
  open(bytes: Uint8Array, endpoint: keyof typeof endpoints): AuthenticMessage
  /** Seals a message to the node, as a peer would. */
  seal(message: string): Uint8Array
  moveTo(seconds: number): void
  close(): Promise<void>
}

const noNetwork: Transport = {
  send: () => Promise.reject(new Error('vectors need no network')),
  close: () => Promise.resolve(),
}

export async function openConformanceNode(given: GivenNode, seed: string): Promise<ConformanceNode> {
  const clock = new FakeClock(given.now * 1000)
  const random = seededRandom(seed)
  const self = given.node.id
  const { country } = cardColumns(verifyNodeDocument(given.node.document, given.now), given.now * 1000)
  const keys = await openKeys(given, clock, random)
  const store = await openSqliteStore({ path: ':memory:' })
  for (const { document, agreement } of given.peers) {
    await insertPeer(store, document, given.now)
    if (agreement !== undefined) await store.commit([agreed(self, agreement)])
  }
  const directory = await openPeerDirectory(store)
  const keepProof = makeKeepProof({ store, clock })
  const refresher = makeCardRefresher({
    store,
    directory,
    transport: noNetwork,
    clock,
    random,
    keepProof,
    log: silentLogger,
    allowExampleKeys: true,
  })
  const signatureCounts: SignatureCounts = (author, kid, at) =>
    author === self || directory.find(author)?.signingKey(kid, at) !== undefined
  const deps = {
    self,
    country,
    store,
    keys,
    directory,
    refresher,
    clock,
    random,
    signatureCounts,
    log: silentLogger,
    ruleset: identityRuleset,
  }
  const { kid, x } = given.node.prekey
  const prekey = { kid, key: x, publicKey: importX25519(x) }
  return {
    ...deps,
    prekey,
    receive: makeReceive({
      ...deps,
      handlers: makeNodeQueryHandlers({ store, clock, software: 'vectors' }),
      evidence: makeEvidenceBudget(),
      pairingBudget: makePairingBudget(clock),
      announcements: makeAnnouncementBudget(clock),
      keepProof,
      allowExampleKeys: true,
      limits: makePeerLimits({ clock, perMinute: 100_000 }),
      onAccepted: () => {},
      onReturned: () => {},
      applyReceipt: async (receipt) => void (await applyReceipt(deps, receipt)),
    }),
    open: (bytes, endpoint) => openMessage(deps, bytes, endpoints[endpoint]),
    seal: (message) => sealEnvelope(message, prekey, answerBuckets, random),
    moveTo: (seconds) => {
      clock.jump(seconds * 1000 - clock.now())
    },
    close: async () => {
      keys.close()
      await store.close()
    },
  }
}

export async function insertPeer(store: Store, document: NodeDocument, now: number): Promise<void> {
  const columns = cardColumns(verifyNodeDocument(document, now), now * 1000)
  const local = {
    pinnedAddress: null,
    addedAt: now * 1000,
    suspendedAt: null,
    suspendedFor: null,
    agreementSuspendedByUs: null,
    agreementSuspendedByPeer: null,
    failures: 0,
    retryAt: 0,
  }
  const result = await store.commit([{ do: 'insertPeer', row: { ...columns, ...local } }])
  if (!result.ok) throw new Error('peer not inserted')
}

/** An agreement in force, as the node would hold it; who signed is not looked at again. */
function agreed(self: string, agreement: Agreement): Effect {
  const text = signAgreement(makeSigner(keyPairFromSeed('Ed25519', Buffer.alloc(32, 7)).privateKey), agreement)
  const peer = agreement.parties.find((party) => party !== self) ?? ''
  const { validFrom, validUntil } = agreement
  const row = {
    digest: agreementDigest(agreement),
    peer,
    state: 'accepted' as const,
    proposer: peer,
    place: 1,
    validFrom,
    validUntil,
    proposerJws: text,
    acceptorJws: text,
    reason: null,
  }
  return { do: 'replaceAgreements', peer, rows: [row] }
}

async function openKeys({ node, now }: GivenNode, clock: FakeClock, random: Random): Promise<KeyStore> {
  const files = {
    keyRows: memoryKeyRows(),
    prekeyRows: memoryPrekeyRows(),
    kek: parseKeyEncryptionKey(random.bytes(32)),
    clock,
    random,
    nodeId: node.id,
  }
  const { kid, x, d } = node.prekey
  const wrapped = wrapSecret(files.kek, bytesIn(d), { nodeId: node.id, kind: 'prekey', id: kid }, random)
  const life = { notBefore: now, notAfter: now + 14 * 86_400, destroyAt: now + 365 * 86_400 }
  await files.prekeyRows.insert({ kid, key: x, wrapped, ...life })
  const { signing, log, witness } = node.keys
  const seeds = { signing: bytesIn(signing.d), log: bytesIn(log.d), witness: bytesIn(witness.d), api: random.bytes(32) }
  await createNodeKeys({ ...files, seeds })
  return openKeyStore(files, { allowExampleKeys: true })
}

function bytesIn(text: string): Buffer {
  return Buffer.from(text, 'base64url')
}
