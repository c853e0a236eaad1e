import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable, Writable } from 'node:stream'
import t, { type Test } from 'tap'
import { systemClock, toDay } from '../../src/base/clock.js'
import { checkIntroducers } from '../../src/cli/doctor/check-introducers.js'
import { makeLocalApi } from '../../src/cli/local-api.js'
import { namedElsewhere } from '../../src/cli/named-elsewhere.js'
import { runCli } from '../../src/cli/run-cli.js'
import { startNode } from '../../src/cli/start-node.js'
import { makeContactBook } from '../../src/directory/contacts/contact-book.js'
import {
  checkOwnDesk,
  endContact,
  publishContact,
  renewOwnContacts,
  type OwnContactsDeps,
} from '../../src/directory/contacts/own-contacts.js'
import { verifyContact } from '../../src/directory/contacts/verify-contact.js'
import { verifyStatements } from '../../src/directory/key-statement.js'
import { messageDigest } from '../../src/crypto/signer.js'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js'
import type {
  Contact,
  ContactExport,
  ContactHits,
  ContactRecord,
  ContactView,
  PeerView,
  Problem,
} from '../../src/wire/generated/types.js'
import { Desk } from '../support/desk.js'
import { nobody, noNode } from '../support/ids-of-nothing.js'
import { firstOf, namedKey } from '../support/chains.js'
import { contactDraft, contactsNow, desk } from '../support/contacts.js'
import { day, FakeClock } from '../support/fake-clock.js'
import { freePorts } from '../../src/cli/demo/free-ports.js'
import { recordRow } from '../support/store-rows.js'
import { seededRandom } from '../support/seeded-random.js'
import { TestFederation, type TestNode } from '../support/test-federation.js'

const contacts = '/api/v1/contacts'

/** Puts the records of one node into the store of another, as gossip does. */
async function carry(from: TestNode, to: TestNode): Promise<void> {
  for (const row of await from.running.store.listRecords('contact')) {
    if (row.node !== from.id) continue
    const held = await to.running.store.findRecord('contact', row.node, row.id)
    await to.running.store.commit([{ do: 'putRecord', row: { ...row, source: from.id }, expect: held?.digest ?? null }])
  }
}

