/**
 * Letters and digits that a reader takes for one another, each group under its first character. Cyrillic and Greek by
 * look, lower case; digits by the letter that they stand for in a forged name (Unicode UTS 39, the part that offices of
 * our languages can meet).
 */
const groups: readonly string[] = [
  'aаα4',
  'bьЬвβъ',
  'cсς',
  'dԁ',
  'eеєε3',
  'fғ',
  'gԍ9',
  'hһнη',
  'iіїιlӏ1|jј!',
  'kкκ',
  'mм',
  'nпиπ',
  'oоοσ0өø',
  'pрρ',
  'qԛ',
  'rгř',
  'sѕ5$',
  'tтτ7',
  'uυцμ',
  'vνѵ',
  'wѡωшԝ',
  'xхχ',
  'yуγў',
  'zζ2',
  'з',
]

/** Letters whose stroke is part of the letter, so that taking marks off does not reach them. */
const strokes: Readonly<Record<string, string>> = { đ: 'd', ħ: 'h', ı: 'i', ł: 'l', ŧ: 't', æ: 'ae', œ: 'oe', ß: 'ss' }

/**
 * A name without what a reader may overlook: case, marks, invisible characters, blanks and punctuation, and which of the
 * look-alike letters stands there (security list F-06). Only for comparing; two names with one skeleton look alike.
 */
export function skeletonOf(name: string): string {
  const representative = new Map(groups.flatMap((group) => [...group].map((one) => [one, group.charAt(0)] as const)))
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
  const letters = [...plain]
    .map((character) => strokes[character] ?? character)
    .join('')
    // Two letters that run into one another when they are printed small.
    .replace(/rn/g, 'm')
    .replace(/vv/g, 'w')
  return [...letters]
    .map((character) => representative.get(character) ?? character)
    .filter((character) => /[\p{L}\p{N}]/u.test(character))
    .join('')
}

/** Whether a reader could take one name for the other: skeletons that differ by at most one character. */
export function looksAlike(one: string, other: string): boolean {
  return isWithinOneEdit([...skeletonOf(one)], [...skeletonOf(other)])
}

/** One character more, less or different. */
function isWithinOneEdit(a: readonly string[], b: readonly string[]): boolean {
  if (a.length > b.length) return isWithinOneEdit(b, a)
  if (b.length - a.length > 1) return false
  const differs = b.findIndex((character, index) => a[index] !== character)
  if (differs < 0) return true
  const rest = (from: readonly string[], at: number): string => from.slice(at).join('')
  const isLonger = b.length > a.length
  return rest(b, differs + 1) === rest(a, isLonger ? differs : differs + 1)
}
