/** Bytes that arrive in pieces, up to a limit. */
export interface ByteCollector {
  /** Takes one piece; false, without taking it, where the limit would be passed. */
  add(piece: Uint8Array): boolean
  bytes(): Uint8Array
}

/**
 * Collects at most `maxBytes`. One buffer that doubles instead of a list of pieces: a peer that sends single bytes would
 * make the list a hundred times as large as the body.
 */
export function makeByteCollector(maxBytes: number): ByteCollector {
  let buffer = new Uint8Array(Math.min(maxBytes, 4096))
  let length = 0
  return {
    add(piece) {
      const needed = length + piece.length
      if (needed > maxBytes) return false
      if (needed > buffer.length) {
        const grown = new Uint8Array(Math.min(maxBytes, Math.max(needed, buffer.length * 2)))
        grown.set(buffer.subarray(0, length))
        buffer = grown
      }
      buffer.set(piece, length)
      length = needed
      return true
    },
    bytes: () => buffer.slice(0, length),
  }
}