t.test('a record is published, found by others, checked, renewed and ended', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'contacts' })
  const [it, ro] = [await new Desk(federation.get('it')).open(), await new Desk(federation.get('ro')).open()]
  const witness = `${contacts}?from=RO&targetGroup=children&referralType=hearingTravel&language=sq&openWithin=7`
  const found = async (at: Desk, url = witness) => (await at.take<ContactHits>('GET', url)).hits

  const later = async (days: number): Promise<void> => {
    federation.clock.jump(days * day)
    for (const each of [it, ro]) await (await each.open()).node.running.upkeep()
  }

  const draft = contactDraft({
    country: 'IT',
    desks: [desk({ languages: ['it', 'sq'] }), desk({ desk: 'night-desk' })],
  })
  const answer = await it.ask('POST', contacts, { body: draft })
  const { contact } = answer.body as ContactView
  const url = `${contacts}/${it.node.id}/${contact.id}`
  t.equal(answer.headers['location'], url)
  t.match(answer.body, {
    own: true,
    desks: [{ desk: 'duty-desk', state: 'fresh' }, { desk: 'night-desk' }],
    notShared: [],
  })
  t.strictSame(await found(ro), [], 'nothing before it came')
  await carry(it.node, ro.node)
  t.match(await found(ro), [
    { node: it.node.id, contact: contact.id, own: false, desk: { desk: 'duty-desk' }, state: 'fresh', openNow: false },
  ])
  t.strictSame((await ro.take<ContactView>('GET', url)).contact, contact)

  await t.test('a search tells whose word a desk is, and how many are held and not shown', async (t) => {
    const peer = `/api/v1/peers/${it.node.id}`
    const { label } = await ro.take<PeerView>('GET', peer)
    t.match(await ro.take('GET', witness), { hits: [{ standing: 'peer', nodeLabel: label }], hidden: 0 })
    t.match(await it.take('GET', witness), { hits: [{ standing: 'self' }], hidden: 0 })
    await ro.take('POST', `${peer}/suspend`, { reason: 'incident' })
    t.match(await ro.take('GET', witness), { hits: [], hidden: 1 })
    await ro.take('POST', `${peer}/resume`, {})
  })

  await t.test('whoever is about to publish the office of another node is told', async (t) => {
    const api = (at: Desk) =>
      makeLocalApi(true, async ({ method, path }) => {
        const { status, text } = await at.ask(method, path)
        return { status, body: text }
      })
    t.match(await namedElsewhere(api(ro), [draft]), [
      /^CAREFUL: .*duty-desk@office\.example is published by another node/,
    ])
    const mailbox = { ...draft, organisation: { ...draft.organisation, name: 'Another office' } }
    t.equal((await namedElsewhere(api(ro), [mailbox])).length, 1, 'a mailbox is enough')
    t.strictSame(await namedElsewhere(api(it), [draft]), [], 'its own')
  })

  await t.test('what its owner did not write is refused', async (t) => {
    const refused = async (at: Desk, method: string, path: string, body?: unknown): Promise<Problem> =>
      (await at.ask(method, path, body === undefined ? {} : { body })).body as Problem
    const broken = (change: Parameters<typeof desk>[0]) => ({ ...draft, desks: [desk(change)] })
    t.match(await refused(it, 'POST', contacts, broken({ services: [], referralTypes: [] })), {
      code: 'desk-without-service',
      errors: ['/desks/0/services minItems'],
    })
    t.match(await refused(it, 'POST', contacts, broken({ email: 'first.last@office.example' })), {
      code: 'contact-personal',
      errors: ['/desks/0/email role'],
    })
    t.match(await refused(it, 'POST', contacts, broken({ checkedOn: '2027-01-01' })), { code: 'contact-invalid' })
    t.match(await refused(it, 'POST', contacts, { ...draft, id: nobody }), { code: 'contact-not-found' })
    t.match(await refused(it, 'POST', contacts, { ...draft, id: contact.id, visibility: 'bilateral' }), {
      code: 'schema-invalid',
      errors: ['/visibility const'],
    })
    const check = { desk: 'duty-desk', checkedBy: 'administration' }
    t.match(await refused(ro, 'POST', `${url}/check`, check), { code: 'contact-not-found' }, 'another node')
    t.match(await refused(it, 'POST', `${url}/check`, { ...check, desk: 'no-desk' }), { code: 'desk-not-found' })
    t.match(await refused(ro, 'DELETE', url), { code: 'contact-not-found' })
    t.match(await refused(it, 'GET', `${contacts}/${noNode}/${nobody}`), { code: 'contact-not-found' })
    for (const [query, error] of [
      ['country=it', '/query/country pattern'],
      ['language=Albanian', '/query/language pattern'],
      ['service=shelter', '/query/service enum'],
      ['openWithin=x', '/query/openWithin pattern'],
      ['limit=0', '/query/limit pattern'],
      ['urgent=yes', '/query/urgent enum'],
    ] as const) {
      t.match(await refused(it, 'GET', `${contacts}?${query}`), { code: 'schema-invalid', errors: [error] }, query)
    }
    t.match(await refused(it, 'GET', `${contacts}/export`), {
      code: 'schema-invalid',
      errors: ['/query/format required'],
    })
    t.match(await refused(it, 'GET', `${contacts}/export?format=pdf`), {
      code: 'schema-invalid',
      errors: ['/query/format enum'],
    })
  })

  await t.test('exports say nothing of nodes', async (t) => {
    for (const format of ['hsds', 'csv', 'vcard', 'text']) {
      const told = await ro.take<ContactExport>('GET', `${contacts}/export?format=${format}&country=IT`)
      t.equal(told.records, 1)
      t.match(told.text, 'duty-desk')
      t.notMatch(told.text, it.node.id)
    }
    t.equal((await ro.take<ContactExport>('GET', `${contacts}/export?format=text&own=true`)).records, 0)
  })

  // A person checks the night desk after 60 days; by day 100 the other one is stale although the record was renewed.
  await later(60)
  const checked = await it.take<ContactView>('POST', `${url}/check`, {
    desk: 'night-desk',
    checkedBy: 'administration',
  })
  t.strictSame(
    (checked.contact as ContactRecord).desks.map(({ checkedOn }) => checkedOn),
    ['2026-11-20', '2027-01-21'],
  )
  await later(70)
  const [own] = (await it.node.running.store.listRecords('contact')).filter(({ node }) => node === it.node.id)
  t.ok((own?.exp ?? 0) > federation.clock.now() / 1000 + 29 * 86_400, 'renewed before it ended')
  t.ok((own?.seq ?? 0) > checked.contact.seq)
  await carry(it.node, ro.node)
  t.match(await found(ro, `${contacts}?country=IT`), [{ desk: { desk: 'night-desk' } }])
  t.match(await found(ro, `${contacts}?country=IT&stale=true`), [
    { desk: { desk: 'night-desk' }, state: 'fresh' },
    { desk: { desk: 'duty-desk', checkedOn: '2026-11-20' }, state: 'stale', reason: 'check-overdue' },
  ])

  t.equal((await it.ask('DELETE', url)).status, 204)
  await carry(it.node, ro.node)
  t.strictSame(await found(ro, `${contacts}?country=IT&stale=true`), [], 'a tombstone ends it')
  t.equal(((await ro.ask('GET', url)).body as Problem).code, 'contact-not-found')
  t.equal(((await it.ask('DELETE', url)).body as Problem).code, 'contact-not-found', 'ended already')

  // What is held of a node is not shown before somebody has reason to trust it.
  const next = await it.take<ContactView>('POST', contacts, draft)
  t.not(next.contact.id, contact.id)
  await carry(it.node, ro.node)
  t.equal((await found(ro, `${contacts}?country=IT&stale=true`)).length, 2)
  const suspend = {
    do: 'setPeerSuspension',
    node: it.node.id,
    expect: null,
    set: { suspendedAt: 1, suspendedFor: 'x' },
  } as const
  t.ok((await ro.node.running.store.commit([suspend])).ok)
  await ro.node.running.directory.reload(it.node.id)
  t.strictSame(await found(ro, `${contacts}?country=IT&stale=true`), [], 'a suspended peer is not shown')
  const nextUrl = `${contacts}/${it.node.id}/${next.contact.id}`
  t.equal(((await ro.ask('GET', nextUrl)).body as Problem).code, 'contact-not-found')
})

