import { foldCharacter } from '../fold-character.js'
import { once } from '../once.js'
import type { Place } from '../place.js'
import type { Word } from '../split-words.js'
import { addressTerms } from './address-terms.js'
import { dayTerms } from './day-terms.js'
import { documentTerms } from './document-terms.js'
import { lifeTerms } from './life-terms.js'
import { nameTerms } from './name-terms.js'
import { noPersonTerms } from './no-person-terms.js'
import { notNameTerms } from './not-name-terms.js'
import { otherTerms } from './other-terms.js'
import { townTerms } from './town-terms.js'

/** Lists of phrases by kind: phrases by comma, words by space; `*` ends a word that may go on. */
const termLists = {
  ...addressTerms,
  ...dayTerms,
  ...documentTerms,
  ...lifeTerms,
  ...nameTerms,
  ...noPersonTerms,
  ...notNameTerms,
  ...otherTerms,
  ...townTerms,
}

export type TermKind = keyof typeof termLists

/** A phrase of the lists in a text. */
export interface FoundTerm extends Place {
  /** Index of its first word, and of the first word after it. */
  readonly from: number
  readonly to: number
}

export interface FoundTerms {
  readonly of: (kind: TermKind) => readonly FoundTerm[]
  /** Whether a phrase of one of the kinds ends or begins within `reach` characters of a place. */
  readonly isNear: (place: Place, kinds: readonly TermKind[], reach?: number) => boolean
  /** The same for what stands before it alone. */
  readonly isBefore: (place: Place, kinds: readonly TermKind[], reach?: number) => boolean
}

interface Phrase {
  readonly kind: TermKind
  readonly words: readonly string[]
}

const indexed = once(() => {
  const phrases = indexPhrases()
  return { phrases, longestStem: Math.max(...Array.from(phrases.stems.keys(), (stem) => stem.length)) }
})

/** The phrases of all languages in a text. */
export function findTerms(words: readonly Word[]): FoundTerms {
  const found = new Map<TermKind, FoundTerm[]>()
  words.forEach((word, from) => {
    for (const { kind, words: parts } of phrasesAt(word.lower)) {
      if (!continues(words, from, parts)) continue
      const to = from + parts.length
      const list = found.get(kind) ?? []
      list.push({ start: word.start, end: words[to - 1]?.end ?? word.end, from, to })
      found.set(kind, list)
    }
  })
  const of = (kind: TermKind): readonly FoundTerm[] => found.get(kind) ?? []
  const anyWithin = (kinds: readonly TermKind[], low: number, high: number): boolean =>
    kinds.some((kind) => isWithin(of(kind), low, high))
  return {
    of,
    isNear: ({ start, end }, kinds, reach = 40) => anyWithin(kinds, start - reach, end + reach),
    isBefore: ({ start }, kinds, reach = 40) => anyWithin(kinds, start - reach, start),
  }
}

function phrasesAt(lower: string): readonly Phrase[] {
  const { phrases, longestStem } = indexed()
  const found: Phrase[] = []
  const whole = phrases.whole.get(lower)
  if (whole !== undefined) found.push(...whole)
  for (let length = Math.min(lower.length, longestStem); length > 1; length -= 1) {
    const stems = phrases.stems.get(lower.slice(0, length))
    if (stems !== undefined) found.push(...stems)
  }
  return found
}

function continues(words: readonly Word[], from: number, parts: readonly string[]): boolean {
  return parts.every((part, index) => {
    const word = words[from + index]
    if (index === 0) return true
    if (word === undefined || word.gap.length > 4) return false
    return part.endsWith('*') ? word.lower.startsWith(part.slice(0, -1)) : word.lower === part
  })
}

/** The first whose end is after `low` begins before `high`: lists are in order, so halving finds it. */
function isWithin(terms: readonly FoundTerm[], low: number, high: number): boolean {
  let from = 0
  let to = terms.length
  while (from < to) {
    const middle = (from + to) >> 1
    if ((terms[middle]?.end ?? 0) < low) from = middle + 1
    else to = middle
  }
  const term = terms[from]
  return term !== undefined && term.start <= high
}

function indexPhrases(): Readonly<Record<'whole' | 'stems', ReadonlyMap<string, readonly Phrase[]>>> {
  const whole = new Map<string, Phrase[]>()
  const stems = new Map<string, Phrase[]>()
  for (const [kind, list] of Object.entries(termLists) as readonly (readonly [TermKind, string])[]) {
    for (const phrase of foldTerms(list).split(',')) {
      const words = phrase.trim().split(/[ '-]+/)
      const first = words[0] ?? ''
      const index = first.endsWith('*') ? stems : whole
      const key = first.replace('*', '')
      index.set(key, [...(index.get(key) ?? []), { kind, words }])
    }
  }
  return { whole, stems }
}

function foldTerms(list: string): string {
  return Array.from(list.replaceAll('\n', ' '), foldCharacter).join('').toLowerCase()
}
