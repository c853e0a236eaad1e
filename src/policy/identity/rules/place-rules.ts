import type { Hit, IdentityRule, RuleClass } from '../identity-rule.js'
import type { Reading } from '../read-text.js'
import { patternHits } from './pattern-hits.js'

const rules: readonly IdentityRule[] = [
  {
    rule: 'coordinates',
    level: 'deny',
    since: 2,
    finds: 'latitude and longitude, in decimals or degrees; plus codes; geo, UTM and MGRS references',
  },
  { rule: 'three-words', level: 'deny', since: 2, finds: 'a place in three words (what3words)' },
  { rule: 'shelter-place', level: 'warn', since: 2, finds: 'where a shelter is' },
  { rule: 'venue', level: 'warn', since: 2, finds: 'the name of a hotel, bar, club' },
]

const pair =
  /(?<![0-9.,])(?:[NSns] ?)?([+-]?[0-9]{1,3}[.,][0-9]{3,12})[°o]? ?[NSns]?\.?(?: ?[,;/|] ?| {1,3}(?:and |și |и )?)[EWew]? ?(?:lon\w{0,7}[:= ]{1,2})?([+-]?[0-9]{1,3}[.,][0-9]{3,12})(?![0-9])/gu
const single =
  /(?<![0-9.,])(?:[NSEW] ?[0-9]{1,3}[.,][0-9]{3,12}|[0-9]{1,3}[.,][0-9]{3,12} ?[°o]? ?[NSEW])(?![\p{L}0-9])/gu
const degrees =
  /(?<![0-9])[0-9]{1,3} ?[°o*] ?[0-9]{1,2}(?:[.,][0-9]{1,6})? ?(?:['m] ?(?:[0-9]{1,2}(?:[.,][0-9]{1,6})? ?(?:"|''|s)?)?)? ?[NSEWOVnsewИСЮЗВЗ](?![\p{L}])/gu
/** The letter before the degrees, degrees with minutes, or two pairs of degrees and minutes without any sign. */
const degreesBefore =
  /(?<![\p{L}\p{N}])[NSEWOVnsewИСЮЗВ] ?[0-9]{1,3} ?(?:[°o*] ?[0-9]{1,2}(?:[.,][0-9]{1,6})?|[°o*]|[ ][0-9]{1,2}[.,][0-9]{2,6})(?: ?['m]{1,2} ?(?:[0-9]{1,2}(?:[.,][0-9]{1,6})? ?(?:"|''|s)?)?)?(?![0-9])/gu
const minutes =
  /(?<![0-9.,])[0-9]{1,3} ?° ?[0-9]{1,2} ?(?:[.,] ?[0-9]{1,6} ?')(?: ?[\p{L}](?![\p{L}]))?|(?<![0-9.,])[0-9]{1,3} ?° ?[0-9]{1,2} ?' ?[0-9]{1,2}(?:[.,][0-9]{1,6})?(?: ?(?:"|''))?|(?<![0-9.,])[0-9]{1,3} ?° ?[0-9]{1,2}[.,][0-9]{2,6}(?![0-9])/gu
const labelled =
  /(?<![\p{L}])(?:lat|latitude|latitudine|lon|long|longitude|gps|coordinates|coordonate|koordinate|koordinaten|координати|координаты|coordonnees|coordinate|coordenadas|koordinat|koordinati|συντεταγμενες|coords?)\.? ?[:=]? ?\(?[NS]? ?[+-]?[0-9]{1,3}[.,][0-9]{2,12}/giu
const plusCode = /(?<![\p{L}\p{N}])[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}(?![\p{L}\p{N}])/gu
const grid =
  /(?<![\p{L}\p{N}])(?:[1-6]?[0-9][C-X] ?[A-HJ-NP-Z]{2} ?[0-9]{3,5} ?[0-9]{3,5}|[1-6]?[0-9][C-X] [0-9]{6} [0-9]{7})(?![\p{L}\p{N}])/gu
const slashes = /\/\/\/ ?\p{L}{2,30} ?\. ?\p{L}{2,30} ?\. ?\p{L}{2,30}/gu
const named =
  /(?:what3words|w3w|what 3 words|three words)(?: (?:is|address|adresa|адрес))? ?[:=]? ?["'(]?\p{L}{2,30}\.\p{L}{2,30}\.\p{L}{2,30}/giu

export const placeRules: RuleClass = { rules, find: findPlaces }

function findPlaces(reading: Reading): readonly Hit[] {
  const { text, digits, hasDigits } = reading
  const numbers = hasDigits
    ? [
        ...patternHits(digits, pair, 'coordinates', (match) => (isOnEarth(match) ? match.length : 0)),
        ...patternHits(digits, single, 'coordinates'),
        ...patternHits(digits, degrees, 'coordinates'),
        ...patternHits(digits, degreesBefore, 'coordinates'),
        ...(text.includes('°') ? patternHits(digits, minutes, 'coordinates') : []),
        ...patternHits(digits, labelled, 'coordinates'),
        ...(text.includes('+') ? patternHits(reading.latin, plusCode, 'coordinates') : []),
        ...patternHits(reading.latin, grid, 'coordinates'),
      ]
    : []
  const words = text.includes('.')
    ? [...patternHits(text, slashes, 'three-words'), ...patternHits(text, named, 'three-words')]
    : []
  return [...numbers, ...words, ...shelters(reading), ...venues(reading)]
}

function isOnEarth(match: string): boolean {
  const [north = 999, east = 999] = Array.from(match.matchAll(/[+-]?[0-9]{1,3}[.,][0-9]{3,12}/g), ([number]) =>
    Math.abs(Number(number.replace(',', '.'))),
  )
  // 1,500 and 2,300 are amounts: whole thousands have three decimals and no fourth.
  const isAmount = /^[^.]*,[0-9]{3}[^0-9.,]{1,5}[0-9]{1,3},[0-9]{3}$/.test(match)
  return !isAmount && ((north <= 90 && east <= 180) || (north <= 180 && east <= 90))
}

/** "The shelter is in Northtown": a word for a shelter, one for where, then a capital that is no country or office. */
function shelters({ words, terms }: Reading): readonly Hit[] {
  const countries = new Set(terms.of('country').map(({ from }) => from))
  const located = new Map(terms.of('located').map(({ from, to }) => [from, to]))
  return terms.of('shelter').flatMap(({ start, to }): readonly Hit[] => {
    for (let index = to; index < to + 6; index += 1) {
      const word = words[index]
      if (word === undefined || /[.!?;]/.test(word.gap)) return []
      const to = located.get(index) ?? -1
      const place = countries.has(to) ? undefined : words[to]
      if (place?.isCapital === true && !place.isUpper && place.gap.length < 3)
        return [{ rule: 'shelter-place', start, end: place.end }]
    }
    return []
  })
}

/** "Hotel Aurora", "the bar 'Blue'". */
function venues({ words, terms }: Reading): readonly Hit[] {
  return terms.of('venue').flatMap(({ start, to }): readonly Hit[] => {
    const next = words[to]
    if (next?.isCapital !== true || next.isUpper || !/^(?: ?["'(]?| (?:called|named|the) )["']?$/.test(next.gap))
      return []
    return next.gap === '' ? [] : [{ rule: 'venue', start, end: next.end }]
  })
}
