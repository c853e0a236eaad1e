const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The short form of a node id that people compare: its first 80 bits in RFC 4648 base32, four groups of four. */
export function fingerprintOf(node: string): string {
  const bits = [...Buffer.from(node, 'base64url').subarray(0, 10)]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('')
  const letters = (bits.match(/.{5}/g) ?? []).map((five) => base32.charAt(Number.parseInt(five, 2))).join('')
  return (letters.match(/.{4}/g) ?? []).join('-')
}
