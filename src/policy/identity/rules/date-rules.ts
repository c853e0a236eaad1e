import { findDates, type FoundDate } from '../find-dates.js'
import { findBirthsInWords, findDaysInWords } from '../find-days-in-words.js'
import type { Hit, IdentityRule, RuleClass } from '../identity-rule.js'
import type { Place } from '../place.js'
import type { Reading } from '../read-text.js'

const rules: readonly IdentityRule[] = [
  {
    rule: 'birth-date',
    level: 'deny',
    since: 2,
    finds: 'a day beside a word of birth, in numbers or words, with or without the year',
  },
  { rule: 'date', level: 'warn', since: 2, finds: 'a full date; the month and the year alone pass' },
  { rule: 'birth-year', level: 'warn', since: 2, finds: 'a year beside a word of birth' },
]

const year = /(?<![0-9])(?:19[2-9][0-9]|20[0-4][0-9])(?![0-9])/g
const eightDigits =
  /(?<![0-9])(?:[0-3][0-9][01][0-9](?:19[2-9]|20[0-4])[0-9]|(?:19[2-9]|20[0-4])[0-9][01][0-9][0-3][0-9])(?![0-9])/g

/** 030501; 03 05 01: only right behind a word of birth. */
const sixDigits = /(?<![0-9]|[0-9][.,/-])[0-9]{2}( ?)[0-9]{2}\1[0-9]{2}(?![0-9]|[.,/-][0-9]|%)/g

const sentenceEnd = /[.!?;] +\p{Lu}|\u0000/u
const lastSentence = /^[^]*[!?;.] +(?=\p{Lu})/u

/** Days that are too short to be told outside a birth: 3/12/94; 12.03. */
const short = /(?<![0-9.,/:-])[0-3]?[0-9]([./-]) ?(?:0?[1-9]|1[0-2])(?:\1 ?(?:[0-9]{2})?)?(?![0-9]|[./-][0-9]|%)/g
export const dateRules: RuleClass = { rules, find: (reading) => findDateHits(reading) }

function findDateHits(reading: Reading): readonly Hit[] {
  const { terms, digits, text } = reading
  const isOfBirth = (place: Place): boolean =>
    text.charAt(place.start - 1) === '*' ||
    terms.isBefore(place, ['birth'], 40) ||
    terms.isNear(place, ['birth'], 18) ||
    isInClauseOfBirth(reading, place) ||
    isComingOfAge(reading, place)
  const worded = [...findDaysInWords(reading).filter(isOfBirth), ...findBirthsInWords(reading)]
  if (!reading.hasDigits) return worded.map((place) => at('birth-date', place))
  const dates = findDates(reading)
  const compact = [...placesOf(digits, eightDigits), ...(terms.of('birth').length > 0 ? placesOf(digits, short) : [])]
  const years = placesOf(digits, year).filter((place) => terms.isNear(place, ['birth'], 25) && !isInside(place, dates))
  return [
    ...dates.flatMap((date): readonly Hit[] => {
      if (isOfBirth(date)) return [at('birth-date', date)]
      return date.isFull ? [at('date', date)] : []
    }),
    ...[...compact.filter(isOfBirth), ...shortBirths(reading), ...worded].map((place) => at('birth-date', place)),
    ...years.map((place) => at('birth-year', place)),
  ]
}

/** Six digits that are a day, behind a word of birth and at most a colon and a small word. */
function shortBirths({ digits, terms }: Reading): readonly Place[] {
  if (terms.of('birth').length === 0) return []
  return placesOf(digits, sixDigits).filter((place) => {
    const parts =
      digits
        .slice(place.start, place.end)
        .match(/[0-9]{2}/g)
        ?.map(Number) ?? []
    const [a = 0, b = 0, c = 0] = parts
    const isDay = [c, a].some((day) => day > 0 && day < 32) && b > 0 && b < 13
    return isDay && terms.isBefore(place, ['birth'], 6)
  })
}

/** A clear word of birth in the same sentence, where the verb or the place of birth stands between: "wurde am ... geboren". */
function isInClauseOfBirth({ terms, text }: Reading, place: Place): boolean {
  const reach = 90
  if (!terms.isNear(place, ['born'], reach)) return false
  const after = text.slice(place.end, place.end + reach)
  const before = text.slice(Math.max(0, place.start - reach), place.start)
  const high = place.end + (sentenceEnd.exec(after)?.index ?? after.length)
  const low = place.start - before.length + (lastSentence.exec(before)?.[0].length ?? 0)
  return terms.isNear({ start: Math.max(low, place.start - reach), end: high }, ['born'], 0)
}

/** "turns 18 on 7 November", "am 7. November volljährig": in one clause. */
function isComingOfAge({ terms, text }: Reading, place: Place): boolean {
  if (!terms.isNear(place, ['turns', 'fullAge'], 40)) return false
  const before = (/[^.,;:!?\n]*$/.exec(text.slice(Math.max(0, place.start - 40), place.start)) ?? [''])[0]
  const after = (/^[^.,;:!?\n]*/.exec(text.slice(place.end, place.end + 40)) ?? [''])[0]
  const clause = { start: place.start - before.length, end: place.end + after.length }
  if (terms.isNear(clause, ['fullAge'], 0)) return true
  const hasAge = [before, after].some((part) => /(?<![0-9/])[1-6]?[0-9](?:-\p{L}{1,5})?(?![0-9/])/u.test(part))
  const isSure = /(?:\bturn(?:s|ed|ing)?\b|betolt|yasina)/i.test(before + after)
  return hasAge && terms.isNear(clause, ['turns'], 0) && (isSure || terms.isNear(clause, ['ageAfter'], 0))
}

function placesOf(text: string, pattern: RegExp): readonly Place[] {
  return Array.from(text.matchAll(pattern), ({ 0: match, index }) => ({ start: index, end: index + match.length }))
}

/** Dates are in order and apart. */
function isInside({ start, end }: Place, dates: readonly FoundDate[]): boolean {
  let from = 0
  let to = dates.length
  while (from < to) {
    const middle = (from + to) >> 1
    if ((dates[middle]?.end ?? 0) < end) from = middle + 1
    else to = middle
  }
  return (dates[from]?.start ?? Infinity) <= start
}

function at(rule: string, { start, end }: Place): Hit {
  return { rule, start, end }
}
