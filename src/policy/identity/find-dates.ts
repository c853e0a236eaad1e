import type { Place } from './place.js'
import type { Reading } from './read-text.js'

export interface FoundDate extends Place {
  /** With day, month and year, or without the year. */
  readonly isFull: boolean
}

const year = '(?:19[2-9][0-9]|20[0-4][0-9])'
const separator = ' {0,2}[.,/_\\-|] {0,2}'
const romanMonth = '(?:I{1,3}|I?V|VI{1,3}|I?X|XI{1,2})'
const numeric: readonly RegExp[] = [
  new RegExp(`(?<![0-9])([0-3]?[0-9])${separator}([0-3]?[0-9])${separator}${year}(?![0-9])`, 'g'),
  new RegExp(`(?<![0-9])([0-3][0-9]) ([0-1][0-9]) ${year}(?![0-9])`, 'g'),
  new RegExp(`(?<![0-9])${year}${separator}([0-1]?[0-9])${separator}([0-3]?[0-9])(?![0-9])`, 'g'),
  new RegExp(`(?<![0-9])([0-3]?[0-9])(?:${separator}| {1,2})${romanMonth}(?:${separator}| {1,2})${year}(?![0-9])`, 'g'),
  new RegExp(`(?<![0-9])${year}(?:${separator}| {1,2})${romanMonth}(?:${separator}| {1,2})([0-3]?[0-9])(?![0-9])`, 'g'),
]
const shortRoman = new RegExp(
  `(?<![0-9])([0-3]?[0-9])(?:${separator}| {1,2})${romanMonth}(?:${separator}| {1,2})'?[0-9]{2}(?![0-9]|[.,/-][0-9])`,
  'g',
)
const shortYear = /(?<![0-9./-])([0-3][0-9])([./-])([0-1][0-9])\2[0-9]{2}(?![0-9./-])/g

const dayBefore =
  /(?<![0-9])([0-3]?[0-9])(?: ?(?:st|nd|rd|th|o|a|ro|er|go|\.?-?(?:го|те|ия|ти|ми|ри|ви|ое|е|я)))?\.?(?: {0,2}(?:de|of|di|ngay|[.,/-]))? {0,2}$/i
const yearAfter = new RegExp(`^\\.?,?[ /.-]{0,2}(?:de |del |do |of |в |anul |')? ?(${year}|'?[0-9]{2}(?![0-9:]))`, 'i')
const dayYearAfter = new RegExp(`^\\.? {0,2}([0-3]?[0-9])(?:st|nd|rd|th)?,? {1,2}${year}(?![0-9])`, 'i')
const yearBefore = new RegExp(
  `(?<![0-9])${year}\\.?(?: ?(?:m|gada|г|god|ev|evi|aasta)\\.?)? ?([0-3]?[0-9]\\.?)? ?$`,
  'i',
)
const dayAfter = /^(?:'?[a-z]{0,3})?[ .-]{1,2}([0-3]?[0-9])(?![0-9])/i

/** Days in numbers and words, in order, none twice. */
export function findDates(reading: Reading): readonly FoundDate[] {
  if (!reading.hasDigits) return []
  const found = [
    ...numeric.flatMap((pattern) => numericDates(reading.digits, pattern, true)),
    ...numericDates(reading.digits, shortYear, false),
    ...numericDates(reading.digits, shortRoman, false),
    ...wordedDates(reading),
  ].sort((a, b) => a.start - b.start || b.end - a.end)
  let reach = 0
  return found.filter(({ start, end }) => {
    const isNew = start >= reach
    if (isNew) reach = end
    return isNew
  })
}

function numericDates(text: string, pattern: RegExp, isFull: boolean): readonly FoundDate[] {
  return Array.from(text.matchAll(pattern))
    .filter(([, first, ...others]) => isDay(first, others.at(-1)))
    .map(({ 0: match, index }) => ({ start: index, end: index + match.length, isFull }))
}

/** One of the two may be a month, the other one a day. */
function isDay(first: string | undefined, last: string | undefined): boolean {
  const [a, b] = [Number(first), /^[0-9]+$/.test(last ?? '') ? Number(last) : 1]
  return a >= 1 && b >= 1 && a <= 31 && b <= 31 && Math.min(a, b) <= 12
}

function wordedDates({ terms, text }: Reading): readonly FoundDate[] {
  return terms.of('month').flatMap(({ start, end }) => {
    const before = text.slice(Math.max(0, start - 16), start)
    const after = text.slice(end, end + 16)
    const day = dayBefore.exec(before)
    if (day !== null && Number(day[1]) <= 31 && Number(day[1]) > 0 && !yearBefore.test(before)) {
      const later = yearAfter.exec(after)
      return [{ start: start - day[0].length, end: end + (later?.[0].length ?? 0), isFull: later !== null }]
    }
    const american = dayYearAfter.exec(after)
    if (american !== null) return [{ start, end: end + american[0].length, isFull: true }]
    const earlier = yearBefore.exec(before)
    const following = dayAfter.exec(after)
    if (earlier === null || (following === null && earlier[1] === undefined)) return []
    return [{ start: start - earlier[0].length, end: end + (following?.[0].length ?? 0), isFull: true }]
  })
}
