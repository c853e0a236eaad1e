/** A run of letters in a folded text. */
export interface Word {
  readonly start: number
  readonly end: number
  readonly text: string
  readonly lower: string
  readonly isCapital: boolean
  /** All letters of two or more are capitals. */
  readonly isUpper: boolean
  /** What stands between the word before and this one, its last forty characters at most. */
  readonly gap: string
}

/** The words of a text, in order. Gaps are read in the layout, which keeps the ends of lines. */
export function splitWords(text: string, layout: string): readonly Word[] {
  const words: Word[] = []
  let before = 0
  for (const match of text.matchAll(/(?<!\p{L})\p{L}+/gu)) {
    const word = match[0]
    const start = match.index
    const end = start + word.length
    const first = word.charAt(0)
    words.push({
      start,
      end,
      text: word,
      lower: word.toLowerCase(),
      isCapital: first !== first.toLowerCase(),
      isUpper: word.length > 1 && word === word.toUpperCase() && word !== word.toLowerCase(),
      gap: layout.slice(Math.max(before, start - 40), start),
    })
    before = end
  }
  return words
}

/** The gap before a word ends a sentence. */
export function isNewSentence({ gap }: Word): boolean {
  return /[.!?;\u2026\u061f]["')\]]*\s|\n/.test(gap)
}
