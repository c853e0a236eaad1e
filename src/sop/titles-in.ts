import type { MeasureTitles } from '../wire/generated/types.js'
import { titles } from './generated/titles.js'

/** The names of the catalogue in a language; undefined for English, which the catalogue itself is in, and all others. */
export function titlesIn(language: string): MeasureTitles | undefined {
  return titles.find((known) => known.language === language)
}
