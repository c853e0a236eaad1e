import { toSeconds, type Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { proven, type Proven } from '../wire/brand.js'
import { parseCompactJwe, parseCompactJws, type CompactJws, type JwsType } from '../wire/compact.js'
import { maxEnvelopeBytes } from '../wire/limits.js'
import { parseStrictJson } from '../wire/strict-json.js'
import { openEnvelope, type PrekeyPublic } from '../crypto/envelope.js'
import type { KeyStore } from '../crypto/key-store.js'
import { messageDigest, verifyJws } from '../crypto/signer.js'
import type { Peer } from '../directory/peer.js'
import type { PeerDirectory } from '../directory/peer-directory.js'
import type { CardRefresher } from '../directory/refresh-card.js'

/** A message of a paired node, with nothing judged yet but who wrote it and for whom. */
export interface Message {
  readonly typ: JwsType
  /** The compact JWS, byte for byte as signed. */
  readonly jws: string
  readonly digest: string
  readonly from: Peer
  readonly id: string
  readonly iat: number
  readonly exp: number
  /** The parsed payload; its schema is not checked yet. */
  readonly payload: Readonly<Record<string, unknown>>
  /** The sender's prekey for the answer. */
  readonly answerTo: PrekeyPublic
}

export type AuthenticMessage = Proven<Message, 'authentic'>

export interface OpenMessageDeps {
  readonly self: string
  readonly keys: KeyStore
  readonly directory: PeerDirectory
  readonly refresher: CardRefresher
  readonly clock: Clock
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/**
 * From bytes to an authentic message, cheap steps before dear ones (architecture, decision 6). Everything thrown here is
 * answered with the one constant refusal, except unknown-prekey and sender-card-unknown, which tell an honest sender
 * what to do.
 *
 * @throws ExchangeError payload-too-large, unknown-prekey, sender-card-unknown; and, never told to the outside,
 * jose-malformed, jose-header-refused, json-refused, decrypt-failed, sender-unknown, signing-key-unknown,
 * signature-invalid, recipient-mismatch
 */
export function openMessage(deps: OpenMessageDeps, bytes: Uint8Array, expected: readonly JwsType[]): AuthenticMessage {
  return openJws(deps, unseal(deps.keys, bytes, expected))
}

/** The same with a message that is out of its envelope. @throws ExchangeError as openMessage, from sender-unknown on */
export function openJws(deps: OpenMessageDeps, jws: CompactJws): AuthenticMessage {
  const candidates = identifySender(deps, jws)
  const payload = parsePayload(jws)
  const from = attribute(candidates, payload)
  checkRecipient(payload, deps.self)
  checkSigningTime(from, jws, payload)
  const answerTo = findAnswerKey(deps, from)
  return proven<'authentic', Message>({
    typ: jws.typ,
    jws: jws.text,
    digest: messageDigest(jws.text),
    from,
    id: payload.id,
    iat: payload.iat,
    exp: payload.exp,
    payload: payload.members,
    answerTo,
  })
}

/** PROTOCOL 10: an envelope has at most 352 KiB. */
function checkSize(bytes: Uint8Array): void {
  if (bytes.length > maxEnvelopeBytes) throw new ExchangeError('payload-too-large', { limit: maxEnvelopeBytes })
}

/** PROTOCOL 2: a signed message inside an envelope to one of our prekeys. @throws ExchangeError of openMessage */
export function unseal(keys: KeyStore, bytes: Uint8Array, expected: readonly JwsType[]): CompactJws {
  checkSize(bytes)
  const envelope = parseCompactJwe(bytes)
  const prekey = keys.openPrekey(envelope.kid)
  if (prekey === undefined) throw new ExchangeError('unknown-prekey')
  return parseCompactJws(openEnvelope(envelope, prekey), expected)
}

/**
 * Only paired nodes are listened to, and only if the signature is theirs. Of a suspended one this is judged later: its
 * withdrawals and receipts pass.
 */
function identifySender({ directory, keys }: OpenMessageDeps, jws: CompactJws): readonly Peer[] {
  const candidates = directory.withSigningKey(jws.kid)
  // A kid is a thumbprint: every candidate that lists it lists the same key.
  const key = candidates[0]?.signingKeyWhenever(jws.kid)
  // A key of ours stands in for an unknown one: the time of an answer must not tell with whom this node is paired (J-23).
  const isSigned = verifyJws(jws, key ?? keys.apiKey().publicKey)
  if (key === undefined) throw new ExchangeError('sender-unknown')
  if (!isSigned) throw new ExchangeError('signature-invalid')
  return candidates
}

interface Payload {
  readonly members: Readonly<Record<string, unknown>>
  readonly from: string
  readonly to: string
  readonly id: string
  readonly iat: number
  readonly exp: number
}

/** Reads the members that every message has. The bytes are those that were verified, parsed once. */
export function parsePayload(jws: CompactJws): Payload {
  const value = parseStrictJson(jws.payload)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ExchangeError('json-refused')
  const members = value as Readonly<Record<string, unknown>>
  const { from, to, id, iat } = members
  // A receipt lives for ever: it alone has no exp.
  const exp = jws.typ === 'trm-receipt+jwt' ? iat : members['exp']
  if (typeof from !== 'string' || typeof to !== 'string') throw new ExchangeError('json-refused')
  if (typeof id !== 'string' || !uuidPattern.test(id)) throw new ExchangeError('json-refused')
  if (!isInstant(iat) || !isInstant(exp)) throw new ExchangeError('json-refused')
  return { members, from, to, id, iat, exp }
}

/** The signed `from` decides whose message it is; it must own the key. */
function attribute(candidates: readonly Peer[], payload: Payload): Peer {
  const from = candidates.find(({ row }) => row.node === payload.from)
  if (from === undefined) throw new ExchangeError('sender-unknown')
  return from
}

/** PROTOCOL 2: the recipient is signed, so that nobody can seal a message again to a third node. */
function checkRecipient(payload: Payload, self: string): void {
  if (payload.to !== self) throw new ExchangeError('recipient-mismatch')
}

/** PROTOCOL 1: the key must have been in force when the message says it was signed, and not be known as compromised now. */
function checkSigningTime(from: Peer, jws: CompactJws, payload: Payload): void {
  if (from.arrivalKey(jws.kid, payload.iat) === undefined) throw new ExchangeError('signing-key-unknown')
}

/** Answers are sealed; without a card in force there is nothing to seal to, so the card is fetched meanwhile. */
function findAnswerKey({ refresher, clock }: OpenMessageDeps, from: Peer): PrekeyPublic {
  const prekey = from.prekey(toSeconds(clock.now()))
  if (prekey === undefined) {
    refresher.request(from.row.node)
    throw new ExchangeError('sender-card-unknown')
  }
  return prekey
}

function isInstant(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 9_999_999_999
}
