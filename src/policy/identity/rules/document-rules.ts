import { validate as deInsurance } from 'stdnum/lib/cjs/de/svnr.js'
import { validate as dni } from 'stdnum/lib/cjs/es/dni.js'
import { validate as nie } from 'stdnum/lib/cjs/es/nie.js'
import { validate as hetu } from 'stdnum/lib/cjs/fi/hetu.js'
import { validate as nir } from 'stdnum/lib/cjs/fr/nir.js'
import { validate as nino } from 'stdnum/lib/cjs/gb/nino.js'
import { validate as pps } from 'stdnum/lib/cjs/ie/pps.js'
import { findDates } from '../find-dates.js'
import type { Hit, IdentityRule, RuleClass } from '../identity-rule.js'
import { blankOut } from '../number-runs.js'
import type { Place } from '../place.js'
import type { Reading } from '../read-text.js'
import { patternHits } from './pattern-hits.js'

const rules: readonly IdentityRule[] = [
  {
    rule: 'document-number',
    level: 'deny',
    since: 2,
    finds: 'the number of a passport, identity card, licence or permit beside its name',
  },
  { rule: 'document-shape', level: 'warn', since: 2, finds: 'letters and digits in the shape of a document number' },
  {
    rule: 'national-code',
    level: 'deny',
    since: 2,
    finds: 'a personal code of letters and digits: IT, ES, FI, GB, IE, FR, DE, PT, BY, AL, MT',
  },
  { rule: 'mrz', level: 'deny', since: 2, finds: 'the machine-readable lines of a passport or card' },
]

/** Codes with letters: a shape, and what must be right in it. Where nothing is checked the shape is rare enough. */
const codes: readonly {
  readonly country: string
  readonly pattern: RegExp
  readonly isValid?: (code: string) => boolean
}[] = [
  {
    country: 'IT',
    pattern: code(
      '[A-Z]{3}~[A-Z]{3}~[0-9LMNOPQRSTUV]{2}~[ABCDEHLMPRST]~[0-9LMNOPQRSTUV]{2}~[A-Z]~[0-9LMNOPQRSTUV]{3}~[A-Z]',
    ),
  },
  { country: 'ES', pattern: code('[0-9]{2}~[0-9]{3}~[0-9]{3}~[A-Z]'), isValid: (text) => dni(text).isValid },
  { country: 'ES', pattern: code('[XYZ]~[0-9]{7}~[A-Z]'), isValid: (text) => nie(text).isValid },
  {
    country: 'FI',
    pattern: code('[0-9]{6} ?[-+A-FU-Y] ?[0-9]{3}~[0-9A-FHJ-NPR-Y]'),
    isValid: (text) => hetu(text).isValid,
  },
  {
    country: 'GB',
    pattern: code('[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]~[0-9]{2}~[0-9]{2}~[0-9]{2}~[A-D]'),
    isValid: (text) => nino(text).isValid,
  },
  { country: 'IE', pattern: code('[0-9]{7}~[A-W][A-IW]?'), isValid: (text) => pps(text).isValid },
  {
    country: 'FR',
    pattern: code('[12]~[0-9]{2}~[0-9]{2}~2[AB]~[0-9]{3}~[0-9]{3}~[0-9]{2}'),
    isValid: (text) => nir(text).isValid,
  },
  {
    country: 'DE',
    pattern: code('[0-9]{2}~[0-9]{6}~[A-Z]~[0-9]{3}'),
    isValid: (text) => deInsurance(text).isValid || /^[0-9]{2}(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])/.test(text),
  },
  { country: 'PT', pattern: code('[0-9]{8}~[0-9]~[A-Z]{2}[0-9]') },
  { country: 'BY', pattern: code('[1-6][0-9]{6}~[ABCEHKM]~[0-9]{3}~(?:PB|BA|BI)~[0-9]') },
  { country: 'MT', pattern: code('[0-9]{7}[MGAPLHBZ]') },
  { country: 'AL', pattern: code('[A-T][0-9]{8}[A-W]') },
  { country: 'AL', pattern: code('[A-T]~[0-9]{5}~[0-9]{3}~[A-W]'), isValid: isAlbanian },
]

const mrz = /(?<![A-Z0-9<])[A-Z0-9<](?: ?[A-Z0-9<]){9,120}/gu
const mrzSecond = /(?<![A-Z0-9])[A-Z0-9<]{9}[0-9][A-Z<]{3}[0-9]{7}[MFX<][0-9]{7}[A-Z0-9<]{2,16}/gu

