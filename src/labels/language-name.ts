import type { LabelBook } from './label-book.js'
import { unknownCode } from './unknown-code.js'

/** Name of a language in the reader's language: a BCP 47 tag of language, script and country, or und (not known). */
export function languageName(book: LabelBook, tag: string): string {
  const { language, phrases } = book.labels
  if (tag === 'und') return phrases.notKnown
  // The Unicode data fold Montenegrin into Serbian.
  if (tag === 'cnr') return phrases.montenegrin
  if (!/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$/.test(tag)) return unknownCode(book, tag)
  return new Intl.DisplayNames([language], { type: 'language', fallback: 'none' }).of(tag) ?? unknownCode(book, tag)
}
