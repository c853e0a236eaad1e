import { toDay } from '../../base/clock.js'
import { dayNumber } from '../../policy/utc-day.js'
import type { ReferralType } from '../../policy/required-purposes.js'

/** What a starting file depends on. */
export interface StartingFacts {
  readonly type: ReferralType
  readonly child: boolean
  /** An exercise, unless somebody says that it is real. */
  readonly real: boolean
  /** Tag of the language in which the person was spoken with. */
  readonly language: string
  readonly nowMs: number
}

const dayMs = 86_400_000

/** A day so many days from now, `2026-11-23`. */
export function dayIn(nowMs: number, days: number): string {
  return toDay(nowMs + days * dayMs)
}

/** A month so many days from now, `2026-12`. */
export function monthIn(nowMs: number, days: number): string {
  return dayIn(nowMs, days).slice(0, 'YYYY-MM'.length)
}

/** The ISO 8601 week of a day so many days from now, `2026-W51`: it belongs to the year of its Thursday. */
export function weekIn(nowMs: number, days: number): string {
  const day = Math.floor(nowMs / dayMs) + days
  const thursday = day - ((day + 3) % 7) + 3
  const year = toDay(thursday * dayMs).slice(0, 'YYYY'.length)
  const week = 1 + Math.floor((thursday - dayNumber(`${year}-01-01`)) / 7)
  return `${year}-W${String(week).padStart(2, '0')}`
}
