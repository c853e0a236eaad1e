import { now, type CastNode, type Json } from '../cast.js'
import { bytesOf, rawKey, sha256, signMessage, type RawKey } from '../raw-jose.js'

// How key statements follow one another: written for the vectors, as PROTOCOL 1.4 says it.

/** Identity keys after the next one, as no node of the cast has them. */
export const laterIdentity = [1, 2, 3].map((place) =>
  rawKey('Ed25519', bytesOf(`identity key ${place}`, 32)),
) as readonly RawKey[] as readonly [RawKey, RawKey, RawKey]

/** The commitment to a key. */
export function hashOf(key: RawKey): string {
  return sha256(Buffer.from(key.x, 'base64url'))
}

export function statementIn(text: string): Json {
  return JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()) as Json
}

/** The statement after `before`: what it says, with a change, signed by `key`. */
export function followStatement(key: RawKey, before: string, change: Json = {}): string {
  const previous: Record<string, unknown> = { ...statementIn(before) }
  // An approval is one of a single change.
  delete previous['approval']
  const seq = Number(previous['seq']) + 1
  return signMessage(key, 'trm-keys+jwt', { ...previous, seq, prev: sha256(before), iat: now, ...change })
}

/** The approval by the key that ends of the change after `before`. */
export function approve(old: RawKey, node: string, before: string, change: Json, other: Json = {}): string {
  const { identityKey, nextKeyHash } = change
  const approval = { v: 1, node, prev: sha256(before), identityKey, nextKeyHash, iat: now, ...other }
  return signMessage(old, 'trm-rotation+jwt', approval)
}

/** The statement after `before` in which `to` takes over and commits to `then`; approved if `old` is given. */
export function changeIdentity(
  node: CastNode,
  before: string,
  {
    to,
    then,
    old,
    more = {},
  }: { readonly to: RawKey; readonly then: RawKey; readonly old?: RawKey; readonly more?: Json },
): string {
  const change = { identityKey: to.x, nextKeyHash: hashOf(then) }
  const approval = old === undefined ? {} : { approval: approve(old, node.id, before, change) }
  return followStatement(to, before, { ...change, ...approval, ...more })
}
