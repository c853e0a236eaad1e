import type { Random } from './random.js'

/** A random UUID (RFC 9562, version 4), lower case. */
export function newUuid(random: Random): string {
  return uuidOf(random.bytes(16), 4)
}

/** The UUID with these 16 bytes, but for the six bits that say version (8: made from a hash) and variant. */
export function uuidOf(sixteen: Uint8Array, version: 4 | 8): string {
  const bytes = Buffer.from(sixteen)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4)
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
