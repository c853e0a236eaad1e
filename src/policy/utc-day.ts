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

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
}

function lengthOf(month: number, year: number): number {
  return (monthLengths[month] ?? Infinity) + (month === 1 && isLeap(year) ? 1 : 0)
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
