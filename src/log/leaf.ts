import { createHash, createHmac, hkdfSync } from 'node:crypto'

/** On which side of the exchange an entry was made. */
export type LeafRole = 'sent' | 'received' | 'local'

const leafKeyInfo = Buffer.from('trm-leaf/v1')
const leafPrefix = Buffer.from([0x00])

/**
 * RFC 6962 leaf hash (base64url) of one exchange log entry. The entry is 32 bytes, HMAC-SHA-256 under a key derived from
 * the event's nonce: once the nonce is erased with the content nobody can guess what the leaf stands for, and every
 * proof still verifies (PROTOCOL 8).
 *
 * @param nonce 32 bytes, base64url, from the event
 * @param digest digest of the message
 */
export function leafHash(nonce: string, role: LeafRole, type: string, digest: string): string {
  const key = hkdfSync('sha256', Buffer.from(nonce, 'base64url'), new Uint8Array(0), leafKeyInfo, 32)
  const entry = createHmac('sha256', Buffer.from(key)).update(`${role}|${type}|${digest}`).digest()
  return createHash('sha256').update(leafPrefix).update(entry).digest('base64url')
}
