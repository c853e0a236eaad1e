import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { needsExplanation } from '../../src/policy/country-protection.js'
import { rulesetVersion } from '../../src/policy/identity/ruleset.js'
import { retryTable } from '../../src/outbound/retry.js'
import { answerBuckets, eventBuckets } from '../../src/wire/limits.js'
import { protocolTables } from '../codegen/protocol-tables.js'
import { readSchemaJson, repository } from '../codegen/schema-files.js'
import { vectorFolder } from './write-vectors.js'

const page = readFileSync(path.join(repository, 'federation', 'PROTOCOL.md'), 'utf8')

/** The cells of every table row of one section, without the marks of code. */
function rowsOf(section: string): readonly (readonly string[])[] {
  const [, text = ''] = page.split(`### ${section}`)
  return cellsOf(text.split(/\n##/)[0] ?? '')
}

function cellsOf(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.slice(1, -1).split(/(?<!\\)\|/))
    .map((cells) => cells.map((cell) => cell.replaceAll(/[`\\]/g, '').trim()))
}

t.test('the tables of PROTOCOL.md that repeat the program are as the program has them', (t) => {
  for (const [name, write] of Object.entries(protocolTables)) {
    const [, after = ''] = page.split(`<!-- ${name}:begin -->`)
    const [text = ''] = after.split(`<!-- ${name}:end -->`)
    const [, , ...expected] = cellsOf(write())
    t.ok(expected.length > 0, name)
    t.strictSame(cellsOf(text).slice(2), expected, `${name}: npx tsx test/codegen/generate.ts`)
  }
  t.match(page, rulesetVersion)
  t.end()
})

t.test('PROTOCOL 5.3 names every country with the protection of data of the Union', (t) => {
  const [, rule = ''] = page.split('### 5.3')
  const [text = ''] = rule.split('### 5.4')
  const all = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].flatMap((first, _, letters) => letters.map((second) => first + second))
  const named = text.match(/\b[A-Z]{2}\b/g) ?? []
  t.strictSame(
    [...new Set(named)].sort(),
    all.filter((country) => needsExplanation(country, 'QQ')),
  )
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
