/** How much evidence of contradictions is kept of one peer. */
export interface EvidenceBudget {
  /** Takes one place; false where none is left. */
  take(node: string): boolean
}

const perPeer = 100

/**
 * A peer that contradicts itself once is proven by one pair of messages; one that does it all day must not fill the disk.
 * Counted while the process runs.
 */
export function makeEvidenceBudget(): EvidenceBudget {
  const taken = new Map<string, number>()
  return {
    take(node) {
      const count = taken.get(node) ?? 0
      if (count >= perPeer) return false
      taken.set(node, count + 1)
      return true
    },
  }
}
