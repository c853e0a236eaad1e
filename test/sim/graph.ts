import type { Random } from '../../src/base/random.js'
import { below } from './sim-random.js'

/** Who is paired with whom: a ring, so that all hang together, and three more for each by chance: eight on average. */
export function pairAll(count: number, random: Random): readonly (readonly number[])[] {
  const peers = Array.from({ length: count }, () => new Set<number>())
  const pair = (one: number, other: number): void => {
    if (one === other) return
    peers[one]?.add(other)
    peers[other]?.add(one)
  }
  for (let at = 0; at < count; at += 1) {
    pair(at, (at + 1) % count)
    for (let more = 0; more < 3; more += 1) pair(at, below(random, count))
  }
  return peers.map((of) => [...of])
}

/** All that can be reached from one over nodes that pass on what they get. */
export function reachableOver(from: string, peersOf: (node: string) => readonly string[]): ReadonlySet<string> {
  const reached = new Set([from])
  for (const node of reached) for (const peer of peersOf(node)) reached.add(peer)
  return reached
}
