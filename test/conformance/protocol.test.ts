import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { requiredPurposes } from '../../src/policy/required-purposes.js'
import { identityRules, rulesetVersion } from '../../src/policy/identity-rules.js'
import { states, transitionTable } from '../../src/referral/transition-table.js'
import { retryTable } from '../../src/outbound/retry.js'
import { answerBuckets, eventBuckets } from '../../src/wire/limits.js'
import { readSchemaJson, repository } from '../codegen/schema-files.js'
import { vectorFolder } from './write-vectors.js'

const page = readFileSync(path.join(repository, 'federation', 'PROTOCOL.md'), 'utf8')

/** The cells of every table row of one section, without the marks of code. */
function rowsOf(section: string): readonly (readonly string[])[] {
  const [, text = ''] = page.split(`### ${section}`)
  const [body = ''] = text.split(/\n##/)
  return body
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.slice(1, -1).split('|'))
    .map((cells) => cells.map((cell) => cell.replaceAll('`', '').trim()))
}

t.test('the transition table and the states of PROTOCOL 4.5 are those of the program', (t) => {
  const effects = { endsGrant: 'ends the grant', narrowsGrant: 'narrows the grant' }
  const transitions = transitionTable.map(({ event, scopes = [], from, to, by, rank, effect }) => [
    event,
    scopes.join(', '),
    from.join(', '),
    to,
    by,
    String(rank),
    effect === undefined ? '' : effects[effect],
  ])
  const facts = Object.entries(states).map(([state, { isFinal, fhirStatus, businessStatus }]) => [
    state,
    isFinal ? 'yes' : 'no',
    fhirStatus,
    businessStatus ?? '',
  ])
  const isContent = ([first = '']: readonly string[]): boolean =>
    /^[a-zA-Z.]+$/.test(first) && first !== 'event' && first !== 'state'
  t.strictSame(rowsOf('4.5').filter(isContent), [...transitions, ...facts])
  t.end()
})

t.test('the purposes of PROTOCOL 5.4 and the rules of 5.6 are those of the program', (t) => {
  const purposes = Object.entries(requiredPurposes).map(([type, one]) => [type, one.join(', ')])
  t.strictSame(rowsOf('5.4').slice(2), purposes)
  t.strictSame(
    rowsOf('5.6')
      .slice(2)
      .map(([rule]) => rule),
    [...new Set(identityRules.map(({ rule }) => rule))],
  )
  t.match(page, rulesetVersion)
  t.end()
})

t.test('buckets and waits of PROTOCOL 2.5 and 9.2 are those of the program', (t) => {
  const sizes = eventBuckets.map((size) => size.toLocaleString('en')).join(' · ')
  t.strictSame(
    rowsOf('2.5')
      .slice(2)
      .map(([, text]) => text),
    [sizes, `${answerBuckets[0].toLocaleString('en')} and those of events`],
  )
  const [, , quick] = rowsOf('9.2')
  t.equal(quick?.[1], retryTable.quickMs.map((ms) => `${ms / 1000} s`).join(', '))
  t.end()
})

t.test('PROTOCOL 4.7 names every code that an event can be refused with', (t) => {
  const { codes } = readSchemaJson<{ codes: Record<string, { surface: readonly string[] }> }>('problem-codes.json')
  const [, rules = ''] = page.split('## 3 Receipts')
  const unnamed = Object.entries(codes)
    .filter(([, { surface }]) => surface.includes('receipt'))
    .map(([code]) => code)
    .filter((code) => !rules.split('## Appendix')[0]?.includes(`\`${code}\``))
  t.strictSame(unnamed, [])
  t.end()
})

t.test('the bytes of the example are bytes of the vectors, and every link leads somewhere', (t) => {
  const vectors = readdirSync(vectorFolder)
    .map((file) => readFileSync(path.join(vectorFolder, file), 'utf8'))
    .join('\n')
  const decoded = vectors.replace(
    /eyJ[A-Za-z0-9_-]+/g,
    (text) => `${text} ${Buffer.from(text, 'base64url').toString()}`,
  )
  const [, example = ''] = page.split('## 0 One referral travels')
  const texts = (example.split('## 1 Node')[0] ?? '').match(/[A-Za-z0-9_-]{22,}/g) ?? []
  t.ok(texts.length > 20)
  t.strictSame(
    texts.filter((text) => !decoded.includes(text)),
    [],
  )
  for (const [, target = ''] of page.matchAll(/\]\(([^)#]+)\)/g)) {
    t.ok(existsSync(path.join(repository, 'federation', target)), target)
  }
  t.end()
})
