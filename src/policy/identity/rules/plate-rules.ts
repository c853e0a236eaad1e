import type { Hit, IdentityRule, RuleClass } from '../identity-rule.js'
import type { Reading } from '../read-text.js'
import { patternHits } from './pattern-hits.js'

const rules: readonly IdentityRule[] = [
  {
    rule: 'plate-named',
    level: 'deny',
    since: 2,
    finds: 'a vehicle plate beside "plate", "tablice", "număr", "регистрация", "car"',
  },
  { rule: 'plate', level: 'warn', since: 2, finds: 'letters and digits in the shape of a vehicle plate' },
]

/** Capitals of plates in Cyrillic and Greek that are no Latin letters. */
const nonLatin = 'А-ЯЂЃЄІЇЈЉЊЋЌЏҐΑ-Ω'
const s = '[ .·/_|-]{0,3}'
/** Shapes of plates, by the countries that have them; two letters in small beside a word of vehicles count too. */
const shapes: readonly { readonly countries: string; readonly shape: string; readonly isClear?: true }[] = [
  { countries: 'RS HR SI ME MK BG UA AL IT FR SK GE GB', shape: `[A-Z]{2}${s}[0-9]{2,4}${s}[A-Z]{1,3}`, isClear: true },
  { countries: 'RO BG AT RU', shape: `[A-Z]${s}[0-9]{2,4}${s}[A-Z]{2,3}`, isClear: true },
  { countries: 'BA', shape: '[A-Z][0-9]{2}[ -][A-Z][ -][0-9]{3}', isClear: true },
  { countries: 'XK', shape: '0[1-7][ -][0-9]{3}[ -][A-Z]{2}', isClear: true },
  { countries: 'SI', shape: `[A-Z]{2}${s}(?:[A-Z0-9]{2,3}[ -][A-Z0-9]{2,3}|[A-Z]{2}[ -]?[0-9]{3})` },
  { countries: 'BA', shape: '[0-9]{3}-[A-Z]-[0-9]{3}', isClear: true },
  { countries: 'HU MD LT GR SE FI RO MT CY PL', shape: `[A-Z]{3}${s}[0-9]{2,4}[A-Z]?` },
  { countries: 'HU', shape: `[A-Z]{2}${s}[A-Z]{2}${s}[0-9]{3}` },
  { countries: 'DE', shape: `[A-Z]{1,3}[ -]{1,3}[A-Z]{1,2}[ -]{0,3}[0-9]{1,4}[EH]?` },
  { countries: 'AT', shape: `[A-Z]{1,2}${s}[0-9]{1,5}${s}[A-Z]{1,3}` },
  { countries: 'TR', shape: `[0-8][0-9]${s}[A-Z]{1,3}${s}[0-9]{2,5}` },
  { countries: 'ES', shape: `[0-9]{4}${s}[A-Z]{3}` },
  { countries: 'EE', shape: `[0-9]{3}${s}[A-Z]{3}` },
  { countries: 'BY', shape: `[0-9]{4}${s}[A-Z]{2}(?:-?[1-8])?` },
  { countries: 'CZ', shape: `[1-9][A-Z][0-9A-Z]${s}[0-9]{4}` },
  { countries: 'PL', shape: `[A-Z]{2,3}${s}[0-9A-Z]{4,5}` },
  { countries: 'BE', shape: `[1-9]-[A-Z]{3}-[0-9]{3}`, isClear: true },
  { countries: 'NL PT', shape: `[A-Z0-9]{1,3}-[A-Z0-9]{2,3}-[A-Z0-9]{1,2}` },
  { countries: 'DK NO LV CH LU MD IS', shape: `[A-Z]{2}${s}[0-9]{1,2}${s}[0-9]{2,4}` },
  { countries: 'CH LV', shape: `[A-Z]{2}${s}[0-9]{3,6}` },
  { countries: 'IE', shape: `[0-9]{2,3}[ -][A-Z]{1,2}[ -][0-9]{1,6}` },
  { countries: 'RU', shape: `[A-Z]${s}[0-9]{3}${s}[A-Z]{2}${s}[0-9]{2,3}` },
  { countries: 'GB', shape: `[A-Z]{2}[0-9]{2} ?[A-Z]{3}`, isClear: true },
  { countries: 'XK ME', shape: `[0-9]{2}${s}[0-9]{3}${s}[A-Z]{2}` },
]
const any = pattern(shapes.map(({ shape }) => shape.replaceAll('A-Z', `A-Z${nonLatin}`)))
/** Whatever stands right behind a word that means a plate and nothing else. */
const afterWord = new RegExp(
  `^[^\\p{L}\\p{N}]{0,6}(?:(?:nr|no|br|n|бр|номер|number|is|je|е|este|est|a|er|on|yra|ir|volt|était|era|numero|numer)[.°:]{0,2} ){0,2}["'(]?((?=[^0-9]{0,16}[0-9])[A-Z${nonLatin}0-9]{1,7}(?:[ ./_|-]{1,3}[A-Z${nonLatin}0-9]{1,6}(?!\\p{Ll})){0,7})(?![\\p{L}\\p{N}])|^[^\\p{L}\\p{N}]{1,4}((?=[a-z0-9-]{0,10}[a-z])(?=[a-z0-9-]{0,10}[0-9]{2})[a-z0-9]{1,6}(?:-[a-z0-9]{1,6}){1,3})(?![\\p{L}\\p{N}])`,
  'u',
)
const clear = pattern(shapes.filter(({ isClear }) => isClear === true).map(({ shape }) => shape))
/** Three letters and three digits are a plate in many countries and a reference in all. */
const notPlates =
  /^(?:EU|EC|UN|SOP|TRM|NRM|ISO|ID|NGO|IOM|RFC|OJ|COM|CEDAW|CRC|GRETA|SG|UTC|GMT|EUR|USD|RON|BGN|RSD|MKD|GBP|CHF|ALL|BAM|HRK|HUF|CZK|PLN|TRY|UAH|MDL|GEL|NO|NR|TO|IN|OF|BY|AT|ON|OR|ART|SEC|CH|FR|VOL|PP|HIV|PTSD|COVID|DG|JLS|AG|THB|UNSCR|A|I)[ -]?[0-9]/

