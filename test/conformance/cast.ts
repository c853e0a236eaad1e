import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { repository, readSchemaJson } from '../codegen/schema-files.js'
import { bytesOf, jwkOf, rawKey, sha256, signMessage, uuidOf, type RawKey } from './raw-jose.js'

export const now = 1795339800
export const day = 86_400

/** What a sender of this version finds in free texts (PROTOCOL 5.6). */
export const ruleset = 'trm-identity/2'

export type Json = Readonly<Record<string, unknown>>

/** A node of the vectors: the keys are those of keys.example/, the prekey stands in the files that need it. */
export interface CastNode {
  readonly id: string
  readonly identity: RawKey
  readonly next: RawKey
  readonly signing: RawKey
  readonly log: RawKey
  readonly witness: RawKey
  readonly prekey: RawKey
  readonly statement: Json
  readonly card: Json
  readonly document: { readonly statements: readonly string[]; readonly card: string }
}

export interface Cast {
  readonly ro: CastNode
  readonly it: CastNode
  readonly de: CastNode
  readonly rs: CastNode
  readonly ch: CastNode
  readonly tr: CastNode
}

export function makeCast(): Cast {
  return {
    ro: castNode('ro', 'Counselling Centre North, RO'),
    it: castNode('it', 'Shelter Network South, IT'),
    de: castNode('de', 'Advice Office West, DE'),
    rs: castNode('rs', 'Support Centre East, RS'),
    ch: castNode('ch', 'Advice Office Lake, CH'),
    tr: castNode('tr', 'Help Desk Coast, TR'),
  }
}

function castNode(name: string, label: string): CastNode {
  const file = path.join(repository, 'keys.example', `${name}.jwks.json`)
  const { keys } = JSON.parse(readFileSync(file, 'utf8')) as { keys: readonly { job: string; d: string }[] }
  const keyFor = (job: string): RawKey => {
    const jwk = keys.find((key) => key.job === job)
    return rawKey('Ed25519', Buffer.from(jwk?.d ?? '', 'base64url'))
  }
  const identity = keyFor('identity')
  const next = keyFor('next-identity')
  const signing = keyFor('signing')
  const log = keyFor('log')
  const witness = keyFor('witness')
  const prekey = rawKey('X25519', bytesOf(`prekey|${name}`, 32))
  const nextKeyHash = sha256(Buffer.from(next.x, 'base64url'))
  const id = sha256(`{"identityKey":"${identity.x}","nextKeyHash":"${nextKeyHash}"}`)
  const bornAt = now - 30 * day
  const statement = {
    v: 1,
    node: id,
    seq: bornAt,
    prev: null,
    iat: bornAt,
    identityKey: identity.x,
    nextKeyHash,
    signing: [{ key: signing.x, notBefore: bornAt, notAfter: bornAt + 365 * day }],
    witness: witness.x,
  }
  const card = {
    v: 1,
    node: id,
    seq: now - 3600,
    iat: now - 3600,
    exp: now - 3600 + 7 * day,
    label,
    country: name.toUpperCase(),
    organisation: label.slice(0, -4),
    url: `https://${name}.node.example/`,
    mailboxes: [],
    prekeys: [{ key: prekey.x, notBefore: now - 2 * day, notAfter: now + 12 * day }],
    log: { origin: `trm.node/${id}/1`, key: log.x },
    versions: [1],
    suites: ['x25519-a256gcm-ed25519'],
  }
  const document = {
    statements: [signMessage(identity, 'trm-keys+jwt', statement)],
    card: signMessage(signing, 'trm-card+jwt', card),
  }
  return { id, identity, next, signing, log, witness, prekey, statement, card, document }
}

/** What a runner needs to be a node: its private keys and its document; of its peers the document, and the prekey to open answers. */
export function givenNode(node: CastNode, peers: readonly CastNode[]): Json {
  return {
    now,
    node: {
      id: node.id,
      document: node.document,
      keys: { signing: jwkOf(node.signing), log: jwkOf(node.log), witness: jwkOf(node.witness) },
      prekey: jwkOf(node.prekey),
    },
    peers: peers.map((peer) => ({
      document: peer.document,
      prekey: jwkOf(peer.prekey),
      agreement: agreementOf(node, peer),
    })),
  }
}

