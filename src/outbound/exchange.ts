import { toSeconds, type Clock } from '../base/clock.js'
import { ExchangeError, type ProblemCode } from '../base/errors.js'
import type { Random } from '../base/random.js'
import { parseCompactJwe, parseCompactJws, type JwsType } from '../wire/compact.js'
import { clockToleranceSeconds, maxEnvelopeBytes } from '../wire/limits.js'
import { envelopeMediaType, problemMediaType } from '../wire/media-types.js'
import { parseStrictJson } from '../wire/strict-json.js'
import { openEnvelope, sealEnvelope } from '../crypto/envelope.js'
import type { KeyStore } from '../crypto/key-store.js'
import { verifyJws } from '../crypto/signer.js'
import type { Peer } from '../directory/peer.js'
import type { PeerDirectory } from '../directory/peer-directory.js'
import type { CardRefresher } from '../directory/refresh-card.js'
import type { PeerRow } from '../store/rows.js'
import type { Transport, TransportAnswer } from '../transport/port.js'

export interface ExchangeDeps {
  readonly keys: KeyStore
  readonly directory: PeerDirectory
  readonly refresher: CardRefresher
  /** Tells a peer our key statements, which may be newer than those it holds; true if it took them just now. */
  readonly introduce: (node: string) => Promise<boolean>
  readonly transport: Transport
  readonly clock: Clock
  readonly random: Random
}

export interface SignedMessage {
  readonly jws: string
  readonly path: '/federation/v1/inbox' | '/federation/v1/query'
  readonly buckets: readonly number[]
  /** Asked right before every sending: what was fetched meanwhile may forbid it. Throws what holds the message back. */
  readonly checkBefore?: () => Promise<void>
}

/** An answer whose signature is the peer's. Its schema is not checked yet. */
export interface AuthenticAnswer {
  readonly jws: string
  readonly payload: unknown
}

const timeoutMs = 30_000
const maxProblemBytes = 4096

/** Where an exchange goes: a peer, or a node that is to become one. */
export type ExchangeTarget = Pick<Peer, 'arrivalKey' | 'prekey'> & {
  readonly row: Pick<PeerRow, 'node' | 'url' | 'pinnedAddress'>
}

/**
 * Sends one signed message to a peer, sealed to its newest prekey, and opens the sealed answer. Where the peer no longer
 * knows the prekey its card is fetched, where it may not know our signing key it is told our statements, and the message
 * is sealed again, once: it stays the same message (PROTOCOL 2).
 *
 * @throws ExchangeError of exchangeWith; card-expired, sender-card-unknown where its own card ended; and of message.checkBefore
 */
export async function exchange(
  deps: ExchangeDeps,
  node: string,
  message: SignedMessage,
  expected: JwsType,
): Promise<AuthenticAnswer> {
  const answer = await sendToPeer(deps, node, message)
  if (!(await isWorthAnother(deps, node, codeInClear(answer)))) return openFrom(deps, node, answer, expected)
  return openFrom(deps, node, await sendToPeer(deps, node, message), expected)
}

async function sendToPeer(deps: ExchangeDeps, node: string, message: SignedMessage): Promise<TransportAnswer> {
  const peer = await withCard(deps, node)
  await message.checkBefore?.()
  return sendSealed(deps, peer, message)
}

/** Whether the cause of a refusal may be gone now. */
async function isWorthAnother(
  { refresher, introduce }: ExchangeDeps,
  node: string,
  code: ProblemCode | undefined,
): Promise<boolean> {
  if (code === 'envelope-refused') return introduce(node)
  if (code !== 'unknown-prekey') return false
  await refresher.refresh(node)
  return true
}

/** Where the peer signs with a key that is not known here, it may be a new one: its statements are fetched, once. */
async function openFrom(
  deps: ExchangeDeps,
  node: string,
  answer: TransportAnswer,
  expected: JwsType,
): Promise<AuthenticAnswer> {
  try {
    return openAnswer(deps, getPeer(deps.directory, node), answer, expected)
  } catch (error) {
    if (!(error instanceof ExchangeError) || error.details['member'] !== 'kid') throw error
    await deps.refresher.refresh(node)
    return openAnswer(deps, getPeer(deps.directory, node), answer, expected)
  }
}

/**
 * The same with any node whose document is at hand, once.
 *
 * @throws ExchangeError the transport's codes; peer-answer-invalid, unknown-prekey, peer-refused-envelope, rate-limited,
 * overloaded, sender-card-unknown: what the node answered in clear; card-expired where it has no prekey in use
 */
