import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import t from 'tap'
import { systemClock, toTimestamp } from '../../src/base/clock.js'
import { signingFindings } from '../../src/cli/doctor/check-signing-key.js'
import type { KeyList } from '../../src/wire/generated/types.js'
import { Office, passphrase, trm } from '../support/office.js'

const wrongPassphrase = { stdin: Readable.from(['not the one it was\n']) }

t.test('the ceremony goes over a file to a machine without the node and back, or in one command', async (t) => {
  const root = t.testdir()
  const office = new Office(t, root, 'RO')
  await office.init()
  const [identity, next] = ['identity.jwe', 'next-identity.jwe'].map((file) => path.join(office.folder, file))
  if (identity === undefined || next === undefined) throw new Error('no files')
  const secret = path.join(root, 'passphrase')
  writeFileSync(secret, `${passphrase}\n`)
  const inOneGo = ['--passphrase-file', secret, '--identity-file', identity] as const
  const statesOf = ({ keys }: KeyList): readonly string[] =>
    keys
      .filter(({ use }) => use === 'signing')
      .map(({ state, reason }) => (reason === undefined ? state : `${state} ${reason}`))

  const request = path.join(root, 'request.json')
  writeFileSync(request, (await office.trm('key', 'request', 'signing')).out)
  const sign = ['key', 'sign', request, '--data', path.join(root, 'no node here')]
  const shown = await trm([...sign, '--identity-file', identity], { env: { TRM_PASSPHRASE_FILE: secret } })
  t.equal(shown.code, 0, shown.err)
  t.match(shown.err, /signing key {3}CHANGES: [^]*revoked as superseded[^]*signing key {3}NEW: /, 'says what it signs')
  t.match(shown.out, /^[\w-]+\.[\w-]+\.[\w-]+\n$/, 'prints the statement alone')
  t.strictSame(statesOf(await office.json('key', 'list')), ['inUse', 'prepared'], 'nothing has changed yet')
  const statement = path.join(root, 'statement.txt')
  writeFileSync(statement, shown.out)
  const first = await office.json('key', 'list')
  const installed = await office.json('key', 'install', statement)
  t.strictSame(statesOf(installed), ['inUse superseded', 'planned'])
  t.ok(installed.sequence > first.sequence, 'peers see another sequence')
  t.match((await office.trm('key', 'list')).out, `the latest with sequence ${installed.sequence}`)
  t.match(await office.trm('key', 'install', statement, '--json'), {
    code: 1,
    problem: { code: 'statement-stale', detail: /installed already/ },
  })

  const since = toTimestamp(systemClock.now() - 1000)
  const stolen = await office.json('key', 'compromised', '--since', since, ...inOneGo)
  t.strictSame(statesOf(stolen), ['revoked compromised', 'revoked compromised', 'inUse'])
  const witness = await office.json('key', 'rotate', '--witness', ...inOneGo)
  t.strictSame(
    witness.keys.filter(({ use }: { use: string }) => use === 'witness').map(({ state }: { state: string }) => state),
    ['former', 'inUse'],
  )

  const identityFindings = async (): Promise<readonly unknown[]> =>
    (await office.json('doctor')).findings.filter(({ check }: { check: string }) => check.endsWith('.jwe'))
  t.match(await identityFindings(), [{ mend: /^cp .*[/]identity.jwe/ }, { mend: /^cp .*next-identity.jwe/ }])
  const out = path.join(root, 'new')
  const change = ['key', 'recover', '--next-identity-file', next, '--out', out]
  t.match(await office.json(...change, ...inOneGo), { identityApproved: true, statements: 5 })
  t.ok(existsSync(path.join(out, 'identity.jwe')) && existsSync(path.join(out, 'next-identity.jwe')), 'a new pair')
  t.match(
    await identityFindings(),
    [
      { message: /old file/, mend: /^shred -u .*[/]identity.jwe/ },
      { message: /old file/, mend: /^shred -u .*next-identity.jwe/ },
    ],
    'what is on the node now must not be copied over the new pair',
  )
  const again = await office.trm('key', 'rotate', ...inOneGo, '--json')
  t.match(
    again,
    { code: 1, problem: { code: 'identity-file-wrong', detail: /^--identity-file: [^]*before a recovery/ } },
    'the old identity key has ended',
  )
  const inNewHands = ['--passphrase-file', secret, '--identity-file', path.join(out, 'identity.jwe')]
  t.equal((await office.trm('key', 'rotate', ...inNewHands)).code, 0)
})

