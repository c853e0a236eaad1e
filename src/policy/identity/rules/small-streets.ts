import type { Hit } from '../identity-rule.js'
import type { Reading } from '../read-text.js'
import { houseNumberInWords } from './house-number-words.js'

/** Words that are other ones as well, unless the number of a house ends the clause. */
const streetWords = new Set('via str strada bd blvd corso viale'.split(' '))
const name = /^\.? {1,2}\p{Ll}{3,20}(?: \p{Ll}{3,20}){0,2}?(?=[ ,])/u
const named = /^[ ,.]{1,3}(?:nr|no|n|br|num|numero|numar|numarul|№|бр)[.°]? ?(?:[0-9]{1,4}(?![0-9])|(?=\p{L}))/iu
const bare = /^,? [0-9]{1,4} ?[a-z]?(?= ?[,;)\n]| ?\.(?![0-9])|$)/u

/** "str florilor nr 12", "via roma dodici": all in small letters. Without "number" it is a doubt: "via roma 12." may be a train. */
export function smallStreets({ text, terms }: Reading): readonly Hit[] {
  return terms.of('streetBefore').flatMap(({ start, end }): readonly Hit[] => {
    if (!streetWords.has(text.slice(start, end))) return []
    // The shortest name first: "via roma dodici" is "roma" and a number.
    for (let at = nameEnd(text, end); at !== undefined; at = nextWord(text, end, at)) {
      const after = text.slice(at, at + 70)
      const number = named.exec(after)?.[0] ?? ''
      const inDigits = /[0-9]$/.test(number) ? number.length : bare.exec(after)?.[0].length
      const length = inDigits ?? houseNumberInWords(after)
      const place = { start, end: at + length }
      if (length > 0 && !terms.isNear({ start: end + 1, end: place.end }, ['travel', 'court', 'reference', 'phone'], 0))
        return [{ rule: number === '' ? 'street' : 'address', ...place }]
    }
    return []
  })
}

function nameEnd(text: string, from: number): number | undefined {
  const match = name.exec(text.slice(from, from + 70))
  return match === null ? undefined : from + match[0].length
}

/** The end of a name that is one word longer, up to three words. */
function nextWord(text: string, from: number, at: number): number | undefined {
  const match = /^ \p{Ll}{3,20}(?=[ ,])/u.exec(text.slice(at, at + 24))
  const words = text.slice(from, at).trim().split(' ').length
  return match === null || words > 2 ? undefined : at + match[0].length
}
