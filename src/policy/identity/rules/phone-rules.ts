import { isValidPhoneNumber, type CountryCode } from 'libphonenumber-js/min'
import { findDates } from '../find-dates.js'
import type { Hit, IdentityRule, RuleClass } from '../identity-rule.js'
import { numberRuns } from '../number-runs.js'
import { isPublicNumber } from '../public-numbers.js'
import type { Reading } from '../read-text.js'

const rules: readonly IdentityRule[] = [
  { rule: 'phone-international', level: 'deny', since: 2, finds: '+ or 00, then 7 to 15 digits with separators' },
  {
    rule: 'phone-short',
    level: 'warn',
    since: 2,
    finds: '7 or 8 digits in groups that are a number of a country without area codes',
  },
]

const international =
  /(?:\+|(?<![\p{L}\p{N}]|[0-9][.:])00|(?<![\p{L}\p{N}])\( ?00)[ ().\-/_]{0,3}[1-9](?:[ ().\-/_,:;*~|"']{0,3}[0-9]){6,14}(?![0-9])/gu
/** Countries whose numbers are dialled as they stand, without a leading zero. */
const undialled: readonly CountryCode[] = ['DK', 'NO', 'EE', 'LV', 'MT', 'CY', 'IS', 'MD', 'LU', 'XK']
/** Not 9.00-17.00. */
const grouped = /^(?![0-9]{1,2}[.][0-9]{2} ?-)[2-9][0-9]{0,3}(?:[ .-][0-9]{2,4}){1,3}$/

export const phoneRules: RuleClass = { rules, find: (reading) => (reading.hasDigits ? findPhones(reading) : []) }

function findPhones(reading: Reading): readonly Hit[] {
  const { digits, text, terms } = reading
  const full = Array.from(digits.matchAll(international))
    .filter(({ 0: match }) => !isPublicNumber(match.replace(/[^0-9]/g, '')))
    .map(({ 0: match, index }) => ({ rule: 'phone-international', start: index, end: index + match.length }))
  const short = numberRuns(digits, findDates(reading), 'close').flatMap((run): readonly Hit[] => {
    const count = run.digits.length
    if (
      count < 7 ||
      count > 8 ||
      !grouped.test(run.text) ||
      run.groups.some((group) => /^(?:19|20)[0-9]{2}$/.test(group))
    )
      return []
    if (terms.isNear(run, ['quantity'], 3) || /[€$£%]/.test(text.slice(Math.max(0, run.start - 2), run.end + 2)))
      return []
    const isPhone = undialled.some((country) => isValidPhoneNumber(run.digits, country))
    return isPhone ? [{ rule: 'phone-short', start: run.start, end: run.end }] : []
  })
  return [...full, ...short]
}
