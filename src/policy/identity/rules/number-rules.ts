import { findDates } from '../find-dates.js'
import type { Hit, IdentityRule, RuleClass } from '../identity-rule.js'
import { nationalNumbers } from '../national/national-numbers.js'
import { numberRuns, type NumberRun } from '../number-runs.js'
import { isPublicNumber } from '../public-numbers.js'
import type { Reading } from '../read-text.js'

const rules: readonly IdentityRule[] = [
  {
    rule: 'national-number',
    level: 'deny',
    since: 2,
    finds: 'a personal number with the right check digits, or 7 digits and more beside its name',
  },
  { rule: 'card', level: 'deny', since: 2, finds: 'the number of a bank card (Luhn)' },
  { rule: 'account', level: 'deny', since: 2, finds: 'digits beside "account", "IBAN", "card"' },
  { rule: 'device-number', level: 'deny', since: 2, finds: 'IMEI, IMSI and the like' },
  { rule: 'phone-national', level: 'deny', since: 2, finds: 'a telephone number that begins with 0' },
  { rule: 'phone-named', level: 'deny', since: 2, finds: '5 digits and more beside "telephone", "call" and the like' },
  {
    rule: 'digit-run',
    level: 'deny',
    since: 2,
    finds: '9 digits and more, unless they are years, days or an amount of money',
  },
  {
    rule: 'eight-digits',
    level: 'warn',
    since: 2,
    finds: 'eight digits in one piece that are no round amount and no years',
  },
  { rule: 'reference-number', level: 'warn', since: 2, finds: 'a long number beside "grant", "project", "invoice"' },
]

