import { createHash } from 'node:crypto'
import type { Random } from '../../src/base/random.js'

/** Fast repeatable randomness (sfc32), seeded by the SHA-256 of a text. */
export function simRandom(seed: string): Random {
  const state = createHash('sha256').update(seed).digest()
  let [a, b, c, counter] = [state.readInt32LE(0), state.readInt32LE(4), state.readInt32LE(8), 1]
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let warm = 0; warm < 12; warm += 1) next()
  return {
    bytes: (length) => Uint8Array.from({ length }, () => next() & 0xff),
    fraction: () => next() / 2 ** 32,
  }
}

/** A whole number in [0, below). */
export function below(random: Random, limit: number): number {
  return Math.floor(random.fraction() * limit)
}

/** One of them. */
export function oneOf<T>(random: Random, from: readonly T[]): T {
  const chosen = from[below(random, from.length)]
  if (chosen === undefined) throw new Error('nothing to choose from')
  return chosen
}
