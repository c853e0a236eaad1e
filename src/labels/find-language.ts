import { languageTags } from './generated/languages.js'

export type LanguageTag = (typeof languageTags)[number]

/** Script in which Serbian is read where a reader names none. */
export type SerbianScript = 'Latn' | 'Cyrl'

/** For a reader whose languages have no labels. */
export const fallbackLanguage: LanguageTag = 'en'

/**
 * The language with labels for a reader of these BCP 47 tags, best first: lookup of RFC 4647 3.4, which shortens a tag
 * from its end. Undefined where none of them has labels.
 */
export function findLanguage(
  wanted: readonly string[],
  serbianScript: SerbianScript = 'Latn',
): LanguageTag | undefined {
  for (const candidate of wanted.flatMap(shortened)) {
    const tag = candidate === 'sr' ? `sr-${serbianScript.toLowerCase()}` : candidate
    const found = languageTags.find((known) => known.toLowerCase() === tag)
    if (found !== undefined) return found
  }
  return undefined
}

/** A tag and its shorter forms, longest first, in lower case. */
function shortened(wanted: string): readonly string[] {
  const subtags = wanted.toLowerCase().split('-')
  return subtags.map((_, cut) => subtags.slice(0, subtags.length - cut)).map((kept) => kept.join('-'))
}
