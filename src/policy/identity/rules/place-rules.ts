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
  {
    rule: 'three-words-alone',
    level: 'warn',
    since: 2,
    finds: 'three small words with points between them and no word of place',
  },
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
  /(?<![\p{L}])(?:lat|latitude|latitudine|широта|долгота|ширина|дължина|дужина|должина|довгота|lon|long|longitude|gps|coordinates|coordonate|koordinate|koordinaten|координати|координаты|coordonnees|coordinate|coordenadas|koordinat|koordinati|συντεταγμενες|coords?)\.? ?[:=]? ?\(?[NS]? ?[+-]?[0-9]{1,3}[.,][0-9]{2,12}/giu
const plusCode = /(?<![\p{L}\p{N}])[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}(?![\p{L}\p{N}])/gu
const grid =
  /(?<![\p{L}\p{N}])(?:[1-6]?[0-9][C-X] ?[A-HJ-NP-Z]{2} ?[0-9]{3,5} ?[0-9]{3,5}|[1-6]?[0-9][C-X] [0-9]{6} [0-9]{7})(?![\p{L}\p{N}])/gu
const slashes = /\/\/\/ ?\p{L}{2,30} ?\. ?\p{L}{2,30} ?\. ?\p{L}{2,30}/gu
const named =
  /(?:(?:what3words|w3w|what 3 words|three words)(?: (?:is|address|adresa|адрес))? ?[:=]?|(?<!\p{L})(?:location|loc|pin|place|locatie|locatia|lokacija|lokacioni|vendi|ort|standort|lieu|luogo|posizione|lugar|ubicacion|konum|hely|miejsce|misto|miesto|plats|sted|место|мјесто|място|локация|локација|мiсце|τοποθεσια) ?[:=]) ?["'(]?\p{L}{2,30}\.\p{L}{2,30}\.\p{L}{2,30}/giu

/** The same after a colon, with spaces instead of points, as the whole of a clause. */
const namedApart =
  /(?:what3words|w3w|what 3 words|three words) ?[:=] ?["'(]?\p{Ll}{3,30}[ ,/-]{1,2}\p{Ll}{3,30}[ ,/-]{1,2}\p{Ll}{3,30}(?= ?["').;]|$)/giu
/** "filled.count.soap" and nothing like a host or the end of a sentence. */
const dotted = /(?<![\p{L}\p{N}@./_-])\p{Ll}{3,24}\.\p{Ll}{3,24}\.\p{Ll}{3,24}(?![\p{L}\p{N}@/_-]|\.[\p{L}\p{N}])/gu
/** Degrees, minutes and seconds with nothing but spaces, in pairs: the letters tell them. */
const sexagesimal = '([0-9]{1,3})[ :.-]{1,2}([0-9]{1,2})[ :.-]{1,2}([0-9]{1,2})(?:[.,][0-9]{1,4})?'
const letterFirst = new RegExp(
  `(?<![\\p{L}\\p{N}])[NSCЮ] ?${sexagesimal}[ ,;/]{0,3}[EWOVBZ] ?${sexagesimal}(?![0-9])`,
  'giu',
)
const labelledPair = new RegExp(
  `(?<!\\p{L})(?:gps|coords?|coordinates|coordonate|koordinate\\p{L}?|coordonnees|coordinate|coordenadas|koordynaty|souradnice) ?[:=]? ?${sexagesimal}[ ,;/]{1,3}${sexagesimal}(?![0-9])`,
  'giu',
)
const letterLast = new RegExp(
  `(?<![0-9.,])${sexagesimal} ?[NSCЮ](?!\\p{L})[ ,;/]{0,3}${sexagesimal} ?[EWOVBZ](?!\\p{L})`,
  'giu',
)

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
        ...patternHits(digits, letterFirst, 'coordinates', (match) => (isSexagesimal(match) ? match.length : 0)),
        ...patternHits(digits, letterLast, 'coordinates', (match) => (isSexagesimal(match) ? match.length : 0)),
        ...patternHits(digits, labelled, 'coordinates'),
        ...(digits === text ? [] : patternHits(text, labelled, 'coordinates')),
        ...patternHits(digits, labelledPair, 'coordinates', (match) => (isSexagesimal(match) ? match.length : 0)),
        ...(text.includes('+') ? patternHits(reading.latin, plusCode, 'coordinates') : []),
        ...patternHits(reading.latin, grid, 'coordinates'),
      ]
    : []
  const words = text.includes('.')
    ? [
        ...patternHits(text, slashes, 'three-words'),
        ...patternHits(text, named, 'three-words'),
        ...dottedWords(reading),
      ]
    : []
  return [
    ...numbers,
    ...words,
    ...patternHits(text, namedApart, 'three-words'),
    ...shelters(reading),
    ...venues(reading),
  ]
}

/** Right behind a word for where it is a place; else it may be that somebody forgot the spaces. */
function dottedWords({ text, terms }: Reading): readonly Hit[] {
  return patternHits(text, dotted, 'three-words-alone').map((hit) => {
    const isPlace = terms.isBefore(hit, ['located'], 2) && /[ :]/.test(text.charAt(hit.start - 1))
    return isPlace ? { ...hit, rule: 'three-words' } : hit
  })
}

function isSexagesimal(match: string): boolean {
  const numbers = Array.from(match.matchAll(/[0-9]+(?:[.,][0-9]{1,4}(?= ?\p{L}|$))?/gu), ([number]) =>
    parseInt(number, 10),
  )
  const [north = 999, minute = 99, second = 99, east = 999, easternMinute = 99, easternSecond = 99] = numbers
  return north <= 90 && east <= 180 && [minute, second, easternMinute, easternSecond].every((part) => part < 60)
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