t.test('doctor tells where too few introducers are named for anybody to be shown', (t) => {
  const about = (introducers: readonly string[], vouchesNeeded: number) =>
    checkIntroducers({ directory: { introducers, vouchesNeeded } })
  t.match(about([noNode], 2), [{ level: 'warn', message: /vouchesNeeded is 2, and introducers are 1/ }])
  t.match(about([noNode], 1), [{ level: 'ok' }])
  t.match(about([], 2), [{ level: 'ok', message: /peers alone/ }])
  t.end()
})

t.test('a bilateral record goes to its partners, at every change, and to nobody else', async (t) => {
  const { deps, shared, clock, records } = await ownNode(t)
  const draft = { ...contactDraft(), visibility: 'bilateral' as const }
  const partners = ['partner-a', 'partner-b']
  const first = await publishContact(deps, draft, partners)
  t.strictSame(
    shared.splice(0).map(({ peer }) => peer),
    partners,
  )
  t.strictSame(first.notShared, [])
  const [row] = await records()
  t.match(row, { visibility: 'bilateral', source: null })
  await checkOwnDesk(deps, { id: first.id, desk: 'duty-desk', checkedBy: 'dutyDesk' })
  t.strictSame(
    shared.splice(0).map(({ peer }) => peer),
    partners,
    'to those who got it before',
  )
  clock.jump(61 * day)
  await renewOwnContacts(deps)
  t.strictSame(
    shared.splice(0).map(({ peer }) => peer),
    partners,
    'renewals too',
  )
  const { notShared } = await publishContact(deps, { ...draft, id: first.id }, ['nobody', 'partner-b'])
  t.strictSame(notShared, [{ peer: 'nobody', code: 'internal' }], 'one that cannot be reached does not stop the others')
  t.match(shared.splice(0), [{ peer: 'partner-b', contact: { visibility: 'bilateral' } }])
  await endContact(deps, first.id)
  t.match(shared.splice(0), [{ peer: 'partner-b', contact: { ended: true } }])

  const open = await publishContact(deps, contactDraft(), partners)
  t.strictSame(shared, [], 'what all may see is not sent to single partners')
  t.ok(open.id !== first.id)
})

