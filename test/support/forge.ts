import {
  createCipheriv,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto'
import { deriveContentKey } from '../../src/crypto/concat-kdf.js'
import type { PrekeyPublic } from '../../src/crypto/envelope.js'
import { exportPublicKey, importX25519, keyThumbprint } from '../../src/crypto/public-key.js'
import { encodeBase64url } from '../../src/wire/base64url.js'
import { eventBuckets } from '../../src/wire/limits.js'
import type { Card } from '../../src/wire/generated/types.js'
import { inject } from './inject.js'
import type { TestNode } from './test-federation.js'

/** Base64url of a text or of bytes. */
export function b64(value: string | Uint8Array): string {
  return encodeBase64url(typeof value === 'string' ? Buffer.from(value) : value)
}

/** What JSON.stringify cannot say is given as text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** The three or five segments, each decoded, of a compact text. */
export function segmentsOf(compact: string | Uint8Array): readonly string[] {
  return Buffer.from(compact).toString('latin1').split('.')
}

/** The JSON in the segment of a compact text. */
export function jsonIn(compact: string | Uint8Array, segment: 0 | 1): Record<string, unknown> {
  return JSON.parse(Buffer.from(segmentsOf(compact)[segment] ?? '', 'base64url').toString()) as Record<string, unknown>
}

/** A compact JWS with any header and any payload; the signature is right unless another one is given. */
export function signRaw(key: KeyObject, header: unknown, payload: unknown, makeSignature = signWith(key)): string {
  const bytes = payload instanceof Uint8Array ? payload : textOf(payload)
  const input = `${b64(textOf(header))}.${b64(bytes)}`
  return `${input}.${b64(makeSignature(Buffer.from(input)))}`
}

function signWith(key: KeyObject): (input: Uint8Array) => Uint8Array {
  return (input) => sign(null, input, key)
}

/** How an envelope differs from an honest one. It still opens: the changed header is what the tag covers. */
export interface SealChange {
  /** Another header, made from the honest one; a text where JSON.stringify cannot say it. */
  readonly header?: (honest: Readonly<Record<string, unknown>>) => unknown
  /** Another spelling of the header's segment; the tag covers it. */
  readonly spell?: (segment: string) => string
  /** False: the plaintext as it is, without padding up to a bucket. */
  readonly pad?: boolean
  readonly buckets?: readonly number[]
  /** The ephemeral key that the header shows, and the secret that the sender thinks it leads to. */
  readonly ephemeral?: { readonly x: string; readonly secret: Uint8Array }
}

/** A compact JWE of any plaintext to a prekey. */
export function sealRaw(to: PrekeyPublic, plaintext: string | Uint8Array, change: SealChange = {}): Buffer {
  const { x, secret } = change.ephemeral ?? newEphemeral(to)
  const epk = { crv: 'X25519', kty: 'OKP', x }
  const honest = { alg: 'ECDH-ES', enc: 'A256GCM', kid: to.kid, epk, typ: 'trm-envelope', cty: 'JWT' }
  const segment = b64(textOf(change.header === undefined ? honest : change.header(honest)))
  const header = change.spell === undefined ? segment : change.spell(segment)
  // An envelope has a key of its own, so any iv will do; seeded ones would repeat under a repeated key.
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', createSecretKey(deriveContentKey(secret)), iv)
  cipher.setAAD(Buffer.from(header))
  const bytes = Buffer.from(plaintext)
  const padded = change.pad === false ? bytes : padTo(bytes, change.buckets ?? eventBuckets)
  const ciphertext = Buffer.concat([cipher.update(padded), cipher.final()])
  return Buffer.from(`${header}..${b64(iv)}.${b64(ciphertext)}.${b64(cipher.getAuthTag())}`)
}

function newEphemeral(to: PrekeyPublic): { readonly x: string; readonly secret: Uint8Array } {
  const { privateKey, publicKey } = generateKeyPairSync('x25519')
  return { x: exportPublicKey(publicKey), secret: diffieHellman({ privateKey, publicKey: to.publicKey }) }
}

function padTo(bytes: Buffer, buckets: readonly number[]): Buffer {
  const size = buckets.find((bucket) => bytes.length <= bucket) ?? bytes.length
  return Buffer.concat([bytes, Buffer.alloc(size - bytes.length, 0x20)])
}

/** What a node shows of itself to everybody. */
export interface Target {
  readonly id: string
  readonly prekey: PrekeyPublic
  readonly signingKid: string
  readonly signingKey: KeyObject
}

/** Reads the node's card, as any stranger can. */
export function targetOf(node: TestNode): Target {
  const { card: text, statements } = node.running.document()
  const card = jsonIn(text, 1) as unknown as Card
  const [prekey] = [...card.prekeys].sort((a, b) => b.notBefore - a.notBefore)
  if (prekey === undefined) throw new Error('no prekey')
  const { signing } = jsonIn(statements.at(-1) ?? '', 1) as unknown as { readonly signing: readonly { key: string }[] }
  const x = signing[0]?.key ?? ''
  return {
    id: node.id,
    prekey: { kid: keyThumbprint('X25519', prekey.key), key: prekey.key, publicKey: importX25519(prekey.key) },
    signingKid: keyThumbprint('Ed25519', x),
    signingKey: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
  }
}

/** An answer of a federation listener. */
export interface Answer {
  readonly status: number
  /** Without the date. */
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Buffer
  /** Problem code of an answer in clear. */
  readonly code: string | undefined
}

export type FederationPath = '/federation/v1/inbox' | '/federation/v1/query'

/** One HTTP request to the node's federation listener. */
export async function post(
  node: TestNode,
  bytes: string | Uint8Array,
  path: FederationPath = '/federation/v1/inbox',
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/jose' },
): Promise<Answer> {
  const { federation } = node.running.listeners
  const answer = await inject(federation, { method: 'POST', url: path, payload: Buffer.from(bytes), headers })
  const { date: _, ...rest } = answer.headers
  const isProblem = rest['content-type'] === 'application/problem+json'
  const code = isProblem ? (JSON.parse(answer.body) as { readonly code: string }).code : undefined
  return { status: answer.statusCode, headers: rest, body: answer.rawPayload, code }
}
