import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { toDay, toSeconds, type Clock } from '../../src/base/clock.js'
import { newUuid } from '../../src/base/ids.js'
import type { Random } from '../../src/base/random.js'
import { openEnvelope } from '../../src/crypto/envelope.js'
import { nextKeyHashOf, nodeIdOf } from '../../src/crypto/node-id.js'
import { keyPairFromSeed, type KeyPair } from '../../src/crypto/private-key.js'
import { messageDigest, verifyJws } from '../../src/crypto/signer.js'
import { leafHash } from '../../src/log/leaf.js'
import { rulesetVersion } from '../../src/policy/identity/ruleset.js'
import { parseCompactJwe, parseCompactJws, type CompactJws, type JwsType } from '../../src/wire/compact.js'
import { codeListsDigest } from '../../src/wire/generated/code-lists.js'
import type { Card, Event, KeyStatement, NodeDocument, Receipt } from '../../src/wire/generated/types.js'
import { answerBuckets, maxEventLifeSeconds } from '../../src/wire/limits.js'
import { agreeBefore, testAgreementDigest } from './agreements.js'
import { offerDraft } from './drafts.js'
import {
  post,
  sealRaw,
  signRaw,
  targetOf,
  type Answer,
  type FederationPath,
  type SealChange,
  type Target,
} from './forge.js'
import { seededRandom } from './seeded-random.js'
import type { TestNode } from './test-federation.js'

export type Offer = Extract<Event, { type: 'referral.offer' }>

/** A request that reached the outlaw's own server. */
export interface Hit {
  readonly method: string
  readonly url: string
  readonly body: Buffer
}

export interface OutlawAnswer {
  readonly status: number
  readonly type: string
  readonly body: Uint8Array | string
  readonly headers?: Readonly<Record<string, string>>
}

/** A sealed answer, opened: its type, its payload and the bytes that were signed. */
export interface Opened {
  readonly typ: JwsType
  readonly jws: string
  readonly payload: Readonly<Record<string, unknown>>
}

const nothingHere: OutlawAnswer = { status: 404, type: 'text/plain', body: '' }
const yearSeconds = 365 * 86_400

/**
 * An attacker's node: its keys are right, its card is served over HTTP, and it signs and seals whatever it is told. Paired
 * with a node it is an authenticated peer that keeps no rule; unpaired it is a stranger.
 */
export class Outlaw implements AsyncDisposable {
  readonly clock: Clock
  readonly random: Random
  readonly identity: KeyPair
  /** A test may replace it, and show the statement for that. */
  signing: KeyPair
  readonly prekey: KeyPair
  readonly witness: KeyPair
  readonly log: KeyPair
  readonly id: string
  /** Every request that reached its server. */
  readonly hits: Hit[] = []
  /** What its server answers to a POST. */
  answer: (hit: Hit) => OutlawAnswer | Promise<OutlawAnswer> = () => nothingHere
  /** Last changes before statement and card are signed. */
  editStatement: (honest: KeyStatement) => unknown = (honest) => honest
  editCard: (honest: Card) => unknown = (honest) => honest
  /** What its server shows of it. */
  shown: () => NodeDocument = () => this.document()
  readonly nextKeyHash: string
  readonly #bornAt: number
  readonly #targets = new Map<string, Target>()
  readonly #server: Server

