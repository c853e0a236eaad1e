import { digitsOfWord } from './number-words.js'
import type { Place } from './place.js'
import type { Reading } from './read-text.js'
import type { Word } from './split-words.js'

const fillers = new Set('of de di de den la el le the te e me van og av do da i und y et si dhe και'.split(' '))

/** Ordinals of several parts in one word: German, Nordic, Finnish, Estonian, Baltic. */
const compound = /(?:zehnte|[sz]igste|ssigste)[nrms]?$|(?:onde|tende|toista|teistkumnendal|olikt[aąoe]{1,2})$/u

/** A number, with the ending of a case or an ordinal or without: "dvanaestog", "piecpadsmitajā". */
function startsWithNumber(lower: string): boolean {
  if ((digitsOfWord(lower) ?? '') !== '') return true
  for (let length = Math.min(lower.length, 24); length > 5; length -= 1) {
    if ((digitsOfWord(lower.slice(0, length)) ?? '') !== '') return true
  }
  return false
}

/** Days whose number is a word beside the month: "the twelfth of March", "dvanaestog marta", "március tizenkettedikén". */
export function findDaysInWords({ words, terms }: Reading): readonly Place[] {
  const months = terms.of('month')
  if (months.length === 0) return []
  const ordinals = new Set(terms.of('ordinal').map(({ from }) => from))
  const isNumber = (index: number): boolean => {
    const lower = words[index]?.lower ?? ''
    return ordinals.has(index) || compound.test(lower) || startsWithNumber(lower)
  }
  return months.flatMap(({ start, end, from, to }): readonly Place[] => {
    const before = dayBefore(words, from, isNumber)
    const isAfter = isNumber(to) && /^,? $/.test(words[to]?.gap ?? '')
    if (before === undefined && !isAfter) return []
    return [{ start: before?.start ?? start, end: endOfYear(words, to, isNumber) ?? end }]
  })
}

/** The first of the number words before a month, with small words between. */
function dayBefore(words: readonly Word[], month: number, isNumber: (index: number) => boolean): Word | undefined {
  let first: Word | undefined
  for (let index = month - 1; index >= month - 4; index -= 1) {
    if (!/^[ -]$/.test(words[index + 1]?.gap ?? '')) break
    if (isNumber(index)) first = words[index]
    else if (!fillers.has(words[index]?.lower ?? '')) break
  }
  return first
}

/** Where the year in words behind a month ends: the last number among ten words, of which none but small ones lie between. */
function endOfYear(words: readonly Word[], from: number, isNumber: (index: number) => boolean): number | undefined {
  let end: number | undefined
  for (let index = from; index < from + 10; index += 1) {
    if (!/^,?[ '-]$/.test(words[index]?.gap ?? '')) break
    if (isNumber(index)) end = words[index]?.end
    else if ((words[index]?.lower.length ?? 0) > 12) break
  }
  return end
}

/** A day and a year in number words alone, right behind a word of birth: "DOB seventh of the third ninety nine". */
export function findBirthsInWords({ words, terms }: Reading): readonly Place[] {
  const ordinals = new Set(terms.of('ordinal').map(({ from }) => from))
  return terms.of('birth').flatMap(({ to }): readonly Place[] => {
    const numbers: Word[] = []
    for (let index = to; index < to + 10; index += 1) {
      const word = words[index]
      if (word === undefined || !(index === to ? /^[ :.,'-]{1,3}$/ : /^[ ,'-]{1,2}$/).test(word.gap)) break
      const isNumber = ordinals.has(index) || compound.test(word.lower) || startsWithNumber(word.lower)
      if (isNumber && !fillers.has(word.lower)) numbers.push(word)
      else if (!fillers.has(word.lower) && numbers.length > 0) break
      else if (index > to + 2 && numbers.length === 0) break
    }
    const [first, last] = [numbers[0], numbers.at(-1)]
    return first === undefined || last === undefined || numbers.length < 3
      ? []
      : [{ start: first.start, end: last.end }]
  })
}
