import { fromTimestamp } from '../base/clock.js'
import type { CaseRow } from '../store/case-rows.js'

/** How long a case is kept, as a person says it. */
export interface RetentionWish {
  /** Days after closure. */
  readonly retainDays?: number
  /** Last day. */
  readonly retainUntil?: string
}

type Kept = Pick<CaseRow, 'retainDays' | 'retainUntil'>

const dayMs = 86_400_000

/** The rule for a case: the later of the two ends where a person gave both. */
export function retentionOf({ retainDays, retainUntil }: RetentionWish, closedAt: number | null): Kept {
  const lastDay = retainUntil === undefined ? undefined : endOfDay(retainUntil)
  const afterClosure = retainDays === undefined || closedAt === null ? undefined : closedAt + retainDays * dayMs
  const ends = [lastDay, afterClosure].filter((end) => end !== undefined)
  return { retainDays: retainDays ?? null, retainUntil: ends.length === 0 ? null : Math.max(...ends) }
}

/** The rule once the case is closed. */
export function retentionAtClosure({ retainDays, retainUntil }: Kept, closedAt: number): Kept {
  const afterClosure = retainDays === null ? null : closedAt + retainDays * dayMs
  if (afterClosure === null) return { retainDays, retainUntil }
  return { retainDays, retainUntil: Math.max(afterClosure, retainUntil ?? 0) }
}

/** The first millisecond after a calendar day, in UTC. */
export function endOfDay(day: string): number {
  return (fromTimestamp(`${day}T00:00:00Z`) ?? 0) + dayMs
}
