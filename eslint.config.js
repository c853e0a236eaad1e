// What a dependency graph cannot see: time, chance, network and process come in as arguments (architecture, decision 4),
// pure folders stay synchronous, promises are awaited. test/rules/layers.test.ts shows each ban failing.
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

const pureFiles = [
  'src/referral/**/*.ts',
  'src/policy/**/*.ts',
  'src/log/{leaf,tree,proof}.ts',
  'src/directory/merge.ts',
  'src/outbound/{retry,breaker}.ts',
]

const byArgument = 'comes in as an argument (Clock, Timers, Random of src/base)'
const networkGlobals = ['fetch', 'WebSocket', 'EventSource'].map((name) => ({
  name,
  message: 'The way out is src/transport.',
}))
const timeGlobals = ['Date', 'performance', 'setTimeout', 'setInterval'].map((name) => ({
  name,
  message: `Time ${byArgument}.`,
}))
const processGlobal = { name: 'process', message: 'Only commands, main.ts and src/config see the process.' }

const chanceProperties = [
  { object: 'Math', property: 'random', message: `Randomness ${byArgument}.` },
  { object: 'crypto', property: 'randomUUID', message: `Randomness ${byArgument}.` },
  { object: 'crypto', property: 'getRandomValues', message: `Randomness ${byArgument}.` },
  { object: 'AbortSignal', property: 'timeout', message: `Time ${byArgument}.` },
]
const processEnv = { object: 'process', property: 'env', message: 'Settings come through src/config.' }

const chanceImports = ['node:crypto', 'crypto'].map((name) => ({
  name,
  importNames: ['randomUUID', 'randomBytes', 'randomInt', 'randomFill', 'randomFillSync', 'webcrypto'],
  message: `Randomness ${byArgument}.`,
}))
const timeImports = ['node:timers', 'node:timers/promises', 'node:perf_hooks'].map((name) => ({
  name,
  message: `Time ${byArgument}.`,
}))
const processImport = { name: 'node:process', message: 'Use the global, where it is allowed.' }

const shape = [
  { selector: 'TSEnumDeclaration', message: 'A union of literals instead of an enum.' },
  { selector: 'ExportAllDeclaration', message: 'No barrels: export by name, where it is defined.' },
  {
    selector: 'ClassDeclaration[superClass]:not([id.name="ExchangeError"])',
    message: 'No inheritance; ExchangeError is the one exception.',
  },
  {
    selector:
      'Program > VariableDeclaration[kind="let"], Program > ExportNamedDeclaration > VariableDeclaration[kind="let"]',
    message: 'No module state.',
  },
  {
    selector: 'MemberExpression[object.name="globalThis"]',
    message: 'Name the global itself, so that the bans on it apply.',
  },
]
const noExampleKeys = {
  selector: 'Property[key.name="allowExampleKeys"][value.value=true]',
  message: 'Only the demo turns example keys on.',
}
const noAsync = [
  ':function[async=true]',
  'AwaitExpression',
  'ForOfStatement[await=true]',
  'NewExpression[callee.name="Promise"]',
  'MemberExpression[object.name="Promise"]',
].map((selector) => ({ selector, message: 'This file is pure: no waiting.' }))

/** The three lists of bans, put together for one part of src/: a later block replaces an earlier one as a whole. */
function bans({ owns = [], extra = [noExampleKeys] }) {
  const time = owns.includes('time') ? [] : timeGlobals
  const chance = owns.includes('time') ? [] : chanceProperties
  const seesProcess = owns.includes('process') || owns.includes('time')
  const chanceAndTimeImports = owns.includes('time') ? [] : [...chanceImports, ...timeImports]
  return {
    'no-restricted-globals': ['error', ...networkGlobals, ...time, ...(seesProcess ? [] : [processGlobal])],
    'no-restricted-properties': ['error', ...chance, ...(owns.includes('env') ? [] : [processEnv])],
    'no-restricted-imports': ['error', { paths: [...chanceAndTimeImports, processImport] }],
    'no-restricted-syntax': ['error', ...shape, ...extra],
  }
}

const typeInformation = { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } }

const everywhere = {
  eqeqeq: 'error',
  'no-restricted-exports': [
    'error',
    { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true } },
  ],
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/no-import-type-side-effects': 'error',
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/no-empty-function': ['error', { allow: ['arrowFunctions', 'methods'] }],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
}

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', '.tap/', 'tmp/', 'src/*/generated/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['src/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: typeInformation,
    rules: {
      ...everywhere,
      ...bans({}),
      'max-lines': ['error', { max: 300 }],
      'no-console': 'error',
      'no-eval': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
      // Code points are what we want where we take a string apart.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/consistent-indexed-object-style': 'off',
    },
  },
  {
    // Kysely's builders are made to be taken apart.
    files: ['src/store/sql/**/*.ts'],
    rules: { '@typescript-eslint/unbound-method': 'off' },
  },
  { files: pureFiles, rules: bans({ extra: noAsync }) },
  { files: ['src/base/**/*.ts'], rules: bans({ owns: ['time'] }) },
  { files: ['src/config/**/*.ts'], rules: bans({ owns: ['process', 'env'] }) },
  { files: ['src/cli/**/*.ts'], rules: { ...bans({ owns: ['process', 'env'] }), 'no-console': 'off' } },
  { files: ['src/cli/demo/**/*.ts'], rules: bans({ owns: ['process', 'env'], extra: [] }) },
  { files: ['src/main.ts'], rules: bans({ owns: ['process'] }) },
  {
    // Promises must be awaited in tests as well; what a test reads back from JSON may stay loosely typed.
    files: ['test/**/*.ts', 'schemas/**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: typeInformation,
    rules: {
      ...everywhere,
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', package: '@tapjs/test', name: 'test' }] },
      ],
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
)