export async function exchangeWith(
  deps: Pick<ExchangeDeps, 'keys' | 'transport' | 'clock' | 'random'>,
  target: ExchangeTarget,
  message: SignedMessage,
  expected: JwsType,
): Promise<AuthenticAnswer> {
  return openAnswer(deps, target, await sendSealed(deps, target, message), expected)
}

async function sendSealed(
  { transport, clock, random }: Pick<ExchangeDeps, 'transport' | 'clock' | 'random'>,
  { row, prekey }: ExchangeTarget,
  message: SignedMessage,
): Promise<TransportAnswer> {
  const to = prekey(toSeconds(clock.now()))
  if (to === undefined) throw new ExchangeError('card-expired', { peer: row.node })
  return transport.send({
    url: new URL(message.path, row.url).href,
    method: 'POST',
    contentType: envelopeMediaType,
    body: sealEnvelope(message.jws, to, message.buckets, random),
    maxAnswerBytes: maxEnvelopeBytes,
    timeoutMs,
    ...(row.pinnedAddress === null ? {} : { pinnedAddress: row.pinnedAddress }),
  })
}

/** The peer with a card that has a prekey in use, fetched if need be. */
async function withCard({ directory, refresher, clock }: ExchangeDeps, node: string): Promise<Peer> {
  const peer = getPeer(directory, node)
  if (peer.prekey(toSeconds(clock.now())) !== undefined) return peer
  const failure = await refresher.refresh(node)
  const fetched = getPeer(directory, node)
  if (fetched.prekey(toSeconds(clock.now())) === undefined) {
    throw new ExchangeError(failure ?? 'card-expired', { peer: node })
  }
  return fetched
}

function getPeer(directory: PeerDirectory, node: string): Peer {
  const peer = directory.find(node)
  if (peer === undefined) throw new ExchangeError('peer-unknown', { peer: node })
  return peer
}

function openAnswer(
  { keys, clock }: Pick<ExchangeDeps, 'keys' | 'clock'>,
  target: ExchangeTarget,
  answer: TransportAnswer,
  expected: JwsType,
): AuthenticAnswer {
  if (answer.status !== 200 || answer.contentType !== envelopeMediaType) {
    throw new ExchangeError(codeOfRefusal(answer), { status: answer.status })
  }
  try {
    const envelope = parseCompactJwe(answer.body)
    const prekey = keys.openPrekey(envelope.kid)
    if (prekey === undefined) throw new ExchangeError('unknown-prekey')
    const jws = parseCompactJws(openEnvelope(envelope, prekey), [expected])
    const payload = parseStrictJson(jws.payload)
    const { iat } = payload as { readonly iat?: unknown }
    const isPlausible = typeof iat === 'number' && iat <= toSeconds(clock.now()) + clockToleranceSeconds
    const key = isPlausible ? target.arrivalKey(jws.kid, iat) : undefined
    if (key === undefined) throw new ExchangeError('signing-key-unknown', { member: 'kid' })
    if (!verifyJws(jws, key)) throw new ExchangeError('signature-invalid')
    return { jws: jws.text, payload }
  } catch (error) {
    const { member } = error instanceof ExchangeError ? error.details : {}
    const fault = member === 'kid' ? { status: answer.status, member } : { status: answer.status }
    throw new ExchangeError('peer-answer-invalid', fault, { cause: error })
  }
}

const codesInClear = [
  'unknown-prekey',
  'sender-card-unknown',
  'envelope-refused',
  'rate-limited',
  'too-many-open',
  'overloaded',
  'payload-too-large',
] as const

/** What a plain answer means on our side. */
function codeOfRefusal(answer: TransportAnswer): ProblemCode {
  const code = codeInClear(answer)
  return code === 'envelope-refused' ? 'peer-refused-envelope' : (code ?? 'peer-answer-invalid')
}

/** The code of a plain answer, if it is one that a peer may give. It proves nothing and is only a hint when to try again. */
function codeInClear(answer: TransportAnswer): (typeof codesInClear)[number] | undefined {
  if (answer.status < 400 || answer.contentType !== problemMediaType || answer.body.length > maxProblemBytes)
    return undefined
  try {
    const { code } = parseStrictJson(answer.body) as { readonly code?: unknown }
    return codesInClear.find((known) => known === code)
  } catch {
    return undefined
  }
}
