import type { LabelBook } from './label-book.js'
import { unknownCode } from './unknown-code.js'

/** Name of a country in the reader's language: ISO 3166-1 alpha-2, XK, ZZ (not known) and XX (stateless). */
export function countryName(book: LabelBook, code: string): string {
  const { labels, kosovoNote } = book
  if (code === 'ZZ') return labels.phrases.notKnown
  if (code === 'XX') return labels.phrases.stateless
  const name = /^[A-Z]{2}$/.test(code) ? regionNames(labels.language).of(code) : undefined
  if (name === undefined) return unknownCode(book, code)
  return code === 'XK' && kosovoNote !== undefined ? `${name} (${kosovoNote})` : name
}

function regionNames(language: string): Intl.DisplayNames {
  return new Intl.DisplayNames([language], { type: 'region', fallback: 'none' })
}
