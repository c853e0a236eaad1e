import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { inspect } from 'node:util'
import t, { type Test as TapTest } from 'tap'
import { configVariables, pointerOfVariable } from '../../src/config/config-variables.js'
import type { ConfigFault } from '../../src/config/config-fault.js'
import { loadConfig, type LoadedConfig } from '../../src/config/load-config.js'
import { isAddressRange } from '../../src/config/network-rules.js'

const minimal = {
  label: 'Counselling Centre North, RO',
  country: 'RO',
  organisation: 'Counselling Centre North',
  url: 'https://node.example/',
}

/** A data folder as `trm init` leaves it. */
function dataFolder(test: TapTest, config: unknown = minimal): string {
  const folder = path.join(test.testdir({ data: {} }), 'data')
  chmodSync(folder, 0o700)
  writeFileSync(path.join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config), {
    mode: 0o600,
  })
  mkdirSync(path.join(folder, 'credential'), { mode: 0o700 })
  writeFileSync(path.join(folder, 'credential', 'kek'), Buffer.alloc(32, 7), { mode: 0o400 })
  return folder
}

function faultsOf(loaded: LoadedConfig): readonly ConfigFault[] {
  return loaded.ok ? [] : loaded.faults
}

function placesOf(loaded: LoadedConfig): readonly string[] {
  return faultsOf(loaded).map(({ at }) => at)
}

interface SchemaNode {
  readonly 'x-env'?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, SchemaNode>>
}

/** Every setting of the schema: pointer, variable, default. */
function settings(): readonly { pointer: string; name: string; byDefault: unknown }[] {
  const schema = JSON.parse(readFileSync(new URL('../../schemas/config.schema.json', import.meta.url), 'utf8'))
  const found: { pointer: string; name: string; byDefault: unknown }[] = []
  const walk = (at: string, members: Readonly<Record<string, SchemaNode>>): void => {
    for (const [member, rule] of Object.entries(members)) {
      if (rule['x-env']) found.push({ pointer: `${at}/${member}`, name: rule['x-env'], byDefault: rule.default })
      else walk(`${at}/${member}`, rule.properties ?? {})
    }
  }
  walk('', schema.properties)
  return found
}

t.test('a minimal file gets the defaults that the schema documents', async (t) => {
  const loaded = await loadConfig({ dataFolder: dataFolder(t), environment: {} })
  if (!loaded.ok) return t.fail('refused', { faults: loaded.faults })
  t.match(loaded.config, minimal)
  for (const { pointer, byDefault } of settings()) {
    if (byDefault === undefined) continue
    const value = pointer
      .split('/')
      .slice(1)
      .reduce<unknown>((at, member) => Reflect.get(Object(at), member), loaded.config)
    t.strictSame(value, byDefault, pointer)
  }
})

t.test('every setting has its variable, under the name that the schema states', async (t) => {
  t.strictSame(
    configVariables.map((variable) => ({ name: variable.name, pointer: pointerOfVariable(variable) })),
    settings().map(({ name, pointer }) => ({ name, pointer })),
  )
})

t.test('the environment goes before the file', async (t) => {
  const environment = {
    TRM_LABEL: 'Help Desk South, BG',
    TRM_FEDERATION_PORT: '9443',
    TRM_TRUSTED_PROXIES: '10.0.0.2, fd00::/8',
    TRM_LOG_LEVEL: 'debug',
    TRM_SENDING_INITIALS: 'true',
    TRM_DATA: '/elsewhere',
    PATH: '/bin',
  }
  const loaded = await loadConfig({ dataFolder: dataFolder(t, { ...minimal, federation: { port: 1 } }), environment })
  if (!loaded.ok) return t.fail('refused', { faults: loaded.faults })
  t.equal(loaded.config.label, 'Help Desk South, BG')
  t.strictSame(loaded.config.federation, { host: '127.0.0.1', port: 9443 })
  t.strictSame(loaded.config.trustedProxies, ['10.0.0.2', 'fd00::/8'])
  t.equal(loaded.config.log.level, 'debug')
  t.strictSame(loaded.config.sending, { initials: true })
})

