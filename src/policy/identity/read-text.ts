import { cyrillicLookalikes, latinLookalikes } from './fold-character.js'
import { foldText, type FoldedText } from './fold-text.js'
import { splitWords, type Word } from './split-words.js'
import { findTerms, type FoundTerms } from './terms/find-terms.js'

/**
 * One text in the forms that rules read. All are of one length: a place in one is the same place in the others.
 */
export interface Reading extends FoldedText {
  /** Words that mix two scripts are brought to one. */
  readonly text: string
  /** Every letter that looks like a Latin one is one: for what is written in codes. */
  readonly latin: string
  /** As `latin`, with the letters that stand for digits among digits replaced. */
  readonly digits: string
  readonly hasDigits: boolean
  readonly words: readonly Word[]
  readonly terms: FoundTerms
}

/** Folds a text and splits it, once for all rules. */
export function readText(original: string): Reading {
  const folded = foldText(original)
  const isAscii = /^[ -~]*$/.test(folded.text)
  const text = isAscii ? folded.text : oneScriptAWord(folded.text)
  const latin = isAscii ? text : replaceLetters(text, latinLookalikes)
  const hasDigits = /[0-9]/.test(text)
  const words = splitWords(text, folded.layout)
  return {
    ...folded,
    text,
    latin,
    digits: hasDigits ? swapDigits(latin) : latin,
    hasDigits,
    words,
    terms: findTerms(words),
  }
}

function oneScriptAWord(text: string): string {
  return text.replace(/(?<!\p{L})\p{L}+/gu, (word) => {
    const latin = countOf(word, /[A-Za-z]/g)
    if (latin === 0 || latin === word.length) return word
    const toLatin = replaceLetters(word, latinLookalikes)
    const toCyrillic = replaceLetters(word, cyrillicLookalikes)
    const candidates = latin * 2 >= word.length ? [toLatin, toCyrillic] : [toCyrillic, toLatin]
    return candidates.find((candidate) => [0, candidate.length].includes(countOf(candidate, /[A-Za-z]/g))) ?? word
  })
}

function replaceLetters(text: string, lookalikes: ReadonlyMap<string, string>): string {
  return text.replace(/[^ -~]|[A-Za-z]/g, (letter) => lookalikes.get(letter) ?? letter)
}

/** `O` and `l` beside a digit are read as `0` and `1`, and so are those beside them. */
function swapDigits(latin: string): string {
  if (!/[OoIl|]/.test(latin)) return latin
  const swap = (run: string): string => run.replace(/[OoIl|]/g, (letter) => (/[Oo]/.test(letter) ? '0' : '1'))
  return latin.replace(/(?<![OoIl|0-9])[OoIl|0-9]+/g, (run) => (/[0-9]/.test(run) ? swap(run) : run))
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}
