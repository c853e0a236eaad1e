import type { Hit, IdentityRule, RuleClass } from '../identity-rule.js'
import type { Reading } from '../read-text.js'
import { isNewSentence, type Word } from '../split-words.js'
import type { FoundTerm, TermKind } from '../terms/find-terms.js'
import { disguisedNameAfter, namesInDisguise } from './disguised-names.js'
import { candidatesOf, isFamilyLike, isNoName, type Candidate } from './name-candidates.js'
import { findSequences, hitOf, nameFrom } from './name-sequences.js'

const rules: readonly IdentityRule[] = [
  {
    rule: 'name-context',
    level: 'deny',
    since: 2,
    finds: 'a name after words such as "her name is", in the same sentence',
  },
  { rule: 'name-title', level: 'deny', since: 2, finds: 'a name after a title such as Mrs, dna, g-đa, Frau' },
  {
    rule: 'name-relation',
    level: 'deny',
    since: 2,
    finds: 'a known given name after "sister", "lawyer", "victim" and the like',
  },
  { rule: 'name-full', level: 'deny', since: 2, finds: 'a known given name beside another name, or an initial' },
  { rule: 'letters-apart', level: 'warn', since: 2, finds: 'six letters and more one by one, which may be a name' },
  { rule: 'name-pair', level: 'warn', since: 2, finds: 'two words with capitals that may be a name' },
  { rule: 'given-name', level: 'warn', since: 2, finds: 'a known given name alone' },
  { rule: 'surname', level: 'warn', since: 2, finds: 'a word with the ending of family names' },
]

const abbreviations = new Set(
  'geb nom nome name naam ime име имя імя emri nimi namn navn meno adi vards aka'.split(' '),
)
const fillers = new Set(
  'is was е je jе e este es est ist era yra on ir er ar je bila era это є ειναι είναι var a to the са jest byla su saj ei i и її ее јој јој eius als zu von dela dele di lei lui jej jeji jeho jego njen njeno njezin ii i tij wird sie wurde hatte mi my της του'.split(
    ' ',
  ),
)
/** Abbreviations and words that are titles only with a point, or where the next word is known for a name. */
const unsureTitles = new Set(
  'me fr pr hr sr don dom pan pana pani panu pania ga hon rev madam lady doctor professor prof bay zoti ing g ama ur insp cpl mej menina signore p pane panem al adv адв av ra sn арх инж ms mx attorney sgt κα r на а na dl dra gca гца panie panna bayan inspector officer judge sergeant captain lieutenant colonel detective constable commissioner comisar inspektor sudija komesar advokat инспектор комисар капитан адвокат прокурор richter juge avocat avocatul rechter bey hakim juez juiz'.split(
    ' ',
  ),
)

/** With a capital, as in a nickname: El Gordo, Lo Zio. */
const articles = new Set('El La Lo Il Le O A Los Big Little Old'.split(' '))
const particles =
  /^(?:van|von|vom|zu|zur|de|di|da|do|dos|del|della|dello|dei|degli|du|des|der|den|la|las|los|le|el|al|o|d|ter|ten|ben|bin|bint|af|av)$/
const dutchTitle = /^(?:mevrouw|mevr|mw|meneer|dhr|juffrouw|mej)$/

export const nameRules: RuleClass = { rules, find: findNames }

function findNames(reading: Reading): readonly Hit[] {
  const words = candidatesOf(reading)
  return [
    ...afterContext(reading, words),
    ...beforeContext(reading, words),
    ...afterTitle(reading, words),
    ...afterRelation(reading, words),
    ...findSequences(words),
    ...namesInDisguise(reading.text),
  ]
}

/** A word after "her name is": any with a capital, or a known name without one. */
function afterContext({ terms, words, text }: Reading, candidates: readonly Candidate[]): readonly Hit[] {
  return terms.of('nameBefore').flatMap((term) => {
    const disguised = disguisedNameAfter(text, term.end)
    if (disguised.length > 0) return disguised
    const index = skipFillers(candidates, term.to, 3)
    const word = candidates[index]
    if (word === undefined || !isReachable(candidates, term.to, index, isAbbreviated(words, term))) return []
    const behindArticle = candidates[index + 1]
    if (articles.has(word.text) && behindArticle?.isCapital === true && behindArticle.gap === ' ')
      return isThing(terms.isBefore, words, term) ? [] : [hitOf('name-context', [word, behindArticle])]
    const isKnown = word.given === 'listed' || word.given === 'inflected' || word.isFamily || word.ending === 'strong'
    if (!word.isCapital) return word.given === 'listed' && word.lower.length > 2 ? [hitOf('name-context', [word])] : []
    if ((!isKnown || word.isUpper) && isThing(terms.isBefore, words, term)) return []
    if (!isKnown && isNoName(word)) return []
    return [hitOf('name-context', nameFrom(candidates, index))]
  })
}

