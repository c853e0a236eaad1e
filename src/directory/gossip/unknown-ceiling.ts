/** How many nodes that are neither paired nor shown the directory holds, altogether and from one peer. */
export interface UnknownCeiling {
  /** Whether one more of this source has a place; the place is taken. */
  take(source: string | null, sources: SourcesOfNodes): boolean
  /** What was counted may have changed: counts anew before the next one is turned away. */
  forget(): void
}

/** Peers that nodes came from, null for no peer: of all that are held, and of those neither paired nor shown. */
export interface SourcesOfNodes {
  all(): Iterable<string | null>
  unknown(): Iterable<string | null>
}

export const maxUnknownNodes = 5000

interface Counted {
  total: number
  readonly bySource: Map<string | null, number>
}

/** One peer fills at most a quarter, so that no single one can keep all others' nodes away. Nobody is ever evicted. */
export function makeUnknownCeiling(limit = maxUnknownNodes): UnknownCeiling {
  let counted: Counted | undefined
  let isExact = false
  const isFull = ({ total, bySource }: Counted, source: string | null): boolean =>
    total >= limit || (source !== null && (bySource.get(source) ?? 0) >= limit / 4)
  return {
    take(source, sources) {
      // Who is shown is dear to tell: as long as all together are few enough nobody needs to know.
      counted ??= count(sources.all())
      if (isFull(counted, source) && !isExact) {
        counted = count(sources.unknown())
        isExact = true
      }
      if (isFull(counted, source)) return false
      add(counted, source)
      return true
    },
    forget() {
      isExact = false
    },
  }
}

function count(sources: Iterable<string | null>): Counted {
  const counted: Counted = { total: 0, bySource: new Map() }
  for (const source of sources) add(counted, source)
  return counted
}

function add(counted: Counted, source: string | null): void {
  counted.total += 1
  counted.bySource.set(source, (counted.bySource.get(source) ?? 0) + 1)
}
