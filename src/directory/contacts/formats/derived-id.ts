import { messageDigest } from '../../../crypto/signer.js'

/** An id for a part of a record that has none of its own, always the same: a UUID of version 8 (RFC 9562) from a SHA-256. */
export function derivedId(...path: readonly (string | number)[]): string {
  const bytes = Buffer.from(messageDigest(JSON.stringify(path)), 'base64url').subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
