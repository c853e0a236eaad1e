import { makeBoundedCache, type BoundedCache } from '../../crypto/bounded-cache.js'
import { makeTokenBucket, type TokenBucket } from './token-bucket.js'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** What one peer may cost (security list F-09), charged before anything that it gave is looked at. */
export const gossipBudgets = {
  /** Units of about half a millisecond of checking, an hour. */
  unitsPerHour: 20_000,
  /** Characters of answers a day. */
  charactersPerDay: 64 * 1024 * 1024,
  /** A record that is read and has one signature; a statement has keys to check as well, a proof two signatures. */
  units: { contact: 1, vouch: 1, proof: 12, perStatement: 10 },
} as const

/** What the node remembers of a peer between two rounds, while the process runs. */
export interface PeerMemory {
  readonly units: TokenBucket
  readonly characters: TokenBucket
  /** The root after which everything wanted was taken; until then, epoch milliseconds, it need not be looked at. */
  done: { readonly root: string; readonly until: number } | undefined
  /** Entries that this peer shows and that were not taken, by when that was, epoch milliseconds. */
  readonly settled: BoundedCache<string, number>
}

/** What was refused once is looked at again after a day: clocks and statements change. */
export const forgetAfterMs = dayMs
const maxSettled = 10_000

export function makePeerMemory(): PeerMemory {
  return {
    units: makeTokenBucket(gossipBudgets.unitsPerHour, hourMs),
    characters: makeTokenBucket(gossipBudgets.charactersPerDay, dayMs),
    done: undefined,
    settled: makeBoundedCache(maxSettled),
  }
}
