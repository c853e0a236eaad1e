import type { Hit } from '../identity-rule.js'
import type { Place } from '../place.js'
import { carriesPersonsName, followsPersonsName } from '../names/place-prefixes.js'
import { isNewSentence, type Word } from '../split-words.js'
import { isWestAfricanFamily } from '../names/surname-endings.js'
import { isFamilyLike, isSlavicFamily, type Candidate } from './name-candidates.js'

/** Family names that are words: an unknown word before them makes no name. */
const familyWords = new Set(
  'white green brown black young walker wright cooper turner taylor smith baker carter clark moore kings woods hills villa santos blanco fuentes nieto costa rocha campos reyes flores torres castillo guerrero conte leone gallo serra testa guerra barone martin bruno romano greco marino klein gross sommer winter engel brandt bauer becker fuchs vogel kaiser richter schwarz braun petit blanc robin strand linden prins laine niemi demir gunes kaplan bulut islam miller marine marin lange weber wagner lopez berger thomas robert richard simon vincent david lambert francois nicolas mathieu clement gautier roger roche lucas meunier colas bernard gerard denis orosz magyar boros hidalgo navarro santiago caballero prieto moreno medina molina cortes marquez pascual herrero montero crespo rivera velasco parra monteiro cardoso neves coelho cunha ramos matos machado castro lima guerreiro pinheiro miranda barros nogueira souza urban polak malina kania baran sikora'.split(
    ' ',
  ),
)
/** Family names that stand first: Hungarian, Chinese and Vietnamese, in the form of `nameKey`. */
const familyFirst = new Set(
  'horvat kovacs tot varga molnar nemet balogh balog papp takacs juhasz lakatos racz silagi szilagi szucs orsos pinter fodor szalai sipos lukacs gulias szabo meszaros zang vang liu cen zao huang zou ziang zeng liang xie ksie zhu zu guo luo kuo deng feng peng ksiao tian iuan nguien tran fam hoang fan vu dang bui duong huinh trinh'.split(
    ' ',
  ),
)
const particles = new Set(
  'de van von der den di da dos das del della degli bin bint ten ter af av zu y e d la le'.split(' '),
)
/** Names that stand beside each other, whatever is around them. */
export function findSequences(candidates: readonly Candidate[]): readonly Hit[] {
  return [...sequences(candidates), ...lowerCasePairs(candidates), ...withParticles(candidates)]
}

/** Runs of words with capitals. */
function sequences(candidates: readonly Candidate[]): readonly Hit[] {
  const hits: Hit[] = []
  let from = 0
  while (from < candidates.length) {
    let to = from + 1
    if (candidates[from]?.isCapital === true) {
      while (continuesName(candidates, to)) to += 1
      const behind = candidates[to]
      hits.push(...hitsOfSequence(candidates.slice(from, to), behind?.isCapital === true ? undefined : behind))
    }
    from = to
  }
  return hits
}

function hitsOfSequence(words: readonly Candidate[], behind: Candidate | undefined): readonly Hit[] {
  const hasOther = words.some(({ isOther }) => isOther)
  return words.flatMap((word, index) => {
    const next = words[index + 1]
    const verdict = next === undefined ? undefined : pairVerdict(word, next, words[index + 2] ?? behind)
    if (next !== undefined && verdict !== undefined) return [hitOf(verdict, [word, next])]
    if (word.isInitial || hasOther) return []
    if (word.given === 'listed' && word.lower.length > 2) return [hitOf('given-name', [word])]
    return word.ending === 'strong' && word.given !== 'ordinary' ? [hitOf('surname', [word])] : []
  })
}

function pairVerdict(left: Candidate, right: Candidate, after: Candidate | undefined): string | undefined {
  if (left.isOther || right.isOther || (after?.isCapital === true && after.isInstitution)) return undefined
  // "Σχολείο Οδυσσέας Ελύτης": the school is no part of the name.
  if (left.given === 'none' && carriesPersonsName(left.lower) === 'somebody') return undefined
  if (left.isRelation && left.given !== 'listed' && left.given !== 'ordinary') return undefined
  // Over the end of a line both must be likely; over a comma the family name stands first.
  if (right.gap.includes('\n') && !isPairOverLines(left, right) && !isPairOverLines(right, left)) return undefined
  if (right.gap.includes(',') && !isReversed(left, right)) return undefined
  if (left.isInitial) {
    if (isFamily(right) || isSlavicFamily(right.key)) return 'name-full'
    return right.ending === 'possible' && !right.isUpper ? 'name-pair' : undefined
  }
  if (right.isInitial) return isGiven(left) || left.ending === 'strong' ? 'name-full' : undefined
  if (left.text.length < 2) return undefined
  if (isAcronym(left, right) !== isAcronym(right, left)) return undefined
  if (isNamedAfter(left, right, after) && (isGiven(left) || isGiven(right) || isFamily(right))) return 'name-pair'
  // Every case ending of every language makes a name of many a word: the other one must be likely as well.
  const isWeak = left.given === 'inflected' && right.ending === 'none' && !right.isFamily && right.given === 'none'
  if (isGiven(left) && right.text.length > 1) return isWeak && left.lower.length < 6 ? 'name-pair' : 'name-full'
  if (isGiven(right)) {
    const isSlavic = /(?:ov|ova|ev|eva|ski|ska|enko|ic)$/.test(left.key)
    if (isFamily(left) || isSlavic) return 'name-full'
    if (isNewSentence(left) || (left.start === 0 && left.ending === 'none')) return undefined
    return right.given === 'inflected' && left.given === 'none' ? 'name-pair' : 'name-full'
  }
  if (left.given === 'ordinary' && (isFamilyLike(right) || isWestAfricanFamily(right.key))) return 'name-full'
  if (familyFirst.has(left.key) && right.text.length > 2 && !right.isUpper) return 'name-full'
  if (right.given === 'ordinary' && left.given === 'none' && isSlavicFamily(left.key)) return 'name-full'
  if (left.text.length > 2 && right.ending === 'strong' && !isAcronym(left, right)) return 'name-full'
  const isRare = right.lower.length > 4 && !familyWords.has(right.lower)
  if (right.isFamily && isRare && !isNewSentence(left)) return 'name-full'
  return isFamily(right) || left.given === 'ordinary' ? 'name-pair' : undefined
}

