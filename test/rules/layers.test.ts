import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser'
import extractDepcruiseConfig from 'dependency-cruiser/config-utl/extract-depcruise-config'
import t from 'tap'

/** A rule, and the smallest tree that breaks it: file name to what it imports. Every file exports `value`. */
interface Fixture {
  readonly rule: string
  readonly files: Readonly<Record<string, readonly string[]>>
}

/** By layer: a local file, a package and a core module that it must not import. All three exist. */
const forbidden: Readonly<Record<string, readonly [local: string, npm: string, core: string]>> = {
  base: ['wire/target.ts', 'undici', 'node:fs'],
  wire: ['crypto/target.ts', 'ajv', 'node:crypto'],
  crypto: ['store/port.ts', 'undici', 'node:fs'],
  labels: ['policy/target.ts', 'ajv', 'node:fs'],
  referral: ['policy/target.ts', 'canonicalize', 'node:crypto'],
  sop: ['referral/target.ts', 'canonicalize', 'node:crypto'],
  policy: ['store/port.ts', 'ajv', 'node:fs'],
  'store/sql': ['store/sqlite/target.ts', 'better-sqlite3', 'node:fs'],
  'store/sqlite': ['crypto/target.ts', 'undici', 'node:http'],
  transport: ['wire/target.ts', 'fastify', 'node:fs'],
  agreements: ['directory/target.ts', 'jose', 'node:crypto'],
  directory: ['transport/target.ts', 'undici', 'node:dns'],
  log: ['store/port.ts', 'jose', 'node:fs'],
  threads: ['agreements/target.ts', 'jose', 'node:crypto'],
  inbound: ['outbound/target.ts', 'undici', 'node:fs'],
  outbound: ['transport/target.ts', 'undici', 'node:net'],
  cases: ['http/target.ts', 'kysely', 'node:fs'],
  stats: ['cases/target.ts', 'kysely', 'node:fs'],
  console: ['store/port.ts', 'fastify', 'node:fs'],
  http: ['stats/target.ts', 'jose', 'node:fs'],
  config: ['crypto/target.ts', 'commander', 'node:os'],
}

const layerFixtures = Object.entries(forbidden).flatMap(([layer, [local, npm, core]]): readonly Fixture[] => [
  { rule: `${layer}-local`, files: { [`src/${layer}/a.ts`]: [`src/${local}`] } },
  { rule: `${layer}-packages`, files: { [`src/${layer}/b.ts`]: [npm] } },
  { rule: `${layer}-core`, files: { [`src/${layer}/c.ts`]: [core] } },
])

const fixtures: readonly Fixture[] = [
  ...layerFixtures,
  { rule: 'no-circular', files: { 'src/log/left.ts': ['src/log/right.ts'], 'src/log/right.ts': ['src/log/left.ts'] } },
  { rule: 'no-orphans', files: { 'src/wire/alone.ts': [] } },
  { rule: 'no-unresolvable', files: { 'src/cli/lost.ts': ['src/cli/absent.ts'] } },
  { rule: 'no-dev-packages', files: { 'src/cli/dev.ts': ['close-with-grace'] } },
  { rule: 'known-folders-only', files: { 'src/cli/stray.ts': ['src/utils/target.ts'] } },
  { rule: 'known-roots-only', files: { 'src/cli/root.ts': ['src/app.ts'] } },
  { rule: 'src-stays-in-src', files: { 'src/cli/tested.ts': ['test/support/target.ts'] } },
  { rule: 'src-stays-in-src', files: { 'src/cli/protocol.ts': ['federation/target.ts'] } },
  { rule: 'src-stays-in-src', files: { 'src/cli/schema.ts': ['schemas/target.ts'] } },
  { rule: 'example-keys-in-demo-only', files: { 'src/cli/keys.ts': ['keys.example/north.json'] } },
  { rule: 'example-keys-in-demo-only', files: { 'src/cli/seeds.ts': ['src/crypto/example-seeds.ts'] } },
  { rule: 'store-port-local', files: { 'src/store/a.ts': ['src/crypto/target.ts'] } },
  { rule: 'store-port-packages', files: { 'src/store/b.ts': ['kysely'] } },
  { rule: 'store-port-core', files: { 'src/store/c.ts': ['node:fs'] } },
  { rule: 'store-port-referral-types-only', files: { 'src/store/d.ts': ['src/referral/target.ts'] } },
  { rule: 'vault-stays-here', files: { 'src/http/peer/a.ts': ['src/cases/vault.ts'] } },
  { rule: 'vault-stays-here', files: { 'src/http/api/case-routes.ts': ['src/cases/vault-hints.ts'] } },
  { rule: 'vault-stays-here', files: { 'src/cases/case-holders.ts': ['src/cases/vault.ts'] } },
  { rule: 'http-types-only', files: { 'src/http/d.ts': ['src/config/target.ts'] } },
  { rule: 'http-types-only', files: { 'src/http/e.ts': ['src/crypto/key-store.ts'] } },
  { rule: 'root-packages', files: { 'src/cli/wired.ts': ['undici'] } },
]

