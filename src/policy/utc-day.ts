const secondsPerDay = 86_400
const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/** The calendar day in UTC as `YYYY-MM-DD`. Days of this form sort as text. `seconds`: since 1970-01-01T00:00:00Z. */
export function utcDay(seconds: number): string {
  let days = Math.floor(seconds / secondsPerDay)
  let year = 1970
  while (days >= (isLeap(year) ? 366 : 365)) {
    days -= isLeap(year) ? 366 : 365
    year += 1
  }
  let month = 0
  while (days >= lengthOf(month, year)) {
    days -= lengthOf(month, year)
    month += 1
  }
  return [String(year).padStart(4, '0'), twoDigits(month + 1), twoDigits(days + 1)].join('-')
}

/** The day after, in UTC: by then it is that day everywhere. */
export function dayAfter(seconds: number): string {
  return utcDay(seconds + secondsPerDay)
}

/** Days from one `YYYY-MM-DD` to another; negative if the second is earlier. Both exist in the calendar. */
export function daysBetween(from: string, to: string): number {
  return dayNumber(to) - dayNumber(from)
}

/** Days since 1970-01-01 of a `YYYY-MM-DD` that exists in the calendar. */
export function dayNumber(day: string): number {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number)
  let days = date - 1
  for (let before = 1970; before < year; before += 1) days += isLeap(before) ? 366 : 365
  for (let before = 0; before < month - 1; before += 1) days += lengthOf(before, year)
  return days
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
}

function lengthOf(month: number, year: number): number {
  return (monthLengths[month] ?? Infinity) + (month === 1 && isLeap(year) ? 1 : 0)
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