interface OfferBody {
  readonly referral: Json & { readonly subject: Json; readonly request: Json }
  readonly grant: Json
}

const { examples } = readSchemaJson<{ examples: readonly [OfferBody] }>('event/referral-offer.schema.json')
const [example] = examples

/** A referral that every gate lets pass, and the event that carries it. `label` decides all ids in it. */
export function makeOffer(from: CastNode, to: CastNode, label: string): Json & { readonly body: OfferBody } {
  const thread = uuidOf(`thread|${label}`)
  const grant = uuidOf(`grant|${label}`)
  return {
    v: 1,
    from: from.id,
    to: to.id,
    id: uuidOf(`event|${label}`),
    iat: now - 60,
    exp: now - 60 + 30 * day,
    thread,
    n: 1,
    prev: null,
    seen: null,
    agreement: sha256(canonical(agreementOf(from, to))),
    grant,
    ruleset,
    nonce: nonceOf(label),
    type: 'referral.offer',
    body: {
      referral: { ...example.referral, referralId: thread, rootReferralId: thread },
      grant: { ...example.grant, id: grant, recipient: to.id },
    },
  }
}

/** The agreement in force between two nodes of the cast, signed by both long ago. */
export function agreementOf(one: CastNode, other: CastNode): Json {
  const parties = [one.id, other.id].sort()
  const clause = {
    clause: '1',
    senders: parties,
    referralTypes: codeList('referralType'),
    purposes: codeList('consentPurpose'),
    dataCategories: codeList('dataCategory'),
    lawfulBases: codeList('lawfulBasis'),
    onward: codeList('onwardRule'),
  }
  return {
    v: 1,
    id: uuidOf(`agreement|${parties.join('|')}`),
    template: 'informal',
    basis: 'informal',
    parties,
    replaces: null,
    validFrom: now - 20 * day,
    validUntil: now + 345 * day,
    clauses: [clause],
    clocks: { immediate: 24, urgent: 72, standard: 240, planned: 720 },
    retention: { daysAfterClosure: 365 },
  }
}

const codes = readSchemaJson<{ $defs: Readonly<Record<string, { enum: readonly string[] }>> }>('codes.schema.json')

function codeList(name: string): readonly string[] {
  return codes.$defs[name]?.enum ?? []
}

export function nonceOf(label: string): string {
  return bytesOf(`nonce|${label}`, 32).toString('base64url')
}

export function makePing(from: CastNode, to: CastNode, label: string): Json {
  const id = uuidOf(`query|${label}`)
  return { v: 1, from: from.id, to: to.id, id, iat: now, exp: now + 300, type: 'node.ping', body: {} }
}

/** RFC 8785 for what the vectors hold: no number that needs more than JSON.stringify. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`
}

/** Digest of the code lists. All member names are ASCII, so sorting by character is enough. */
export const codeListsDigest = sha256(canonical(readSchemaJson('codes.schema.json')))

/** Leaf hash by the text of PROTOCOL 8.2: HKDF written out with HMAC. */
export function leafOf(nonce: string, role: string, type: string, digest: string): string {
  const pseudorandom = createHmac('sha256', Buffer.alloc(32)).update(Buffer.from(nonce, 'base64url')).digest()
  const key = createHmac('sha256', pseudorandom).update('trm-leaf/v1').update(Buffer.of(1)).digest()
  const entry = createHmac('sha256', key).update(`${role}|${type}|${digest}`).digest()
  return sha256(Buffer.concat([Buffer.of(0), entry]))
}

/** The receipt that `giver` gives for an event, the JWS of which is `jws`. */
export function makeReceipt(giver: CastNode, jws: string, change: Json = {}): Json {
  const event = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as Record<string, string>
  const { id = '', from = '', nonce = '', type = '' } = event
  const digest = sha256(jws)
  return {
    v: 1,
    id: uuidOf(`receipt|${id}`),
    from: giver.id,
    to: from,
    iat: now + 2,
    event: { id, digest },
    verdict: 'accepted',
    log: { origin: `trm.node/${giver.id}/1`, leaf: leafOf(nonce, 'received', type, digest) },
    own: 0,
    codeLists: codeListsDigest,
    ...change,
  }
}
