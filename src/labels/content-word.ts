import { countryName } from './country-name.js'
import { codePlaces } from './generated/code-places.js'
import type { LabelBook } from './label-book.js'
import { labelOf, labelText } from './label-of.js'
import { languageName } from './language-name.js'

export interface ContentPlace {
  /** Type of the event. */
  readonly type: string
  /** JSON pointer into its body; * for every item of a list. */
  readonly pointer: string
}

/** What a reader sees in place of a code, country or language in the body of an event; undefined for anything else. */
export function contentWord(book: LabelBook, { type, pointer }: ContentPlace, value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const list = codePlaces[type]?.[pointer]
  if (list === undefined) return undefined
  if (list === 'country') return countryName(book, value)
  if (list === 'language') return languageName(book, value)
  return labelText(labelOf(book, list, value))
}
