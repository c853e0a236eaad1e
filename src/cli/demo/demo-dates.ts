import { toDay } from '../../base/clock.js'

const msPerDay = 86_400_000

/** The value with every text `today`, `today+10d` or `today-3d` in it put into a day. */
export function withDates(value: unknown, now: number): unknown {
  if (typeof value === 'string') return withDate(value, now)
  if (Array.isArray(value)) return value.map((item) => withDates(item, now))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withDates(member, now)]))
}

function withDate(text: string, now: number): string {
  const match = /^today(?:([+-]\d{1,4})d)?$/.exec(text)
  if (match === null) return text
  return toDay(now + Number(match[1] ?? 0) * msPerDay)
}
