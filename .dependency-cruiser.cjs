// The layers of src/, one line a folder: the local folders it may import, the packages it owns, the core modules it needs.
// test/rules/layers.test.ts holds a failing fixture for every rule that is made here.

const storePort = [
  'store/port.ts',
  'store/rows.ts',
  'store/batch.ts',
  'store/erasure-rows.ts',
  'store/case-rows.ts',
  'store/clock-rows.ts',
]
const flow = [
  'base',
  'wire',
  'crypto',
  'referral',
  'policy',
  ...storePort,
  'threads',
  'agreements',
  'directory',
  'log',
  'transport/port.ts',
]

const layers = {
  base: { local: [], npm: ['pino'], core: ['crypto'] },
  wire: { local: ['base'], npm: ['ajv/dist/runtime', 'canonicalize'] },
  crypto: { local: ['base', 'wire'], npm: ['jose', '@noble/curves'], core: ['crypto'] },
  labels: { local: ['base', 'wire'] },
  referral: { local: ['base', 'wire'] },
  sop: { local: ['base', 'wire'] },
  policy: { local: ['base', 'wire', 'referral'], npm: ['ibantools', 'libphonenumber-js', 'stdnum'] },
  'store/sql': { local: ['base', 'wire', ...storePort], npm: ['kysely'] },
  'store/sqlite': {
    local: ['base', 'wire', ...storePort, 'store/sql', 'crypto/key-rows.ts'],
    npm: ['kysely', 'better-sqlite3'],
    core: ['fs', 'fs/promises', 'path'],
  },
  transport: { local: ['base'], npm: ['undici'], core: ['net', 'dns', 'dns/promises', 'tls'] },
  agreements: { local: ['base', 'wire', 'crypto', 'referral', ...storePort, 'threads'] },
  directory: { local: ['base', 'wire', 'crypto', 'referral', ...storePort, 'agreements', 'transport/port.ts'] },
  log: { local: ['base', 'wire', 'crypto'], core: ['crypto'] },
  threads: { local: ['base', 'wire', 'crypto', 'referral', 'policy', ...storePort] },
  inbound: { local: flow },
  outbound: { local: flow },
  cases: { local: ['base', 'wire', 'crypto', 'referral', 'policy', 'sop', 'log', ...storePort, 'threads'] },
  stats: { local: ['base', 'wire', ...storePort] },
  console: { local: ['base', 'wire', 'referral'] },
  http: {
    local: [
      'base',
      'wire',
      'referral',
      'inbound',
      'outbound',
      'directory',
      ...storePort,
      'threads',
      'agreements',
      'cases',
      'console',
      'config',
      'crypto/key-store.ts',
    ],
    npm: ['fastify', 'fastify-plugin', '@fastify/[^/]+'],
  },
  config: { local: ['base', 'wire'], core: ['fs', 'fs/promises', 'path'] },
}

const packageTypes = ['npm', 'npm-dev', 'npm-peer', 'npm-optional', 'npm-bundled', 'npm-no-pkg', 'npm-unknown']
const anyOf = (paths) => paths.map((path) => path.replaceAll('.', '\\.')).join('|')
const only = (to, pathNot, allowed) => (allowed.length > 0 ? { ...to, pathNot: pathNot(allowed.join('|')) } : to)
const packagesOf = (names) =>
  only({ dependencyTypes: packageTypes }, (all) => `node_modules/(?:@types/)?(?:${all})(?:/|$)`, names)
const coreOf = (names) =>
  only({ dependencyTypes: ['core'], dependencyTypesNot: ['type-only'] }, (all) => `^(?:node:)?(?:${all})$`, names)

const layerRules = Object.entries(layers).flatMap(([name, { local, npm = [], core = [] }]) => {
  const from = { path: `^src/${name}/` }
  return [
    {
      name: `${name}-local`,
      severity: 'error',
      from,
      to: { path: '^src/', pathNot: `^src/(?:${anyOf([name, ...local])})(?:/|$)` },
    },
    { name: `${name}-packages`, severity: 'error', from, to: packagesOf(npm) },
    { name: `${name}-core`, severity: 'error', from, to: coreOf(core) },
  ]
})

const storePortFrom = { path: '^src/store/[^/]+\\.ts$' }
const rootFrom = { path: '^src/(?:cli/|[^/]+\\.ts$)' }

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: '^src/main\\.ts$' }, to: {} },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-packages',
      comment: 'What runs on a node comes with npm ci --omit=dev.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'known-folders-only',
      severity: 'error',
      from: {},
      to: {
        path: '^src/[^/]+/',
        pathNot: `^src/(?:${anyOf([...Object.keys(layers), 'cli'])})/|^src/store/[^/]+\\.ts$`,
      },
    },
    {
      name: 'known-roots-only',
      severity: 'error',
      from: {},
      to: { path: '^src/[^/]+$', pathNot: '^src/(?:node|node-options|main)\\.ts$' },
    },
    {
      name: 'src-stays-in-src',
      comment: 'Schemas, protocol documents and tests reach the program as generated code or not at all.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(?:test|federation|schemas)/' },
    },
    {
      name: 'example-keys-in-demo-only',
      comment: 'Their private halves are public.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/demo/' },
      to: { path: '^(?:keys\\.example/|src/crypto/example-seeds\\.ts$)' },
    },
    {
      name: 'store-port-local',
      severity: 'error',
      from: storePortFrom,
      to: { path: '^src/', pathNot: '^src/(?:base|wire|referral)/|^src/store/[^/]+\\.ts$' },
    },
    { name: 'store-port-packages', severity: 'error', from: storePortFrom, to: packagesOf([]) },
    { name: 'store-port-core', severity: 'error', from: storePortFrom, to: coreOf([]) },
    {
      name: 'store-port-referral-types-only',
      severity: 'error',
      from: storePortFrom,
      to: { path: '^src/referral/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'vault-stays-here',
      comment:
        'Identity data has one way in and out: its own routes of the local API. Nothing that sends can reach it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(?:cases/vault[^/]*|http/api/vault-routes)\\.ts$' },
      to: { path: '^src/cases/vault' },
    },
    {
      name: 'http-types-only',
      comment: 'Routes hand keys and settings on; they do not open or read them.',
      severity: 'error',
      from: { path: '^src/http/' },
      to: { path: '^src/(?:config|crypto)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'root-packages',
      comment: 'The composition root and the commands wire adapters; a library of a layer stays behind that layer.',
      severity: 'error',
      from: rootFrom,
      to: packagesOf(['commander', '@clack/prompts', 'close-with-grace', 'pino']),
    },
    ...layerRules,
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
}