t.test('everything wrong in file, environment, modes and credential is listed at once', async (t) => {
  const { label: _, ...unlabelled } = minimal
  const folder = dataFolder(t, { ...unlabelled, colour: 'red', country: 'Romania', federation: { prot: 1 } })
  chmodSync(folder, 0o750)
  chmodSync(path.join(folder, 'config.json'), 0o644)
  writeFileSync(path.join(folder, 'keys.db'), '', { mode: 0o640 })
  writeFileSync(path.join(folder, 'prekeys.db-wal'), '', { mode: 0o604 })
  const environment = {
    TRM_LOCAL_PORT: '80a',
    TRM_COLOUR: 'red',
    TRM_LOG_LEVEL: 'loud',
    CREDENTIALS_DIRECTORY: '/nowhere',
  }
  const loaded = await loadConfig({ dataFolder: folder, environment })
  t.strictSame(
    new Map(faultsOf(loaded).map(({ at, code }) => [at, code])),
    new Map([
      ['TRM_LOCAL_PORT', 'config-invalid'],
      ['TRM_COLOUR', 'config-invalid'],
      ['/label', 'config-invalid'],
      ['/colour', 'config-invalid'],
      ['/country', 'config-invalid'],
      ['/federation/prot', 'config-invalid'],
      ['TRM_LOG_LEVEL', 'config-invalid'],
      [folder, 'permissions-weak'],
      [path.join(folder, 'keys.db'), 'permissions-weak'],
      [path.join(folder, 'prekeys.db-wal'), 'permissions-weak'],
      [path.join(folder, 'config.json'), 'permissions-weak'],
      ['/nowhere/trm-kek', 'kek-missing'],
    ]),
  )
  t.ok(faultsOf(loaded).every(({ message, mend }) => message !== '' && mend !== ''))
  const chmods = faultsOf(loaded).filter(({ code }) => code === 'permissions-weak')
  t.ok(chmods.every(({ at, mend }) => mend === `chmod ${at === folder ? '700' : '600'} ${at}`))
})

t.test('values of the environment are read strictly', async (t) => {
  const folder = dataFolder(t)
  for (const value of ['80a', ' 80', '0x50', '8e3', '-1', '', '080', '65536', '0']) {
    const loaded = await loadConfig({ dataFolder: folder, environment: { TRM_LOCAL_PORT: value } })
    t.strictSame(placesOf(loaded), ['TRM_LOCAL_PORT'], JSON.stringify(value))
  }
  for (const value of ['yes', '1', 'TRUE', ' true', '']) {
    const loaded = await loadConfig({ dataFolder: folder, environment: { TRM_SENDING_INITIALS: value } })
    t.match(faultsOf(loaded), [{ at: 'TRM_SENDING_INITIALS', message: 'must be true or false' }], JSON.stringify(value))
  }
})

t.test('the file is read as strict JSON, and the line of the fault is told', async (t) => {
  const broken = await loadConfig({
    dataFolder: dataFolder(t, '{\n  "label": "x",\n  "label": "y"\n}'),
    environment: {},
  })
  t.match(faultsOf(broken), [
    { code: 'config-invalid', message: 'is not readable as JSON: duplicate-member in line 3' },
  ])
  const list = await loadConfig({ dataFolder: dataFolder(t, '[]'), environment: { TRM_LABEL: 'x' } })
  t.match(faultsOf(list), [{ at: '/', message: 'must be of type object' }])
})

t.test('the two listeners cannot share a port, wildcard addresses included', async (t) => {
  const at = async (federation: string, local: string): Promise<readonly string[]> =>
    placesOf(
      await loadConfig({
        dataFolder: dataFolder(t, {
          ...minimal,
          federation: { host: federation, port: 8443 },
          local: { host: local, port: 8443 },
        }),
        environment: {},
      }),
    )
  t.strictSame(await at('0.0.0.0', '127.0.0.1'), ['/local/port'])
  t.strictSame(await at('::', '127.0.0.1'), ['/local/port'])
  t.strictSame(await at('127.0.0.1', '127.0.0.1'), ['/local/port'])
  t.strictSame(await at('10.0.0.1', '127.0.0.1'), [])
})

