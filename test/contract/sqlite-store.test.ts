import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import type { ExchangeError } from '../../src/base/errors.js'
import type { Migration } from '../../src/store/sql/migration.js'
import { makeMigrations } from '../../src/store/sql/migrations.js'
import { makeStatements } from '../../src/store/sql/statements.js'
import { openDatabase } from '../../src/store/sqlite/open-database.js'
import { applyPragmas, durablePragmas } from '../../src/store/sqlite/pragmas.js'
import { sqliteEngine } from '../../src/store/sqlite/sqlite-engine.js'
import { openSqliteKeyRows } from '../../src/store/sqlite/sqlite-key-rows.js'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js'
import { faultStore } from '../support/fault-store.js'
import { outboxRow, peerRow, threadRow, tokenRow } from '../support/store-rows.js'
import { storeContract } from './store.contract.js'

const path = (t: Test): string => join(t.testdir(), 'data.db')
const migrations = makeMigrations(sqliteEngine.types)
const file = (path: string, steps: readonly Migration[] = migrations.data) =>
  ({ path, applicationId: 0x54_52_4d_64, migrations: steps, busyTimeoutMs: 10 }) as const

storeContract(t, async (t, life) => {
  const at = life === 'kept' ? path(t) : ':memory:'
  return { open: () => openSqliteStore({ path: at }) }
})

t.test('a database opened again has every setting that durability and erasure need', async (t) => {
  const at = path(t)
  const settings = durablePragmas({ ...file(at), isInMemory: false })
  for (const round of ['new', 'reopened']) {
    const connection = await openDatabase(file(at))
    for (const { name, answer } of settings) {
      t.equal(connection.pragma(name, { simple: true }), answer, `${round}: ${name}`)
    }
    connection.close()
  }
  t.match(Object.fromEntries(settings.map(({ name, answer }) => [name, answer])), {
    journal_mode: 'wal',
    synchronous: 2,
    secure_delete: 1,
    foreign_keys: 1,
  })
})

t.test('a setting that SQLite does not take stops the start', (t) => {
  const connection = new Database(':memory:')
  t.throws(() => applyPragmas(connection, [{ name: 'journal_mode', set: 'WAL', answer: 'wal' }]), {
    code: 'pragma-wrong',
    details: { pragma: 'journal_mode' },
  })
  connection.close()
  t.end()
})

t.test('files are readable by their owner alone, and refused if others may read them', async (t) => {
  const at = path(t)
  const store = await openSqliteStore({ path: at })
  await store.commit([{ do: 'insertPeer', row: peerRow() }])
  for (const name of [at, `${at}-wal`, `${at}-shm`]) t.equal(statSync(name).mode & 0o777, 0o600, name)
  await store.close()
  chmodSync(at, 0o640)
  await t.rejects(openSqliteStore({ path: at }), { code: 'permissions-weak', details: { file: 'data.db' } })
})

t.test('a database of a newer program is refused untouched', async (t) => {
  const at = path(t)
  const next: Migration = { name: '0009-next', statements: ['CREATE TABLE "next" ("id" TEXT NOT NULL) STRICT'] }
  const connection = await openDatabase(file(at, [...migrations.data, next]))
  connection.close()
  const before = readFileSync(at)
  await t.rejects(openSqliteStore({ path: at }), { code: 'schema-newer', details: { migration: '0009-next' } })
  t.ok(before.equals(readFileSync(at)))
})