t.test('a ceremony that cannot be finished says why and changes nothing', async (t) => {
  const root = t.testdir({ 'other.json': '{"v":1}', 'old.txt': 'no JWE', secret: `${passphrase}\n` })
  const office = new Office(t, root, 'RO')
  await office.init()
  const [identity, next] = ['identity.jwe', 'next-identity.jwe'].map((file) => path.join(office.folder, file))
  if (identity === undefined || next === undefined) throw new Error('no files')
  const secret = ['--passphrase-file', path.join(root, 'secret')]
  const cases: readonly (readonly [readonly string[], string])[] = [
    [['rotate', '--identity-file', next, ...secret], 'identity-file-wrong'],
    [['rotate', '--identity-file', path.join(root, 'old.txt'), ...secret], 'identity-file-wrong'],
    [['rotate', '--identity-file', identity], 'usage'],
    [['recover', '--next-identity-file', identity, '--out', path.join(root, 'a'), ...secret], 'identity-file-wrong'],
    [['recover', '--next-identity-file', next, ...secret], 'usage'],
    [['recover', '--next-identity-file', next, '--out', office.folder, ...secret], 'usage'],
    [['recover', '--out', path.join(root, 'a')], 'usage'],
    [['request', 'compromised'], 'usage'],
    [['request', 'signing', '--since', '2026-01-01T00:00:00Z'], 'usage'],
    [['compromised', '--since', 'yesterday'], 'usage'],
    [['compromised', '--since', '2999-01-01T00:00:00Z'], 'usage'],
    [['sign', path.join(root, 'other.json'), '--identity-file', identity, ...secret], 'usage'],
    [['install', path.join(root, 'other.json')], 'schema-invalid'],
  ]
  for (const [argv, code] of cases) {
    const ran = await trm(['key', ...argv, '--data', office.folder, '--json'])
    t.equal(ran.problem?.code, code, `key ${argv.slice(0, 2).join(' ')}: ${ran.err}`)
    if (code !== 'identity-file-wrong') continue
    t.match(ran.problem.detail, argv[0] === 'recover' ? /^--next-identity-file: / : /^--identity-file: /)
  }
  t.notMatch((await trm(['key', 'sign', '--help'])).out, 'installed at once')
  const request = await trm(['key', 'request', 'identity', '--data', office.folder])
  t.match(request.err, 'trm key sign REQUEST --identity-file FILE --next-identity-file FILE --out FOLDER')
  const other = new Office(t, path.join(root, 'another'), 'IT')
  await other.init()
  const wanted = path.join(root, 'wanted.json')
  writeFileSync(wanted, (await other.trm('key', 'request', 'witness')).out)
  const theirs = ['key', 'sign', wanted, '--identity-file', path.join(other.folder, 'identity.jwe'), ...secret]
  t.match(
    await trm([...theirs, '--out', root, '--json']),
    { problem: { code: 'usage' } },
    'no change of the identity key',
  )
  writeFileSync(wanted, (await trm(theirs)).out)
  t.match(await trm(['key', 'install', wanted, '--data', office.folder, '--json']), {
    problem: { code: 'statement-stale', detail: /of another node/ },
  })
  const rotate = ['key', 'rotate', '--identity-file', identity, '--passphrase-file', '-', '--data', office.folder]
  t.match(await trm([...rotate, '--json'], wrongPassphrase), { code: 1, problem: { code: 'passphrase-wrong' } })
  t.match(await office.json('key', 'list'), { statements: 1 })
  t.notOk(existsSync(path.join(root, 'a')), 'no new identity files without a statement')
  t.match(readFileSync(identity, 'utf8'), /^[\w-]+\.[\w-]+\.[\w-]+\.[\w-]+\.[\w-]+\n$/)
})

t.test('doctor tells a month ahead that the signing key ends', async (t) => {
  const now = Date.UTC(2026, 10, 22)
  const at = (days: number): string => toTimestamp(now + days * 86_400_000)
  const key = { use: 'signing', kid: 'k', isHeld: true, notBefore: at(-300) } as const
  const levelOf = (...keys: KeyList['keys']): string | undefined =>
    signingFindings({ identityApproved: true, keys }, now)[0]?.level
  t.equal(levelOf({ ...key, state: 'inUse', notAfter: at(31) }), 'ok')
  t.equal(levelOf({ ...key, state: 'inUse', notAfter: at(29) }), 'warn')
  t.equal(levelOf({ ...key, state: 'inUse', notAfter: at(99), endsAt: at(2) }), 'warn')
  t.equal(levelOf({ ...key, state: 'inUse', notAfter: at(2) }, { ...key, state: 'planned', notAfter: at(367) }), 'ok')
  t.equal(levelOf({ ...key, state: 'ended', notAfter: at(-1) }), 'fail')
})