/** 9.00-17.00 */
const hours = /^[0-9]{1,2}[.:][0-9]{2}(?: ?[-/] ?[0-9]{1,2}[.:][0-9]{2})?$/
/** 1234/3/2019 is told as the number of a case. */
const fileNumber = /^[0-9]{1,6} ?\/ ?[0-9]{1,6} ?\/ ?(?:19|20)[0-9]{2}$/
const years = /^(?:19|20)[0-9]{2}$/
/** Years, and the number of a footnote behind them. */
const onlyYears = /^(?:(?:19|20)[0-9]{2}[^0-9]{1,3})+(?:(?:19|20)[0-9]{2}|[0-9]{1,2})$/
/** 1 250 000; 15.000 */
const thousands = /^[1-9][0-9]{0,2}(?:([ .,'])[0-9]{3})(?:\1[0-9]{3}){0,4}$/

export const numberRules: RuleClass = { rules, find: (reading) => (reading.hasDigits ? findNumbers(reading) : []) }

function findNumbers(reading: Reading): readonly Hit[] {
  const dates = findDates(reading)
  const runs = [...numberRuns(reading.digits, dates, 'close'), ...numberRuns(reading.digits, dates, 'spaced')]
  const found = runs.flatMap((run) => hitOf(run, reading))
  // The wider reading costs more and matters only where digits are many.
  const wide = numberRuns(reading.digits, dates, 'loose').flatMap((run) => looseHit(run, reading))
  return [...found, ...wide]
}

function hitOf(run: NumberRun, { terms, text, layout }: Reading): readonly Hit[] {
  const { start, end, digits } = run
  const at = (rule: string): readonly Hit[] => [{ rule, start, end }]
  const count = digits.length
  if (
    count < 5 ||
    onlyYears.test(run.text) ||
    hours.test(run.text) ||
    fileNumber.test(run.text) ||
    isColumn(run, layout) ||
    isConsecutive(run)
  )
    return []
  const isAmount = isAmountOfMoney(run, text, terms)
  const isOfRegister = terms.isNear(run, ['register'])
  if (count > 8 && count < 16 && hasCheckDigits(digits, isOfRegister)) return at('national-number')
  if (isAmount) return []
  if (count > 12 && count < 20 && /^[2-6]/.test(digits) && isLuhn(digits))
    return at(terms.isNear(run, ['device']) ? 'device-number' : 'card')
  if (isOfRegister && count > 6) return at('national-number')
  if (count > 8 && terms.isNear(run, ['device'])) return at('device-number')
  if (count > 6 && terms.isNear(run, ['account'], 25)) return at('account')
  if (isPublicNumber(digits)) return []
  if (count > 7 && count < 14 && /^0[1-9]/.test(digits) && !/^0[.,]/.test(run.text)) return at('phone-national')
  if (isBesidePhone(run, terms)) return at('phone-named')
  if (count === 8 && run.groups.length === 1 && !isRoundOrYears(digits)) return at('eight-digits')
  if (count < 9) return []
  const isReference = (count < 14 && terms.isBefore(run, ['reference'], 30)) || isOwnReference(run, text)
  return at(isReference ? 'reference-number' : 'digit-run')
}

/** 12000000; 20102014. */
function isRoundOrYears(digits: string): boolean {
  return digits.endsWith('000') || /^(?:(?:19|20)[0-9]{2}){2}$/.test(digits)
}

/** RS-2026-000148: capitals, a year and a serial, as registries of cases number their files. */
function isOwnReference({ start, groups, digits }: NumberRun, text: string): boolean {
  const prefix = /(?<![\p{L}\p{N}])\p{Lu}{1,5}[-/.]$/u.test(text.slice(Math.max(0, start - 7), start))
  return prefix && digits.length < 14 && groups.slice(0, -1).some((group) => /^20[0-4][0-9]$/.test(group))
}

/** Digits with more, or other, signs between them than a number usually has. */
function looseHit(run: NumberRun, { terms, text, layout }: Reading): readonly Hit[] {
  const { start, end, digits, groups } = run
  if (
    digits.length < 9 ||
    digits.length > 24 ||
    groups.length < 3 ||
    isColumn(run, layout) ||
    isConsecutive(run) ||
    digits.startsWith('0800') ||
    isPublicNumber(digits) ||
    isAmountOfMoney(run, text, terms)
  )
    return []
  if (groups.some((group) => years.test(group)) || text.slice(end, end + 2).includes('%')) return []
  const isEven =
    new Set(
      run.text
        .replace(/[0-9]+/g, '0')
        .split('0')
        .slice(1, -1),
    ).size === 1
  const isSpread = groups.filter((group) => group.length > 1).length <= 1 && groups.length > 6
  const isPlain = !/[,;:~+#=<>"'*]/.test(run.text)
  const isCounting = groups.every((group, index) => index === 0 || Number(group) > Number(groups[index - 1]))
  const isList = isCounting || groups.slice(0, isPlain || isEven ? -1 : groups.length).some((group) => group.length < 2)
  if (!(isSpread ? (isEven || isPlain) && !isCounting : !isList && (isEven || digits.startsWith('0')))) return []
  return [{ rule: terms.isBefore(run, ['reference'], 30) ? 'reference-number' : 'digit-run', start, end }]
}

/** 600-601-602: articles of a law; 112/1000/2500: more and more. */
function isConsecutive({ groups, text }: NumberRun): boolean {
  if (groups.length < 3 || groups.some((group) => group.length < 2 || group.length > 4 || group.startsWith('0')))
    return false
  const steps = groups.slice(1).map((group, index) => Number(group) - Number(groups[index]))
  return steps.every((step) => step === 1) || (steps.every((step) => step > 0) && /^[0-9]+(?:\/[0-9]+)+$/.test(text))
}

/** Small numbers below each other are a list. */
function isColumn({ start, end, groups }: NumberRun, layout: string): boolean {
  return layout.slice(start, end).includes('\n') && groups.every((group) => group.length < 3)
}

function hasCheckDigits(digits: string, hasContext: boolean): boolean {
  return nationalNumbers.some(
    ({ length, needsContext, isValid }) =>
      length === digits.length && (needsContext !== true || hasContext) && isValid(digits),
  )
}

function isAmountOfMoney({ start, end, text: run }: NumberRun, text: string, terms: Reading['terms']): boolean {
  const isMarked = /[€$£₴₽₺]/.test(text.slice(Math.max(0, start - 2), end + 2))
  if (!isMarked && !terms.isNear({ start, end }, ['quantity'], 3)) return false
  return thousands.test(run.trim()) || /^[1-9][0-9]{0,9}$/.test(run)
}

function isBesidePhone(run: NumberRun, terms: Reading['terms']): boolean {
  const count = run.digits.length
  if (count < 7 && thousands.test(run.text)) return false
  if (count < 9 && run.groups.some((group) => years.test(group))) return false
  if (terms.isBefore(run, ['phone'], 25) || (count > 6 && terms.isNear(run, ['phone'], 12))) return true
  return count > 6 && terms.isBefore(run, ['numbered'], 12) && !terms.isBefore(run, ['reference', 'law', 'court'], 30)
}

function isLuhn(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits.charAt(digits.length - 1 - index))
    const weighed = index % 2 === 0 ? digit : digit * 2
    sum += weighed > 9 ? weighed - 9 : weighed
  }
  return sum % 10 === 0
}
