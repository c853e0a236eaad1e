import { ESLint } from 'eslint'
import t from 'tap'
import tseslint from 'typescript-eslint'

interface Ban {
  readonly name: string
  readonly file: string
  readonly code: string
  /** The rule that must fire, and it alone; undefined where the code is allowed. */
  readonly rule: string | undefined
}

const globals = 'no-restricted-globals'
const properties = 'no-restricted-properties'
const imports = 'no-restricted-imports'
const syntax = 'no-restricted-syntax'

const now = 'export const now = (): number => Date.now()'
const fetched = "export const load = (): unknown => fetch('https://example.com')"
const argv = 'export const program = (): string | undefined => process.argv[1]'
const env = "export const home = (): string | undefined => process.env['HOME']"
const printed = "export const greet = (): void => console.log('ready')"
const later = 'export async function later(): Promise<number> {\n  return 1\n}'
const exampleKeys = 'export const options = { allowExampleKeys: true }'
const lines = (count: number): string => 'export const value = 1\n'.repeat(count).replaceAll('\n', '\n\n').slice(0, -1)

const bans: readonly Ban[] = [
  { name: 'Date outside base', file: 'src/inbound/a.ts', code: now, rule: globals },
  { name: 'Date in commands', file: 'src/cli/a.ts', code: now, rule: globals },
  { name: 'Date in config', file: 'src/config/a.ts', code: now, rule: globals },
  { name: 'Date in main.ts', file: 'src/main.ts', code: now, rule: globals },
  { name: 'Date in a pure folder', file: 'src/policy/a.ts', code: now, rule: globals },
  { name: 'Date in base', file: 'src/base/a.ts', code: now, rule: undefined },
  {
    name: 'performance outside base',
    file: 'src/http/a.ts',
    code: 'export const at = performance.now()',
    rule: globals,
  },
  { name: 'setTimeout', file: 'src/outbound/a.ts', code: 'export const timer = setTimeout(String, 1)', rule: globals },
  {
    name: 'setInterval',
    file: 'src/outbound/a.ts',
    code: 'export const timer = setInterval(String, 1)',
    rule: globals,
  },
  {
    name: 'timers as a module',
    file: 'src/outbound/a.ts',
    code: "import { setTimeout } from 'node:timers/promises'\nexport const pause = setTimeout",
    rule: imports,
  },
  {
    name: 'AbortSignal.timeout',
    file: 'src/transport/a.ts',
    code: 'export const signal = AbortSignal.timeout(1)',
    rule: properties,
  },
  { name: 'Math.random', file: 'src/outbound/retry.ts', code: 'export const jitter = Math.random()', rule: properties },
  { name: 'crypto.randomUUID', file: 'src/cli/a.ts', code: 'export const id = crypto.randomUUID()', rule: properties },
  {
    name: 'randomUUID as an import',
    file: 'src/inbound/a.ts',
    code: "import { randomUUID } from 'node:crypto'\nexport const id = randomUUID",
    rule: imports,
  },
  {
    name: 'randomBytes as an import',
    file: 'src/crypto/a.ts',
    code: "import { randomBytes } from 'node:crypto'\nexport const bytes = randomBytes",
    rule: imports,
  },
  {
    name: 'randomBytes in base',
    file: 'src/base/a.ts',
    code: "import { randomBytes } from 'node:crypto'\nexport const bytes = randomBytes",
    rule: undefined,
  },
  { name: 'process in a layer', file: 'src/http/a.ts', code: argv, rule: globals },
  { name: 'process in node.ts', file: 'src/node.ts', code: argv, rule: globals },
  {
    name: 'process as an import',
    file: 'src/http/a.ts',
    code: "import { argv } from 'node:process'\nexport const program = argv[1]",
    rule: imports,
  },
  { name: 'process in commands', file: 'src/cli/a.ts', code: argv, rule: undefined },
  { name: 'process in main.ts', file: 'src/main.ts', code: argv, rule: undefined },
  { name: 'process in config', file: 'src/config/a.ts', code: argv, rule: undefined },
  { name: 'process.env in main.ts', file: 'src/main.ts', code: env, rule: properties },
  { name: 'process.env in base', file: 'src/base/a.ts', code: env, rule: properties },
  { name: 'process.env in config', file: 'src/config/a.ts', code: env, rule: undefined },
  { name: 'process.env in commands', file: 'src/cli/a.ts', code: env, rule: undefined },
  { name: 'fetch in the transport', file: 'src/transport/a.ts', code: fetched, rule: globals },
  { name: 'fetch in base', file: 'src/base/a.ts', code: fetched, rule: globals },
  { name: 'fetch in commands', file: 'src/cli/a.ts', code: fetched, rule: globals },
  {
    name: 'a ban evaded through globalThis',
    file: 'src/cli/a.ts',
    code: "export const load = (): unknown => globalThis.fetch('https://example.com')",
    rule: syntax,
  },
  { name: 'console outside commands', file: 'src/main.ts', code: printed, rule: 'no-console' },
  { name: 'console in commands', file: 'src/cli/a.ts', code: printed, rule: undefined },
  { name: 'async in referral', file: 'src/referral/a.ts', code: later, rule: syntax },
  { name: 'async in policy', file: 'src/policy/a.ts', code: later, rule: syntax },
  { name: 'async in the log tree', file: 'src/log/tree.ts', code: later, rule: syntax },
  { name: 'async in the log leaf', file: 'src/log/leaf.ts', code: later, rule: syntax },
  { name: 'async in the log proof', file: 'src/log/proof.ts', code: later, rule: syntax },
  { name: 'async in the directory merge', file: 'src/directory/merge.ts', code: later, rule: syntax },
  { name: 'async in retry', file: 'src/outbound/retry.ts', code: later, rule: syntax },
  { name: 'async in breaker', file: 'src/outbound/breaker.ts', code: later, rule: syntax },
  {
    name: 'a promise in a pure folder',
    file: 'src/referral/a.ts',
    code: 'export const later = (): unknown => Promise.resolve(1)',
    rule: syntax,
  },
  { name: 'async in a flow', file: 'src/outbound/worker.ts', code: later, rule: undefined },
  { name: 'example keys in a node', file: 'src/node.ts', code: exampleKeys, rule: syntax },
  { name: 'example keys in a command', file: 'src/cli/a.ts', code: exampleKeys, rule: syntax },
  { name: 'example keys in the demo', file: 'src/cli/demo/a.ts', code: exampleKeys, rule: undefined },
  { name: 'an enum', file: 'src/wire/a.ts', code: "export enum Verdict { Accepted = 'accepted' }", rule: syntax },
  { name: 'a barrel', file: 'src/wire/a.ts', code: "export * from './b.js'", rule: syntax },
  { name: 'inheritance', file: 'src/http/a.ts', code: 'export class Late extends Error {}', rule: syntax },
  { name: 'module state', file: 'src/http/a.ts', code: 'export let count = 0\ncount += 1', rule: syntax },
  {
    name: 'a default export',
    file: 'src/http/a.ts',
    code: 'const a = 1\nexport default a',
    rule: 'no-restricted-exports',
  },
  {
    name: 'a default export by name',
    file: 'test/unit/a.ts',
    code: 'const a = 1\nexport { a as default }',
    rule: 'no-restricted-exports',
  },
  { name: '301 lines, blank ones included', file: 'src/http/a.ts', code: lines(151), rule: 'max-lines' },
]

