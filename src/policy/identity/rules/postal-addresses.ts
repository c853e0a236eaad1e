import type { Hit } from '../identity-rule.js'
import type { Reading } from '../read-text.js'
import { patternHits } from './pattern-hits.js'

/** "Zagrebačka 17, 42000 Varaždin": a name, a number, a postcode, a town, as on an envelope. No street word is needed. */
const envelope =
  /(?<![\p{L}\p{N}])\p{Lu}[\p{L}'.-]{2,30}(?: \p{L}[\p{L}'.-]{0,24}){0,3} [0-9]{1,4}(?: ?[/-] ?[0-9]{1,3})?[/-]?[a-zA-Z]?(?:,? \p{L}{1,4}\.? ?[0-9]{1,3})?, {0,2}(?:[A-Z]{1,2}[- ])?(?:[0-9]{5}|[0-9]{4}|[0-9]{3} [0-9]{2}|[0-9]{2}-[0-9]{3}|[0-9]{4}-[0-9]{3}|[0-9]{4} ?[A-Z]{2}|[A-Z]{1,2}[0-9]{1,2}[A-Z]? [0-9][A-Z]{2}) \p{Lu}\p{Ll}{2,30}/gu
const code = /, {0,2}(?:[A-Z]{1,2}[- ])?([0-9][0-9 -]{2,7}[0-9])/
/** Streets of Slavic towns are adjectives. */
const adjective =
  /(?:sk|ck|čk|šk|ов|ев|ск|чк|шк|цьк)(?:a|oj|u|e|o|og|im|а|ој|у|е|о|ой|ая|ої|ій)(?![\p{L}])|straße|strasse|weg|gasse/iu

/** "Am Markt 3": German streets that begin with a preposition, where nothing else is in the clause. */
const atPlace =
  /(?<=^|[:,;(] ?)(?:Am|Im|Zum|Zur|An de[nr]|Auf de[mnr]|Unter de[nmr]|Hinter de[mr]|In de[nr]) (?!Gleis|Bahnsteig|Steig|Schalter|Zimmer|Raum|Punkt|Tag|Kapitel|Modul|Absatz|Artikel|Teil|Stock|Haus)\p{Lu}\p{Ll}{3,24}(?: \p{Lu}\p{Ll}{2,20})? [0-9]{1,3} ?[a-z]?(?= ?(?:[,;.)\n]|$))/gu

/** Places that are addresses by their postcode or the whole of a clause. */
export function postalAddresses(reading: Reading): readonly Hit[] {
  if (!reading.hasDigits) return []
  const isNoDay = (match: string, start: number): boolean =>
    !reading.terms.isNear({ start, end: start + match.length }, ['month'], 0)
  return [
    ...envelopes(reading),
    ...patternHits(reading.text, atPlace, 'address', (match, start) => (isNoDay(match, start) ? match.length : 0)),
  ]
}

function envelopes({ text, terms }: Reading): readonly Hit[] {
  return patternHits(text, envelope, 'address', (match, start) => {
    const end = start + match.length
    const town = { start: match.lastIndexOf(' ') + start + 1, end }
    const number = code.exec(match)?.[1] ?? ''
    // "Annex 3, 2011 Regulation", "Phase 2, 15000 Euro": years and amounts are no postcodes.
    if (/^(?:19|20)[0-9]{2}$/.test(number) || terms.isNear(town, ['quantity', 'month'], 0)) return 0
    if (terms.isNear({ start, end: start + 1 }, ['law', 'plainWord'], 0)) return 0
    const isRound = number.endsWith('00')
    const isLikely =
      terms.isBefore({ start, end }, ['home'], 60) || terms.isNear(town, ['city', 'town'], 0) || adjective.test(match)
    return isLikely || (number.length > 4 && !isRound) ? match.length : 0
  })
}
