import { ExchangeError } from '../base/errors.js'
import { decodeBase64url, isBase64urlOf32 } from './base64url.js'
import { maxHeaderBytes } from './limits.js'
import { parseStrictJson } from './strict-json.js'

/** All explicit types of a JWS of this protocol; each says what its payload is (PROTOCOL 1 to 3, RFC 8725 3.11). */
export const jwsTypes = [
  'trm-event+jwt',
  'trm-query+jwt',
  'trm-reply+jwt',
  'trm-receipt+jwt',
  'trm-keys+jwt',
  'trm-card+jwt',
  'trm-rotation+jwt',
  'trm-agreement+jwt',
  'trm-contact+jwt',
  'trm-vouch+jwt',
  // Kept at the node that signs it; never sent.
  'trm-consent+jwt',
] as const

export type JwsType = (typeof jwsTypes)[number]

/** A JWS that is well-formed and in the profile. Nothing is verified yet. */
export interface CompactJws {
  readonly header: { readonly alg: 'EdDSA'; readonly kid: string; readonly typ: JwsType }
  readonly kid: string
  readonly typ: JwsType
  /** Decoded; not yet parsed. */
  readonly payload: Uint8Array
  /** ASCII bytes of header and payload as they came: what the signature covers. */
  readonly signingInput: Uint8Array
  /** 64 bytes. */
  readonly signature: Uint8Array
  /** The canonical text; its digest is the digest of the message. */
  readonly text: string
}

/** A JWE that is well-formed and in the profile. Nothing is decrypted yet. */
export interface CompactJwe {
  /** The recipient's prekey. */
  readonly kid: string
  /** Member `x` of the ephemeral X25519 key, 43 characters. */
  readonly epk: string
  /** 12 bytes. */
  readonly iv: Uint8Array
  readonly ciphertext: Uint8Array
  /** 16 bytes: a truncated tag is refused here. */
  readonly tag: Uint8Array
  /** ASCII bytes of the first segment, a view of the input. */
  readonly aad: Uint8Array
}

/** Why a text is no compact JOSE of this protocol; the `reason` of jose-malformed. */
export type JoseFault = 'segments' | 'base64url' | 'encrypted-key' | 'iv' | 'tag' | 'signature'

/** Why a header was refused; the `reason` of jose-header-refused. `member` names ours, never what came. */
export type HeaderFault = 'size' | 'json' | 'not-object' | 'member-missing' | 'member-unknown' | 'value'

/**
 * Parses a compact JWS of one of the expected types (PROTOCOL 2; security list J-01 to J-09, J-13). One message has
 * one text: no padding, no white space, nothing but ASCII gets through the canonical base64url of the segments.
 * The header has exactly `alg`, `kid`, `typ`; so `crit`, `jwk`, `b64` and the like need no list of their own.
 *
 * @throws jose-malformed with `reason` ({@link JoseFault})
 * @throws jose-header-refused with `reason` ({@link HeaderFault}) and `member`
 */
export function parseCompactJws(text: string, expected: readonly JwsType[]): CompactJws {
  const [first = '', second = '', third = ''] = split(text, 3)
  const header = readHeader(first, ['alg', 'kid', 'typ'])
  const typ = expected.find((type) => type === header['typ'])
  if (typ === undefined) return refuseHeader('value', 'typ')
  requireValue(header, 'alg', 'EdDSA')
  const kid = keyOf(header, 'kid')
  return {
    header: { alg: 'EdDSA', kid, typ },
    kid,
    typ,
    payload: decode(second),
    signature: decodeExactly(third, 64, 'signature'),
    signingInput: Buffer.from(text.slice(0, first.length + 1 + second.length), 'latin1'),
    text,
  }
}

/**
 * Parses the outer layer of an envelope (PROTOCOL 2). The caller has checked the size of the whole.
 * The header has exactly `alg`, `enc`, `kid`, `epk`, `typ`, `cty`; so `zip`, `apu`, `p2c` and the like are refused.
 *
 * @throws jose-malformed with `reason` ({@link JoseFault})
 * @throws jose-header-refused with `reason` ({@link HeaderFault}) and `member`
 */
export function parseCompactJwe(bytes: Uint8Array): CompactJwe {
  // One byte becomes one character; those beyond ASCII fail as base64url.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const [first = '', encryptedKey = '', iv = '', ciphertext = '', tag = ''] = split(text, 5)
  const header = readHeader(first, ['alg', 'enc', 'kid', 'epk', 'typ', 'cty'])
  requireValue(header, 'typ', 'trm-envelope')
  requireValue(header, 'alg', 'ECDH-ES')
  requireValue(header, 'enc', 'A256GCM')
  requireValue(header, 'cty', 'JWT')
  const epk = exactMembers(header['epk'], ['kty', 'crv', 'x'])
  requireValue(epk, 'kty', 'OKP')
  requireValue(epk, 'crv', 'X25519')
  // ECDH-ES agrees on the content key itself; there is no encrypted one.
  if (encryptedKey !== '') refuseText('encrypted-key')
  return {
    kid: keyOf(header, 'kid'),
    epk: keyOf(epk, 'x'),
    iv: decodeExactly(iv, 12, 'iv'),
    ciphertext: decode(ciphertext),
    tag: decodeExactly(tag, 16, 'tag'),
    aad: bytes.subarray(0, first.length),
  }
}

type Members = Readonly<Record<string, unknown>>

function refuseText(reason: JoseFault): never {
  throw new ExchangeError('jose-malformed', { reason })
}

function refuseHeader(reason: HeaderFault, member?: string): never {
  throw new ExchangeError('jose-header-refused', member === undefined ? { reason } : { reason, member })
}

function split(text: string, segments: 3 | 5): readonly string[] {
  const parts = text.split('.', segments + 1)
  if (parts.length !== segments) refuseText('segments')
  return parts
}

function decode(segment: string): Uint8Array {
  return decodeBase64url(segment) ?? refuseText('base64url')
}

function decodeExactly(segment: string, length: number, reason: JoseFault): Uint8Array {
  const bytes = decode(segment)
  return bytes.length === length ? bytes : refuseText(reason)
}

function readHeader(segment: string, members: readonly string[]): Members {
  if (segment.length > Math.ceil((maxHeaderBytes * 4) / 3)) refuseHeader('size')
  return exactMembers(parseHeader(decode(segment)), members)
}

function parseHeader(bytes: Uint8Array): unknown {
  try {
    return parseStrictJson(bytes)
  } catch (error) {
    const reason: HeaderFault = 'json'
    throw new ExchangeError('jose-header-refused', { reason }, { cause: error })
  }
}

function exactMembers(value: unknown, members: readonly string[]): Members {
  if (!isObject(value)) return refuseHeader('not-object')
  for (const member of members) if (!Object.hasOwn(value, member)) refuseHeader('member-missing', member)
  if (Object.keys(value).length !== members.length) refuseHeader('member-unknown')
  return value
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function requireValue(members: Members, member: string, value: string): void {
  if (members[member] !== value) refuseHeader('value', member)
}

function keyOf(members: Members, member: 'kid' | 'x'): string {
  const value = members[member]
  return isBase64urlOf32(value) ? value : refuseHeader('value', member)
}