  private constructor(seed: string, clock: Clock) {
    this.clock = clock
    this.random = seededRandom(`outlaw|${seed}`)
    this.identity = keyPairFromSeed('Ed25519', this.random.bytes(32))
    this.signing = keyPairFromSeed('Ed25519', this.random.bytes(32))
    this.witness = keyPairFromSeed('Ed25519', this.random.bytes(32))
    this.log = keyPairFromSeed('Ed25519', this.random.bytes(32))
    this.prekey = keyPairFromSeed('X25519', this.random.bytes(32))
    this.nextKeyHash = nextKeyHashOf(keyPairFromSeed('Ed25519', this.random.bytes(32)).x)
    this.id = nodeIdOf(this.identity.x, this.nextKeyHash)
    this.#bornAt = toSeconds(clock.now())
    this.#server = createServer((request, response) => {
      void this.#serve(request).then(({ status, type, body, headers }) => {
        response
          .writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), ...headers })
          .end(body)
      })
    })
  }

  static async start(t: Pick<Test, 'teardown'>, seed: string, clock: Clock): Promise<Outlaw> {
    const outlaw = new Outlaw(seed, clock)
    await new Promise<void>((resolve) => outlaw.#server.listen(0, '127.0.0.1', resolve))
    t.teardown(() => outlaw[Symbol.asyncDispose]())
    return outlaw
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`
  }

  /** Becomes a peer of the nodes: a person of each adds it by id and pinned address. */
  async join(...nodes: readonly TestNode[]): Promise<void> {
    for (const node of nodes) {
      const { status, body } = await this.askToJoin(node)
      if (status !== 201) throw new Error(`not joined: ${JSON.stringify(body)}`)
      await agreeBefore(node.running, this.id)
    }
  }

  askToJoin(
    node: TestNode,
    id = this.id,
  ): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
    return node.api('POST', '/api/v1/peers', { url: this.url, id, pin: true, acceptLookalike: true })
  }

  /** Statements and card as they are served now. */
  document(): NodeDocument {
    const statement = this.editStatement(this.#statement())
    const header = { alg: 'EdDSA', kid: this.identity.kid, typ: 'trm-keys+jwt' }
    return {
      statements: [signRaw(this.identity.privateKey, header, statement)],
      card: this.sign(this.editCard(this.#card()), 'trm-card+jwt'),
    }
  }

  /** A JWS of its signing key with any payload; parts of the header can be replaced. */
  sign(payload: unknown, typ: string = 'trm-event+jwt', header: Readonly<Record<string, unknown>> = {}): string {
    return signRaw(this.signing.privateKey, { alg: 'EdDSA', kid: this.signing.kid, typ, ...header }, payload)
  }

  seal(node: TestNode, plaintext: string | Uint8Array, change?: SealChange): Buffer {
    return sealRaw(this.#targetOf(node).prekey, plaintext, change)
  }

  /** Signs, seals and sends; `typ` is that of an event if it is left out. */
  async tell(node: TestNode, payload: unknown, typ = 'trm-event+jwt', path?: FederationPath): Promise<Answer> {
    return post(node, this.seal(node, this.sign(payload, typ)), path)
  }

  /** Tells an event and opens the receipt. */
  async tellEvent(node: TestNode, payload: unknown): Promise<Receipt> {
    return this.open(node, await this.tell(node, payload)).payload as unknown as Receipt
  }

  /** A sealed answer of the node, its signature checked. Throws where it is none. */
  open(node: TestNode, answer: Answer): Opened {
    if (answer.status !== 200) throw new Error(`answered in clear: ${answer.status} ${answer.code ?? ''}`)
    const jws = this.unseal(answer.body, ['trm-receipt+jwt', 'trm-reply+jwt'])
    const { signingKey, signingKid } = this.#targetOf(node)
    if (jws.kid !== signingKid || !verifyJws(jws, signingKey)) throw new Error('not signed by the node')
    const payload = JSON.parse(Buffer.from(jws.payload).toString()) as Record<string, unknown>
    return { typ: jws.typ, jws: jws.text, payload }
  }

  /** What an envelope to it holds. */
  unseal(envelope: Uint8Array, expected: readonly JwsType[]): CompactJws {
    return parseCompactJws(openEnvelope(parseCompactJwe(envelope), this.prekey.privateKey), expected)
  }

  /** A referral to the node that every step of its inbound path lets pass; opens a thread of its own. */
  offer(to: string, frame: Readonly<Record<string, unknown>> = {}): Offer {
    const draft = offerDraft(to)
    const [thread, grant] = [newUuid(this.random), newUuid(this.random)]
    const personCode = 'K7QM-2XPA'
    const iat = toSeconds(this.clock.now())
    return {
      v: 1,
      from: this.id,
      to,
      id: newUuid(this.random),
      iat,
      exp: iat + maxEventLifeSeconds,
      thread,
      n: 1,
      prev: null,
      seen: null,
      agreement: testAgreementDigest(this.id, to),
      grant,
      ruleset: rulesetVersion,
      nonce: this.nonce(),
      type: 'referral.offer',
      body: {
        referral: {
          ...draft.referral,
          schemaVersion: 'trm-referral/1.0',
          referralId: thread,
          rootReferralId: thread,
          createdOn: toDay(this.clock.now()),
          respondBy: draft.referral.respondBy ?? toDay(this.clock.now() + 10 * 86_400_000),
          subject: { ...draft.referral.subject, personCode },
        },
        grant: { ...draft.grant, id: grant, recipient: to, personCode },
      },
      ...frame,
    }
  }

  /** A later event of its in the thread that the offer opened. */
  follow(
    offer: Offer,
    prev: string,
    step: Pick<Event, 'type'> & { readonly body: unknown },
    n = 2,
  ): Record<string, unknown> {
    const iat = toSeconds(this.clock.now())
    const place = { id: newUuid(this.random), iat, exp: iat + maxEventLifeSeconds, n, prev, nonce: this.nonce() }
    return { ...offer, ...place, ...step }
  }

  query(to: string): Record<string, unknown> {
    const iat = toSeconds(this.clock.now())
    return { v: 1, from: this.id, to, id: newUuid(this.random), iat, exp: iat + 300, type: 'node.ping', body: {} }
  }

  /** The receipt that an honest node would give for an event, the compact JWS of which came to this one. */
  receipt(event: CompactJws, change: Readonly<Record<string, unknown>> = {}): Receipt {
    const { id, from, nonce, type } = JSON.parse(Buffer.from(event.payload).toString()) as Event
    const digest = messageDigest(event.text)
    return {
      v: 1,
      id: newUuid(this.random),
      from: this.id,
      to: from,
      iat: toSeconds(this.clock.now()),
      event: { id, digest },
      verdict: 'accepted',
      log: { origin: `trm.node/${this.id}/1`, leaf: leafHash(nonce, 'received', type, digest) },
      own: 0,
      codeLists: codeListsDigest,
      ...change,
    }
  }

  /** A sealed answer of its own to the node. */
  answerWith(node: TestNode, jws: string): OutlawAnswer {
    return { status: 200, type: 'application/jose', body: this.seal(node, jws, { buckets: answerBuckets }) }
  }

  nonce(): string {
    return Buffer.from(this.random.bytes(32)).toString('base64url')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #serve(request: IncomingMessage): Promise<OutlawAnswer> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const hit = { method: request.method ?? '', url: request.url ?? '', body: Buffer.concat(chunks) }
    this.hits.push(hit)
    if (hit.method !== 'GET') return this.answer(hit)
    if (hit.url !== '/.well-known/trm-node') return nothingHere
    return { status: 200, type: 'application/json', body: JSON.stringify(this.shown()) }
  }

  /** Importing keys is dear: once a card. */
  #targetOf(node: TestNode): Target {
    const { card } = node.running.document()
    const target = this.#targets.get(card) ?? targetOf(node)
    this.#targets.set(card, target)
    return target
  }

  #statement(): KeyStatement {
    const life = { notBefore: this.#bornAt, notAfter: this.#bornAt + yearSeconds }
    return {
      v: 1,
      node: this.id,
      seq: this.#bornAt,
      prev: null,
      iat: this.#bornAt,
      identityKey: this.identity.x,
      nextKeyHash: this.nextKeyHash,
      signing: [{ key: this.signing.x, ...life }],
      witness: this.witness.x,
    }
  }

  #card(): Card {
    const now = toSeconds(this.clock.now())
    return {
      v: 1,
      node: this.id,
      seq: now,
      iat: now,
      exp: now + 7 * 86_400,
      label: 'Outlaw, AQ',
      country: 'AQ',
      organisation: 'Outlaw',
      url: this.url,
      mailboxes: [],
      prekeys: [{ key: this.prekey.x, notBefore: this.#bornAt, notAfter: this.#bornAt + yearSeconds }],
      log: { origin: `trm.node/${this.id}/1`, key: this.log.x },
      versions: [1],
      suites: ['x25519-a256gcm-ed25519'],
    }
  }
}
