import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import type { KeyRow, PrekeyRow } from '../../src/crypto/key-rows.js'
import { lockDataFolder } from '../../src/store/sqlite/data-folder-lock.js'
import { openSqliteKeyRows } from '../../src/store/sqlite/sqlite-key-rows.js'
import { openSqlitePrekeyRows } from '../../src/store/sqlite/sqlite-prekey-rows.js'
import { FakeClock, second } from '../support/fake-clock.js'
import { seededRandom } from '../support/seeded-random.js'

const random = seededRandom('key rows')
const secret = (): Uint8Array => random.bytes(60)
const idOf = (): string => Buffer.from(random.bytes(16)).toString('hex')
const keyRow = (set: Partial<KeyRow> = {}): KeyRow => ({
  id: idOf(),
  kind: 'data',
  wrapped: secret(),
  createdAt: 1,
  ...set,
})
const prekeyRow = (set: Partial<PrekeyRow> = {}): PrekeyRow => ({
  kid: idOf(),
  key: 'public',
  wrapped: secret(),
  notBefore: 1,
  notAfter: 2,
  destroyAt: 3,
  ...set,
})
const plain = <Row extends { readonly wrapped: Uint8Array }>(row: Row | undefined) =>
  row && { ...row, wrapped: Uint8Array.from(row.wrapped) }

/** How many of the secrets stand in any file of the folder. */
function secretsIn(folder: string, rows: readonly { readonly wrapped: Uint8Array }[]): number {
  const bytes = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))))
  // A quarter of a key is enough to count as found.
  return rows.filter(({ wrapped }) =>
    [0, 15, 30, 45].some((at) => bytes.includes(Buffer.from(wrapped.subarray(at, at + 15)))),
  ).length
}

t.test('keys are found, listed by kind from the oldest, never overwritten, and there after reopening', async (t) => {
  const path = join(t.testdir(), 'keys.db')
  const rows = [
    keyRow({ id: 'late', createdAt: 9 }),
    keyRow({ id: 'early', createdAt: 2 }),
    keyRow({ id: 'sign:kid', kind: 'node', createdAt: 1 }),
  ]
  const first = await openSqliteKeyRows({ path })
  await Promise.all(rows.map((row) => first.insert(row)))
  await t.rejects(first.insert(keyRow({ id: 'late' })), { code: 'storage-failed', details: { reason: 'key-exists' } })
  first.close()
  const second = await openSqliteKeyRows({ path })
  t.strictSame(plain(second.find('late')), rows[0])
  t.equal(second.find('unknown'), undefined)
  t.strictSame(
    second.list('data').map(({ id }) => id),
    ['early', 'late'],
  )
  t.strictSame(
    second.list('node').map(({ id }) => id),
    ['sign:kid'],
  )
  second.close()
})

t.test('prekeys are found, listed from the oldest, never overwritten, and destroyed', async (t) => {
  const folder = t.testdir()
  const rows = [prekeyRow({ kid: 'new', notBefore: 9 }), prekeyRow({ kid: 'old', notBefore: 2 })]
  const prekeys = await openSqlitePrekeyRows({ path: join(folder, 'prekeys.db') })
  await Promise.all(rows.map((row) => prekeys.insert(row)))
  await t.rejects(prekeys.insert(prekeyRow({ kid: 'old' })), { code: 'storage-failed' })
  t.strictSame(plain(prekeys.find('new')), rows[0])
  t.strictSame(
    prekeys.list().map(({ kid }) => kid),
    ['old', 'new'],
  )
  await prekeys.destroy('old')
  t.equal(prekeys.find('old'), undefined)
  t.equal(secretsIn(folder, rows), 1)
  prekeys.close()
})

