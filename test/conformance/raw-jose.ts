import {
  createCipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  sign,
  type KeyObject,
} from 'node:crypto'

// JOSE as the protocol page describes it, written a second time: the vectors must not be made by the code they test, and
// the ephemeral key must be known beforehand, or every run would give other bytes.

export interface RawKey {
  readonly crv: 'Ed25519' | 'X25519'
  readonly kid: string
  readonly x: string
  readonly d: string
  readonly privateKey: KeyObject
}

const pkcs8 = { Ed25519: '302e020100300506032b657004220420', X25519: '302e020100300506032b656e04220420' }
const spki = { Ed25519: '302a300506032b6570032100', X25519: '302a300506032b656e032100' }

/** `length` bytes that belong to a label: SHA-256 in counter mode. */
export function bytesOf(label: string, length: number): Buffer {
  const blocks: Buffer[] = []
  for (let at = 0; at * 32 < length; at += 1) blocks.push(createHash('sha256').update(`${label}|${at}`).digest())
  return Buffer.concat(blocks).subarray(0, length)
}

/** A version 4 UUID that belongs to a label. */
export function uuidOf(label: string): string {
  const hex = bytesOf(`uuid|${label}`, 16).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
}

export function b64(value: string | Uint8Array): string {
  return Buffer.from(value).toString('base64url')
}

export function sha256(value: string | Uint8Array): string {
  return createHash('sha256').update(value).digest('base64url')
}

export function rawKey(crv: RawKey['crv'], seed: Uint8Array): RawKey {
  const der = Buffer.concat([Buffer.from(pkcs8[crv], 'hex'), seed])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const x = b64(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32))
  return { crv, kid: sha256(`{"crv":"${crv}","kty":"OKP","x":"${x}"}`), x, d: b64(seed), privateKey }
}

/** The key as a private JSON Web Key (RFC 8037). */
export function jwkOf({ crv, kid, x, d }: RawKey): Readonly<Record<string, string>> {
  return { kty: 'OKP', crv, kid, x, d }
}

/** A header or payload: bytes and texts as they are, everything else as JSON. */
type Content = string | Uint8Array | object

function bytesFrom(content: Content): Buffer {
  if (typeof content === 'string' || content instanceof Uint8Array) return Buffer.from(content)
  return Buffer.from(JSON.stringify(content))
}

/** A compact JWS; the signature is right unless `makeSignature` makes another one. */
export function signCompact(
  key: RawKey,
  header: Content,
  payload: Content,
  makeSignature = (input: Buffer): Uint8Array => sign(null, input, key.privateKey),
): string {
  const input = `${b64(bytesFrom(header))}.${b64(bytesFrom(payload))}`
  return `${input}.${b64(makeSignature(Buffer.from(input)))}`
}

/** The JWS of a message of this protocol. */
export function signMessage(key: RawKey, typ: string, payload: Content): string {
  return signCompact(key, { alg: 'EdDSA', kid: key.kid, typ }, payload)
}

/** The text padded with spaces to the smallest bucket that holds it. */
export function padTo(text: string, buckets: readonly number[]): Buffer {
  const size = buckets.find((bucket) => text.length <= bucket)
  if (size === undefined) throw new Error(`${text.length} bytes fit no bucket`)
  return Buffer.concat([Buffer.from(text), Buffer.alloc(size - text.length, ' ')])
}

/** How an envelope differs from an honest one. */
export interface SealChange {
  /** Another header, from the honest one. */
  readonly header?: (honest: HonestHeader) => Content
  /** What the header says the ephemeral key is, and the secret that the sender works with. */
  readonly ephemeral?: { readonly x: string; readonly secret: Uint8Array }
  /** AlgorithmID of the key derivation. */
  readonly algorithmId?: string
  readonly ivBytes?: number
  readonly tagBytes?: number
}

export interface HonestHeader {
  readonly alg: 'ECDH-ES'
  readonly enc: 'A256GCM'
  readonly kid: string
  readonly epk: { readonly kty: 'OKP'; readonly crv: 'X25519'; readonly x: string }
  readonly typ: 'trm-envelope'
  readonly cty: 'JWT'
}

/** The five segments of an envelope: header, encrypted key, iv, ciphertext, tag. */
export type Segments = readonly [string, string, string, string, string]

/** Seals `plaintext` to the prekey. `label` decides the ephemeral key and the iv, and with them every byte. */
export function sealSegments(
  to: Pick<RawKey, 'kid' | 'x'>,
  plaintext: Uint8Array,
  label: string,
  change: SealChange = {},
): Segments {
  const ephemeral = rawKey('X25519', bytesOf(`ephemeral|${label}`, 32))
  const { x, secret } = change.ephemeral ?? { x: ephemeral.x, secret: agree(ephemeral.privateKey, to.x) }
  const honest: HonestHeader = {
    alg: 'ECDH-ES',
    enc: 'A256GCM',
    kid: to.kid,
    epk: { kty: 'OKP', crv: 'X25519', x },
    typ: 'trm-envelope',
    cty: 'JWT',
  }
  const header = b64(bytesFrom(change.header?.(honest) ?? honest))
  const iv = bytesOf(`iv|${label}`, change.ivBytes ?? 12)
  const cipher = createCipheriv('aes-256-gcm', contentKey(secret, change.algorithmId), iv)
  cipher.setAAD(Buffer.from(header))
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return [header, '', b64(iv), b64(ciphertext), b64(cipher.getAuthTag().subarray(0, change.tagBytes))]
}

function agree(privateKey: KeyObject, x: string): Buffer {
  const der = Buffer.concat([Buffer.from(spki.X25519, 'hex'), Buffer.from(x, 'base64url')])
  return diffieHellman({ privateKey, publicKey: createPublicKey({ key: der, format: 'der', type: 'spki' }) })
}

/** Concat KDF with SHA-256 for 256 bits: one round; apu and apv are empty (RFC 7518, 4.6.2). */
export function contentKey(secret: Uint8Array, algorithmId = 'A256GCM'): Buffer {
  const head = Buffer.from('00000001', 'hex')
  const id = Buffer.concat([Buffer.from([0, 0, 0, algorithmId.length]), Buffer.from(algorithmId)])
  const tail = Buffer.from('000000000000000000000100', 'hex')
  return createHash('sha256')
    .update(Buffer.concat([head, secret, id, tail]))
    .digest()
}
