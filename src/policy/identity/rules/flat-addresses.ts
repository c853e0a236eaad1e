import type { Hit } from '../identity-rule.js'
import type { Place } from '../place.js'
import type { Reading } from '../read-text.js'

const flat =
  /^(?:ap|apt|apart|app|appt|apartament|apartman|apartment|flat|stan|bl|bloc|кв|стан|ап|бл|byt|daire|lakas|butas|korter|dz|διαμ|διαμερισμα|interno|wohnung)(?!\p{L})/iu
const before = /(\p{L}{4,24}) [0-9]{1,4}[a-zа-я]?(?:,|,? \/) ?$/iu

/** "Florilor 12, ap 3": a word, a number, and the part of a building that is a home. */
export function flatAddresses({ text, terms }: Reading, parts: readonly Place[]): readonly Hit[] {
  return parts.flatMap(({ start, end }): readonly Hit[] => {
    if (!flat.test(text.slice(start, end))) return []
    const from = Math.max(0, start - 34)
    const match = before.exec(text.slice(from, start))
    if (match === null) return []
    const first = { start: from + match.index, end: from + match.index + (match[1]?.length ?? 0) }
    const isOther = terms.isNear(
      first,
      ['plainWord', 'law', 'court', 'reference', 'unit', 'quantity', 'month', 'dot', 'network'],
      0,
    )
    return isOther ? [] : [{ rule: 'address', start: first.start, end }]
  })
}