t.test('sequences grow, whatever the clock does, and every version verifies', async (t) => {
  const { deps, clock, records, statements } = await ownNode(t)
  const { id } = await publishContact(deps, contactDraft())
  const [{ seq: first } = { seq: 0 }] = await records()
  t.equal(first, contactsNow)
  await Promise.all([1, 2, 3].map(() => checkOwnDesk(deps, { id, desk: 'duty-desk', checkedBy: 'dutyDesk' })))
  const [{ seq: fourth } = { seq: 0 }] = await records()
  t.equal(fourth, contactsNow + 3, 'three at the same second')
  clock.jump(-day)
  await publishContact(deps, { ...contactDraft({ desks: [desk({ capacity: 'limited' })] }), id })
  clock.jump(day)
  const [{ seq: fifth, text, digest } = { seq: 0, text: '', digest: '' }] = await records()
  t.equal(fifth, contactsNow + 4)
  t.equal(digest, messageDigest(text))
  const held = verifyContact(text, statements, contactsNow) as ContactRecord
  t.equal(held.desks[0]?.capacity, 'limited')
  clock.jump(50 * day)
  await renewOwnContacts(deps)
  t.equal((await records())[0]?.text, text, 'it has 40 days left')
  clock.jump(11 * day)
  await renewOwnContacts(deps)
  const renewed = verifyContact((await records())[0]?.text ?? '', statements, clock.now() / 1000) as ContactRecord
  t.strictSame({ ...renewed, seq: 0, iat: 0, exp: 0 }, { ...held, seq: 0, iat: 0, exp: 0 }, 'the day of check stays')
  await endContact(deps, id)
  const ended = (await records())[0]?.text
  clock.jump(340 * day)
  await renewOwnContacts(deps)
  t.equal((await records())[0]?.text, ended, 'a tombstone is not renewed')
  await t.rejects(publishContact({ ...deps, ownSigningKey: () => undefined }, contactDraft()), {
    code: 'signing-key-ended',
  })
  const many = Array.from({ length: 16 }, (_, at) => desk({ desk: `desk-${at}`, countriesServed: manyCountries }))
  await t.rejects(publishContact(deps, contactDraft({ desks: many })), { code: 'payload-too-large' })
})

const letters = [...'ABCDEFGH']
const manyCountries = letters.flatMap((one) => letters.map((other) => `${one}${other}`))

