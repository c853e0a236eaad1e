import type { DeskHours } from './contact-types.js'
import { makeZoneTimes, type ZoneTimes } from './zone-times.js'

const daySeconds = 86_400

/** Whether a desk answers at this time, as its hours say; false where its time zone is not known here. */
export function isOpenAt(hours: DeskHours, atSeconds: number, zoneTimes?: ZoneTimes): boolean {
  return opensWithin(hours, atSeconds, 0, zoneTimes)
}

/**
 * Whether a desk answers at some time from `fromSeconds` on within `days` days, as its hours say. Days are those of the
 * desk's own time zone.
 */
export function opensWithin(
  hours: DeskHours,
  fromSeconds: number,
  days: number,
  zoneTimes: ZoneTimes = makeZoneTimes(),
): boolean {
  if (hours.always) return true
  const start = zoneTimes(hours.timeZone, fromSeconds)
  if (start === undefined) return false
  // After a week the days repeat.
  for (let ahead = 0; ahead <= Math.min(days, 7); ahead += 1) {
    const { day } = zoneTimes(hours.timeZone, fromSeconds + ahead * daySeconds) ?? start
    const isOpen = rangesOn(hours, day).some(
      ({ opens, closes }) => (ahead > 0 || closes > start.time) && (ahead < days || opens <= start.time),
    )
    if (isOpen) return true
  }
  return false
}

/**
 * When a desk that does not answer now answers next, in seconds, to the minute; undefined where it answers by appointment alone,
 * or where its time zone is not known here.
 */
export function opensNext(
  hours: DeskHours,
  nowSeconds: number,
  zoneTimes: ZoneTimes = makeZoneTimes(),
): number | undefined {
  const start = zoneTimes(hours.timeZone, nowSeconds)
  if (start === undefined) return undefined
  for (let ahead = 0; ahead <= 7; ahead += 1) {
    const { day } = zoneTimes(hours.timeZone, nowSeconds + ahead * daySeconds) ?? start
    const [first] = rangesOn(hours, day)
      .map(({ opens }) => opens)
      .filter((opens) => ahead > 0 || opens > start.time)
      .sort()
    if (first === undefined) continue
    const minute = nowSeconds - (nowSeconds % 60)
    const guess = minute + ahead * daySeconds + (minutesOf(first) - minutesOf(start.time)) * 60
    // Where the clocks change in between, the guess is off by as much.
    const { time } = zoneTimes(hours.timeZone, guess) ?? start
    return guess + (minutesOf(first) - minutesOf(time)) * 60
  }
  return undefined
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':')
  return Number(hours) * 60 + Number(minutes)
}

function rangesOn(hours: DeskHours, day: string): readonly { readonly opens: string; readonly closes: string }[] {
  return hours.open.filter(({ days }) => days.some((each) => each === day))
}