t.test('a step of the schema that fails leaves the schema as it was', async (t) => {
  const at = path(t)
  const statements = ['CREATE TABLE "half" ("id" TEXT NOT NULL) STRICT', 'CREATE TABLE "peers" ("id" TEXT NOT NULL)']
  const broken: Migration = { name: '0009-broken', statements }
  await t.rejects(openDatabase(file(at, [...migrations.data, broken])), { code: 'storage-failed' })
  const connection = await openDatabase(file(at))
  t.equal(connection.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'half'`).get(), undefined)
  connection.close()
})

t.test('a database of the first schema keeps its rows, and its waiting withdrawals pass a suspension', async (t) => {
  const at = path(t)
  const old = await openDatabase(file(at, migrations.data.slice(0, 1)))
  old.exec(`
    INSERT INTO peers VALUES ('peer-1', 'Receiving organisation', 'AT', 'A shelter', 'https://peer-1.example', NULL,
      1000, NULL, '[]', 'card-1', 10, 2000000000, 1000, NULL, 0, 0);
    INSERT INTO threads VALUES ('thread-1', 'thread-1', 'peer-1', 'sender', 'offered', 'routine', 'shelter', 0, 'key-1',
      1000, 1000, 1, 0, NULL, 0, NULL, NULL);
  `)
  for (const [n, type] of ['referral.offer', 'consent.withdraw'].entries()) {
    old.exec(`
      INSERT INTO events VALUES ('self', 'event-${n}', 'thread-1', ${n}, 'out', '${type}', 'd', 1, 2, 3, 'pending', NULL,
        'leaf', 4, x'00');
      INSERT INTO outbox VALUES ('event-${n}', 'peer-1', 'thread-1', ${n}, 0, 'waiting', 0, 1000, 1000, 1702000000, 0,
        NULL);
    `)
  }
  old.close()
  const store = await openSqliteStore({ path: at })
  t.strictSame(await store.listPeers(), [peerRow()])
  t.strictSame(await store.listThreads({ limit: 9 }), [threadRow()])
  t.strictSame(await store.outboxOf('thread-1'), [
    outboxRow({ id: 'event-0', n: 0, mayBeOut: true }),
    outboxRow({ id: 'event-1', n: 1, passesSuspension: true, mayBeOut: true }),
  ])
  await store.close()
})

t.test('released steps of the schema are never changed', (t) => {
  const checksum = ({ statements }: Migration): string =>
    createHash('sha256').update(statements.join(';')).digest('hex').slice(0, 16)
  const sums = (steps: readonly Migration[]) => Object.fromEntries(steps.map((step) => [step.name, checksum(step)]))
  t.strictSame(sums(migrations.data), {
    '0001-init': '194c1fd7464950bb',
    '0002-trust': '9ddeb6818d7fb5b6',
    '0003-erasure': '6b1f13ba6dbf9c5c',
    '0004-cases': '87828627571f877c',
    '0005-texts': '175f352ee301b06d',
    '0006-clocks': '3d839d88c2f6e14a',
    '0007-rules': '4fd093e4cbf6cf8d',
    '0008-outbox': '8f7780008ad205e8',
    '0009-conflicts': 'ed10149f17ac962d',
  })
  t.strictSame(sums(migrations.keys), { '0001-init': 'd21fb7952bb2dff5' })
  t.strictSame(sums(migrations.prekeys), { '0001-init': '9d512d4411ced7a2' })
  t.end()
})

t.test('another database, or none at all, is never taken for data.db', async (t) => {
  const folder = t.testdir({ 'text.db': 'no database at all, but long enough to have a header of its own'.repeat(20) })
  const keys = await openSqliteKeyRows({ path: join(folder, 'keys.db') })
  keys.close()
  chmodSync(join(folder, 'text.db'), 0o600)
  const wrong = { code: 'pragma-wrong', details: { pragma: 'application_id' } }
  await t.rejects(openSqliteStore({ path: join(folder, 'keys.db') }), wrong)
  await t.rejects(openSqliteStore({ path: join(folder, 'text.db') }), {
    code: 'storage-failed',
    details: { sqlite: 'SQLITE_NOTADB' },
  })
})

t.test(
  'what queued up goes to the disk together, at most 128 batches a time, and only then is acknowledged',
  async (t) => {
    const deferred: (() => void)[] = []
    const at = path(t)
    const store = await openSqliteStore({ path: at, defer: (run) => deferred.push(run) })
    const outside = new Database(at, { readonly: true })
    const onDisk = (): unknown => outside.prepare('SELECT count(*) FROM peers').pluck().get()
    const acknowledged: string[] = []
    const all = Array.from({ length: 130 }, async (_, index) => {
      const node = `peer-${index}`
      await store.commit([{ do: 'insertPeer', row: peerRow({ node }) }])
      acknowledged.push(node)
    })
    t.equal(deferred.length, 1, 'one turn for all of them')
    t.equal(onDisk(), 0)
    deferred.shift()?.()
    t.equal(onDisk(), 128)
    t.equal(acknowledged.length, 0, 'nobody hears of it before the call that committed returns')
    t.equal(deferred.length, 1)
    deferred.shift()?.()
    await Promise.all(all)
    t.equal(onDisk(), 130)
    outside.close()
    await store.close()
  },
)

t.test('a fault of the transaction fails all its batches, and the store goes on when the cause is gone', async (t) => {
  const at = path(t)
  const store = await openSqliteStore({ path: at })
  const foreign = new Database(at)
  foreign.exec('BEGIN IMMEDIATE')
  const insert = (node: string) => store.commit([{ do: 'insertPeer', row: peerRow({ node }) }])
  const results = await Promise.allSettled([insert('a'), insert('b')])
  t.match(results, [{ reason: { code: 'storage-failed', details: { sqlite: 'SQLITE_BUSY' } } }, { status: 'rejected' }])
  foreign.exec('ROLLBACK')
  foreign.close()
  t.strictSame(await insert('a'), { ok: true })
  t.match(await store.counts(), { peers: 1 })
  await store.close()
})

t.test('a damaged file ends all writing: the process must stop and recover', async (t) => {
  const at = path(t)
  await (await openSqliteStore({ path: at })).close()
  const reader = new Database(at, { readonly: true })
  const root = Number(reader.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'tokens'`).pluck().get())
  reader.close()
  const bytes = readFileSync(at)
  writeFileSync(at, bytes.fill(0xff, (root - 1) * 4096, root * 4096))

  const broken: ExchangeError[] = []
  const store = await openSqliteStore({ path: at, onBroken: (error) => broken.push(error) })
  const fault = { code: 'storage-failed', details: { sqlite: 'SQLITE_CORRUPT' } }
  await t.rejects(store.listTokens(), fault)
  await t.rejects(store.commit([{ do: 'insertToken', row: tokenRow() }]), fault)
  await t.rejects(store.commit([{ do: 'insertPeer', row: peerRow() }]), fault, 'sound tables are not written either')
  t.match(broken, [{ code: 'storage-failed' }])
  await store.close()
})

