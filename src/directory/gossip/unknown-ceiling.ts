import type { HeldRecord } from './directory-record.js'

/** How much of nodes that are neither paired nor shown the directory holds, altogether and from one peer. */
export interface UnknownCeiling {
  /** Whether that much more has a place; the place is taken. @param isWarning has a place until twice as much is held */
  take(more: Share, held: HeldOfNodes, isWarning?: boolean): boolean
  /** What was counted may have changed: counts anew before the next one is turned away. */
  forget(): void
}

/** What is held of all nodes, and of those neither paired nor shown. */
export interface HeldOfNodes {
  all(): Iterable<HeldRecord>
  unknown(): Iterable<HeldRecord>
}

export const unknownLimits = { nodes: 5000, records: 20_000, characters: 64 * 1024 * 1024 } as const

const warningFactor = 2

/** So much of what is limited, and the peer that it comes from; null for no peer. */
export type Share = Readonly<Record<Measure, number>> & { readonly source: string | null }

type Measure = keyof typeof unknownLimits
type Counted = Record<Measure, number>

const measures: readonly Measure[] = ['nodes', 'records', 'characters']

/**
 * One peer fills at most a quarter, so that no single one can keep all others' nodes away. Nobody is ever evicted. What warns
 * of a node that is held finds a place when others do not, but not without end: its text may be long.
 */
export function makeUnknownCeiling(limits: Readonly<Record<Measure, number>> = unknownLimits): UnknownCeiling {
  let counts: Counts | undefined
  let isExact = false
  return {
    take(more, held, isWarning = false) {
      const isFull = ({ total, ofSource }: Counts): boolean =>
        measures.some((measure) => {
          if (more[measure] === 0) return false
          const limit = isWarning ? limits[measure] * warningFactor : limits[measure]
          const fromPeer = more.source === null ? 0 : ofSource(more.source)[measure] + more[measure]
          return total[measure] + more[measure] > limit || fromPeer > limit / 4
        })
      // Who is shown is dear to tell: as long as all together are few enough nobody needs to know.
      counts ??= count(held.all())
      if (isFull(counts) && !isExact) {
        counts = count(held.unknown())
        isExact = true
      }
      if (isFull(counts)) return false
      counts.add(more)
      return true
    },
    forget() {
      isExact = false
    },
  }
}

interface Counts {
  readonly total: Readonly<Counted>
  readonly ofSource: (source: string | null) => Readonly<Counted>
  readonly add: (more: Share) => void
}

function count(held: Iterable<HeldRecord>): Counts {
  const total = nothing()
  const bySource = new Map<string | null, Counted>()
  const ofSource = (source: string | null): Counted => bySource.get(source) ?? nothing()
  const add = (more: Share): void => {
    const source = ofSource(more.source)
    bySource.set(more.source, source)
    for (const measure of measures) {
      total[measure] += more[measure]
      source[measure] += more[measure]
    }
  }
  for (const { kind, characters, source } of held) {
    add({ nodes: kind === 'statements' ? 1 : 0, records: 1, characters, source })
  }
  return { total, ofSource, add }
}

function nothing(): Counted {
  return { nodes: 0, records: 0, characters: 0 }
}
