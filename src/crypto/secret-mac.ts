import { createHmac, timingSafeEqual } from 'node:crypto'

/** HMAC-SHA-256 of a text under a secret text, base64url. */
export function secretMac(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url')
}

/** Whether two texts are equal, in a time that does not tell where they differ. Their lengths are no secret. */
export function isSameSecret(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