/** Type-aware rules need a file of the program; each text costs a program, so there are two. */
const typed = [
  {
    file: 'src/base/ids.ts',
    code: `import { Random } from './random.js'
export const sizes: any = []
export function run(work: () => Promise<void>, random: Random): number {
  work()
  return random.fraction()
}
export function isFirst(name: 'a' | 'b'): boolean {
  switch (name) {
    case 'a':
      return true
  }
  return false
}`,
    rules: [
      '@typescript-eslint/consistent-type-imports',
      '@typescript-eslint/no-explicit-any',
      '@typescript-eslint/no-floating-promises',
      '@typescript-eslint/switch-exhaustiveness-check',
    ],
  },
  {
    // A sub-test need not be awaited, what a test calls must be.
    file: 'test/unit/base/ids.test.ts',
    code: `import t from 'tap'
t.test('a name', async (t) => {
  t.ok(1)
})
export function run(work: () => Promise<void>): void {
  work()
}`,
    rules: ['@typescript-eslint/no-floating-promises'],
  },
]

async function fired(eslint: ESLint, { code, file }: Pick<Ban, 'code' | 'file'>): Promise<readonly (string | null)[]> {
  const results = await eslint.lintText(`${code}\n`, { filePath: file })
  return [...new Set(results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId)))]
}

t.test('every ban fires where it must and nowhere else', async (t) => {
  const untyped = { ...tseslint.configs.disableTypeChecked, files: ['**/*.ts'] } as const
  const eslint = new ESLint({ overrideConfig: [untyped as never] })
  for (const ban of bans) t.strictSame(await fired(eslint, ban), ban.rule === undefined ? [] : [ban.rule], ban.name)
})

t.test('every type-aware rule fires', async (t) => {
  const eslint = new ESLint()
  for (const { rules, ...fixture } of typed)
    t.strictSame([...(await fired(eslint, fixture))].sort(), rules, fixture.file)
})
