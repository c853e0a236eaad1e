import type { Labels } from '../wire/generated/types.js'
import { englishBesideDrafts } from './english-beside-drafts.js'
import type { LabelBook } from './label-book.js'
import { unknownCode } from './unknown-code.js'

export interface Label {
  readonly text: string
  /** Unknown: the code is of a later version, or of none; the text shows it. */
  readonly status: 'draft' | 'reviewed' | 'unknown'
  /** To be shown beside the text: a draft about consent or risk must not be all that a reader sees. */
  readonly english?: string
}

/** What a reader sees in place of a code. Where the language has no label yet, English stands in. */
export function labelOf(book: LabelBook, list: string, code: string): Label {
  const own = findLabel(book.labels, list, code)
  const english = findLabel(book.english, list, code)
  if (own === undefined) return english ?? { text: unknownCode(book, code), status: 'unknown' }
  const needsEnglish = own.status === 'draft' && book.labels !== book.english && englishBesideDrafts.has(list)
  return needsEnglish && english !== undefined ? { ...own, english: english.text } : own
}

/** Label and English in one line. */
export function labelText({ text, english }: Label): string {
  return english === undefined ? text : `${text} [en: ${english}]`
}

/** Name of a code list; the list itself where it has none. */
export function titleOf({ labels, english }: LabelBook, list: string): string {
  return ownMember(labels.titles, list) ?? ownMember(english.titles, list) ?? list
}

function findLabel({ lists, reviewed, status }: Readonly<Labels>, list: string, code: string): Label | undefined {
  const text = ownMember(ownMember(lists, list) ?? {}, code)
  if (text === undefined) return undefined
  return { text, status: reviewed.includes(`${list}.${code}`) ? 'reviewed' : status }
}

/** A code comes from another node: `constructor` is no label. */
function ownMember<T>(table: Readonly<Record<string, T | undefined>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}
