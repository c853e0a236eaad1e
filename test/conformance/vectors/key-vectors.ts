import { ed25519, ED25519_TORSION_SUBGROUP } from '@noble/curves/ed25519.js'
import { bytesOf, rawKey, sha256 } from '../raw-jose.js'
import { accepts, refuses, type Vector, type VectorFile } from '../vector-file.js'

const p = 2n ** 255n - 19n
const topBit = 2n ** 255n

/** A number as the 32 bytes of a key. */
export function littleEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse()
}

/** The u of RFC 7748, section 6.1, below p: every shared secret with one of them is zero. */
export function lowOrderPoints(): readonly (readonly [comment: string, x: string])[] {
  const hex = [
    ['u = 0, order 4', '00'.repeat(32)],
    ['u = 1, order 1', `01${'00'.repeat(31)}`],
    ['order 8', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'],
    ['order 8, the other one', '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'],
    ['u = p - 1, order 2', `ec${'ff'.repeat(30)}7f`],
  ] as const
  return hex.map(([comment, text]) => [comment, Buffer.from(text, 'hex').toString('base64url')])
}

/** Second spellings of u: p and more, or the unused highest bit set. */
export function nonCanonicalU(honest: string): readonly (readonly [comment: string, x: string])[] {
  const u = littleEndian(0n)
  Buffer.from(honest, 'base64url').copy(u)
  u[31] = (u[31] ?? 0) | 0x80
  const spelt = (value: bigint): string => littleEndian(value).toString('base64url')
  return [
    ['u = p, a second 0', spelt(p)],
    ['u = p + 1, a second 1', spelt(p + 1n)],
    ['u = p + 9, a second base point', spelt(p + 9n)],
    ['u = 2^255 - 1', spelt(topBit - 1n)],
    ['an honest key with the unused bit set', u.toString('base64url')],
    ['u = 0 with the unused bit set', spelt(topBit)],
  ]
}

/** keys.json */
export function keyVectors(): VectorFile {
  return {
    description:
      'Import of public keys (PROTOCOL 1.3). `x` is member x of an RFC 8037 key. ok: the key may be used and `kid` is its thumbprint.',
    vectors: [...goodKeys(), ...badEd25519(), ...badX25519()],
  }
}

function goodKeys(): readonly Vector[] {
  return (['Ed25519', 'X25519'] as const).flatMap((curve) => [
    ...['one', 'two', 'three'].map((label) => {
      const { x, kid } = rawKey(curve, bytesOf(`key|${label}`, 32))
      return accepts(`an honest ${curve} key, ${label}`, { curve, x }, { kid })
    }),
    ...(curve === 'X25519' ? [good(curve, 'the base point, u = 9', littleEndian(9n))] : []),
    ...(curve === 'X25519' ? [good(curve, 'u = p - 2', littleEndian(p - 2n))] : []),
    ...(curve === 'Ed25519' ? [good(curve, 'the base point', ed25519.Point.BASE.toBytes())] : []),
  ])
}

function good(curve: string, comment: string, bytes: Uint8Array): Vector {
  const x = Buffer.from(bytes).toString('base64url')
  return accepts(comment, { curve, x }, { kid: sha256(`{"crv":"${curve}","kty":"OKP","x":"${x}"}`) })
}

function badEd25519(): readonly Vector[] {
  const torsion = ED25519_TORSION_SUBGROUP.map((hex) => ed25519.Point.fromHex(hex, true))
  const honest = ed25519.Point.fromBytes(Buffer.from(rawKey('Ed25519', bytesOf('key|one', 32)).x, 'base64url'))
  const mixed = torsion.filter((point) => !point.is0()).map((point) => honest.add(point))
  const bytes: readonly (readonly [string, Uint8Array, string])[] = [
    ...torsion.map((point, at) => [`small order, point ${at}`, point.toBytes(), 'order'] as const),
    ...mixed.map((point, at) => [`mixed order, an honest key plus point ${at + 1}`, point.toBytes(), 'order'] as const),
    ['the identity with the sign bit', littleEndian(1n + topBit), 'order'],
    ['y = -1 with the sign bit', littleEndian(p - 1n + topBit), 'order'],
    ['y = p, a second 0', littleEndian(p), 'order'],
    ['y = p + 1, a second 1', littleEndian(p + 1n), 'order'],
    ['y = p + 3, a second spelling of a point', littleEndian(p + 3n), 'order'],
    ['y of no point', littleEndian(2n), 'order'],
  ]
  return [
    ...bytes.map(([comment, value, reason]) =>
      bad('Ed25519', comment, Buffer.from(value).toString('base64url'), reason),
    ),
    ...badTexts('Ed25519'),
  ]
}

function badX25519(): readonly Vector[] {
  const honest = rawKey('X25519', bytesOf('key|one', 32)).x
  return [
    ...lowOrderPoints().map(([comment, x]) => bad('X25519', `low order: ${comment}`, x, 'order')),
    ...nonCanonicalU(honest).map(([comment, x]) => bad('X25519', comment, x, 'encoding')),
    ...badTexts('X25519'),
  ]
}

function badTexts(curve: 'Ed25519' | 'X25519'): readonly Vector[] {
  const { x } = rawKey(curve, bytesOf('key|one', 32))
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const spare = `${x.slice(0, 42)}${alphabet.charAt(alphabet.indexOf(x.charAt(42)) + 1)}`
  const cases: readonly (readonly [string, string])[] = [
    ['no text', ''],
    ['31 bytes', bytesOf('short', 31).toString('base64url')],
    ['33 bytes', bytesOf('long', 33).toString('base64url')],
    ['padding', `${x}=`],
    ['a line feed', `${x}\n`],
    ['an unused bit that is set', spare],
    ['hexadecimal', Buffer.from(x, 'base64url').toString('hex')],
  ]
  return cases.map(([comment, text]) => bad(curve, `${curve}: ${comment}`, text, 'encoding'))
}

function bad(curve: string, comment: string, x: string, reason: string): Vector {
  return refuses(comment, { curve, x }, { code: 'key-unsafe', reason })
}
