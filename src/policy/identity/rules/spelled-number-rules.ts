import type { Hit, IdentityRule, RuleClass } from '../identity-rule.js'
import { digitsOfWord } from '../number-words.js'
import type { Place } from '../place.js'
import type { Reading } from '../read-text.js'

const rules: readonly IdentityRule[] = [
  {
    rule: 'number-spelled',
    level: 'deny',
    since: 2,
    finds: '7 digits and more in words of any language, also mixed with digits',
  },
]

interface Piece {
  readonly start: number
  readonly end: number
  /** The digits it stands for; undefined where it is no number. */
  readonly digits: string | undefined
  readonly isWord: boolean
}

export const spelledNumberRules: RuleClass = { rules, find: findSpelledNumbers }

function findSpelledNumbers({ text, terms }: Reading): readonly Hit[] {
  const hits: Hit[] = []
  let run: Piece[] = []
  const close = (): void => {
    const hit = hitOf(run, (place) => terms.isBefore(place, ['paper', 'register', 'phone', 'account'], 30))
    if (hit !== undefined) hits.push(hit)
    run = []
  }
  for (const match of text.matchAll(
    /(?<!\p{L})\p{L}{1,24}(?:'\p{L}{1,12})?(?!\p{L})|(?<![0-9])[0-9]{1,4}(?![0-9])/gu,
  )) {
    const word = match[0]
    const isWord = !/[0-9]/.test(word)
    const piece = {
      start: match.index,
      end: match.index + word.length,
      digits: isWord ? digitsOfWord(word.toLowerCase()) : word,
      isWord,
    }
    const last = run.at(-1)
    if (last !== undefined && !/^[ ,.;:\-/_|*()]{0,4}$/.test(text.slice(last.end, Math.min(piece.start, last.end + 6))))
      close()
    if (piece.digits === undefined) close()
    else run.push(piece)
  }
  close()
  return hits
}

/** Seven digits, of which five stand in words that are numbers; five in words are enough behind a word for a paper or a telephone. */
function hitOf(run: readonly Piece[], isNamed: (place: Place) => boolean): Hit | undefined {
  if (run.length < 5) return undefined
  const from = run.findIndex(({ digits }) => digits !== '')
  const to = run.findLastIndex(({ digits }) => digits !== '')
  const pieces = run.slice(Math.max(from, 0), to + 1)
  const digits = pieces.reduce((count, piece) => count + (piece.digits?.length ?? 0), 0)
  const spelled = pieces.filter(({ isWord, digits: value }) => isWord && value !== '').length
  const [first, last] = [pieces[0], pieces.at(-1)]
  if (first === undefined || last === undefined) return undefined
  const place = { start: first.start, end: last.end }
  const isShort =
    digits > 4 && spelled > 4 && pieces.every(({ digits: value }) => value === undefined || value.length < 2)
  if (isShort && !isCounting(pieces) && isNamed(place)) return { rule: 'number-spelled', ...place }
  if (digits < 7 || spelled < 3 || (spelled < 5 && digits < 9) || isCounting(pieces)) return undefined
  return { rule: 'number-spelled', ...place }
}

/** "one, two, three ..." */
function isCounting(pieces: readonly Piece[]): boolean {
  const values = pieces.filter(({ digits }) => digits !== '').map(({ digits }) => Number(digits))
  return values.every((value, index) => index === 0 || value === (values[index - 1] ?? 0) + 1)
}