export const plateRules: RuleClass = { rules, find: (reading) => (reading.hasDigits ? findPlates(reading) : []) }

function findPlates({ latin, digits, terms }: Reading): readonly Hit[] {
  if (terms.of('vehicle').length + terms.of('plate').length > 0) {
    const confirm = (match: string, start: number): number => {
      if (!terms.isNear({ start, end: start + match.length }, ['vehicle', 'plate'], 40)) return 0
      // A small word behind it is none of its letters.
      const plate = [match, match.replace(/[ .·/-]{1,3}\p{Ll}{1,3}$/u, '')].find(isPlate) ?? ''
      // In small letters with spaces it may be words: "es 16 ora".
      const isWords = /^[^A-Z]*[ ][^A-Z]*$/.test(plate) && /[a-z]/.test(plate)
      return isWords && !terms.isNear({ start, end: start + plate.length }, ['plate'], 15) ? 0 : plate.length
    }
    const forms = digits === latin ? [latin] : [latin, digits]
    const named = forms.flatMap((form) => patternHits(form, any, 'plate-named', confirm))
    const behind = terms.of('plate').flatMap(({ end }): readonly Hit[] => {
      const plate = afterWord.exec(latin.slice(end, end + 60))
      const found = plate?.[1] ?? plate?.[2] ?? ''
      if (
        found === '' ||
        (plate?.[2] === undefined && !isPlate(found)) ||
        found.replace(/[^\p{L}0-9]/gu, '').length > 10
      )
        return []
      const start = end + (plate?.[0].length ?? 0) - found.length
      return [{ rule: 'plate-named', start, end: start + found.length }]
    })
    return [...named, ...behind, ...patternHits(latin, clear, 'plate', confirmClear)]
  }
  return patternHits(latin, clear, 'plate', confirmClear)
}

function confirmClear(match: string): number {
  return match === match.toUpperCase() && isPlate(match) && !notPlates.test(match) ? match.length : 0
}

function isPlate(match: string): boolean {
  const digits = match.match(/[0-9]/g)?.length ?? 0
  const letters = match.match(/\p{L}/gu)?.length ?? 0
  // In small letters only what no word and number make.
  const isOneCase =
    match === match.toUpperCase() ||
    (match === match.toLowerCase() && /^[a-z]{1,2}[ -]?[0-9]{2,4}[ -]?[a-z]{1,3}$/.test(match))
  // "in 2010 EU": years and words are no plates.
  return (
    digits > 1 &&
    letters > 0 &&
    isOneCase &&
    !/^(?:in|of|to|at|by|on|de|la|u|i|a|s|v|w|z|do|od|na|za|en|el|et|am|im|um|op|te|or|si|se|sa|pe|cu) ?[0-9]/.test(
      match,
    ) &&
    !/(?:19|20)[0-9]{2} ?(?:EU|EC|EEC)$/.test(match)
  )
}

function pattern(alternatives: readonly string[]): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}]|[\\p{L}\\p{N}][/-])(?:${alternatives.join('|')})(?![\\p{L}\\p{N}])`, 'giu')
}
