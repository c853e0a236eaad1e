import type { Hit, IdentityRule, RuleClass } from '../identity-rule.js'
import type { Reading } from '../read-text.js'
import type { Place } from '../place.js'
import { isNewSentence, type Word } from '../split-words.js'
import { flatAddresses } from './flat-addresses.js'
import { houseNumberInWords } from './house-number-words.js'
import { postalAddresses } from './postal-addresses.js'
import { smallStreets } from './small-streets.js'

const rules: readonly IdentityRule[] = [
  {
    rule: 'address',
    level: 'deny',
    since: 2,
    finds: 'a street with a number (in digits or words), or parts of a building, in the languages listed',
  },
  {
    rule: 'street',
    level: 'warn',
    since: 2,
    finds: 'a street without a number, or a word that may be one in small letters with a number',
  },
]

/** Words that mean something else unless they are written as in an address. */
const unsureWords = new Set(
  'sos strada mh mah sk ut l c r v u g d al am os pl st dr way close court walk row ring place cours cité quartier sector put obala route passage am square drive gardens grove parade lane via str sk tr tie kade sor place naselje cesta rr квартал пл л б p pr corso largo contrada camino ronda estrada'.split(
    ' ',
  ),
)
const houseNumber =
  /^["'»]?[ ,.]{0,3}(?:(?:nr|nro|no|br|kbr|n|num|numero|number|numer|бр|кбр|№|д|дом|буд|nº|#|αρ|αριθ|hno|hausnr|hausnummer|čp|c\.?p|c|č|št|st|szám|sz)?\.?[°o]?\.?[ :]{0,2}(?=[0-9]))?(?:[0-9]{1,4}(?:[ /-]?[a-zA-Zа-яА-Я](?![\p{L}]))?|[0-9]{1,4}\/[0-9]{1,4})(?![0-9]|[.,][0-9]|%)|^,? ?(?:bb|b\.b\.|бб|б\.б\.|s\/n|b\.č\.)(?![\p{L}\p{N}])/iu
/** Words that are ways only behind an adjective: "Prvi put 3" is a time. */
const ways = new Set(
  'put puta putu пут пута путу prilaz прилаз kraj крај prolaz пролаз venac венац breg брег'.split(' '),
)
const adjective = /(?:ski|skog|skom|cki|ckog|ckom|ski|ски|ског|ском|чки|чког|чком|шки|шког|шком|ov|ev|ов|ев|in|ин)$/u
/** Parts of every building. */
const officeUnit =
  /^(?:room|floor|building|et|etaj|etaz|sprat|kat|kati|etage|stock|piano|piso|emelet|em|no|nr|br|broj|етаж|этаж|спрат|кат|бр)(?![\p{L}])/iu
/** Between the words of a street's name: a point, quotes, a number. */
const gapInStreet = /^(?:[./]?[ \n]{0,2}|[ '"-]{1,3}|\. ?|[ .]{0,2}[0-9]{1,2}[.-]?(?:[a-zа-я]{2})? ?)["'(]?$/
const numberBefore = /(?<![0-9.,/])[0-9]{1,4} ?[a-zA-Z]?,? {1,2}(?:bis,? |ter,? )?$/
const compound =
  /^\p{L}{3,24}(?:strasse|stra?sse|gasse|weg|platz|allee|damm|ufer|straat|laan|plein|gracht|kade|gatan|vagen|gade|vej|gata|veien|vegen|katu|[aei]ntie|kuja|polku|kaari|utca|stigen|grand|torget|torv|tanav|singel|dreef|steeg|steenweg|markt|wall|graben|zeile|str)$/u

export const addressRules: RuleClass = { rules, find: findAddresses }

function findAddresses(reading: Reading): readonly Hit[] {
  const parts = unitParts(reading)
  return [
    ...streets(reading, parts),
    ...compounds(reading),
    ...homes(reading),
    ...units(reading, parts),
    ...postalAddresses(reading),
    ...smallStreets(reading),
    ...flatAddresses(reading, parts),
  ]
}

/** "ul. Vasila Levskog 12", "12 rue des Fleurs", "Baker Street 12", "Kossuth utca 5". */
function streets(reading: Reading, parts: readonly Place[]): readonly Hit[] {
  const { words, terms, text } = reading
  const plain = new Set(terms.of('plainWord').map(({ from }) => from))
  const before = terms.of('streetBefore').flatMap(({ start, end, from, to }): readonly Hit[] => {
    // "am Platz 3" is a meeting, "Am Markt 3" a house.
    const word = words[from]
    if (word === undefined || word.text === 'am') return []
    // One or two letters are a street with their point only: "al giorno" and "l'article" are none.
    const isShort =
      (word.lower.length < 3 && to === from + 1 && !['rr', 'ul', 'ул'].includes(word.lower)) || word.lower === 'com'
    if (isShort && !/[./]/.test(text.charAt(end))) return []
    const isPartOfName = words[from - 1]?.isCapital === true && word.gap === ' '
    const isLikely = (from > 0 && !isNewSentence(word)) || words[to]?.isCapital === true
    const mayBeSmall = isSure(reading, from) || (word.isCapital && isLikely && !isPartOfName)
    const last = endOfName(reading, to, mayBeSmall && !isShort)
    const isShout = word.isUpper && !isSure(reading, from)
    if (last === undefined || (isShort && last.isUpper) || (isShort && last.text.length < 3)) return []
    if (isShout || /[0-9]/.test(text.charAt(end))) return []
    const found = numbered(reading, start, last.end, !isShort)
    if (found !== undefined) return [found]
    const part = parts.find((one) => one.start >= last.end && one.start < last.end + 5)
    if (part !== undefined && isSure(reading, from)) return [{ rule: 'address', start, end: part.end }]
    return isSure(reading, from) && !last.isUpper ? [{ rule: 'street', start, end: last.end }] : []
  })
  const after = terms.of('streetAfter').flatMap(({ end, from }): readonly Hit[] => {
    const first = startOfName(words, from - 1, words[from]?.gap ?? '')
    const word = words[from]
    if (
      first === undefined ||
      (words[from - 1]?.isCapital === true && plain.has(from - 1)) ||
      (ways.has(word?.lower ?? '') && !adjective.test(words[from - 1]?.lower ?? ''))
    )
      return []
    // "in Paris am Platz": a street word in small letters behind a name, as many languages write it, wants its number.
    const found = numbered(reading, first.start, end + (reading.text.charAt(end) === '.' ? 1 : 0))
    if (found !== undefined) return [found]
    return word?.isCapital === true && isSure(reading, from) ? [{ rule: 'street', start: first.start, end }] : []
  })
  return [...before, ...after]
}

/** "Hauptstraße 12". */
function compounds(reading: Reading): readonly Hit[] {
  return reading.words.flatMap(({ start, end, lower, isCapital }): readonly Hit[] => {
    if (lower.length < 6 || !compound.test(lower)) return []
    const found = numbered(reading, start, end)
    return found === undefined || (!isCapital && found.end - end > 6) ? [] : [found]
  })
}

/** "lives at Lipa 12": a word of address, then a name with a capital and a number. */
function homes(reading: Reading): readonly Hit[] {
  return reading.terms.of('home').flatMap(({ start, to }): readonly Hit[] => {
    const from = [to, to + 1, to + 2].find((index) => {
      const word = reading.words[index]
      return word !== undefined && word.isCapital && word.gap.length < 5 && !/[.!?;]/.test(word.gap)
    })
    const last = from === undefined || from > to + 1 ? undefined : endOfName(reading, from, false, true)
    const found = last === undefined ? undefined : numbered(reading, start, last.end, false)
    return found === undefined || last === undefined || isOfTown(reading, last, found) ? [] : [found]
  })
}

/** "lives in Sofia 5 years", "wohnt in Köln, 2 Zimmer": the number counts something. */
function isOfTown({ text, terms }: Reading, last: Place, found: Place): boolean {
  if (/^, {0,2}[0-9]/.test(text.slice(last.end, found.end))) return true
  const next = /^ {1,2}(\p{L}{2,})/u.exec(text.slice(found.end, found.end + 24))
  if (next === null) return terms.isNear(last, ['city', 'country'], 0)
  const isPlace = terms.isNear({ start: found.end, end: found.end + next[0].length }, ['city', 'town', 'unit'], 0)
  return !isPlace && !/^(?:in|u|v|w|en|em|a|na|bei|near|at|à|in|ne|në|в|у|на|σε|στο|στην|bis)$/iu.test(next[1] ?? '')
}

/** Units with their numbers. */
function unitParts({ terms, text }: Reading): readonly Place[] {
  const part = /^[ .:№#]{0,3}(?:nr\.? ?|br\.? ?)?(?:[0-9]{1,4}[a-zA-Zа-яА-Я]?|[A-ZА-Я](?![\p{L}]))(?![0-9])/u
  return terms.of('unit').flatMap(({ start, end }) => {
    const match = part.exec(text.slice(end, end + 16))
    return match === null ? [] : [{ start, end: end + match[0].length }]
  })
}

/** "bl. 3, sc. A, ap. 14": two parts of a building beside each other. A room and a floor may be of any office. */
function units({ text }: Reading, parts: readonly Place[]): readonly Hit[] {
  const isOfOffice = ({ start, end }: Place): boolean => officeUnit.test(text.slice(start, end))
  return parts.flatMap((place, index): readonly Hit[] => {
    const next = parts[index + 1]
    const isBeside =
      next !== undefined && /^[ ,;]{0,3}$/.test(text.slice(place.end, Math.min(next.start, place.end + 8)))
    if (!isBeside || next.start < place.end || (isOfOffice(place) && isOfOffice(next))) return []
    return [{ rule: 'address', start: place.start, end: next.end }]
  })
}

/** An address, if a house number stands behind it, or before it. */
function numbered({ text, words }: Reading, start: number, end: number, mayStandBefore = true): Hit | undefined {
  const after = houseNumber.exec(text.slice(end, end + 24))
  if (after !== null && !/^[ ,.]{0,3}(?:19|20)[0-9]{2}$/.test(after[0]))
    return { rule: 'address', start, end: end + after[0].length }
  const inWords = houseNumberInWords(text.slice(end, end + 70))
  if (inWords > 0) return { rule: 'address', start, end: end + inWords }
  const before = mayStandBefore ? numberBefore.exec(text.slice(Math.max(0, start - 14), start)) : null
  if (before === null || words.length === 0 || /^(?:19|20)[0-9]{2}/.test(before[0])) return undefined
  return { rule: 'address', start: start - before[0].length, end }
}

/** The last word of the name of a street that begins at an index: six words, one of them with a capital. */
function endOfName(
  { words, text }: Reading,
  from: number,
  mayBeSmall: boolean,
  isAfterColon = false,
): Word | undefined {
  let last: Word | undefined
  for (let index = from; index < from + 6; index += 1) {
    const word = words[index]
    if (
      word === undefined ||
      word.gap === ' - ' ||
      (index > from && /[.]/.test(word.gap) && !mayHavePoint(words[index - 1])) ||
      !((isAfterColon && index === from && /^[:,(]? ?["']?$/.test(word.gap)) || gapInStreet.test(word.gap))
    )
      break
    if (word.isCapital) last = word
    else if (
      mayBeSmall &&
      index < from + 4 &&
      (/^[ ,.]{0,2}[0-9]{1,4}(?![0-9])/.test(text.slice(word.end, word.end + 8)) ||
        houseNumberInWords(text.slice(word.end, word.end + 70)) > 0)
    )
      return word
    else if (index > from + 3 || (last !== undefined && word.lower.length > 4 && !/^ ?$/.test(word.gap))) break
  }
  return last
}

/** "str. M. Eminescu", "ul. gen. Hallera"; what is longer ends a sentence. A number has its point as well. */
function mayHavePoint(word: Word | undefined): boolean {
  const isShort = word !== undefined && word.isCapital && word.text.length < 5
  return (
    isShort ||
    /^(?:dr|prof|gen|plk|mjr|kpt|sv|sw|sf|st|kn|ks|ing|mir|bp|arh|cpt|col|св|ген|кн|проф|д|акад|им)$/.test(
      word?.lower ?? '',
    )
  )
}

/** The first word of a name of a street whose street word follows: three words, with capitals. */
function startOfName(words: readonly Word[], to: number, gap: string): Word | undefined {
  if (!/^(?:[ \n]{1,2}|-|\. ?| ?[0-9]{1,2}[.-]? ?|["'] ?)$/.test(gap)) return undefined
  if (gap.includes('.') && (words[to]?.lower.length ?? 9) > 3) return undefined
  let first: Word | undefined
  for (let index = to; index > to - 3; index -= 1) {
    const word = words[index]
    const isGenitive = word?.lower === 's' && word.gap === "'"
    if (word?.isCapital !== true && !isGenitive) break
    first = word
    if (!/^(?:[ \n]|-|'|\. ?)$/.test(word.gap)) break
  }
  return first
}

/** The street word cannot be read as another one. */
function isSure({ words }: Reading, index: number): boolean {
  return !unsureWords.has(words[index]?.lower ?? '')
}