t.test('a destroyed key is in no file any more, whatever the pages went through', async (t) => {
  const folder = t.testdir()
  const keys = await openSqliteKeyRows({ path: join(folder, 'keys.db') })
  const rows = Array.from({ length: 300 }, () => keyRow())
  await Promise.all(rows.map((row) => keys.insert(row)))
  t.equal(secretsIn(folder, rows), 300, 'the scan sees what is there')
  const [doomed, kept] = [rows.filter((_, index) => index % 5 === 0), rows.filter((_, index) => index % 5 !== 0)]
  for (const { id } of doomed) await keys.destroy(id)
  t.equal(secretsIn(folder, doomed), 0)
  t.equal(secretsIn(folder, kept), 240)
  t.ok(kept.every((row) => Buffer.from(row.wrapped).equals(keys.find(row.id)?.wrapped ?? Buffer.alloc(0))))
  keys.close()
})

t.test('destroying a key that is gone cleans the WAL all the same: the crash came in between', async (t) => {
  const folder = t.testdir()
  const path = join(folder, 'keys.db')
  const row = keyRow()
  const keys = await openSqliteKeyRows({ path })
  await keys.insert(row)
  const crashed = new Database(path)
  crashed.pragma('secure_delete = ON')
  crashed.pragma('wal_autocheckpoint = 0')
  crashed.prepare('DELETE FROM keys WHERE id = ?').run(row.id)
  crashed.close()
  t.equal(secretsIn(folder, [row]), 1)
  await keys.destroy(row.id)
  t.equal(secretsIn(folder, [row]), 0)
  keys.close()
})

t.test(
  'a reader delays the destruction and cannot prevent it; while it reads, nobody is told that the key is gone',
  async (t) => {
    const folder = t.testdir()
    const path = join(folder, 'keys.db')
    const clock = new FakeClock()
    const row = keyRow()
    const keys = await openSqliteKeyRows({ path, timers: clock })
    await keys.insert(row)
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
    const settle = async (promise: Promise<void>, giveUpAfter: number): Promise<string> => {
      let outcome = 'waiting'
      void promise.then(
        () => (outcome = 'destroyed'),
        (error: { details: { reason: string } }) => (outcome = error.details.reason),
      )
      for (let round = 0; round < giveUpAfter && outcome === 'waiting'; round += 1) {
        await turn()
        clock.advance(second)
      }
      return outcome
    }

    const reader = new Database(path, { readonly: true })
    const reading = reader.prepare('SELECT * FROM keys').iterate()
    reading.next()
    const destroyed = keys.destroy(row.id)
    t.equal(await settle(destroyed, 3), 'waiting')
    t.equal(keys.find(row.id), undefined, 'unusable from the start')
    t.equal(secretsIn(folder, [row]), 1)
    t.equal(await settle(destroyed, 100), 'wal-busy', 'the number of tries has a bound')
    const again = keys.destroy(row.id)
    t.equal(await settle(again, 2), 'waiting')
    reading.return?.()
    reader.close()
    t.equal(await settle(again, 3), 'destroyed')
    t.equal(secretsIn(folder, [row]), 0)
    keys.close()
  },
)

t.test('a data folder has one process: a second one is refused until the first ends, even by kill -9', async (t) => {
  const folder = t.testdir()
  const lock = lockDataFolder(folder)
  t.throws(() => lockDataFolder(folder), { code: 'node-running' })
  t.throws(() => lockDataFolder(folder), { code: 'node-running' }, 'a refused attempt does not free the lock')
  lock.release()

  const holder = `
    import { lockDataFolder } from '${join(import.meta.dirname, '../../src/store/sqlite/data-folder-lock.ts')}'
    lockDataFolder(process.argv[1])
    process.stdout.write('locked')
    setInterval(() => {}, 1000)`
  const args = ['--import', 'tsx', '--input-type=module', '--eval', holder, folder]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  t.throws(() => lockDataFolder(folder), { code: 'node-running' })
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
  lockDataFolder(folder).release()

  chmodSync(join(folder, 'node.lock'), 0o644)
  t.throws(() => lockDataFolder(folder), { code: 'permissions-weak', details: { file: 'node.lock' } })
})
