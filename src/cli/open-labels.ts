import type { Environment } from '../config/read-environment.js'
import { fallbackLanguage, findLanguage, type SerbianScript } from '../labels/find-language.js'
import { languageTags } from '../labels/generated/languages.js'
import { loadLabelBook, type LabelBook } from '../labels/label-book.js'
import { localeLanguages } from './locale-languages.js'

/** Words in the language of the person who runs a command. */
export interface OpenedLabels {
  readonly book: LabelBook
  /** Remarks, where the language is not the one that was asked for. */
  readonly notes: readonly string[]
}

/** Opens the labels for `--lang`, else for the locale of the environment, else English. */
export async function openLabels(env: Environment, lang: string | undefined): Promise<OpenedLabels> {
  const serbianScript: SerbianScript = env['TRM_SERBIAN_SCRIPT'] === 'Cyrl' ? 'Cyrl' : 'Latn'
  const found = findLanguage(lang === undefined ? localeLanguages(env) : [lang], serbianScript)
  const book = await loadLabelBook(found ?? fallbackLanguage, { kosovoNote: env['TRM_KOSOVO_NOTE'] })
  const isOther = lang !== undefined && found === undefined
  return { book, notes: isOther ? [`No labels in ${lang}: English. There are ${languageTags.join(', ')}.`] : [] }
}