/** What may be a document's number where its name stands near. */
const numbers =
  /(?<![\p{L}\p{N}])(?:[A-Z]{1,4}[ .:/-]{0,2}(?:(?:nr|no|br)\.? ?)?[0-9](?:[ -]?[0-9]){4,9}(?:[ -]?[A-Z]{1,3})?|[0-9](?:[ -]?[0-9]){5,9}(?:[ /-]?[A-Z]{1,3}(?:[0-9]{1,3})?)?|(?=[A-Z0-9]{0,8}[0-9][A-Z0-9]{0,8}[0-9])(?=[A-Z0-9]{0,10}[A-Z])[A-Z0-9]{7,18})(?![\p{L}\p{N}])/giu
/** The same with separators of several characters, or with letters between the digits: K - 552 - 0918; 77A04K119. */
const spacedNumbers =
  /(?<![\p{L}\p{N}])[A-Z0-9]{1,10}(?:(?: ?[-/.:_|] ?| {1,2})[A-Z0-9]{1,9}(?![\p{Ll}])){0,13}(?![\p{L}\p{N}])/gu
/** Letters and digits one by one: Q Q 1 2 3 4 5 6 C. */
const spread = /(?<![\p{L}\p{N}])[A-Z0-9](?:[ .,\-/_|]{1,3}[A-Z0-9](?![\p{L}\p{N}])){6,30}/gu
/** Letters and digits in groups, whatever is between them: tried against the codes without what is between. */
const grouped = /(?<![\p{L}\p{N}])[A-Z0-9]{1,8}(?:[ ./_|-]{1,3}[A-Z0-9]{1,8}(?![\p{L}\p{N}])){1,20}/gu
const shape = /(?<![\p{L}\p{N}])[A-Z]{1,3} ?[0-9]{6,8}(?![\p{L}\p{N}]|[.,/-][0-9])/gu

/** What has a number with letters in it. */
const numbered = ['paper', 'register', 'plate', 'vehicle'] as const

export const documentRules: RuleClass = {
  rules,
  find: (reading) => (reading.hasDigits || reading.text.includes('<') ? findDocuments(reading) : []),
}

function findDocuments(reading: Reading): readonly Hit[] {
  const { latin, digits, layout, text, terms } = reading
  const dates = (): readonly Place[] => findDates(reading)
  const named = patternHits(digits, numbers, 'document-number', (match, start) => {
    const end = start + match.length
    const plain = latin.slice(start, end)
    const count = plain.match(/[0-9]/g)?.length ?? 0
    // Small letters around a number are a word beside it, unless the whole is one token.
    const number = plain.replace(/ [a-z]{1,3}$/, '')
    const isToken = number.toUpperCase() === number || (!/[ ]/.test(number) && count > 4)
    if (
      !isToken ||
      (count < 4 && !isMixedCode(number)) ||
      isAmount(number) ||
      /[0-9]\n[0-9]{1,2}\n/.test(layout.slice(start, end))
    )
      return 0
    return isNamed(terms, { start, end: start + number.length }) ? number.length : 0
  })
  const hasPapers = terms.of('paper').length > 0 || terms.of('register').length > 0
  const spaced = hasPapers
    ? patternHits(blankOut(digits, dates()), spacedNumbers, 'document-number', (match, start) => {
        const length = numberLength(match)
        return length > 0 && isNamed(terms, { start, end: start + length }) ? length : 0
      })
    : []
  return [
    ...named,
    ...spaced,
    ...patternHits(digits, spread, 'document-number', (match, start) => {
      const isCode = isSpreadCode(match, terms.isNear({ start, end: start + match.length }, numbered, 25))
      return isCode ? match.length : 0
    }),
    ...codes.flatMap(({ pattern, isValid }) =>
      [latin, ...(digits === latin ? [] : [digits])].flatMap((form) =>
        patternHits(form, pattern, 'national-code', (match) =>
          isValid === undefined || isValid(plainCode(match)) ? match.length : 0,
        ),
      ),
    ),
    ...patternHits(digits, grouped, 'national-code', (match) => (isGroupedCode(match) ? match.length : 0)),
    ...patternHits(latin, shape, 'document-shape'),
    ...(text.includes('<')
      ? patternHits(latin, mrz, 'mrz', (match) => (match.replace(/ /g, '').includes('<<') ? match.length : 0))
      : []),
    ...patternHits(latin, mrzSecond, 'mrz'),
  ]
}