/** The parts of a node that own records need, around a real store. */
async function ownNode(t: Test) {
  const folder = mkdtempSync(path.join(tmpdir(), 'trm-own-'))
  const store = await openSqliteStore({ path: path.join(folder, 'data.db') })
  t.teardown(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const statements = verifyStatements(firstOf())
  const clock = new FakeClock()
  const shared: { peer: string; contact: Contact }[] = []
  const deps: OwnContactsDeps = {
    self: statements.node,
    store,
    keys: { signer: () => namedKey('s0').signer },
    ownSigningKey: (kid) => statements.signingKeys.find((key) => key.kid === kid)?.key,
    ownKeyCounts: () => true,
    clock,
    random: seededRandom('own contacts'),
    shareContact(peer, jws) {
      if (peer === 'nobody') return Promise.reject(new Error('no such peer'))
      shared.push({ peer, contact: verifyContact(jws, statements, clock.now() / 1000) })
      return Promise.resolve()
    },
  }
  const book = makeContactBook({ store, isShown: () => true })
  return { deps, shared, clock, statements, book, records: () => store.listRecords('contact') }
}

t.test('the records of nodes that nobody sees are not read to show the others', async (t) => {
  const store = await openSqliteStore({ path: ':memory:' })
  t.teardown(() => store.close())
  const text = firstOf()[0] ?? ''
  const rows = ['seen', 'unseen'].map((node) => recordRow({ kind: 'contact', node, id: node, text }))
  await store.commit(rows.map((row) => ({ do: 'putRecord', row, expect: null })))
  const read: string[] = []
  const book = makeContactBook({
    store: {
      ...store,
      listRecordsOf(_kind, node) {
        read.push(node)
        return Promise.resolve([])
      },
    },
    isShown: (node) => node === 'seen',
  })
  t.same([await book.list(), await book.ofNode('unseen'), await book.ofNode('seen')], [[], [], []])
  t.same(read, ['seen', 'seen'])
})

t.test('trm directory does all of it from the shell', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'trm-directory-'))
  t.teardown(() => {
    rmSync(folder, { recursive: true })
  })
  const data = path.join(folder, 'node')
  const trm = (...argv: readonly string[]) => run(folder, [...argv, '--data', data])
  const ports = await freePorts(2)
  const init = await trm(
    ...['init', '--label', 'Test office, RO', '--country', 'RO', '--organisation', 'Test office'],
    ...['--url', 'http://127.0.0.1:1/', '--federation-host', '127.0.0.1', '--federation-port', String(ports[0])],
    ...['--local-port', String(ports[1]), '--passphrase-file', '-', '--json'],
  )
  t.equal(init.code, 0, init.err)

  const started = await startNode({ dataFolder: data, environment: { TRM_LOG_LEVEL: 'error' } })
  if (!started.ok) return t.fail(started.problem.code)
  t.teardown(() => started.stop())

  const checkedOn = toDay(systemClock.now())
  const draft = contactDraft({
    desks: [desk({ checkedOn, languages: ['sq', 'ro'] }), desk({ desk: 'old-desk', checkedOn: '2020-01-01' })],
  })
  writeFileSync(path.join(folder, 'contacts.json'), JSON.stringify(draft))
  const published = await trm('directory', 'publish', 'contacts.json')
  t.match(published, { code: 0, out: /^published [0-9a-f-]{36}: duty-desk fresh, old-desk stale\n$/ })
  const id = published.out.slice(10, 46)

  const witness = [
    '--from',
    'RO',
    '--group',
    'children',
    '--type',
    'hearingTravel',
    '--language',
    'sq',
    '--within',
    '7',
  ]
  const search = await trm('directory', 'search', ...witness)
  t.match(search, { code: 0, out: /duty-desk@office\.example/ })
  t.notMatch(search.out, 'old-desk')
  t.match(await trm('directory', 'search', '--stale', '--text', 'old'), { out: /stale: nobody checked it lately/ })
  t.match(await trm('directory', 'search', '--country', 'IT'), { code: 0, out: '', err: /No desk meets all of it/ })
  t.match(await trm('directory', 'search', '--group', 'kids'), {
    code: 2,
    err: /--group must be one of women, men, children/,
  })

  t.match(await trm('directory', 'show'), { code: 0, out: /DO NOT RELY ON IT: nobody checked it lately/ })
  t.match(await trm('directory', 'show', 'Counselling'), { code: 0, out: /phone: \+40210000000 \(night\)/ })
  t.match(await trm('directory', 'show', 'Nobody'), { code: 1, err: /contact-not-found/ })

  t.match(await trm('directory', 'check', 'old-desk', '--by', 'administration'), { code: 0, out: /old-desk fresh/ })
  t.match(await trm('directory', 'check', 'no-desk', '--by', 'administration'), { code: 1, err: /trm directory show/ })
  t.match(await trm('directory', 'check', 'old-desk', '--by', 'somebody'), {
    code: 2,
    err: /--by must be one of/,
  })

  writeFileSync(path.join(folder, 'again.json'), JSON.stringify(draft))
  t.match(await trm('directory', 'publish', 'again.json'), { code: 0, err: new RegExp(`"id": "${id}"`) })
  t.match(await trm('directory', 'check', 'duty-desk', '--by', 'administration'), {
    code: 2,
    err: new RegExp(`${id}/duty-desk`),
  })
  t.match(await trm('directory', 'check', `${id}/duty-desk`, '--by', 'administration'), { code: 0 })
  writeFileSync(
    path.join(folder, 'person.json'),
    JSON.stringify({ ...draft, desks: [desk({ email: 'first.last@office.example' })] }),
  )
  t.match(await trm('directory', 'publish', 'person.json'), {
    code: 1,
    err: /contact-personal[^]*mailbox of the office/,
  })
  writeFileSync(path.join(folder, 'broken.json'), '{"a":1,"a":2}')
  t.match(await trm('directory', 'publish', 'broken.json'), { code: 1, err: /duplicate-member at 7/ })
  t.match(await trm('directory', 'publish', 'none.json'), { code: 2, err: /ENOENT/ })
  t.match(await trm('directory', 'publish', 'again.json', '--share-with', 'Nobody'), { code: 1, err: /peer-unknown/ })

  t.match(await trm('directory', 'export', '--format', 'text'), { code: 0, out: /^Contacts, as of/ })
  t.match(await trm('directory', 'export', '--format', 'pdf'), { code: 2 })
  for (const format of ['csv', 'hsds']) {
    t.match(await trm('directory', 'export', '--format', format, '--own', '--out', `out.${format}`), { code: 0 })
    t.match(await trm('directory', 'export', '--format', format, '--own', '--out', `out.${format}`), {
      code: 2,
      err: /EEXIST/,
    })
    t.match(await trm('directory', 'import', `out.${format}`, '--format', format, '--out', format), {
      code: 0,
      err: /trm directory publish/,
    })
    const files = readdirSync(path.join(folder, format))
    t.equal(files.length, 2)
    for (const file of files)
      t.match(await trm('directory', 'publish', path.join(format, file)), { code: 0, out: /^published/ })
  }
  t.match(readFileSync(path.join(folder, 'out.csv'), 'utf8'), /^"record","visibility"/)
  const exported = readFileSync(path.join(folder, 'out.csv'), 'utf8')
  writeFileSync(path.join(folder, 'other-node.csv'), exported.replaceAll(id, nobody))
  await trm('directory', 'import', 'other-node.csv', '--format', 'csv', '--out', 'other-node')
  const ids = readdirSync(path.join(folder, 'other-node')).map(
    (file) => (JSON.parse(readFileSync(path.join(folder, 'other-node', file), 'utf8')) as { id?: string }).id,
  )
  t.equal(ids.filter((each) => each === undefined).length, 1, 'a record of another node becomes a new one')
  t.notOk(ids.includes(nobody))
  writeFileSync(path.join(folder, 'foreign.csv'), 'organisation,desk\nShelter South,duty\n')
  t.match(await trm('directory', 'import', 'foreign.csv', '--format', 'csv', '--out', 'foreign'), {
    code: 0,
    err: /\/country is missing/,
  })
  t.match(await trm('directory', 'import', 'contacts.json', '--format', 'csv', '--out', 'x'), { code: 1 })
  t.match(await trm('directory', 'import', 'foreign.csv', '--format', 'hsds', '--out', 'x'), {
    code: 1,
    err: /not readable as JSON/,
  })

  t.match(await trm('directory', 'end', id), { code: 0, out: `ended ${id}\n` })
  t.match(await trm('directory', 'end', id), { code: 1, err: /contact-not-found/ })
  for (const command of ['search', 'show', 'publish', 'check', 'end', 'export', 'import']) {
    t.match(await trm('directory', command, '--help'), { code: 0, out: /Examples:\n {2}\$ trm directory/ })
  }
})

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** One command line, in this process. */
async function run(cwd: string, argv: readonly string[]): Promise<Ran> {
  const [stdout, stderr] = [new Collector(), new Collector()]
  const stdin = Readable.from(['only-for-tests-not-secret'])
  const code = await runCli(argv, { stdin, stdout, stderr, env: {}, cwd, isTty: false })
  return { code, out: stdout.text, err: stderr.text }
}

class Collector extends Writable {
  text = ''
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8')
    done()
  }
}