t.test('the local listener stays on this machine', async (t) => {
  const at = async (host: string): Promise<readonly string[]> =>
    placesOf(
      await loadConfig({ dataFolder: dataFolder(t, { ...minimal, local: { host, port: 8444 } }), environment: {} }),
    )
  t.strictSame(await at('0.0.0.0'), ['/local/host'])
  t.strictSame(await at('10.0.0.1'), ['/local/host'])
  t.strictSame(await at('::1'), [])
})

t.test('the public URL is https, except on a loopback host', async (t) => {
  const folder = dataFolder(t)
  const refused = [
    'http://node.example/',
    'http://127.0.0.1.node.example/',
    'http://10.0.0.1:8443/',
    'ftp://node.example/',
  ]
  const taken = ['https://node.example', 'http://127.0.0.1:8443/', 'http://[::1]:8443/', 'http://localhost:8443']
  for (const url of refused) {
    t.strictSame(placesOf(await loadConfig({ dataFolder: folder, environment: { TRM_URL: url } })), ['TRM_URL'], url)
  }
  for (const url of taken) {
    t.ok((await loadConfig({ dataFolder: folder, environment: { TRM_URL: url } })).ok, url)
  }
})

t.test('a trusted proxy is an address or a range, never everybody', async (t) => {
  for (const text of ['127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8', '::ffff:10.0.0.1']) t.ok(isAddressRange(text), text)
  for (const text of [
    '0.0.0.0/0',
    '::/0',
    '256.1.1.1',
    '10.0.0/8',
    '10.0.0.0/33',
    'fd00::/129',
    'fd00:::1',
    '1.2.3.4/8/8',
    '',
  ]) {
    t.notOk(isAddressRange(text), text)
  }
})

t.test(
  'the key-encryption key comes from the credential folder, a named file, or the data folder with a warning',
  async (t) => {
    const folder = dataFolder(t)
    const credentials = path.join(t.testdirName, 'credentials')
    mkdirSync(credentials)
    writeFileSync(path.join(credentials, 'trm-kek'), 'from the credential folder')
    writeFileSync(path.join(credentials, 'other'), 'from a named file')
    for (const name of ['trm-kek', 'other']) chmodSync(path.join(credentials, name), 0o400)
    const load = async (environment: Record<string, string>): Promise<readonly [string, number]> => {
      const loaded = await loadConfig({ dataFolder: folder, environment })
      if (!loaded.ok) return [JSON.stringify(loaded.faults), -1]
      return [Buffer.from(loaded.secrets.keyEncryptionKey.reveal()).toString(), loaded.warnings.length]
    }
    t.strictSame(await load({ CREDENTIALS_DIRECTORY: credentials }), ['from the credential folder', 0])
    t.strictSame(
      await load({ CREDENTIALS_DIRECTORY: credentials, TRM_KEY_ENCRYPTION_KEY_FILE: path.join(credentials, 'other') }),
      ['from a named file', 0],
    )
    t.strictSame(await load({}), ['\x07'.repeat(32), 1])
    chmodSync(path.join(credentials, 'other'), 0o440)
    const weak = await loadConfig({
      dataFolder: folder,
      environment: { TRM_KEY_ENCRYPTION_KEY_FILE: path.join(credentials, 'other') },
    })
    t.match(faultsOf(weak), [{ at: path.join(credentials, 'other'), code: 'permissions-weak' }])
  },
)

t.test('a secret does not show in any print', async (t) => {
  const loaded = await loadConfig({ dataFolder: dataFolder(t), environment: {} })
  if (!loaded.ok) return t.fail('refused')
  const { secrets } = loaded
  const prints = [
    inspect(secrets, { depth: 9, showHidden: true }),
    JSON.stringify(secrets),
    `${secrets.keyEncryptionKey.toString()}`,
  ]
  for (const print of prints) {
    t.match(print, '[secret]')
    t.notMatch(print, /7,\s*7|07 07|Bwc/)
  }
})

t.test('a folder without a node says how to make one', async (t) => {
  const empty = t.testdir({})
  for (const folder of [empty, path.join(empty, 'absent')]) {
    const loaded = await loadConfig({ dataFolder: folder, environment: {} })
    t.match(faultsOf(loaded), [{ at: folder, code: 'not-initialised', mend: `trm init --data ${folder}` }])
  }
})
