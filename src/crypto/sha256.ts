import { createHash } from 'node:crypto'

/** SHA-256 of bytes, or of the UTF-8 of a text. */
export function sha256(data: Uint8Array | string): Uint8Array {
  return createHash('sha256').update(data).digest()
}

/** The same as base64url, 43 characters. */
export function sha256Text(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('base64url')
}