/** A word before "adında", "nevű". */
function beforeContext({ terms }: Reading, candidates: readonly Candidate[]): readonly Hit[] {
  return terms.of('nameAfter').flatMap(({ from }) => {
    const word = candidates[from - 1]
    const next = candidates[from]
    if (word === undefined || next === undefined || !/^[ "'-]{1,3}$/.test(next.gap)) return []
    if (!word.isCapital || isNoName(word)) return []
    return word.given === 'none' && isNewSentence(word) ? [] : [hitOf('name-context', [word])]
  })
}

function afterTitle({ terms, text }: Reading, candidates: readonly Candidate[]): readonly Hit[] {
  return (['title', 'shortTitle'] as const).flatMap((kind) =>
    terms.of(kind).flatMap((term) => {
      const title = text.slice(term.start, term.end).toLowerCase()
      const { index, isCertain } = afterParticles(candidates, afterOffice(candidates, term.to), title)
      const word = candidates[index]
      if (word?.isCapital !== true || !/^[.]?[ \n]{0,2}["']?$/.test(word.gap) || isNoName(word)) return []
      if (candidates[term.from]?.isNamedAfter !== 'nobody') return []
      const hasPoint = text.charAt(term.end) === '.'
      const isKnown = word.given !== 'none' || word.isFamily || word.ending === 'strong'
      if (index > term.to && !isCertain && !isKnown) return []
      if (kind === 'shortTitle' && !(hasPoint && isKnown)) return []
      const isLikely = isKnown || (word.ending === 'possible' && word.lower.length > 5)
      if (unsureTitles.has(title) && !hasPoint && !isLikely) return []
      if (title === 'me' && candidates[term.from]?.isCapital !== true) return []
      return [hitOf('name-title', nameFrom(candidates, index))]
    }),
  )
}

/** "Herr Doktor Weber": the name stands behind the office. */
function afterOffice(candidates: readonly Candidate[], from: number): number {
  const isOffice = candidates[from]?.isOffice === true && isBesideTitle(candidates[from])
  return isOffice && candidates[from + 1]?.isCapital === true ? from + 1 : from
}

/** "Mevrouw Van der Linden": certain where the particle is one of names alone, or has a capital. */
function afterParticles(
  candidates: readonly Candidate[],
  from: number,
  title: string,
): { readonly index: number; readonly isCertain: boolean } {
  const first = candidates[from]
  let index = from
  for (; index < from + 3; index += 1) {
    const word = candidates[index]
    if (!particles.test(word?.lower ?? '') || !isBesideTitle(word)) break
  }
  if (index === from || first === undefined || candidates[index]?.isOther === true)
    return { index: from, isCertain: false }
  return { index, isCertain: first.isCapital || /^v[ao]n$/.test(first.lower) || dutchTitle.test(title) }
}

function isBesideTitle(word: Candidate | undefined): boolean {
  return word !== undefined && /^[.]?[ ']$/.test(word.gap)
}

function afterRelation({ terms }: Reading, candidates: readonly Candidate[]): readonly Hit[] {
  return terms.of('relation').flatMap((term) => {
    const index = skipFillers(candidates, term.to, 2, ['of', 'od', 'lui'])
    const word = candidates[index]
    if (word?.isCapital !== true || word.isOther || !isReachable(candidates, term.to, index, false)) return []
    const isKnown = word.given === 'listed' || (word.given === 'inflected' && word.lower.length > 4)
    const isNamed = word.given === 'ordinary' && index === term.to && word.gap === ' '
    const isFull = isKnown || isNamed || isApposition(candidates, index)
    return isFull ? [hitOf('name-relation', nameFrom(candidates, index))] : []
  })
}

/** "her mother, Stojna Velkova, ...": between commas, or with a family name. */
function isApposition(candidates: readonly Candidate[], from: number): boolean {
  const [given, family, after] = [candidates[from], candidates[from + 1], candidates[from + 2]]
  if (given === undefined || family === undefined || given.isInitial || given.isUpper) return false
  if (!family.isCapital || family.gap !== ' ' || family.isOther || family.isUpper || given.text.length < 3) return false
  if (isFamilyLike(family)) return true
  const isBetweenCommas = given.gap.endsWith(', ') && after?.gap === ', '
  return isBetweenCommas && family.ending === 'possible'
}

/** "the programme named ...", "das heißt": what is named is no person. */
function isThing(isBefore: Reading['terms']['isBefore'], words: readonly Word[], term: FoundTerm): boolean {
  const kinds: readonly TermKind[] = ['institution', 'venue', 'shelter']
  return (
    isBefore(term, kinds, 30) || ['das', 'file', 'brand', 'domain', 'user'].includes(words[term.from - 1]?.lower ?? '')
  )
}

function skipFillers(words: readonly Word[], from: number, atMost: number, more: readonly string[] = []): number {
  let index = from
  for (; index < from + atMost; index += 1) {
    const word = words[index]
    if (word === undefined || word.isCapital || !(fillers.has(word.lower) || more.includes(word.lower))) break
  }
  return index
}

/** Between a phrase and what it speaks of stands no end of a sentence, and not much at all. */
function isReachable(words: readonly Word[], from: number, to: number, mayHavePoint: boolean): boolean {
  for (let index = from; index <= to; index += 1) {
    const gap = words[index]?.gap ?? ''
    if (gap.length > 5 || /[!?;)\]]|[0-9]/.test(gap) || (gap.includes('.') && !(mayHavePoint && index === from)))
      return false
  }
  return true
}

function isAbbreviated(words: readonly Word[], { from, to }: FoundTerm): boolean {
  return to - from === 1 && abbreviations.has(words[from]?.lower ?? '')
}
