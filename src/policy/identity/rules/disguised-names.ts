import type { Hit } from '../identity-rule.js'
import { givenNameOf, isFamilyName } from '../names/known-names.js'
import { nameKey } from '../names/name-key.js'
import { surnameLikeness } from '../names/surname-endings.js'
import { patternHits } from './pattern-hits.js'

/** After "her name is": the letters one by one (M a r i y a; J-e-l-e-n-a), or a digit in place of a letter (Jel3na). */
const opening = '^[^\\p{L}\\p{N}.;!?\\n]{1,4}(?:\\p{Ll}{1,4} ){0,2}["\'(]?'
const oneByOne = new RegExp(`${opening}(\\p{L}(?:[.\\-_*~/ ]{1,2}\\p{L}(?!\\p{L})){3,40})`, 'u')
const withDigits = new RegExp(
  `${opening}((?=\\p{Lu}[\\p{L}0-9@$]{0,14}\\p{Ll})\\p{Lu}(?:\\p{Ll}{0,10}[0-9@$]){1,4}\\p{L}\\p{L}{0,10})`,
  'u',
)

/** A disguised name right behind a phrase that ends at `end`. */
export function disguisedNameAfter(text: string, end: number): readonly Hit[] {
  const after = text.slice(end, end + 120)
  const name = (oneByOne.exec(after) ?? withDigits.exec(after))?.[1]
  if (name === undefined) return []
  const start = end + after.indexOf(name)
  return [{ rule: 'name-context', start, end: start + name.length }]
}

const letters = /(?<![\p{L}\p{N}])\p{L}(?:[ .\-_*/]{1,2}\p{L}(?![\p{L}\p{N}])){3,40}/gu
const tokens =
  /(?<![\p{L}\p{N}])(?=[\p{L}0-9@$]{4,20})\p{Lu}\p{Ll}{0,10}[013457@$]\p{Ll}[\p{Ll}0-9@$]{0,14}(?![\p{L}\p{N}])(?: \p{Lu}[\p{Ll}0-9@$]{2,20}(?![\p{L}\p{N}]))?/gu
const letterOf: ReadonlyMap<string, string> = new Map(
  Array.from('0o1i3e4a5s7t@a$s'.matchAll(/../g), ([[from = '', to = '']]) => [from, to]),
)

/** Names letter by letter, or with digits for letters, whatever is around them: a known given name, or letters that may be one. */
export function namesInDisguise(text: string): readonly Hit[] {
  return [
    ...lettersApart(text),
    ...patternHits(text, tokens, 'name-full', (match) => (isNameWithDigits(match) ? match.length : 0)),
  ]
}

function lettersApart(text: string): readonly Hit[] {
  // Each run once: to try again from its second letter costs a text of letters too much.
  return Array.from(text.matchAll(letters)).flatMap(({ 0: match, index }): readonly Hit[] => {
    const place = { start: index, end: index + match.length }
    if (isSpeltName(match)) return [{ rule: 'name-full', ...place }]
    return mayBeName(match) ? [{ rule: 'letters-apart', ...place }] : []
  })
}

/** The parts begin with capitals, or stand further apart; or a given and a family name are one run. */
function isSpeltName(match: string): boolean {
  const separators = match.match(/[^\p{L}]{1,2}/gu) ?? []
  const usual = separators[0] ?? ''
  const runs = match.split(usual.length > 1 ? usual + usual : /[^\p{L}]{2}|(?<=[^ ]\p{L}) /u).map(plain)
  const capitals = match.replace(/[^\p{L}]/gu, '').split(/(?<=\p{Ll})(?=\p{Lu})/u)
  const isGiven = (name: string): boolean => name.length > 3 && givenNameOf(keyOf(name)) === 'listed'
  return [...runs, ...capitals].some(isGiven) || isGivenAndFamily(plain(match))
}

function isGivenAndFamily(name: string): boolean {
  if (name.length > 24) return false
  for (let length = Math.max(3, name.length - 14); length < Math.min(15, name.length - 3); length += 1) {
    const [first, second] = [keyOf(name.slice(0, length)), keyOf(name.slice(length))]
    if (givenNameOf(first) === 'listed' && isFamily(second)) return true
    if (givenNameOf(second) === 'listed' && isFamily(first)) return true
  }
  return false
}

function isFamily(key: string): boolean {
  return isFamilyName(key) || surnameLikeness(key) === 'strong'
}

/** "Mar1a P0pescu": a second name is beside it; alone it may be a code. */
function isNameWithDigits(match: string): boolean {
  const [first = '', second] = match
    .split(' ')
    .map((part) => Array.from(part, (sign) => letterOf.get(sign) ?? sign).join(''))
  return second !== undefined && givenNameOf(keyOf(first)) === 'listed'
}

/** Six letters and more that are no row of the alphabet and no pattern of two or three. */
function mayBeName(match: string): boolean {
  const name = plain(match)
  const isRow = Array.from(name).every((letter, index, all) => index === 0 || letter > (all[index - 1] ?? ''))
  // URGENT and important are spread as well; a name has one capital, or a few.
  const isNameCase = /^\p{Lu}[^\p{L}]{1,2}\p{Ll}/u.test(match)
  return isNameCase && name.length > 5 && new Set(name).size > 3 && !isRow && /[aeiouyаеиоуяыэюαεηιουω]/.test(name)
}

function plain(match: string): string {
  return match.replace(/[^\p{L}]/gu, '').toLowerCase()
}

function keyOf(name: string): string {
  return nameKey(name.toLowerCase())
}
