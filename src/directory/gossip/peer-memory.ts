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
  units: { contact: 1, vouch: 1, proof: 12, perStatement: 10, perKey: 3 },
  /** Units for an entry of a list, and for one that is compared with the beginnings of a chain. */
  entryUnits: { any: 0.02, beginning: 2 },
} as const

/** What the node remembers of a peer between two rounds, while the process runs. */
export interface PeerMemory {
  readonly units: TokenBucket
  readonly characters: TokenBucket
  /**
   * The root after which everything wanted was taken; until then, epoch milliseconds, it need not be looked at, unless
   * this node gave something up since.
   */
  done: { readonly root: string; readonly losses: number; readonly until: number } | undefined
  /** Entries that this peer shows and that were not taken, by when that was, epoch milliseconds. */
  readonly settled: BoundedCache<string, number>
  /** When it last held up a round for too long, epoch milliseconds; others are asked before it for a while. */
  slowSince: number | undefined
}

/** What was refused once is looked at again after a day: clocks and statements change. */
export const forgetAfterMs = dayMs
/** A peer that was slow is asked like the others again after an hour: networks get better. */
export const forgetSlowAfterMs = hourMs
const maxSettled = 10_000

export function makePeerMemory(): PeerMemory {
  return {
    units: makeTokenBucket(gossipBudgets.unitsPerHour, hourMs),
    characters: makeTokenBucket(gossipBudgets.charactersPerDay, dayMs),
    done: undefined,
    settled: makeBoundedCache(maxSettled),
    slowSince: undefined,
  }
}
