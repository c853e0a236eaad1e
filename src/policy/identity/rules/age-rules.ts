import type { Hit, IdentityRule, RuleClass } from '../identity-rule.js'
import type { Place } from '../place.js'
import type { Reading } from '../read-text.js'

const rules: readonly IdentityRule[] = [
  { rule: 'age', level: 'warn', since: 2, finds: 'an exact age; use the age band' },
]

const number = /(?<![0-9.,/:])([1-9][0-9]?)(?![0-9]|[.,:/][0-9]|%)/g
const inBrackets = /(?<=[\p{L}"',] ?)\( ?([1-9][0-9])(?: ?[\p{L}.]{1,5})? ?\)/gu

export const ageRules: RuleClass = { rules, find: (reading) => (reading.hasDigits ? findAges(reading) : []) }

function findAges({ digits, terms }: Reading): readonly Hit[] {
  const isAge = (place: Place, value: number): boolean => {
    const after = { start: place.end, end: place.end + 2 }
    const hasYears = terms.isNear(after, ['ageAfter'], 2)
    if (!hasYears) return isStated(place, value)
    if (terms.isNear(place, ['term'], 24)) return false
    // "for 5 years", "3 godine" are times as well: small numbers and lasting ones are none of a person.
    return terms.isNear(place, ['ageBefore'], 3) || (value > 9 && !terms.isNear(place, ['duration'], 3))
  }
  const isStated = (place: Place, value: number): boolean => {
    const before = digits.slice(Math.max(0, place.start - 14), place.start)
    // 18-24 is a band.
    const isBand = /^ ?- ?[0-9]/.test(digits.slice(place.end, place.end + 4))
    return (
      value > 5 &&
      !isBand &&
      /(?:\b(?:aged?|age of|dob|varsta(?: de)?|wiek|edad|eta|alter|ikä|uzrast|yas|yasi)|возраст|вiк|узраст|ηλικια|ηλικιας) ?[:=]? ?$/i.test(
        before,
      )
    )
  }
  const plain = Array.from(digits.matchAll(number)).flatMap(({ 0: match, 1: value, index }) => {
    const place = { start: index, end: index + match.length }
    return isAge(place, Number(value)) ? [{ rule: 'age', ...place }] : []
  })
  const bracketed = Array.from(digits.matchAll(inBrackets), ({ 0: match, index }) => ({
    rule: 'age',
    start: index,
    end: index + match.length,
  }))
  return [...plain, ...bracketed]
}
