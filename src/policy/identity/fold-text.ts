import { foldCharacter } from './fold-character.js'

/** A text as the rules read it, and where each of its characters comes from. */
export interface FoldedText {
  readonly text: string
  /** The same with the ends of lines, which are spaces in `text`. */
  readonly layout: string
  /** Where in the original (UTF-16 code units) the character at a position of `text` begins. */
  readonly startOf: (position: number) => number
  /** Where it ends. */
  readonly endOf: (position: number) => number
}

const namedCharacters: Readonly<Record<string, string>> = {
  commat: '@',
  period: '.',
  sol: '/',
  colon: ':',
  lowbar: '_',
  hyphen: '-',
  nbsp: ' ',
  num: '#',
  plus: '+',
}
/** A character written as its number or name: HTML, percent-encoding of ASCII, escapes of programs. */
const written =
  /&(?:amp;){0,3}(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|(commat|period|sol|colon|lowbar|hyphen|nbsp|num|plus));?|%(?:25){0,3}([2-7][0-9a-fA-F])|\\u\{?([0-9a-fA-F]{4})\}?/y

/**
 * Writes a text the plain way, so that a rule sees one form of what a reader takes for the same: NFKD without accents,
 * no invisible characters, ASCII digits, one kind of space, dash, dot and quote, escaped characters as themselves.
 */
export function foldText(original: string): FoldedText {
  // Most texts are plain already, and the firewall reads every event.
  if (/^[ !-$'-[\]-_a-~]*$/.test(original))
    return { text: original, layout: original, startOf: (at) => at, endOf: (at) => at + 1 }
  const parts: string[] = []
  const lines: string[] = []
  const starts: number[] = []
  const ends: number[] = []
  let at = 0
  while (at < original.length) {
    const escaped = escapedAt(original, at)
    const character = escaped?.character ?? String.fromCodePoint(original.codePointAt(at) ?? 0)
    const end = at + (escaped?.length ?? character.length)
    // Character by character: only so does each one keep its place.
    const plain = foldCharacter(character)
    parts.push(plain)
    lines.push(character === '\n' ? '\n' : plain)
    for (let unit = plain.length; unit > 0; unit -= 1) {
      starts.push(at)
      ends.push(end)
    }
    at = end
  }
  return {
    text: parts.join(''),
    layout: lines.join(''),
    startOf: (position) => starts[position] ?? at,
    endOf: (position) => ends[position] ?? at,
  }
}

function escapedAt(text: string, at: number): { readonly character: string; readonly length: number } | undefined {
  const first = text.charAt(at)
  if (first !== '&' && first !== '%' && first !== '\\') return undefined
  written.lastIndex = at
  const match = written.exec(text)
  if (match === null) return undefined
  const [whole, decimal, hexadecimal, name, percent, escape] = match
  const codePoint = decimal === undefined ? parseInt(hexadecimal ?? percent ?? escape ?? '', 16) : Number(decimal)
  const character = name === undefined ? characterOf(codePoint) : namedCharacters[name]
  return character === undefined ? undefined : { character, length: whole.length }
}

function characterOf(codePoint: number): string | undefined {
  return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : undefined
}