t.test('the WAL is moved into the database and does not grow for ever', async (t) => {
  const at = path(t)
  const store = await openSqliteStore({ path: at })
  for (let node = 0; node < 60; node += 1) {
    await store.commit([{ do: 'insertPeer', row: peerRow({ node: `peer-${node}`, card: 'x'.repeat(300_000) }) }])
  }
  t.ok(statSync(at).size > 12_000_000)
  t.ok(statSync(`${at}-wal`).size < 6_000_000)
  await store.close()
})

t.test('no query walks a table that grows', async (t) => {
  const connection = await openDatabase(file(':memory:'))
  const {
    insertPeer: _,
    listThreads,
    counts: __,
    listPeers: ___,
    listTokens: ____,
    listRecords: _____,
    listRecordHeads: ________,
    listInvitations: ______,
    listPairings: _______,
    // A key stays here until its file is gone, moments.
    listDeadKeys: _________,
    listCases,
    listThreadClocks,
    ...others
  } = makeStatements(sqliteEngine)
  const after = { updatedAt: 1, thread: 'a' }
  const pages = [{}, { peer: 'a' }, { state: 'a' }, { after }, { after, peer: 'a' }, { after, state: 'a' }]
  const narrow = { role: 'sender', urgency: 'a', isWaiting: true } as const
  const cases = [{}, { state: 'open' as const }, { after: { updatedAt: 1, id: 'a' } }]
  const clocks = [{}, { thread: 'a' }, { kind: 'open' as const }, { thread: 'a', kind: 'open' as const }]
  const texts = [
    ...Object.values(others),
    ...clocks.map((page) => listThreadClocks({ limit: 1, ...page })),
    ...pages.flatMap((page) => [page, { ...page, ...narrow }]).map((page) => listThreads({ limit: 1, ...page })),
    ...cases.map((page) => listCases({ limit: 1, ...page })),
  ].map(({ sql }) => sql)
  for (const sql of texts) {
    const plan = connection.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    const details = plan.all(...Array.from({ length: 20 }, () => null).slice(0, sql.split('?').length - 1))
    const walks = details
      .map(({ detail }) => detail)
      .filter((detail) => /^SCAN (?!json_each|(?:alarms|cases) USING INDEX)/.test(detail))
    t.strictSame(walks, [], sql)
  }
  connection.close()
})

t.test('after kill -9 every batch that was acknowledged is there', async (t) => {
  const at = path(t)
  const script = join(import.meta.dirname, '../support/acknowledging-writer.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', script, at], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  const acknowledged: string[] = []
  for await (const id of createInterface({ input: child.stdout })) {
    acknowledged.push(id)
    if (acknowledged.length === 300) child.kill('SIGKILL')
  }
  t.strictSame(await exit, [null, 'SIGKILL'])
  t.ok(readdirSync(join(at, '..')).includes('data.db-wal'), 'the child had no chance to clean up')

  const store = await openSqliteStore({ path: at })
  const found = await Promise.all(acknowledged.map((id) => store.findEvent('self', id)))
  t.ok(acknowledged.length >= 300)
  t.equal(found.filter((row) => row?.content.length === 500).length, acknowledged.length)
  const { events, threads } = await store.counts()
  t.equal(events, threads, 'no batch is there by half')
  await store.close()
})

t.test('a fault store fails the write that it was told to, before or after the disk has it', async (t) => {
  for (const when of ['before', 'after'] as const) {
    const inner = {
      store: await openSqliteStore({ path: ':memory:' }),
      keyRows: await openSqliteKeyRows({ path: ':memory:' }),
    }
    const { store, keyRows, writes } = faultStore(inner, { write: 2, when })
    await keyRows.insert({ id: 'a', kind: 'data', wrapped: Uint8Array.of(1), createdAt: 1 })
    await t.rejects(store.commit([{ do: 'insertPeer', row: peerRow() }]), { code: 'storage-failed' })
    t.equal((await store.listPeers()).length, when === 'before' ? 0 : 1)
    await keyRows.destroy('a')
    t.strictSame(writes, ['insertKey', 'commit', 'destroyKey'])
    await store.close()
    keyRows.close()
  }
})
