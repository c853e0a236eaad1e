import type { Random } from '../base/random.js'

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A random code of a person for the consents of one case; receivers get codes of their own. */
export function newSubjectCode(random: Random): string {
  const letters = [...random.bytes(8)].map((byte) => base32.charAt(byte & 31)).join('')
  return `${letters.slice(0, 4)}-${letters.slice(4)}`
}
