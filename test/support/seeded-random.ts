import { createHash } from 'node:crypto'
import type { Random } from '../../src/base/random.js'

/** Repeatable randomness: SHA-256 in counter mode over a seed. */
export function seededRandom(seed: string): Random {
  let counter = 0
  let pool = Buffer.alloc(0)
  const bytes = (length: number): Uint8Array => {
    while (pool.length < length) {
      pool = Buffer.concat([pool, createHash('sha256').update(`${seed}|${counter}`).digest()])
      counter += 1
    }
    const taken = pool.subarray(0, length)
    pool = pool.subarray(length)
    return new Uint8Array(taken)
  }
  return { bytes, fraction: () => Buffer.from(bytes(4)).readUInt32BE() / 2 ** 32 }
}
