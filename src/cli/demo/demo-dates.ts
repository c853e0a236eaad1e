import { fromTimestamp, toDay, toSeconds } from '../../base/clock.js'
import { fillIn } from './fill-in.js'

const msPerHour = 3_600_000
const msPerDay = 24 * msPerHour

/** The value with every word of time in it put into a time ({@link dateOf}). */
export function withDates(value: unknown, now: number): unknown {
  return fillIn(value, (text) => dateOf(text, now))
}

/**
 * What a word of time in a demo file stands for: `today`, `today+10d` a day, `month`, `month+3` a month, `week+2` an ISO week,
 * `hours+20` seconds since 1970. Undefined for any other text.
 */
export function dateOf(text: string, now: number): string | number | undefined {
  const match = /^(today|month|week|hours)(?:([+-]\d{1,3})d?)?$/.exec(text)
  if (match === null) return undefined
  const count = Number(match[2] ?? 0)
  switch (match[1]) {
    case 'today':
      return toDay(now + count * msPerDay)
    case 'month':
      return monthAfter(now, count)
    case 'week':
      return isoWeek(now + count * 7 * msPerDay)
    default:
      return toSeconds(now + count * msPerHour)
  }
}

function monthAfter(now: number, count: number): string {
  const { year, month } = monthOf(now)
  const months = year * 12 + month - 1 + count
  return `${Math.floor(months / 12)}-${twoDigits((months % 12) + 1)}`
}

/** ISO 8601: a week begins on Monday and belongs to the year in which its Thursday lies. */
function isoWeek(now: number): string {
  // 1970 began on a Thursday.
  const weekday = (Math.floor(now / msPerDay) + 3) % 7
  const thursday = now + (3 - weekday) * msPerDay
  const { year } = monthOf(thursday)
  const newYear = fromTimestamp(`${year}-01-01T00:00:00Z`) ?? thursday
  return `${year}-W${twoDigits(Math.floor((thursday - newYear) / (7 * msPerDay)) + 1)}`
}

function monthOf(now: number): { readonly year: number; readonly month: number } {
  const day = toDay(now)
  return { year: Number(day.slice(0, 4)), month: Number(day.slice(5, 7)) }
}

function twoDigits(count: number): string {
  return String(count).padStart(2, '0')
}
