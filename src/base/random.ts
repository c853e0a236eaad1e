import { randomBytes } from 'node:crypto'

/** Source of randomness; seeded in tests and in the simulator. */
export interface Random {
  /** `length` fresh bytes. */
  bytes(length: number): Uint8Array
  /** A number in [0, 1), for jitter and sampling only. */
  fraction(): number
}

export const systemRandom: Random = {
  bytes: (length) => randomBytes(length),
  fraction: () => randomBytes(4).readUInt32BE() / 2 ** 32,
}
