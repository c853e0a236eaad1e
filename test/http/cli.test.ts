import { spawn } from 'node:child_process'
import { chmodSync, cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import Database from 'better-sqlite3'
import type { Command } from 'commander'
import t, { type Test as TapTest } from 'tap'
import { systemClock, toDay } from '../../src/base/clock.js'
import { exampleKeyIds } from '../../src/crypto/example-keys.js'
import { openIdentityFile } from '../../src/crypto/identity-file.js'
import { fingerprintOf } from '../../src/directory/fingerprint.js'
import { withHyphenLedIds } from '../../src/cli/hyphen-led-ids.js'
import { makeLocalApi } from '../../src/cli/local-api.js'
import { printable } from '../../src/cli/printable.js'
import { makeProgram } from '../../src/cli/program.js'
import { resolveThread } from '../../src/cli/resolve-thread.js'
import { runCli } from '../../src/cli/run-cli.js'
import { takeStep } from '../../src/cli/thread-step.js'
import { bodyValidators, validateUpdateConsentRequest } from '../../src/wire/generated/validators.js'
import type { ThreadList } from '../../src/wire/generated/types.js'
import { readSchemaJson, repository } from '../codegen/schema-files.js'
import { routes } from '../support/api-routes.js'
import { offerDraft } from '../support/drafts.js'
import { Collector, Office, passphrase, trm, until, type Json, type Ran } from '../support/office.js'

/** Stands in free text; must show in `referral show` and nowhere else. */
const canary = 'Seeks a quiet room near nobody.'

function inDatabase(file: string, ...statements: readonly string[]): void {
  const database = new Database(file)
  for (const statement of statements) database.exec(statement)
  database.close()
}

async function pairOf(test: TapTest, template = 'informal'): Promise<readonly [Office, Office]> {
  const root = test.testdir()
  const [one, other] = [new Office(test, root, 'RO'), new Office(test, root, 'IT')]
  for (const office of [one, other]) test.equal((await office.init()).code, 0)
  for (const office of [one, other]) await office.start()
  await one.json('peer', 'add', other.url, '--id', other.id, '--pin')
  await other.json('peer', 'add', one.url, '--id', one.id, '--pin')
  await one.agreeWith(other, template)
  return [one, other]
}

/** A referral as `trm referral send` takes it, without its receiver. Days follow the clock of this machine. */
function referral(specificNeed = canary): Record<string, Json> {
  const day = 86_400_000
  const now = systemClock.now()
  const { referral, grant } = offerDraft('')
  return {
    referral: { ...referral, request: { ...referral.request, specificNeed } },
    grant: { ...grant, givenOn: toDay(now - day), validUntil: toDay(now + 90 * day) },
  }
}

/** A node that nobody here knows. */
const exampleNode = 'hoDIbpV6r0iE0g8Zwl9bpnFZHrYuFgY2AOJmDhgLs0E'

type CodeLists = Readonly<Record<string, { readonly enum: readonly string[] }>>
const { $defs: codeLists } = readSchemaJson<{ readonly $defs: CodeLists }>('codes.schema.json')

/** A file beside the data folder. */
function fileOf(folder: string, content: unknown, name = 'referral.json'): string {
  const file = path.join(folder, '..', name)
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

t.test('init makes a node from flags alone, says what it made, and never makes it twice', async (t) => {
  const office = new Office(t, t.testdir(), 'RO')
  const { code, result } = await office.init()
  t.equal(code, 0)
  t.equal(result.fingerprint, fingerprintOf(result.node))
  t.equal(statSync(office.folder).mode & 0o777, 0o700)
  t.ok(await openIdentityFile(readFileSync(result.identityFile, 'utf8'), passphrase))
  t.equal(readFileSync(result.keyEncryptionKeyFile).length, 32)
  t.match(result.next, [/^cp \S+identity\.jwe \/media\/A1\/ && cp /, /^cp \S+next-identity\.jwe /])
  t.match(result.next.at(-1), /^shred /, 'nothing is deleted before it was copied')
  t.match(JSON.parse(readFileSync(path.join(office.folder, 'config.json'), 'utf8')), {
    label: office.label,
    country: 'RO',
  })

  const again = await office.init()
  t.equal(again.code, 1)
  t.equal(again.problem.code, 'already-initialised')
})

t.test('init lists everything that is missing or wrong at once, and writes nothing', async (t) => {
  const root = t.testdir()
  const missing = await trm(['init', '--data', `${root}/node`, '--json'])
  t.equal(missing.code, 2)
  const flagsOf = ({ problem }: Ran): string[] => problem.faults.map(({ at }: { at: string }) => at)
  t.strictSame(flagsOf(missing), ['--label', '--country', '--organisation', '--url', '--passphrase-file'])

  const words = [
    '--country',
    'Romania',
    '--url',
    'http://node.example/',
    '--federation-port',
    '8o80',
    '--passphrase-file',
    '-',
  ]
  const wrong = await trm(
    ['init', '--data', `${root}/node`, '--label', 'A', '--organisation', 'A', ...words, '--json'],
    {
      stdin: Readable.from(['short\n']),
      env: { TRM_NONSENSE: '1' },
    },
  )
  t.equal(wrong.code, 2)
  for (const flag of ['--country', '--federation-port', '--passphrase-file', 'TRM_NONSENSE']) {
    t.ok(flagsOf(wrong).includes(flag), flag)
  }
  t.notOk(wrong.err.includes('short'), 'the passphrase is not repeated')
  const nowhere = await trm(['init', '--data', `${root}/node`, '--country', 'ZZ', '--json'])
  t.match(nowhere.problem.faults[0], { at: '--country', message: /is no country/ })
  t.notOk(existsSync(`${root}/node`))
})

t.test('on a terminal init asks for what the flags do not give', async (t) => {
  const folder = path.join(t.testdir(), 'node')
  const keyboard = new PassThrough()
  const screen = new Collector()
  const answers = [
    ['Name of your organisation', 'Test office'],
    ['Country', 'RO'],
    ['other nodes see', ''],
    ['Public address', 'https://node.example/'],
    ['other nodes are answered', '9443'],
    ['local API', ''],
    ['Passphrase', passphrase],
    ['again', passphrase],
  ]
  const ended = runCli(['init', '--data', folder, '--json'], {
    stdin: keyboard,
    stdout: new Collector(),
    stderr: screen,
    env: {},
    cwd: '/',
    isTty: true,
  })
  for (const [question = '', answer = ''] of answers) {
    await until(
      async () => screen.text,
      (text) => text.includes(question),
    )
    screen.text = ''
    keyboard.write(answer)
    keyboard.write('\r')
  }
  t.equal(await ended, 0)
  t.notOk(screen.text.includes(passphrase))
  t.match(JSON.parse(readFileSync(path.join(folder, 'config.json'), 'utf8')), {
    label: 'Test office, RO',
    url: 'https://node.example/',
    federation: { port: 9443 },
    local: { port: 8444 },
  })
})

t.test('every command says how it is used, with an example', async (t) => {
  const program = makeProgram({ writeOut: () => {}, writeErr: () => {} }, async () => {})
  const pathsOf = (command: Command, words: readonly string[]): readonly (readonly string[])[] => [
    words,
    ...command.commands.flatMap((child) => pathsOf(child, [...words, child.name()])),
  ]
  const all = pathsOf(program, [])
  t.ok(all.length > 20)
  for (const words of all) {
    const { code, out } = await trm([...words, '--help'])
    t.equal(code, 0)
    t.match(out, new RegExp(`Examples:\n  \\$ .*trm ${words.join(' ')}`), words.join(' '))
    t.match(out, /--data <dir>[^]*--json/)
  }
  for (const [words, list] of [
    [['peer', 'suspend'], 'peerSuspendReason'],
    [['referral', 'decline'], 'declineReason'],
    [['referral', 'withdraw'], 'withdrawalScope'],
  ] as const) {
    const { out } = await trm([...words, '--help'])
    t.match(out, /--\w+ <code>[^]*\(required\)/, words.join(' '))
    for (const code of codeLists[list]?.enum ?? ['no such list']) t.match(out, new RegExp(`\\b${code}\\b`), code)
  }
  t.match((await trm(['--help'])).out, /Exit codes:\n {2}0 {2}done/)
})

t.test('every command in the README is there, with its options', (t) => {
  const program = makeProgram({ writeOut: () => {}, writeErr: () => {} }, async () => {})
  const lines = readFileSync(path.join(repository, 'README.md'), 'utf8').match(/^(?:npx )?trm .*$/gm) ?? []
  t.ok(lines.length > 50)
  for (const line of lines) {
    const words = line
      .replace(/ +#.*$/, '')
      .split(' ')
      .slice(line.startsWith('npx') ? 2 : 1)
    let command = program
    let depth = 0
    for (; ; depth += 1) {
      const next = command.commands.find((child) => child.name() === words[depth])
      if (next === undefined) break
      command = next
    }
    t.ok(depth > 0 && command.commands.length === 0, line)
    const options = [...command.options, ...program.options].map(({ long }) => long)
    const unknown = words.filter((word) => /^--[a-z]/.test(word) && !options.includes(word))
    t.strictSame(unknown, [], line)
  }
  t.end()
})

t.test('every path of the API in the README is one of the API', (t) => {
  const named = readFileSync(path.join(repository, 'README.md'), 'utf8').matchAll(/^ {4}(GET|POST|DELETE) +(\/\S+)/gm)
  const known = new Set(routes.map((route) => `${route.method} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`))
  const paths = [...named].map(([, method = '', url = '']) => `${method} ${url}`)
  t.ok(paths.length > 10)
  t.strictSame(
    paths.filter((each) => !known.has(each)),
    [],
  )
  t.end()
})

t.test('a command line that makes no sense gets the way out and exit code 2', async (t) => {
  const lines = [
    [],
    ['refer'],
    ['peer'],
    ['peer', 'lst'],
    ['peer', 'add', 'https://node.example/'],
    ['referral', 'list', '--limit', 'x'],
    ['referral', 'show'],
    ['version', '--verbose'],
    ['referral', 'send', '/no/such/file'],
    ['key', 'compromised', '--since', '2099-01-01T00:00:00Z'],
    ['key', 'request', 'signing', '--since', '2026-01-01T00:00:00Z'],
    ['agreement', 'propose', 'x', '--document', 'x', '--signed-on', '2099-01-01'],
    ['referral', 'list', '--state', 'lost'],
    ['referral', 'list', '--direction', 'both'],
    ['referral', 'list', '--urgency', 'soon'],
    ['referral', 'travel', '12345678', '--departs', 'soon'],
    ['referral', 'take-over', '12345678', '--every-days', 'few'],
    ['referral', 'resume', '12345678', '--reason', 'none'],
    ['referral', 'erase', '12345678', '--remaining', 'none'],
    ['referral', 'answer', '12345678', '--file', '/no/such/file'],
  ]
  for (const words of lines) {
    const ran = await trm([...words, '--json'])
    t.match(ran, { code: 2, problem: { code: 'usage' }, out: '' }, words.join(' '))
  }
  t.match((await trm(['peer', 'lst'])).err, /unknown command 'lst'[^]*Did you mean list[^]*See: trm peer --help/)
})

t.test('a beginning that two threads have names neither of them', async (t) => {
  const [{ threads: [first] } = { threads: [] }] = readSchemaJson<{ examples: readonly ThreadList[] }>(
    'api/thread-list.schema.json',
  ).examples
  const asked: string[] = []
  const api = makeLocalApi(true, async ({ path: asks }) => {
    asked.push(asks)
    const other = { ...first, thread: `${first?.thread.slice(0, 8) ?? ''}-0000-4000-8000-000000000000` }
    return { status: 200, body: JSON.stringify({ threads: [first, other] }) }
  })
  t.match(await resolveThread(api, '5392b661'), { ok: false, exitCode: 2, problem: { detail: /More than one thread/ } })
  t.strictSame(asked, ['/api/v1/threads?begins=5392b661&limit=2'])
  const whole = first?.thread ?? ''
  t.strictSame(await resolveThread(api, whole), { ok: true, thread: whole })
  t.equal(asked.length, 1, 'a whole id is asked for by nobody')
})

t.test('a step is told as taken where the token may write and not read', async (t) => {
  const [{ threads: [summary] } = { threads: [] }] = readSchemaJson<{ examples: readonly ThreadList[] }>(
    'api/thread-list.schema.json',
  ).examples
  const api = makeLocalApi(true, async () => ({ status: 200, body: JSON.stringify(summary) }))
  const thread = summary?.thread ?? ''
  const told = await takeStep(api, thread, 'steps/referral.recall', {
    body: { obstacles: [] },
    schema: bodyValidators['referral.recall'],
  })
  t.match(told, { ok: true, lines: [new RegExp(`^${thread}  ${summary?.state ?? ''}`)] })
})

t.test('a node id that begins with a hyphen is no option, wherever it stands', (t) => {
  const id = `-${'A'.repeat(42)}`
  t.strictSame(withHyphenLedIds(['peer', 'show', id, '--json']), ['peer', 'show', '--json', '--', id])
  t.strictSame(withHyphenLedIds(['peer', 'ping', '--json', id]), ['peer', 'ping', '--json', '--', id])
  const value = ['peer', 'add', 'https://node.example/', '--id', id]
  t.equal(withHyphenLedIds(value), value, 'the value of an option stays')
  t.strictSame(withHyphenLedIds(['peer', 'show', '--', id]), ['peer', 'show', '--', id])
  t.end()
})

t.test('without a node every command names trm init and ends with 3', async (t) => {
  const folder = path.join(t.testdir(), 'node')
  const file = fileOf(folder, referral())
  const lines = [
    ['serve'],
    ['health'],
    ['config', 'check'],
    ['config', 'show'],
    ['peer', 'list'],
    ['peer', 'ping', 'somebody'],
    ['token', 'list'],
    ['referral', 'list'],
    ['referral', 'send', file],
  ]
  for (const words of lines) {
    const ran = await trm([...words, '--json', '--data', folder])
    t.match(ran, { code: 3, problem: { code: 'not-initialised' }, out: '' }, words.join(' '))
    t.match(ran.problem.faults[0].mend, `trm init --data ${folder}`)
  }
  t.match(await trm(['doctor', '--json'], { env: { TRM_DATA: folder } }), { code: 1, result: { healthy: false } })
})

t.test('two offices pair, send, accept, decline, recall and withdraw through their running nodes', async (t) => {
  const [ro, it] = await pairOf(t)
  t.match(await it.json('peer', 'list'), {
    peers: [{ id: ro.id, label: ro.label, pinnedAddress: new URL(ro.url).host }],
  })
  t.match(await ro.json('peer', 'ping', it.label), { peer: it.id, clockDifferenceSeconds: 0 })
  t.match(await ro.json('health'), { status: 'ok' })
  const file = fileOf(ro.folder, referral())
  const send = async (): Promise<string> => (await ro.json('referral', 'send', file, '--to', it.label)).thread
  const stateAt = (office: Office, thread: string, state: string): Promise<Json> =>
    until(
      () => office.trm('referral', 'show', thread, '--json'),
      ({ code, result }) => code === 0 && result.state === state && result.delivery.length === 0,
    )

  const accepted = await send()
  await stateAt(it, accepted, 'offered')
  const withConditions = ['--from', '2027-01', '--conditions', 'A place is kept free.']
  t.match(await it.json('referral', 'accept', accepted, ...withConditions), { state: 'accepted' })
  const { result } = await stateAt(ro, accepted, 'accepted')
  t.match(result.events.at(-1).body, { servicesOffered: ['safeAccommodation'], availableFrom: '2027-01' })
  t.ok(result.receipts.every(({ verified }: { verified: boolean }) => verified))
  await ro.json('referral', 'withdraw', accepted, '--scope', 'everything', '--channel', 'viaSender')
  await stateAt(it, accepted, 'consentWithdrawn')

  const declined = await send()
  await stateAt(it, declined, 'offered')
  const noReason = await it.trm('referral', 'decline', declined, '--reason', 'tooBusy', '--json')
  t.match(noReason, {
    code: 2,
    problem: { code: 'usage', faults: [{ at: '--reason', message: /one of noCapacity/ }] },
  })
  await it.json('referral', 'decline', declined, '--reason', 'noCapacity')
  await stateAt(ro, declined, 'declined')

  const recalled = await send()
  await ro.json('referral', 'recall', recalled, '--obstacle', 'wishChanging')
  await stateAt(it, recalled, 'recalled')
  t.match(await ro.trm('referral', 'accept', recalled, '--json'), {
    code: 1,
    problem: { code: 'transition-not-allowed' },
  })

  const list = await it.json('referral', 'list', '--peer', ro.label, '--limit', '2')
  t.equal(list.threads.length, 2)
  t.match(await it.json('referral', 'list', '--state', 'declined'), { threads: [{ thread: declined }] })
  const listed = async (...words: readonly string[]): Promise<number> =>
    (await it.json('referral', 'list', ...words)).threads.length
  t.strictSame([await listed('--direction', 'received'), await listed('--direction', 'sent')], [3, 0])
  t.strictSame([await listed('--urgency', 'standard'), await listed('--urgency', 'urgent')], [3, 0])
  t.match(await it.trm('referral', 'list', '--waiting'), {
    out: '',
    err: 'No referrals that fit. All of them: trm referral list\n',
  })
  for (const name of [declined.slice(0, 8), declined.slice(0, 20).toUpperCase()]) {
    t.match(await it.json('referral', 'show', name), { thread: declined }, name)
  }
  t.match(await it.trm('referral', 'show', declined.slice(0, 7), '--json'), { code: 2, problem: { code: 'usage' } })
  t.match(await it.trm('referral', 'show', '00000000-', '--json'), { code: 1, problem: { code: 'thread-not-found' } })

  const [table, shown] = [await it.trm('referral', 'list'), await it.trm('referral', 'show', declined)]
  t.ok(shown.out.includes(canary), 'show shows the content')
  t.notOk(table.out.includes(canary), 'the list does not')
  t.match(table.out, /^THREAD +STATE +URGENCY/)

  t.match(await ro.json('doctor'), { healthy: true, findings: [] })
  const findings = (await ro.json('doctor')).findings
  t.match(
    findings.find(({ check }: { check: string }) => check === `peer ${it.label}`),
    { level: 'ok', message: /answers in/ },
  )
  const misused: readonly (readonly [readonly string[], string, RegExp])[] = [
    [['agreement', 'propose', it.id, '--template', 'mood'], '--template', /one of informal/],
    [['agreement', 'propose', it.id, '--days', '99999'], '--days', /at most/],
    [['referral', 'withdraw', declined, '--scope', 'all', '--channel', 'viaSender'], '--scope', /one of everything/],
    [['referral', 'accept', declined, '--service', 'mood'], '--service', /one of safeAccommodation/],
    [['referral', 'open', declined], '--by', /is missing/],
    [['referral', 'ask', declined, '--question', 'timing', 'mood'], '--question', /one of needsClarified/],
    [
      ['referral', 'answer', declined, '--answer', 'timing=mood'],
      '--answer',
      /refusal must be one of consentTooNarrow/,
    ],
    [
      ['referral', 'result', declined, '--kind', 'adviceGiven', '--measure', 'SOP4.M2'],
      '--measure',
      /state is missing/,
    ],
    [['referral', 'follow-up', declined, '--item', 'safety=mood'], '--item', /state must be one of good/],
    [['referral', 'take-over', declined, '--every-days', '30', '--until', '2027-01'], '--item', /is missing/],
    [['referral', 'arrived', declined, '--on', '22.11.2026'], '--on', /right form/],
    [
      ['referral', 'propose-closure', declined, '--outcome', 'goalReached', '--check', 'mood'],
      '--check',
      /one of needsMet/,
    ],
    [['referral', 'withdraw', declined, '--scope', 'onePurpose', '--channel', 'viaSender'], '--purpose', /is missing/],
    [['referral', 'void', declined, '--reason', 'mood'], '--reason', /one of wrongReceiver/],
    [['directory', 'search', '--from', 'Romania'], '--from', /./],
    [['directory', 'search', '--within', '9999'], '--within', /./],
    [['directory', 'search', '--limit', '200'], '--limit', /right form/],
    [['directory', 'search', '--type', 'mood'], '--type', /one of caseReferral/],
    [['peer', 'add', 'nonsense', '--id', it.id], 'the URL', /./],
    [['peer', 'add', it.url, '--id', 'nonsense'], '--id', /./],
    [['token', 'create', '--label', 'x', '--scope', 'all'], '--scope', /one of referral:read/],
  ]
  for (const [words, at, message] of misused) {
    const ran = await ro.trm(...words, '--json')
    t.match(ran, { code: 2, problem: { code: 'usage', faults: [{ at, message }] } }, words.join(' '))
    t.equal(ran.problem?.faults?.length, 1, 'one message for one value')
  }

  await it.json('peer', 'suspend', ro.id, '--reason', 'keyInDoubt')
  const held = await send()
  await until(
    () => ro.trm('referral', 'list'),
    ({ out }) => out.includes('offered, waiting (peer-suspended)'),
  )
  t.match(await ro.json('referral', 'list', '--waiting'), { threads: [{ thread: held }] })
  t.match((await ro.trm('referral', 'show', held)).out, /\nstored +not yet at Test office, IT \(peer-suspended\)/)
  t.match((await ro.trm('peer', 'list')).out, /ok, 1 waiting \(peer-suspended\)/)
  const again = await ro.trm('referral', 'send', file, '--to', it.label)
  t.match(again, { code: 0, err: /NOT delivered[^]*They suspended or removed this node/ })
  await it.json('peer', 'resume', ro.id)
  await ro.json('peer', 'ping', it.id)
  t.match(await ro.json('referral', 'show', held), { state: 'offered' })

  t.match(await ro.trm('peer', 'add', ro.url, '--id', ro.id, '--json'), {
    code: 1,
    problem: { code: 'pairing-with-self' },
  })
  await ro.json('peer', 'remove', it.id)
  t.match((await ro.trm('agreement', 'list')).out, /stopped: the peer is removed/)
  await ro.json('peer', 'add', it.url, '--id', it.id, '--pin')
  t.match((await ro.trm('agreement', 'list')).out, /in force/)

  await it.stop()
  t.match(await ro.trm('peer', 'ping', it.id, '--json'), { code: 4, problem: { code: 'peer-unreachable' } })
})

t.test('a case is lived through by commands alone, and each step is offered before it is taken', async (t) => {
  const [ro, it] = await pairOf(t)
  const { referral: standard, grant: given } = referral()
  const draft = { ...standard, urgency: 'urgent' }
  const grant = { ...given, purposes: [...given.purposes, 'followUp'] }
  const file = fileOf(ro.folder, { referral: draft, grant })
  const thread: string = (await ro.json('referral', 'send', file, '--to', it.label)).thread
  const name = thread.slice(0, 8)
  /** Waits until both offices show the same, with nothing under way. */
  const settled = async (id: string, state: string): Promise<void> => {
    for (const office of [ro, it]) {
      await until(
        () => office.trm('referral', 'show', id, '--json'),
        ({ code, result }) => code === 0 && result.state === state && result.delivery.length === 0,
      )
    }
  }
  const take = async (office: Office, words: string, state: string): Promise<void> => {
    const [step = '', ...options] = words.match(/"[^"]*"|\S+/g) ?? []
    const given = options.map((word) => word.replaceAll('"', ''))
    const { out } = await office.trm('referral', 'show', name)
    t.ok(out.includes(`  trm referral ${step} ${name}`), `${step} was told as what can be done next`)
    const ran = await office.trm('referral', step, name, ...given, '--json')
    t.match(ran, { code: 0, result: { thread, state } }, `${step}: ${ran.err}`)
    await settled(name, state)
  }
  /** A travel notice, times as from now. */
  const notice = (departs: number, arrives: number): readonly string[] => [
    ...[departs, arrives].flatMap((ms, at) => [
      at === 0 ? '--departs' : '--arrives',
      `${new Date(systemClock.now() + ms).toISOString().slice(0, 19)}Z`,
    ]),
    ...['--mode', 'air', '--escort', 'none', '--handover', 'airport', '--reception-confirmed', '--assessed', 'joint'],
  ]
  const shownAt = async (office: Office): Promise<string> => (await office.trm('referral', 'show', name)).out

  const todayAt = async (office: Office): Promise<string> => (await office.trm('today')).out
  await settled(name, 'offered')
  t.match(await todayAt(it), new RegExp(`New referrals, opened by nobody[^]*\\n  ${name} +urgent[^]*open it by 20`))
  t.match(await shownAt(ro), /\nstored +at the node of .*, by its receipt\nseen +by no person yet/)
  const opened = await it.trm('referral', 'open', name)
  t.match(opened, { code: 2, err: /--by is missing: [^]*intakeDesk/ })
  await take(it, 'open --by intakeDesk', 'underReview')
  t.match(await shownAt(ro), /\nseen +by [^]*\ndecided +not yet; an answer is needed by 20/)
  await take(it, 'ask --question timing languageSupport --text "Can she travel soon?"', 'infoRequested')
  t.match(await shownAt(ro), /\nOpen\n {2}question .* by Test office, IT/)
  t.match(await todayAt(ro), /you: answer the question/)
  const unasked = await ro.trm('referral', 'answer', name, '--answer', 'familySituation')
  t.match(unasked, { code: 2, err: /Not asked: familySituation\. Asked was: timing, languageSupport\./ })
  await take(ro, 'answer --answer timing languageSupport=notKnown', 'underReview')
  t.notMatch(await shownAt(ro), /\nOpen\n/)
  await take(it, 'accept --desk caseworkDesk', 'accepted')
  t.notMatch(await shownAt(ro), 'NOT OFFERED')
  const early = await ro.trm('referral', 'travel', name, ...notice(3_600_000, 7_200_000))
  t.match(early.err, /State: accepted\.\n {2}First: start \(Test office, IT\)\./, 'who has to do what first')
  t.match(
    (await it.trm('referral', 'travel', name, ...notice(3_600_000, 7_200_000))).err,
    /travel is a step of the sender/,
  )
  t.match(await it.trm('referral', 'start', name, '--measure', 'SOP4.M99', '--json'), {
    code: 1,
    problem: { code: 'measure-unknown', errors: ['/sopMeasures/0'] },
  })
  t.match(await shownAt(ro), /\ndecided +Test office, IT accepts, [^]*\noutcome +none yet: accepted/)
  await take(it, 'start --measure SOP4.M2', 'inProgress')
  await take(it, 'result --kind placeReserved --measure SOP4.M2=done', 'inProgress')
  await take(it, 'hold --reason documentsPending', 'onHold')
  await take(ro, 'resume', 'inProgress')
  const proposal = `propose-onward --to ${exampleNode} --country IT --agency-type shelter --purpose assistance`
  for (const answer of ['personRefuses', 'agreed']) {
    await take(it, proposal, 'inProgress')
    t.match(await shownAt(ro), /\nOpen\n {2}proposal \S{8} to refer on +to shelter, Italy/)
    t.match(await todayAt(ro), new RegExp(`Proposals to refer on, which wait for you[^]*${name} [^]*${exampleNode}`))
    t.notMatch(await todayAt(it), 'Proposals to refer on')
    await take(ro, `answer-onward --answer ${answer}`, 'inProgress')
  }
  t.match(await it.trm('referral', 'refer-on', name, file, '--json'), { code: 1, problem: { code: 'peer-unknown' } })
  t.match(await it.trm('referral', 'check', file, '--refer-on', name), {
    code: 1,
    out: /onward-not-allowed +\/grant\/purposes +Too much: [a-zA-Z, ]+\. Agreed: assistance\n/,
  })
  t.match(await it.trm('referral', 'check', file, '--refer-on', name, '--reopen', name), { code: 2, err: /one other/ })
  t.match(await ro.trm('referral', 'check', file, '--refer-on', name), { code: 2, err: /trm referral reopen/ })
  t.match(await shownAt(ro), /trm referral travel \S+ .*--reception-confirmed --assessed joint/)
  const unmet = await ro.trm('referral', 'travel', name, ...notice(3_600_000, 100 * 3_600_000).slice(0, -3))
  t.match(unmet.err, /--assessed is missing/)
  const unready = notice(3_600_000, 100 * 3_600_000).filter((word) => word !== '--reception-confirmed')
  t.match(
    (await ro.trm('referral', 'travel', name, ...unready)).err,
    /travel-not-ready[^]*\/arrives has to lie ahead[^]*\/receptionConfirmed is missing/,
  )
  await take(ro, `travel ${notice(3_600_000, 7_200_000).join(' ')}`, 'inTransit')
  for (const office of [ro, it]) {
    const shown = await shownAt(office)
    t.match(shown, `trm referral missed ${name} --reason travelCancelled`, 'what can be told before she leaves')
    t.notMatch(shown, /trm referral arrived|missed \S+ --reason CODE/, 'and nothing else')
  }
  await take(ro, 'missed --reason travelCancelled', 'inProgress')
  t.match((await it.json('alarm', 'list')).alarms, [{ code: 'journey-called-off' }])
  const words = notice(-3_600_000, 7_200_000)
  const arrives = words[words.indexOf('--arrives') + 1]
  await take(ro, `travel ${words.join(' ')}`, 'inTransit')
  for (const office of [ro, it]) {
    t.match(
      await todayAt(office),
      new RegExp(`On the way[^]*ARRIVES ${arrives?.slice(0, 10) ?? ''} [^]*airport[^]*${name}`),
    )
  }
  t.match((await it.trm('referral', 'take-over', name)).err, `First: arrived (you: trm referral arrived ${name}).`)
  await take(it, 'missed --reason delayed', 'alert')
  t.match(await todayAt(it), new RegExp(`On the way[^]*DID NOT ARRIVE[^]*${name}`))
  t.match((await ro.trm('today')).out, new RegExp(`^Alarms[^]*${it.label}[^]*${name}`))
  const alarmsAt = async (office: Office) => (await office.json('alarm', 'list')).alarms
  const [alarm] = await alarmsAt(ro)
  const short = String(alarm.id).slice(0, 8)
  const told = await ro.trm('alarm', 'show', short)
  t.match(told.out, new RegExp(`thread +${thread}[^]*to call[^]*Owed\\n[^]*they: find the person`))
  t.match(told.out, new RegExp(`trm referral missed ${name} --reason travelCancelled[^]*trm referral show ${name}`))
  const ofFinder = (await alarmsAt(it)).find(({ code }: { readonly code: string }) => code === 'arrival-missed')
  t.ok(ofFinder, 'who said that she did not arrive is alarmed as well')
  t.match(
    (await it.trm('alarm', 'show', ofFinder.id)).out,
    new RegExp(`You owe it to find the person[^]*arrived ${name}`),
  )
  t.match(await ro.json('alarm', 'acknowledge', short), { acknowledged: alarm.id })
  t.match((await ro.trm('alarm', 'show', short)).out, /\nseen +by trm/)
  await take(it, 'arrived', 'arrived')
  await take(ro, 'ask-follow-up --item safety', 'arrived')
  t.match(await shownAt(it), /\nOpen\n {2}report asked for/)
  await take(it, 'take-over --every-days 30 --until 2099-01 --item safety', 'followUp')
  const half = await it.trm('referral', 'follow-up', name, '--item', 'safety')
  t.match(half, { code: 2, err: /--item state is missing in <item=state\.\.\.>: [^]*good/ })
  await take(it, 'follow-up --item safety=good housing=fair', 'followUp')
  await take(it, 'propose-closure --outcome goalReached --check needsMet', 'followUp')
  await take(ro, 'refuse-closure', 'followUp')
  await take(it, 'propose-closure --outcome returnedAndAssisted', 'followUp')
  t.match(await shownAt(ro), /\nOpen\n {2}proposal to close/)
  t.match(await todayAt(ro), /you: answer the proposal to close/)
  await take(ro, 'agree-closure', 'closed')
  t.match(await shownAt(ro), /\noutcome +closed by both: returned and assisted/)
  t.match(await shownAt(ro), /\nWho still holds what\n {2}this node +what was sent\n {2}Test office, IT +Profile/i)

  t.match(await ro.trm('referral', 'check', file, '--reopen', name), { code: 0, out: /It would be sent/ })
  const again = await ro.json('referral', 'reopen', name, file)
  t.match(again, { peer: it.id, parent: thread, state: 'offered' })
  await settled(again.thread, 'offered')
  const other = await it.trm('referral', 'accept', again.thread, '--service', 'legalAid')
  t.match(other, { code: 0, err: /You offer nothing of what was asked for: safeAccommodation/ })
  await settled(again.thread, 'accepted')
  for (const office of [ro, it]) {
    t.match((await office.trm('referral', 'show', again.thread)).out, /\nNOT OFFERED +nothing .*: safe accommodation\n/)
  }
  const renewed = fileOf(ro.folder, { grant: { ...grant, validUntil: grant.givenOn } }, 'grant.json')
  t.match(await ro.trm('referral', 'update-consent', again.thread, '--file', renewed, '--json'), {
    code: 1,
    problem: { code: 'grant-expired' },
  })
  fileOf(ro.folder, { grant: { ...grant, onward: 'none' } }, 'grant.json')
  t.match(await ro.json('referral', 'update-consent', again.thread, '--file', renewed), { grant: { onward: 'none' } })
  t.match(await ro.trm('referral', 'refer-on', again.thread, file, '--json'), { code: 2, problem: { code: 'usage' } })
  t.match(await ro.json('referral', 'void', again.thread, '--reason', 'duplicate'), { state: 'enteredInError' })

  t.match(await it.trm('referral', 'erase', name, '--yes', '--remaining', 'none', '--json'), {
    code: 1,
    problem: { code: 'erasure-not-due', detail: /trm referral withdraw/ },
  })
  await take(ro, 'withdraw --scope everything --channel viaSender', 'closed')
  t.match(await it.trm('referral', 'erase', name, '--remaining', 'none', '--json'), {
    code: 2,
    problem: { detail: /--yes/ },
  })
  await take(it, 'erase --remaining none --yes', 'closed')
  t.match(await shownAt(ro), /\n {2}Test office, IT +nothing: certified .*other copies: none/)
  t.match(await shownAt(it), /\n {2}this node +nothing: destroyed/)
})

/** What a person may have answered where a starting file says nothing, by the name of the member. */
const filled = {
  mode: 'written',
  givenBy: 'self',
  childAssent: 'yes',
  givenOn: '2026-01-20',
  validUntil: '2099-01-20',
  evidence: 'LyRXBr5GFcdfgSwojQ2CC0TjX5MtN8UZ4vbxplWzZMw',
  informedOf: [
    ...['purpose', 'uses', 'recipients', 'statisticsUse', 'accessRight', 'retention', 'withdrawal', 'refusalHasNoCost'],
  ],
  noticeVersion: 'notice/3',
  interpreterUsed: false,
  exclusions: [],
  thirdCountryExplained: true,
  guardianship: 'guardianAppointed',
  jointlyAssessed: 'senderOnly',
  assessedOn: '2026-11',
  doNotContact: [],
  traffickerThreatLive: false,
  voluntaryDecisionConfirmed: true,
  idSituation: 'lost',
  documentsNeeded: ['travelDocument'],
  email: 'intake-desk@office.example',
  timeZone: 'Europe/Rome',
  checkedOn: new Date(systemClock.now()).toISOString().slice(0, 10),
  checkedBy: 'administration',
}
const ofChild: Readonly<Record<string, unknown>> = { mode: 'signedByGuardian', givenBy: 'guardian' }

function filledIn(file: string, isChild: boolean): string {
  const answers: Readonly<Record<string, unknown>> = isChild ? { ...filled, ...ofChild } : filled
  return JSON.stringify(JSON.parse(file, (name, value: unknown) => (value === 'TO FILL IN' ? answers[name] : value)))
}

function placesToFillIn(part: unknown, at = ''): readonly string[] {
  if (part === 'TO FILL IN') return [at]
  if (typeof part !== 'object' || part === null) return []
  return Object.entries(part).flatMap(([name, value]) => placesToFillIn(value, `${at}/${name}`))
}

t.test('check names what a person has to fill in of what `new` writes, and takes it then, of every type', async (t) => {
  const [ro, it] = await pairOf(t, 'nationalReferralMechanism')
  const from = (text: string, ...argv: readonly string[]): Promise<Ran> =>
    trm([...argv, '--data', ro.folder, '--json'], { stdin: Readable.from([text]) })
  for (const type of codeLists['referralType']?.enum ?? []) {
    for (const who of [[], ['--child']]) {
      const made = await trm(['referral', 'new', type, '--nationality', 'RO', ...who])
      t.match(made.err, /EXERCISE/)
      const isChild = who.length > 0 || type === 'childProtectionNotification'
      const untouched = (await from(made.out, 'referral', 'check', '-', '--to', it.label)).result
      t.strictSame(
        new Set(untouched.faults.map(({ pointer }: { pointer: string }) => pointer.split(' ')[0])),
        new Set(placesToFillIn(JSON.parse(made.out))),
        [type, ...who].join(' '),
      )
      t.ok(placesToFillIn(JSON.parse(made.out)).includes('/grant/evidence'))
      const { result } = await from(filledIn(made.out, isChild), 'referral', 'check', '-', '--to', it.label)
      t.match(result, { passes: true, faults: [] }, [type, ...who, JSON.stringify(result?.faults)].join(' '))
      const advice = result?.advice.map(({ code }: { code: string }) => code)
      t.strictSame(advice, [], [type, ...who].join(' '))
    }
  }
  const type = 'transferForProtection'
  await ro.json('case', 'create', '--code', '2026-014')
  const consent = await ro.trm('case', 'new', 'consent', '--to', it.label, '--for', type, '--child')
  t.equal((await from(consent.out, 'case', 'consent', '2026-014', '-')).code, 1, 'nobody said it yet')
  const said = filledIn(consent.out, true)
  const ofNothing = said.replace(filled.evidence, '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU')
  t.match((await from(ofNothing, 'case', 'consent', '2026-014', '-')).problem, { code: 'evidence-of-nothing' })
  const { consent: id } = (await from(said, 'case', 'consent', '2026-014', '-')).result
  const narrower = filledIn((await trm(['case', 'new', 'grant', '--for', type])).out, false)
  t.ok(validateUpdateConsentRequest(JSON.parse(narrower)))
  const hints = (await trm(['case', 'new', 'hints'])).out
  t.match((await from(hints, 'case', 'alike', '2026-014', '-')).problem, { code: 'schema-invalid' }, 'nothing is known')
  const filledHints = hints.replaceAll('""', '"AB 123456"')
  t.match((await from(filledHints, 'case', 'alike', '2026-014', '-')).result, { looksLike: [] })
  const vault = await trm(['case', 'new', 'vault'])
  t.match(await from(vault.out, 'case', 'vault', '2026-014', '--add', '-'), { code: 2, problem: { code: 'usage' } })
  const known = vault.out.replaceAll('to be written', 'known')
  t.equal((await from(known, 'case', 'vault', '2026-014', '--add', '-')).code, 0)
  const whole = filledIn((await trm(['referral', 'new', type, '--nationality', 'RO', '--child'])).out, true)
  const empty = whole.replace(filled.evidence, '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU')
  const faults = [{ code: 'evidence-of-nothing', pointer: '/grant/evidence' }]
  t.match((await from(empty, 'referral', 'check', '-', '--to', it.label)).result, { passes: false, faults })
  t.match((await from(empty, 'referral', 'send', '-', '--to', it.label)).problem, { code: 'evidence-of-nothing' })
  const unfilled = (await trm(['referral', 'new', type, '--nationality', 'RO', '--child', '--for-case'])).out
  const draft = filledIn(unfilled, true)
  const byCase = ['--to', it.label, '--case', '2026-014', '--consent', id]
  t.match((await from(draft, 'referral', 'check', '-', ...byCase)).result, { passes: true })
  const { result: sent } = await from(draft, 'referral', 'send', '-', ...byCase)
  t.match(sent, { state: 'offered', isExercise: true })
  const twice = await from(draft, 'referral', 'send', '-', ...byCase)
  const wayOut = new RegExp(`trm referral show ${sent.thread}[^]*--again`)
  t.match(twice, { code: 1, problem: { code: 'referral-open', threads: [sent.thread], detail: wayOut } })
  const byBeginning = ['--to', 'test off', '--case', '2026-0', '--consent', id, '--again']
  t.match((await from(draft, 'referral', 'check', '-', ...byBeginning)).result, { passes: true })
  const desks = await it.trm('directory', 'new')
  const folder = ['--data', it.folder, '--json']
  const publish = (text: string): Promise<Ran> =>
    trm(['directory', 'publish', '-', ...folder], { stdin: Readable.from([text]) })
  t.match((await publish(desks.out)).problem, {
    code: 'schema-invalid',
    faults: ['email', 'hours/timeZone', 'checkedOn', 'checkedBy'].map((at) => ({ at: `/desks/0/${at}` })),
  })
  const filledDesks = filledIn(desks.out, false)
  t.equal((await publish(filledDesks)).code, 0)
  const told = await trm(['directory', 'publish', '-', '--data', it.folder], { stdin: Readable.from([filledDesks]) })
  t.match(told, { code: 0, err: /CAREFUL: nobody reads intake-desk@office\.example/ })
  const terms = await it.trm('agreement', 'new', ro.label, '--template', 'informal')
  const proposed = ['agreement', 'propose', ro.label, '--terms', '-', ...folder]
  t.equal((await trm(proposed, { stdin: Readable.from([terms.out]) })).code, 0)
})

t.test('check goes through every gate that send goes through, and tells all of it', async (t) => {
  const [ro, it] = await pairOf(t)
  const { referral: draft, grant } = referral() as { referral: Json; grant: Json }
  const check = (content: object, ...argv: readonly string[]): Promise<Ran> =>
    ro.trm('referral', 'check', fileOf(ro.folder, content), '--to', it.label, ...argv)

  const planned = {
    ...draft,
    followUpPlan: { everyDays: 30, untilMonth: '2099-01', reporter: 'receiver', items: ['safety'] },
  }
  const plan = await check({ referral: planned, grant })
  t.match(plan, {
    code: 0,
    out: /advice +followUpNotGranted +\/referral\/followUpPlan +the consent has no purpose followUp/,
  })
  const sent = await ro.trm('referral', 'send', fileOf(ro.folder, { referral: planned, grant }), '--to', it.label)
  t.match(sent, { code: 0, err: /ADVICE followUpNotGranted[^]*EXERCISE|EXERCISE[^]*ADVICE followUpNotGranted/ })
  const thread = sent.out.slice(0, 8)
  await until(
    () => it.trm('referral', 'show', thread, '--json'),
    ({ code }) => code === 0,
  )
  await it.json('referral', 'accept', thread)
  t.match(await it.trm('referral', 'follow-up', thread, '--item', 'safety=good'), {
    code: 1,
    err: new RegExp(`State: accepted\\.[^]*trm referral show ${thread}`),
  })
  await it.json('referral', 'start', thread)
  const takenOver = await it.trm(
    'referral',
    'take-over',
    thread,
    '--every-days',
    '30',
    '--until',
    '2099-01',
    '--item',
    'safety',
  )
  t.match(takenOver, { err: /followUp/ })
  const report = await it.trm('referral', 'follow-up', thread, '--item', 'safety=good')
  t.match(report, { code: 1, err: /Needed is consent to followUp\.[^]*update-consent/ })

  const narrow = await check({ referral: draft, grant: { ...grant, purposes: ['assistance'] } })
  t.match(narrow, { code: 1, out: /purpose-not-granted +\/referral\/request\/primaryType +needs consent to return/ })

  const named = { ...draft, request: { ...draft.request, specificNeed: 'Call her on +40 21 555 01 23.', urgncy: 1 } }
  const misfit = { ...named, urgency: 'soon', request: { ...named.request, neededFrom: '2026-12-01' } }
  const both = await check({ referral: misfit, grant })
  t.match(both.out, /\/referral\/urgency +must be one of immediate, urgent, standard, planned/)
  t.match(both.out, /\/referral\/request\/neededFrom +does not have the right form: write it as 20[0-9]{2}-[0-9]{2}\n/)
  t.match(both.out, /\/referral\/request +has a member that the schema does not know/)
  t.match(both.out, /identity-found +\/referral\/request\/specificNeed +phone-international 12-28/)
  t.notMatch(both.out, /555/)

  const desks = JSON.parse(filledIn((await it.trm('directory', 'new')).out, false)) as { desks: Json[] }
  const [desk] = desks.desks
  await it.json(
    'directory',
    'publish',
    fileOf(it.folder, { ...desks, desks: [{ ...desk, referralTypes: ['caseReferral'] }] }),
  )
  await until(
    async () => (await ro.trm('directory', 'refresh'), ro.trm('directory', 'show', it.id)),
    ({ code }) => code === 0,
  )
  const other = await check({ referral: draft, grant })
  t.match(other, { code: 1, out: /desk-not-competent +\/desk[^]*no override helps/ })
  await ro.json('case', 'create', '--code', '2026-014')
  const unsaid = await ro.trm('case', 'new', 'consent', '--to', it.label, '--for', 'caseReferral')
  const consent = JSON.parse(filledIn(unsaid.out, false))
  const elsewhere = { ...consent, recipients: [{ ...consent.recipients[0], node: exampleNode }] }
  const strange = fileOf(ro.folder, elsewhere, 'consent.json')
  const { consent: id } = await ro.json('case', 'consent', '2026-014', strange, '--unpaired')
  const unnamed = await check({ referral: { ...draft, urgency: 'soon' } }, '--case', '2026-014', '--consent', id)
  t.match(unnamed.out, /urgency/)
  const byCase = await check({ referral: draft }, '--case', '2026-014', '--consent', id, '--json')
  const codes = byCase.result.faults.map(({ code }: { code: string }) => code)
  t.strictSame(codes.slice(0, 2), ['recipient-not-named', 'desk-not-competent'])
})

t.test('what is done while the node is down leaves when it starts', async (t) => {
  const [ro, it] = await pairOf(t)
  await ro.stop()
  const file = fileOf(ro.folder, referral())
  const sent = await ro.json('referral', 'send', file, '--to', it.id)
  t.equal(sent.delivery.length, 1)
  const head = 'THIS NODE DOES NOT RUN: nothing arrives and nothing leaves. Start it: trm serve\n'
  t.match(await ro.trm('today'), { out: head, err: /Nothing waits for you today/ }, 'it is on its way for a moment')
  inDatabase(path.join(ro.folder, 'data.db'), 'UPDATE outbox SET createdAt = createdAt - 120000')
  const late = `${head}\nNOT DELIVERED yet: call them\n`
  const { out: waiting } = await ro.trm('today')
  t.ok(waiting.startsWith(late), waiting)
  t.match(
    waiting,
    new RegExp(
      `referral ${String(sent.thread).slice(0, 8)} +standard [^]*${it.label} +not sent yet[^]*To call ${it.label}: `,
    ),
  )
  t.match((await ro.trm('referral', 'list')).err, /THIS NODE DOES NOT RUN/)
  t.match(await ro.trm('health', '--json'), { code: 4, problem: { code: 'node-unreachable' } })
  await ro.start()
  await until(
    () => it.trm('referral', 'show', sent.thread, '--json'),
    ({ code }) => code === 0,
  )

  await it.stop()
  await it.json('referral', 'decline', sent.thread, '--reason', 'other', '--explanation', '-')
  await it.start()
  const { result } = await until(
    () => ro.trm('referral', 'show', sent.thread, '--json'),
    (ran) => ran.result?.state === 'declined',
  )
  t.equal(result.events.at(-1).body.explanation, passphrase, 'free text can come from standard input')
  const [declined] = (await ro.json('alarm', 'list')).alarms
  t.match(
    (await ro.trm('alarm', 'show', declined.id)).out,
    / FILE --to PEER\n/,
    'another place than the one that said no',
  )
})

t.test('a text with a finding goes once a person decided: left out, or accepted with a reason', async (t) => {
  const [ro, it] = await pairOf(t)
  const file = fileOf(ro.folder, referral('Call +40 21 555 01 23 on 3 May 2027.'))
  const send = (...more: readonly string[]) => ro.trm('referral', 'send', file, '--to', it.label, ...more)
  const denied = await send()
  t.equal(denied.code, 1)
  t.match(denied.err, /identity-found[^]*--leave-out[^]*specificNeed phone-international 5-21/)
  t.match(denied.err, /specificNeed date 25-35 \(identity-doubtful\)/, 'what is denied hides no doubt')
  const doubtful = await send('--leave-out')
  t.equal(doubtful.code, 1)
  t.match(doubtful.err, /identity-doubtful[^]*--accept-doubts[^]*specificNeed date 19-29/)
  t.match(await send('--accept-doubts', 'because'), { code: 2, err: /notIdentifying/ })
  t.match((await send('--accept-doubts', 'institution')).err, /identity-found/, 'nothing accepts what is denied')
  const sent = await send('--leave-out', '--accept-doubts', 'neededForService')
  t.equal(sent.code, 0)
  t.match(sent.out, 'Left out: /referral/request/specificNeed phone-international 5-21')
  const [, thread = ''] = /^([0-9a-f-]{36}) /.exec(sent.out) ?? []
  const shown = await ro.trm('referral', 'show', thread)
  t.match(shown.out, 'specific need: Call [left out] on 3 May 2027.')
  t.match(shown.out, /accepted by .+ \(neededForService\): \/referral\/request\/specificNeed date 19-29/)
  t.match(shown.out, 'left out: /referral/request/specificNeed phone-international 5-21')
  t.match((await ro.json('referral', 'show', thread)).events, [
    { accepted: { reason: 'neededForService' }, leftOut: [{ start: 5 }] },
  ])
  for (const { out, err } of [denied, doubtful, sent, shown]) t.notMatch(out + err, /555/)

  const draft = fileOf(ro.folder, { to: it.id, ...referral('Call +40 21 555 01 23.') })
  const checked = await ro.trm('referral', 'check', draft)
  t.equal(checked.code, 1)
  t.match(checked.out, /specificNeed:\n {2}Call \[left out\]\.\nIt would NOT be sent\.\n.*--leave-out/)

  await until(
    () => it.trm('referral', 'show', thread, '--json'),
    ({ code }) => code === 0,
  )
  const accept = (...more: readonly string[]) =>
    it.trm('referral', 'accept', thread, '--conditions', 'From 3 May 2027 on; ask desk@office.example.', ...more)
  t.match(await accept(), { code: 1, err: /identity-found/ })
  t.match(await accept('--leave-out'), { code: 1, err: /identity-doubtful/ })
  const accepted = await accept('--leave-out', '--accept-doubts', 'neededForService')
  t.equal(accepted.code, 0)
  t.match(accepted.out, 'Left out: /conditions email 24-43')
})

t.test('a referral that is refused is refused without a word of it', async (t) => {
  const office = new Office(t, t.testdir(), 'RO')
  await office.init()
  const to = exampleNode
  const { referral: draft, grant } = referral()
  const cases: readonly (readonly [string, unknown])[] = [
    ['malformed-request', `{"to": "${canary}"`],
    ['schema-invalid', { referral: { ...draft, urgency: canary }, grant }],
    ['schema-invalid', { referral: { ...draft, [canary]: 1 }, grant }],
    ['peer-unknown', { referral: draft, grant }],
  ]
  for (const [code, content] of cases) {
    for (const form of [[], ['--json']]) {
      const ran = await office.trm('referral', 'send', fileOf(office.folder, content), '--to', to, ...form)
      t.equal(ran.code, 1)
      t.match(ran.err, code)
      t.notOk(`${ran.out}${ran.err}`.includes(canary))
    }
  }
  const file = fileOf(office.folder, { referral: { ...draft, urgency: 'soon' }, grant })
  t.match(
    (await office.trm('referral', 'send', file, '--to', to)).err,
    '/referral/urgency must be one of immediate, urgent',
  )
})

t.test('tokens are shown once, listed without their secret, and revoked', async (t) => {
  const office = new Office(t, t.testdir(), 'RO')
  await office.init()
  const made = await office.trm('token', 'create', '--label', 'Monitoring', '--scope', 'node:read', 'peer:read')
  t.match(made.out, /^[\w-]+\.[\w-]+\.[\w-]+\n$/, 'standard output holds the token alone')
  const listed = await office.json('token', 'list')
  t.match((await office.trm('token', 'list')).err, /"trm command" is what the commands on this machine use/)
  t.match(listed.tokens, [{ label: 'Monitoring', scopes: ['node:read', 'peer:read'] }])
  t.equal(listed.tokens.filter(({ label }: { label: string }) => label === 'Monitoring').length, 1)
  t.notOk(JSON.stringify(listed).includes(made.out.trim()))
  const { jti } = listed.tokens.find(({ label }: { label: string }) => label === 'Monitoring')
  await office.json('token', 'revoke', jti)
  t.match(await office.trm('token', 'revoke', jti, '--json'), { code: 1, problem: { code: 'token-unknown' } })
  t.notMatch((await office.json('token', 'list')).tokens, [{ jti }])
  t.match(await office.trm('token', 'create', '--label', 'x', '--scope', 'all', '--json'), {
    code: 2,
    problem: { code: 'usage', faults: [{ at: '--scope' }] },
  })
})

t.test('control.json is for the owner, goes with the node, and is not believed after it', async (t) => {
  const office = new Office(t, t.testdir(), 'RO')
  await office.init()
  await office.start()
  const file = path.join(office.folder, 'control.json')
  t.equal(statSync(file).mode & 0o777, 0o600)
  const control = JSON.parse(readFileSync(file, 'utf8'))
  const asks = async (token: string): Promise<number> => {
    const answer = await fetch(`${control.url}/api/v1/node`, { headers: { authorization: `Bearer ${token}` } })
    return answer.status
  }
  t.equal(await asks(control.token), 200)

  rmSync(file)
  t.match(await office.trm('peer', 'list', '--json'), { code: 4, problem: { code: 'node-running' } })
  t.match(await office.trm('serve', '--json'), { code: 3, problem: { code: 'node-running' } })
  await office.stop()

  // What a crash leaves behind: a token in force, and an address where nobody answers.
  const left = await office.json('token', 'create', '--label', 'left', '--scope', 'node:read')
  writeFileSync(file, JSON.stringify({ ...control, token: left.token, jti: left.jti }), { mode: 0o600 })
  t.match(await office.trm('peer', 'list', '--json'), { code: 0, result: { peers: [] } }, 'in memory')
  await office.start()
  t.equal(await asks(control.token), 401, 'ended with its process')
  t.equal(await asks(left.token), 401, 'ended by the next start')
  await office.stop()
  t.notOk(existsSync(file))
})

t.test('a start that fails lists every fault of settings, files and keys at once', async (t) => {
  const root = t.testdir()
  const office = new Office(t, root, 'RO')
  await office.init()
  const config = path.join(office.folder, 'config.json')
  writeFileSync(config, JSON.stringify({ ...JSON.parse(readFileSync(config, 'utf8')), colour: 'red' }))
  chmodSync(path.join(office.folder, 'identity.jwe'), 0o644)
  cpSync(path.join(office.folder, 'keys.db'), path.join(office.folder, 'prekeys.db'))
  inDatabase(path.join(office.folder, 'data.db'), `INSERT INTO kysely_migration VALUES ('9999-later', '2099')`)
  const [exampleKey = ''] = exampleKeyIds
  inDatabase(
    path.join(office.folder, 'keys.db'),
    `INSERT INTO keys SELECT replace(id, 'signing:', 'log:'), kind, wrapped, createdAt FROM keys WHERE id LIKE 'signing:%'`,
    `INSERT INTO keys VALUES ('api:${exampleKey}', 'node', x'00', 0)`,
  )
  const kek = path.join(office.folder, 'credential', 'kek')
  rmSync(kek)
  writeFileSync(kek, 'too short', { mode: 0o600 })

  const ran = await trm(['--data', office.folder, 'serve', '--json'], { env: { TRM_LOCAL_PORT: 'http' } })
  t.equal(ran.code, 3)
  const found = ran.problem.faults.map(({ at, code }: { at: string; code: string }) => `${path.basename(at)} ${code}`)
  t.strictSame(found.sort(), [
    'TRM_LOCAL_PORT config-invalid',
    'colour config-invalid',
    'data.db schema-newer',
    'identity.jwe permissions-weak',
    'kek kek-missing',
    'node keys example-key-refused',
    'node keys key-shared',
    'prekeys.db pragma-wrong',
  ])
  t.match(ran.problem.detail, 'trm doctor')
  t.ok(
    ran.problem.faults.every(({ mend }: { mend?: string }) => mend !== undefined),
    'each with what mends it',
  )
  const people = await trm(['serve', '--data', office.folder])
  t.match(people.err, /^trm: [^]*\/colour is not a setting of this version\n {4}mend: /)
})

t.test('doctor finds a node well, and says what ails a broken one', async (t) => {
  const office = new Office(t, t.testdir(), 'RO')
  await office.init()
  const well = await office.trm('doctor', '--json')
  t.equal(well.code, 0)
  const levelOf = ({ result }: Ran, check: string): string | undefined =>
    result.findings.find((finding: { check: string }) => finding.check === check)?.level
  t.equal(levelOf(well, 'identity.jwe'), 'warn')
  const stick = well.result.findings.find(({ check }: { check: string }) => check === 'identity.jwe')
  t.match(stick.mend, /^cp .* && cmp .* && cp .* && cmp .* && shred /, 'deleted only once two copies are there')
  for (const check of ['data.db', 'keys.db', 'prekeys.db', 'node keys', 'card', 'prekeys', 'local listener']) {
    t.equal(levelOf(well, check), 'ok', check)
  }

  rmSync(path.join(office.folder, 'identity.jwe'))
  rmSync(path.join(office.folder, 'prekeys.db'))
  const restored = await office.trm('doctor', '--json')
  t.equal(restored.code, 0)
  t.equal(levelOf(restored, 'identity.jwe'), 'ok')
  t.equal(levelOf(restored, 'prekeys.db'), 'warn')

  const kek = path.join(office.folder, 'credential', 'kek')
  rmSync(kek)
  writeFileSync(kek, Buffer.alloc(32, 9), { mode: 0o400 })
  const broken = await office.trm('doctor')
  t.equal(broken.code, 1)
  t.match(broken.out, /fail +node keys .*\n +mend: cp YOUR-COPY-OF-THE-KEY .*credential\/kek/)
  t.match(await office.trm('referral', 'list', '--json'), { code: 3, problem: { code: 'kek-wrong' } })
})

t.test('text of other nodes cannot steer the terminal', async (t) => {
  t.equal(printable('a\u001b[2Jb\u202ec\u0085'), 'a\\u{1b}[2Jb\\u{202e}c\\u{85}')
  t.equal(printable('Ünïcode, текст, 文'), 'Ünïcode, текст, 文')
})

t.test('the executable serves until SIGTERM and leaves nothing behind', async (t) => {
  const office = new Office(t, t.testdir(), 'RO')
  await office.init()
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/trm.ts', 'serve', '--data', office.folder], {
    env: { ...process.env, TRM_LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
  await until(
    async () => said,
    (text) => text.includes('local API listens at'),
  )
  t.match(await office.trm('health', '--json'), { code: 0 })
  t.match(await office.trm('referral', 'list'), { out: '', err: /^No referrals\. / })
  child.kill('SIGTERM')
  t.equal(await ended, 0)
  t.match(said, 'SIGTERM: stopping')
  t.notOk(existsSync(path.join(office.folder, 'control.json')))
})