/** What a layer may do and a rule could easily forbid by mistake: no rule fires here. `type ` marks an `import type`. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'src/main.ts': ['src/node.ts'],
  'src/node.ts': ['src/store/sqlite/target.ts', 'src/transport/target.ts', 'pino'],
  'src/cli/demo/keys.ts': ['keys.example/north.json', 'src/crypto/example-seeds.ts', 'src/node.ts'],
  'src/wire/validators.ts': ['ajv/dist/runtime/equal.js', 'canonicalize'],
  'src/store/sqlite/key-rows.ts': ['src/crypto/key-rows.ts', 'better-sqlite3', 'kysely'],
  'src/policy/identity/numbers.ts': ['ibantools', 'libphonenumber-js/min', 'stdnum/lib/cjs/ro/cnp.js'],
  'src/outbound/worker.ts': ['src/store/port.ts', 'src/transport/port.ts', 'src/directory/target.ts'],
  'src/http/server.ts': [
    'fastify',
    '@fastify/jwt',
    'src/inbound/target.ts',
    'type src/config/target.ts',
    'type src/crypto/key-store.ts',
  ],
  'src/http/api/vault-routes.ts': ['src/cases/vault.ts'],
  'src/store/counts.ts': ['type src/referral/target.ts'],
  'src/directory/peer.ts': ['type node:crypto', 'src/crypto/target.ts'],
}

function importLine(from: string, imported: string): string {
  const [, type, to = ''] = /^(type )?(.+)$/.exec(imported) ?? []
  const clause = type === undefined ? 'import' : 'import type {} from'
  if (!/^(src|test|federation|schemas|keys\.example)\//.test(to)) return `${clause} '${to}'`
  const relative = path.posix.relative(path.posix.dirname(from), to).replace(/\.ts$/, '.js')
  return `${clause} '${relative.startsWith('.') ? relative : `./${relative}`}'`
}

function writeTree(dir: string): void {
  const files = new Map<string, readonly string[]>(Object.entries(allowed))
  for (const fixture of fixtures) for (const [file, imports] of Object.entries(fixture.files)) files.set(file, imports)
  const imported = [...files.values()].flat().map((to) => to.replace(/^type /, ''))
  for (const target of imported) {
    if (/^[^@]+\/.+\.ts$/.test(target) && !target.endsWith('/absent.ts') && !files.has(target)) files.set(target, [])
  }
  for (const [file, imports] of files) {
    mkdirSync(path.join(dir, path.dirname(file)), { recursive: true })
    const lines = [...imports.map((to) => importLine(file, to)), 'export const value = 1', '']
    writeFileSync(path.join(dir, file), lines.join('\n'))
  }
  mkdirSync(path.join(dir, 'keys.example'))
  writeFileSync(path.join(dir, 'keys.example/north.json'), '{}')
  const packages = imported.map((to) => /^(?:@[^/]+\/)?[^/]+/.exec(to)?.[0] ?? to)
  const named = packages.filter((name) => name !== 'close-with-grace').map((name) => [name, '*'])
  const manifest = { dependencies: Object.fromEntries(named), devDependencies: { 'close-with-grace': '*' } }
  writeFileSync(path.join(dir, 'package.json'), JSON.stringify(manifest))
}

t.test('every layer rule fires on its fixture, and no other rule does', async (t) => {
  const config = await extractDepcruiseConfig(path.resolve('.dependency-cruiser.cjs'))
  const rules = (config.forbidden ?? []).map(({ name }) => name ?? 'unnamed')
  t.strictSame([...new Set(fixtures.map(({ rule }) => rule))].sort(), [...rules].sort(), 'each rule has a fixture')

  const dir = t.testdir()
  writeTree(dir)
  const options: ICruiseOptions = { ...config.options, ruleSet: config, validate: true, baseDir: dir }
  const { output } = await cruise(['src'], options)
  const { violations } = (output as ICruiseResult).summary

  const fired = (files: readonly string[]): readonly string[] => [
    ...new Set(violations.filter(({ from }) => files.includes(from)).map(({ rule }) => rule.name)),
  ]
  for (const { rule, files } of fixtures) t.strictSame(fired(Object.keys(files)), [rule], rule)
  const expected = new Set(fixtures.flatMap(({ files }) => Object.keys(files)))
  t.strictSame(
    violations.filter(({ from }) => !expected.has(from)).map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`),
    [],
    'nothing fires on what is allowed',
  )
})
