import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { ExchangeError } from '../base/errors.js'
import { decodeBase64url } from '../wire/base64url.js'

/** The two curves of suite 1 (RFC 8037). */
export type Curve = 'Ed25519' | 'X25519'

const keyBytes = 32

/** X25519 points below 2^255 - 19 whose shared secret is zero with every private key (RFC 7748, section 6.1). */
const lowOrderU: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
])

/**
 * Imports a public key that signatures are checked with. With a key of small or mixed order one signature fits many
 * messages, so whoever published it could deny every one of them (PROTOCOL 1). OpenSSL checks none of this.
 *
 * The check costs about 1.5 ms: callers keep the KeyObject and import once a statement, not once a message.
 *
 * @param x the raw 32 bytes in base64url, 43 characters
 * @throws ExchangeError key-unsafe
 */
export function importEd25519(x: string): KeyObject {
  const bytes = decodeKey('Ed25519', x)
  if (!isPrimeOrderPoint(bytes)) throw unsafe('Ed25519', 'order')
  return importRaw('Ed25519', x)
}

/**
 * Imports a public key to agree a secret with. Cheap enough to run on every message.
 *
 * @param x the raw 32 bytes in base64url, 43 characters
 * @throws ExchangeError key-unsafe
 */
export function importX25519(x: string): KeyObject {
  const bytes = decodeKey('X25519', x)
  if (!isCanonicalU(bytes)) throw unsafe('X25519', 'encoding')
  if (lowOrderU.has(Buffer.from(bytes).toString('hex'))) throw unsafe('X25519', 'order')
  return importRaw('X25519', x)
}

/** Key id: SHA-256 thumbprint of the JSON Web Key, base64url (RFC 7638, members of RFC 8037). */
export function keyThumbprint(curve: Curve, x: string): string {
  return createHash('sha256').update(`{"crv":"${curve}","kty":"OKP","x":"${x}"}`).digest('base64url')
}

/**
 * The raw 32 bytes of a public key, base64url.
 *
 * @throws ExchangeError key-unsafe if it is a key of another family
 */
export function exportPublicKey(publicKey: KeyObject): string {
  const { kty, x } = publicKey.export({ format: 'jwk' })
  if (kty !== 'OKP' || x === undefined) throw new ExchangeError('key-unsafe', { reason: 'family' })
  return x
}

function decodeKey(curve: Curve, x: string): Uint8Array {
  const bytes = decodeBase64url(x)
  if (bytes?.length !== keyBytes) throw unsafe(curve, 'encoding')
  return bytes
}

function importRaw(crv: Curve, x: string): KeyObject {
  // As a JSON Web Key: seven times faster than the same bytes as DER.
  return createPublicKey({ key: { kty: 'OKP', crv, x }, format: 'jwk' })
}

/** Strict decoding (RFC 8032, 5.1.3: y below p) of a point in the subgroup that the base point generates. */
function isPrimeOrderPoint(bytes: Uint8Array): boolean {
  try {
    const point = ed25519.Point.fromBytes(bytes)
    return !point.isSmallOrder() && point.isTorsionFree()
  } catch {
    // Not a point, or a second spelling of one.
    return false
  }
}

/** Whether the little-endian number is below p = 2^255 - 19; RFC 7748 lets others pass, so each key had two names. */
function isCanonicalU(bytes: Uint8Array): boolean {
  const first = bytes[0] ?? 0
  const last = bytes[keyBytes - 1] ?? 0
  if (last !== 0x7f) return last < 0x7f
  return first < 0xed || bytes.subarray(1, keyBytes - 1).some((byte) => byte !== 0xff)
}

function unsafe(curve: Curve, reason: string): ExchangeError {
  return new ExchangeError('key-unsafe', { curve, reason })
}
