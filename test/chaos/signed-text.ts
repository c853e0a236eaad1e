import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto'

// Written anew and not taken from src/: a fault there must not be able to hide itself from the check.

/** Public keys by key id (RFC 7638), from the newest key statement that a node holds of itself. */
export function signingKeysOf(statements: readonly string[]): ReadonlyMap<string, KeyObject> {
  const newest = partOf(statements.at(-1) ?? '', 1) as { readonly signing?: readonly { readonly key: string }[] }
  return new Map(
    (newest.signing ?? []).map(({ key: x }) => {
      const kid = digestOf(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`)
      return [kid, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })]
    }),
  )
}

/** The payload of a compact JWS if one of the keys signed it as this type; undefined otherwise. */
export function verifiedPayload(text: string, typ: string, keys: ReadonlyMap<string, KeyObject>): unknown {
  const header = partOf(text, 0) as { readonly kid?: string; readonly typ?: string } | undefined
  const key = keys.get(header?.kid ?? '')
  if (key === undefined || header?.typ !== typ) return undefined
  const end = text.lastIndexOf('.')
  const isSigned = verify(null, Buffer.from(text.slice(0, end)), key, Buffer.from(text.slice(end + 1), 'base64url'))
  return isSigned ? partOf(text, 1) : undefined
}

/** SHA-256, base64url. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

function partOf(text: string, index: number): unknown {
  try {
    return JSON.parse(Buffer.from(text.split('.')[index] ?? '', 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
