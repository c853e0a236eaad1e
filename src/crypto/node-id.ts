import { createHash } from 'node:crypto'
import { ExchangeError } from '../base/errors.js'
import { decodeBase64url } from '../wire/base64url.js'
import { canonicalJson } from '../wire/canonical-json.js'

/**
 * Id of a node: SHA-256 of the canonical JSON of its first identity key and the commitment to the next one, base64url
 * (PROTOCOL 1). Nobody gives it out and nobody can take it away.
 *
 * @param identityKey raw public key, base64url
 * @param nextKeyHash from nextKeyHashOf
 */
export function nodeIdOf(identityKey: string, nextKeyHash: string): string {
  return createHash('sha256').update(canonicalJson({ identityKey, nextKeyHash })).digest('base64url')
}

/**
 * Commitment to an identity key: SHA-256 of its raw 32 bytes, base64url.
 *
 * @throws ExchangeError key-unsafe if the text is not canonical base64url
 */
export function nextKeyHashOf(identityKey: string): string {
  const bytes = decodeBase64url(identityKey)
  if (bytes === undefined) throw new ExchangeError('key-unsafe', { reason: 'encoding' })
  return createHash('sha256').update(bytes).digest('base64url')
}
