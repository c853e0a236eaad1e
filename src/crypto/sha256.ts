import { createHash, hash } from 'node:crypto'

/** SHA-256 of bytes, or of the UTF-8 of a text. */
export function sha256(data: Uint8Array | string): Uint8Array {
  return createHash('sha256').update(data).digest()
}

/** The same as base64url, 43 characters. */
export function sha256Text(data: Uint8Array | string): string {
  return hash('sha256', data, 'base64url')
}

/** The same as lower-case hex, 64 characters. */
export function sha256Hex(data: Uint8Array | string): string {
  return hash('sha256', data, 'hex')
}

/**
 * SHA-256 of each beginning of a text that is given in pieces, closed by `end`: of piece 1 + end, of pieces 1, 2 + end, and
 * so on. Every piece goes through the hash once. Lower-case hex.
 */
export function sha256Beginnings(pieces: readonly string[], end: string): readonly string[] {
  const whole = createHash('sha256')
  return pieces.map((piece) => whole.update(piece).copy().update(end).digest('hex'))
}