function isGiven({ given, lower }: Candidate): boolean {
  return (given === 'listed' && lower.length > 2) || given === 'inflected'
}

function isFamily({ isFamily: isListed, ending }: Candidate): boolean {
  return isListed || ending === 'strong'
}

/** A few capitals; where the word beside it is written in small letters, even if they are a given name too: SIM, TUI. */
function isAcronym(word: Candidate, other: Candidate): boolean {
  if (!word.isUpper || word.text.length > 5 || isFamily(word)) return false
  return !isGiven(word) || (word.text.length < 4 && !other.isUpper && !isFamilyLike(other))
}

/** A school, an airport; with a programme or a house only where no family name follows, which may be of somebody in it. */
function isNamedAfter(left: Candidate, right: Candidate, after: Candidate | undefined): boolean {
  if (left.isNamedAfter === 'somebody') return true
  if (after?.gap === ' ' && followsPersonsName.test(after.lower)) return true
  return left.isNamedAfter === 'perhaps' && !isFamilyLike(right)
}

/** A given name at the end of a line, and what may be a family name on the next. */
function isPairOverLines(given: Candidate, family: Candidate): boolean {
  const isLikely = isFamilyLike(family) || (family.ending === 'possible' && family.lower.length > 4)
  if (given.given === 'listed' || given.given === 'inflected') return isLikely && family.given !== 'listed'
  return given.given === 'ordinary' && isFamilyLike(family)
}

/** "Popescu, Maria"; two given names with a comma are a list. */
function isReversed(left: Candidate, right: Candidate): boolean {
  const isGiven = right.given === 'listed' || right.given === 'inflected'
  if (isFamilyLike(left)) return isGiven || (right.given === 'ordinary' && left.given === 'none')
  return isGiven && left.given === 'none' && left.ending === 'possible' && !/[aeou]$/.test(left.lower)
}

/** A given and a family name, both in small letters, as people type on a telephone. */
function lowerCasePairs(candidates: readonly Candidate[]): readonly Hit[] {
  return candidates.flatMap((word, index) => {
    const next = candidates[index + 1]
    if (next === undefined || word.isCapital || next.isCapital || next.gap !== ' ') return []
    if (word.given !== 'listed' || word.isOther || word.lower.length < 3) return []
    const isFamily = (next.ending === 'strong' && next.lower.length > 6) || (next.isFamily && next.lower.length > 5)
    return isFamily && !next.isOther ? [hitOf('name-full', [word, next])] : []
  })
}

/** "Sanne de Vries": small words between a given name and another one. */
function withParticles(candidates: readonly Candidate[]): readonly Hit[] {
  return candidates.flatMap((word, index) => {
    if (word.given !== 'listed' || !word.isCapital || word.isOther || word.isNamedAfter !== 'nobody') return []
    let to = index + 1
    while (to < index + 4 && particles.has(candidates[to]?.text ?? '') && candidates[to]?.gap === ' ') to += 1
    const last = candidates[to]
    const isName = to > index + 1 && last?.isCapital === true && /^[ ']$/.test(last.gap) && !last.isOther
    return isName ? [hitOf('name-full', [word, last])] : []
  })
}

/** The words of a name that begins at an index: four at most. */
export function nameFrom(candidates: readonly Candidate[], from: number): readonly Word[] {
  let to = from + 1
  while (to < from + 4 && continuesName(candidates, to) && candidates[to]?.isOther === false) to += 1
  return candidates.slice(from, to)
}

function continuesName(candidates: readonly Candidate[], index: number): boolean {
  const word = candidates[index]
  if (word?.isCapital !== true) return false
  return isBeside(word) || (candidates[index - 1]?.isInitial === true && /^\. ?$/.test(word.gap))
}

function isBeside({ gap }: Word): boolean {
  return /^(?:[*_]{0,3} {1,2}[*_]{0,3}| ?\n| ?- ?|'|, ?\n?)$/.test(gap)
}

/** A hit from the first to the last of some words. */
export function hitOf(rule: string, words: readonly Place[]): Hit {
  return { rule, start: words[0]?.start ?? 0, end: words.at(-1)?.end ?? 0 }
}
