import { labels as english } from '../labels/generated/en.js'

/** The codes of a code list; English has every list. */
export function codesOf(list: string): readonly string[] {
  return Object.keys(english.lists[list] ?? {})
}