/** Decade, year, month (50 more for women, 30 for foreigners), day, serial, letter. */
function isAlbanian(text: string): boolean {
  const [month, day] = [Number(text.slice(2, 4)), Number(text.slice(4, 6))]
  return [0, 30, 50, 80].some((more) => month > more && month <= more + 12) && day > 0 && day < 32
}

/** A word for a paper stands before a number, or one for a register beside it. */
function isNamed(terms: Reading['terms'], place: Place): boolean {
  return terms.isBefore(place, ['paper'], 40) || terms.isNear(place, ['paper', 'register'], 20)
}

/** How much of a run of capitals and digits may be a document's number: without years, amounts and words around it. */
function numberLength(run: string): number {
  const number = run.replace(/(?:[ \-/.:_|]{1,3}[A-Z]{1,9}){1,13}$/, '')
  const plain = number.replace(/[^A-Z0-9]/g, '')
  const digits = plain.replace(/[^0-9]/g, '').length
  const isCode = plain.length > 5 && plain.length < 19 && digits > (/[A-Z]/.test(plain) ? 4 : 5)
  const isWord = /^[A-Z]{5,}/.test(plain)
  const isOther =
    /^(?:[^0-9]{0,3}(?:19|20)[0-9]{2})+$/.test(number) ||
    [yearWithNumber, amounts, lines].some((pattern) => pattern.test(number))
  return (isCode || isZeros(plain)) && !isWord && !isOther ? number.length : 0
}

/** Letters and digits as one token, in which letters stand for zeros: C0U288ROZ. */
function isZeros(plain: string): boolean {
  const digits = plain.match(/[0-9]/g)?.length ?? 0
  return plain.length > 6 && plain.length < 13 && digits > 2 && digits + (plain.match(/[OIL]/g)?.length ?? 0) > 3
}

/** One token of capitals and few digits, with letters behind a digit: CF5H1TX0K. */
function isMixedCode(number: string): boolean {
  return /^[A-Z0-9]{8,10}$/.test(number) && /[0-9][A-Z]/.test(number)
}

function isGroupedCode(match: string): boolean {
  const plain = match.replace(/[^A-Z0-9]/g, '')
  if (plain.length < 8 || plain.length > 16 || !/[0-9]{2}/.test(plain) || !/[A-Z]/.test(plain)) return false
  return codes.some(({ pattern, isValid }) => {
    const found = plain.match(pattern)?.[0]
    return found === plain && (isValid === undefined ? /^[A-Z]{6}/.test(plain) : isValid(plain))
  })
}

function isSpreadCode(match: string, isNumbered: boolean): boolean {
  const groups = match.split(/[^A-Z0-9]{1,3}/)
  const digits = groups.filter((group) => /[0-9]/.test(group))
  const isCounting = digits.every((digit, index) => index === 0 || Number(digit) > Number(digits[index - 1]))
  return digits.length > (isNumbered ? 2 : 4) && digits.length < groups.length && !isCounting
}

/** Without separators, but for the Finnish sign that tells the century. */
function plainCode(match: string): string {
  return (/^[0-9]{6} ?-/.test(match) ? match.replace(/ /g, '') : match.replace(/[ ./_-]/g, '')).toUpperCase()
}

/** Acts of law and months: 2011/36, 354/2012, 03/2028, 2027-03. */
const yearWithNumber =
  /^(?:[A-Z]{1,3}[ .]{0,2})?(?:(?:19|20)[0-9]{2} ?\/ ?[0-9]{1,4}|[0-9]{1,5} ?\/ ?(?:19|20)[0-9]{2}|(?:19|20)[0-9]{2} ?- ?[01][0-9]|[01][0-9] ?- ?(?:19|20)[0-9]{2})$/
const amounts = /^[1-9][0-9]{0,2}(?:[ .][0-9]{3})+(?: ?[-/] ?[1-9][0-9]{0,2}(?:[ .][0-9]{3})+)?$/
/** Hours, sections, numbers of rooms. */
const lines = /^(?:[0-9]{1,2}[.:][0-9]{1,2}(?: ?[-/] ?)?)+$/

/** 15 000; 2023-2025. */
function isAmount(match: string): boolean {
  return (
    /^[1-9][0-9]{0,2}(?: [0-9]{3})+$|^(?:19|20)[0-9]{2}[ -]{1,3}(?:19|20)[0-9]{2}$/.test(match) ||
    yearWithNumber.test(match)
  )
}

/** A shape in which `~` is where a separator may be. */
function code(shapeOfCode: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${shapeOfCode.replaceAll('~', '(?: ?[./_-] ?| )?')}(?![\\p{L}\\p{N}])`, 'giu')
}
