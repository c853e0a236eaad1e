/** Base64url without padding (RFC 4648 section 5). */
export function encodeBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
}

/**
 * The bytes of a canonical text; undefined for every other spelling of them: padding, line breaks, the `+/` alphabet,
 * unused trailing bits that are not zero, an impossible length. One value has one text, so that a text can be compared.
 */
export function decodeBase64url(text: string): Uint8Array | undefined {
  // The platform's decoder forgives all of that. Encoding again is the definition of canonical, and its fastest test.
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}

/** True for the canonical text of exactly 32 bytes: 43 characters, of which the last has two zero bits. */
export function isBase64urlOf32(text: unknown): text is string {
  return typeof text === 'string' && /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/.test(text)
}
