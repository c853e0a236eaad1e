import { givenNameOf, isFamilyName, listedNameOf, type GivenName } from '../names/known-names.js'
import { foreignNameKey, nameKey } from '../names/name-key.js'
import { surnameLikeness, type SurnameLikeness } from '../names/surname-endings.js'
import { carriesPersonsName, isUndertaking, placePrefixOf } from '../names/place-prefixes.js'
import type { Reading } from '../read-text.js'
import type { Word } from '../split-words.js'
import type { TermKind } from '../terms/find-terms.js'

/** Whether an undertaking that carries a person's name stands before a word. */
type NamedAfter = 'somebody' | 'perhaps' | 'nobody'

/** What speaks for a word being part of a name. */
export interface Candidate extends Word {
  /** In the form of `nameKey`. */
  readonly key: string
  readonly given: GivenName
  readonly isFamily: boolean
  readonly ending: SurnameLikeness
  /** An organisation, a country, a word that begins sentences. */
  readonly isOther: boolean
  readonly isInstitution: boolean
  readonly isOffice: boolean
  /** Mother, brother: with a capital it begins a sentence. */
  readonly isRelation: boolean
  /** A school, an airport stands before it (or before the capitals before it): it carries a person's name. A programme, a house may. */
  readonly isNamedAfter: NamedAfter
  readonly isInitial: boolean
}

/** The words of a text with what lists and endings say about them. */
export function candidatesOf({ text, words, terms }: Reading): readonly Candidate[] {
  const others = indexesOf(terms, ['institution', 'country', 'city'])
  const cities = indexesOf(terms, ['city', 'town'])
  const institutions = indexesOf(terms, ['institution'])
  const plain = indexesOf(terms, ['plainWord', 'title', 'withheld', 'office', 'person', 'feast'])
  const offices = indexesOf(terms, ['office'])
  const relations = indexesOf(terms, ['relation'])
  const places = indexesOf(terms, ['town'])
  let isAfterName = false
  let isNamedAfter: NamedAfter = 'nobody'
  const candidates = words.map((word, index) => {
    // The endings of the cases are many: they are tried on words with a capital alone.
    const key = keyOf(word)
    const named = word.isCapital ? givenNameOf(key) : plain.has(index) ? 'none' : listedNameOf(key)
    // A city that is a given name as well counts beside a family name alone.
    const given = named === 'listed' && cities.has(index) ? 'ordinary' : named
    isNamedAfter = namedAfter(words[index - 1], word, isNamedAfter)
    const mayBeFamily = word.isCapital || isAfterName
    isAfterName = given === 'listed'
    const isInitial = word.isCapital && word.text.length === 1 && text.charAt(word.end) === '.'
    // Member by member: to spread an object for each word of a text costs as much as all the rest.
    return {
      start: word.start,
      end: word.end,
      text: word.text,
      lower: word.lower,
      isCapital: word.isCapital,
      isUpper: word.isUpper,
      gap: word.gap,
      key,
      given,
      isFamily: mayBeFamily && isFamilyName(key),
      ending: mayBeFamily ? surnameLikeness(key) : 'none',
      isOther:
        !isInitial &&
        (plain.has(index) ||
          places.has(index) ||
          (given === 'none' && word.isCapital && isUndertaking(word.lower)) ||
          (others.has(index) && named !== 'listed' && !(named === 'ordinary' && cities.has(index)))),
      isRelation: relations.has(index),
      isOffice: offices.has(index),
      isInstitution: institutions.has(index),
      isNamedAfter,
      isInitial,
    }
  })
  return withoutPlaces(candidates)
}

function keyOf({ lower, isCapital }: Word): string {
  const key = nameKey(lower)
  const foreign = isCapital && givenNameOf(key) === 'none' ? foreignNameKey(lower) : undefined
  return foreign !== undefined && givenNameOf(foreign) !== 'none' ? foreign : key
}

function namedAfter(before: Word | undefined, { isCapital, gap }: Word, soFar: NamedAfter): NamedAfter {
  if (!isCapital || before === undefined) return 'nobody'
  const own = /^ ["'(]?$/.test(gap) ? carriesPersonsName(before.lower) : undefined
  return own ?? (before.isCapital && /^[ -]$/.test(gap) ? soFar : 'nobody')
}

/** "Sankt Augustin", "Velika Gorica": a saint or an adjective, and the word behind it, are a place unless a family name follows. */
function withoutPlaces(candidates: readonly Candidate[]): readonly Candidate[] {
  const places = new Set<number>()
  candidates.forEach((word, index) => {
    const prefix = word.isCapital ? placePrefixOf(word.lower) : undefined
    const next = candidates[index + 1]
    if (prefix === undefined || next?.isCapital !== true || !/^(?: |-|\. ?|')$/.test(next.gap)) return
    const after = candidates[index + 2]
    const hasAfter = after?.isCapital === true && /^[ -]$/.test(after.gap)
    if ((isFamilyLike(next) && next.given === 'none') || (hasAfter && isFamilyLike(after))) return
    const isNamed = next.given !== 'none' && (word.isFamily || (hasAfter && after.ending !== 'none'))
    if (prefix === 'adjective' && isNamed) return
    places.add(index).add(index + 1)
    if (hasAfter && prefix === 'saint') places.add(index + 2)
  })
  return places.size === 0
    ? candidates
    : candidates.map((word, index) => (places.has(index) ? { ...word, isOther: true } : word))
}

/** A frequent family name, or a word with the ending of one. */
export function isFamilyLike({ isFamily, ending, key }: Candidate): boolean {
  return isFamily || ending === 'strong' || isSlavicFamily(key)
}

/** Endings of Slavic family names that adjectives seldom have. */
export function isSlavicFamily(key: string): boolean {
  return key.length > 5 && /(?:ov|ova|ev|eva|enko|vic|zic|kic|gic)$/.test(key)
}

function indexesOf(terms: Reading['terms'], kinds: readonly TermKind[]): ReadonlySet<number> {
  const indexes = new Set<number>()
  for (const kind of kinds) {
    for (const { from, to } of terms.of(kind)) for (let index = from; index < to; index += 1) indexes.add(index)
  }
  return indexes
}

/** Nothing speaks for a name, or something against it. */
export function isNoName(word: Candidate): boolean {
  if (word.isOther || word.isInitial) return true
  const isUnknown = word.given === 'none' && !word.isFamily && word.ending !== 'strong'
  return isUnknown && (word.text.length < 2 || (word.isUpper && word.text.length < 7))
}
