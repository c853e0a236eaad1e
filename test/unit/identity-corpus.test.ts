import { readFileSync } from 'node:fs'
import t from 'tap'
import { findIdentityData } from '../../src/policy/identity/find-identity-data.js'

/** Texts that somebody wrote who has not read the rules; see test/corpus/identity/README.md. */
interface CorpusText {
  readonly id: string
  readonly text: string
}

interface IdentifyingText extends CorpusText {
  readonly class: string
  readonly start: number
  readonly end: number
}

// The files are our own: their shape is described beside them.
function linesOf<Line extends CorpusText>(name: string): readonly Line[] {
  const file = new URL(`../corpus/identity/${name}.jsonl`, import.meta.url)
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

/** Where a rule of level deny finds something. */
function deniedIn(text: string): readonly { readonly rule: string; readonly start: number; readonly end: number }[] {
  return findIdentityData(text).filter(({ level }) => level === 'deny')
}

const isFound = ({ text, start, end }: IdentifyingText): boolean =>
  deniedIn(text).some((finding) => finding.start < end && finding.end > start)

t.test('of identifying texts by a stranger, 98 in 100 are denied, and 80 in 100 names', (t) => {
  const texts = linesOf<IdentifyingText>('positives')
  const found = new Set(texts.filter(isFound))
  const countOf = (some: readonly IdentifyingText[]): number => some.filter((one) => found.has(one)).length
  const recallOf = (some: readonly IdentifyingText[]): number => countOf(some) / some.length
  for (const kind of new Set(texts.map((one) => one.class))) {
    const ofKind = texts.filter((one) => one.class === kind)
    t.comment(`${kind}: ${countOf(ofKind)} of ${ofKind.length}`)
  }
  const names = texts.filter((one) => one.class === 'name')
  const others = texts.filter((one) => one.class !== 'name')
  const missed = texts.filter((one) => !found.has(one)).map(({ id }) => id)
  t.ok(recallOf(others) >= 0.98, `outside names ${recallOf(others).toFixed(4)}; missed: ${missed.join(' ')}`)
  t.ok(recallOf(names) >= 0.8, `names ${recallOf(names).toFixed(4)}`)
  t.end()
})

for (const name of ['negatives', 'warns']) {
  t.test(`no text of the ${name} by a stranger is denied`, (t) => {
    const texts = linesOf<CorpusText>(name)
    const denied = texts.flatMap(({ id, text }) => deniedIn(text).map(({ rule }) => `${id} ${rule}`))
    const told = texts.filter(({ text }) => findIdentityData(text).length > 0).length
    t.comment(`${name}: ${told} of ${texts.length} have a finding, ${denied.length} of level deny`)
    t.strictSame(denied, [])
    t.end()
  })
}
