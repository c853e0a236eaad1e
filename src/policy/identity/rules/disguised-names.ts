import type { Hit } from '../identity-rule.js'
import { givenNameOf } from '../names/known-names.js'
import { nameKey } from '../names/name-key.js'
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

const letters = /(?<![\p{L}\p{N}])\p{Lu}(?:[ .\-_*]\p{L}(?![\p{L}\p{N}])){3,20}/gu

/** A known given name letter by letter, whatever is around it. */
export function namesLetterByLetter(text: string): readonly Hit[] {
  return patternHits(text, letters, 'name-full', (match) => {
    const name = match.replace(/[^\p{L}]/gu, '').toLowerCase()
    return givenNameOf(nameKey(name)) === 'listed' ? match.length : 0
  })
}
