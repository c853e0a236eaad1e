/** A text as the rules read it, and where each of its characters comes from. */
export interface FoldedText {
  readonly text: string
  /** Where in the original (UTF-16 code units) the character at a position of `text` begins. */
  readonly startOf: (position: number) => number
  /** Where it ends. */
  readonly endOf: (position: number) => number
}

/** Invisible characters and marks that only sit on others: formats, joiners, variation selectors, fillers, accents. */
const dropped = /^[\p{Cf}\p{Mn}\p{Me}\u115f\u1160\u3164\uffa0]$/u
const digit = /^\p{Nd}$/u

/**
 * Writes a text the plain way, so that a rule sees one form of what a reader takes for the same: NFKC, no invisible
 * characters, ASCII digits, one kind of space, dash and dot.
 */
export function foldText(original: string): FoldedText {
  // Most texts are plain already, and the firewall reads every event.
  if (/^[ -~]*$/.test(original)) return { text: original, startOf: (at) => at, endOf: (at) => at + 1 }
  let text = ''
  const starts: number[] = []
  const ends: number[] = []
  let at = 0
  for (const character of original) {
    const end = at + character.length
    // Character by character: only so does each one keep its place. Accents are dropped, so none is lost by not composing.
    const plain = isPlain(character) ? character : Array.from(character.normalize('NFKC'), foldCharacter).join('')
    text += plain
    for (let unit = plain.length; unit > 0; unit -= 1) {
      starts.push(at)
      ends.push(end)
    }
    at = end
  }
  return { text, startOf: (position) => starts[position] ?? at, endOf: (position) => ends[position] ?? at }
}

function isPlain(character: string): boolean {
  return character >= ' ' && character <= '~'
}

function foldCharacter(character: string): string {
  if (isPlain(character)) return character
  if (dropped.test(character)) return ''
  if (/^\s$/u.test(character)) return ' '
  if (/^[\p{Pd}\u2212]$/u.test(character)) return '-'
  if (/^[\u00b7\u2022\u2219\u22c5\u3002\u30fb]$/u.test(character)) return '.'
  return digit.test(character) ? digitOf(character) : character
}

/** Unicode lists the digits of every script from zero to nine without a gap, so the run before a digit tells its value. */
function digitOf(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0
  let before = 0
  while (digit.test(String.fromCodePoint(codePoint - before - 1))) before += 1
  return String(before % 10)
}
