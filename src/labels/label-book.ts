import type { Labels } from '../wire/generated/types.js'
import { fallbackLanguage, type LanguageTag } from './find-language.js'
import { languages } from './generated/languages.js'

/** What a reader's screen takes its words from. */
export interface LabelBook {
  readonly labels: Readonly<Labels>
  /** Stands in for what a language lacks, and beside the drafts of terms that must not be misread. */
  readonly english: Readonly<Labels>
  /** Stands in brackets after the name of Kosovo (XK), which has no code in ISO 3166-1. */
  readonly kosovoNote?: string
}

/** Loads one language, and English with it. */
export async function loadLabelBook(
  tag: LanguageTag,
  { kosovoNote }: { readonly kosovoNote?: string | undefined } = {},
): Promise<LabelBook> {
  const [labels, english] = await Promise.all([languages[tag].load(), languages[fallbackLanguage].load()])
  return { labels, english, ...(kosovoNote === undefined ? {} : { kosovoNote }) }
}
