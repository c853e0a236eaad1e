import { createSecretKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { openEnvelope, sealEnvelope } from '../../src/crypto/envelope.js'
import { parseExampleSeeds } from '../../src/crypto/example-seeds.js'
import { createIdentity } from '../../src/crypto/identity-file.js'
import { assertKeySeparation, createNodeKeys, openKeyStore, type KeyFiles } from '../../src/crypto/key-store.js'
import type { KeyRow } from '../../src/crypto/key-rows.js'
import type { NodeKeySeeds } from '../../src/crypto/node-keys.js'
import { nodeIdOf } from '../../src/crypto/node-id.js'
import { importEd25519, importX25519, keyThumbprint } from '../../src/crypto/public-key.js'
import { verifyJws } from '../../src/crypto/signer.js'
import { parseCompactJwe, parseCompactJws } from '../../src/wire/compact.js'
import { eventBuckets } from '../../src/wire/limits.js'
import {
  memoryKeyRows,
  memoryPrekeyRows,
  type MemoryKeyRows,
  type MemoryPrekeyRows,
} from '../support/memory-key-rows.js'
import { seededRandom } from '../support/seeded-random.js'

const day = 86_400
const start = 1_790_000_000
const nodeId = 'n'.repeat(43)

interface Fixture extends KeyFiles {
  readonly keyRows: MemoryKeyRows
  readonly prekeyRows: MemoryPrekeyRows
  /** Moves the clock to `start` plus so many days and returns it in seconds. */
  at(days: number): number
}

/** Empty key files and a clock that the test owns. */
function emptyFiles(name: string): Fixture {
  let now = start
  const random = seededRandom(name)
  return {
    keyRows: memoryKeyRows(),
    prekeyRows: memoryPrekeyRows(),
    kek: createSecretKey(random.bytes(32)),
    clock: { now: () => now * 1000 },
    random,
    nodeId,
    at(days) {
      now = start + days * day
      return now
    },
  }
}

/** Lets a test decide when a write reaches the disk. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

async function newNode(name: string): Promise<Fixture> {
  const files = emptyFiles(name)
  await createNodeKeys(files)
  return files
}

function seeds(change: Partial<NodeKeySeeds> = {}): NodeKeySeeds {
  const random = seededRandom('seeds')
  const [signing, log, witness, api] = [random.bytes(32), random.bytes(32), random.bytes(32), random.bytes(32)]
  return { signing, log, witness, api, ...change }
}

t.test('a new node has a key for each job, a data key and a prekey', async (t) => {
  const files = await newNode('new')
  const keys = openKeyStore(files)
  t.same(
    keys.nodeKeyThumbprints().map(({ use }) => use),
    ['signing', 'log', 'witness', 'api'],
  )
  t.equal(new Set(keys.nodeKeyThumbprints().map(({ kid }) => kid)).size, 4)
  const kidOf = (use: string): string | undefined => keys.nodeKeyThumbprints().find((key) => key.use === use)?.kid
  t.equal(kidOf('signing'), keys.signer().kid)
  t.equal(kidOf('log'), keyThumbprint('Ed25519', keys.logKeyPublic()))
  t.equal(kidOf('witness'), keyThumbprint('Ed25519', keys.witnessKeyPublic()))
  t.equal(kidOf('api'), keys.apiKey().kid)
  const jws = parseCompactJws(keys.signer().sign('trm-card+jwt', { v: 1 }), ['trm-card+jwt'])
  t.ok(verifyJws(jws, importEd25519(keys.signer().publicKey)))
  t.notOk(verifyJws(jws, keys.apiKey().publicKey))
  t.ok(keys.dataKey('node'))
  t.same(
    keys.currentPrekeys(start).map(({ notBefore, notAfter }) => [notBefore, notAfter]),
    [[start, start + 14 * day]],
  )
})

t.test('keys are made once', async (t) => {
  const files = await newNode('once')
  await t.rejects(createNodeKeys(files), { code: 'already-initialised' })
})

t.test('the key files hold no private key in the clear, and seeds give the same keys again', async (t) => {
  const files = emptyFiles('clear')
  await createNodeKeys({ ...files, seeds: seeds() })
  const stored = Buffer.concat([...files.keyRows.rows.values()].map(({ wrapped }) => wrapped))
  for (const seed of Object.values(seeds())) t.notOk(stored.includes(Buffer.from(seed)))
  const again = emptyFiles('again')
  await createNodeKeys({ ...again, seeds: seeds() })
  t.same(openKeyStore(again).nodeKeyThumbprints(), openKeyStore(files).nodeKeyThumbprints())
})

t.test('a node without one of its keys does not open', async (t) => {
  for (const use of ['signing', 'log', 'witness', 'api']) {
    const files = await newNode(`missing ${use}`)
    for (const id of files.keyRows.rows.keys()) if (id.startsWith(`${use}:`)) files.keyRows.rows.delete(id)
    t.throws(() => openKeyStore(files), { code: 'key-missing', details: { use } })
  }
})

t.test('the newest signing key signs, the old one stays listed', async (t) => {
  const files = await newNode('renewal')
  const before = openKeyStore(files).signer().kid
  files.at(365)
  const other = emptyFiles('renewal key')
  other.at(365)
  await createNodeKeys({ ...other, kek: files.kek })
  const renewed = [...other.keyRows.rows.values()].find(({ id }) => id.startsWith('signing:'))
  if (renewed !== undefined) await files.keyRows.insert(renewed)
  const keys = openKeyStore(files)
  t.equal(`signing:${keys.signer().kid}`, renewed?.id)
  t.same(
    keys.nodeKeyThumbprints().filter(({ use }) => use === 'signing'),
    [before, keys.signer().kid].map((kid) => ({ use: 'signing', kid })),
  )
})

t.test('another key-encryption key opens nothing', async (t) => {
  const files = await newNode('kek')
  const kek = createSecretKey(files.random.bytes(32))
  t.throws(() => openKeyStore({ ...files, kek }), { code: 'kek-wrong' })
  t.throws(
    () => openKeyStore({ ...files, nodeId: 'm'.repeat(43) }),
    { code: 'kek-wrong' },
    'nor do files of another node',
  )
})

t.test('wrapped keys that changed places do not open', async (t) => {
  const files = await newNode('swap')
  const keys = openKeyStore(files)
  await keys.createDataKey('thread-1')
  await keys.createDataKey('thread-2')
  await keys.rotatePrekeys(files.at(7))
  const [one, two] = [...files.prekeyRows.rows.values()]
  const [first, second] = [files.keyRows.find('thread-1'), files.keyRows.find('thread-2')]
  if (!one || !two || !first || !second) return t.fail('rows missing')
  files.keyRows.rows.set('thread-1', { ...first, wrapped: second.wrapped })
  files.prekeyRows.rows.set(one.kid, { ...one, wrapped: two.wrapped })
  const reopened = openKeyStore(files)
  t.throws(() => reopened.dataKey('thread-1'), { code: 'kek-wrong', details: { kind: 'data', id: 'thread-1' } })
  t.throws(() => reopened.openPrekey(one.kid), { code: 'kek-wrong' })
  t.ok(reopened.dataKey('thread-2'))
  t.equal(reopened.dataKey(`signing:${keys.signer().kid}`), undefined, 'a node key is no data key')
})

t.test('J-22 a node in which two jobs share a key does not open', async (t) => {
  const files = emptyFiles('shared')
  await createNodeKeys({ ...files, seeds: seeds({ log: seeds().signing }) })
  t.throws(() => openKeyStore(files), { code: 'key-shared', details: { uses: ['signing', 'log'] } })
})

t.test('J-22 the identity key must not have a second job either', (t) => {
  const separate = [
    { use: 'signing', kid: 'a' },
    { use: 'signing', kid: 'b' },
    { use: 'log', kid: 'c' },
  ] as const
  t.doesNotThrow(() => assertKeySeparation([...separate, { use: 'identity', kid: 'd' }]))
  t.doesNotThrow(() => assertKeySeparation([...separate, ...separate]), 'the same key listed twice has one job')
  t.throws(() => assertKeySeparation([...separate, { use: 'identity', kid: 'b' }]), { code: 'key-shared' })
  t.end()
})

t.test('example keys are refused outside the demo', async (t) => {
  const example = parseExampleSeeds(readFileSync('keys.example/ro.jwks.json', 'utf8'))
  for (const use of ['signing', 'log', 'witness', 'api'] as const) {
    const files = emptyFiles(`example ${use}`)
    await createNodeKeys({ ...files, seeds: seeds({ [use]: example.node[use] }) })
    t.throws(() => openKeyStore(files), { code: 'example-key-refused', details: { use } })
  }
  const demo = emptyFiles('demo')
  await createNodeKeys({ ...demo, seeds: example.node })
  t.doesNotThrow(() => openKeyStore(demo, { allowExampleKeys: true }))
  const identity = createIdentity(demo.random, example.identity)
  const again = createIdentity(seededRandom('other'), example.identity)
  t.equal(
    nodeIdOf(identity.publicKey, identity.nextPublicKeyHash),
    nodeIdOf(again.publicKey, again.nextPublicKeyHash),
    'the demo node has the same id every time',
  )
})

t.test('no key but a published one passes for an example key', (t) => {
  const text = readFileSync('keys.example/ro.jwks.json', 'utf8')
  const real = Buffer.from(seededRandom('real').bytes(32)).toString('base64url')
  const replaced = JSON.parse(text)
  replaced.keys[3].d = real
  t.throws(() => parseExampleSeeds(JSON.stringify(replaced)), { code: 'key-missing', details: { job: 'log' } })
  t.throws(() => parseExampleSeeds('{"keys":[]}'), { code: 'key-missing' })
  t.throws(() => parseExampleSeeds('{}'), { code: 'key-missing' })
  t.throws(() => parseExampleSeeds('no JSON'), { code: 'json-refused' })
  t.end()
})

t.test('prekeys: a new one after 7 days, shown for 14, destroyed after 30', async (t) => {
  const files = await newNode('rotation')
  const keys = openKeyStore(files)
  const first = keys.currentPrekeys(start)[0]
  if (first === undefined) return t.fail('no prekey')
  const kid = keyThumbprint('X25519', first.key)
  const shown = (now: number): readonly number[] =>
    keys.currentPrekeys(now).map(({ notBefore }) => (notBefore - start) / day)

  t.same(await keys.rotatePrekeys(files.at(7) - 1), { created: 0, destroyed: 0 }, 'one second early')
  t.same(await keys.rotatePrekeys(files.at(7)), { created: 1, destroyed: 0 })
  t.same(await keys.rotatePrekeys(files.at(7)), { created: 0, destroyed: 0 }, 'once only')
  t.same(shown(files.at(14) - 1), [0, 7], 'newest last')
  t.same(shown(files.at(14)), [7], 'past its use')
  t.ok(keys.openPrekey(kid), 'a late message still opens')
  for (const days of [14, 21, 28]) await keys.rotatePrekeys(files.at(days))
  t.same(shown(files.at(28)), [21, 28])
  t.same(await keys.rotatePrekeys(files.at(30) - 1), { created: 0, destroyed: 0 })
  t.ok(files.prekeyRows.find(kid))
  t.same(await keys.rotatePrekeys(files.at(30)), { created: 0, destroyed: 1 })
  t.equal(files.prekeyRows.find(kid), undefined)
  t.equal(keys.openPrekey(kid), undefined)
  t.equal(files.prekeyRows.rows.size, 4)
})

t.test('a captured envelope dies with its prekey, even if rotation does not run', async (t) => {
  const files = await newNode('forward secrecy')
  const keys = openKeyStore(files)
  const key = keys.currentPrekeys(start)[0]?.key ?? ''
  const kid = keyThumbprint('X25519', key)
  const sealed = sealEnvelope('a.b.c', { kid, key, publicKey: importX25519(key) }, eventBuckets, files.random)
  const envelope = parseCompactJwe(sealed)
  files.at(29.9)
  const privateKey = keys.openPrekey(envelope.kid)
  t.equal(privateKey && openEnvelope(envelope, privateKey), 'a.b.c')
  t.equal(keys.openPrekey(envelope.kid), privateKey, 'kept ready for the next message')
  files.at(30)
  t.equal(keys.openPrekey(envelope.kid), undefined, 'not from memory')
  t.equal(openKeyStore(files).openPrekey(envelope.kid), undefined, 'nor from a file that still has it')
  files.at(29.9)
  files.prekeyRows.rows.clear()
  t.equal(keys.openPrekey(envelope.kid), undefined, 'nor when the clock goes back')
})

t.test('a destroyed prekey is gone from memory too', async (t) => {
  const files = await newNode('destroyed')
  const keys = openKeyStore(files)
  const kid = keyThumbprint('X25519', keys.currentPrekeys(start)[0]?.key ?? '')
  t.ok(keys.openPrekey(kid))
  t.same(await keys.rotatePrekeys(start + 30 * day), { created: 1, destroyed: 1 })
  t.equal(keys.openPrekey(kid), undefined, 'whatever the clock says')
})

t.test('a prekey made while the clock was ahead does not leave the node without one', async (t) => {
  const files = await newNode('ahead')
  const keys = openKeyStore(files)
  t.same(await keys.rotatePrekeys(files.at(-100)), { created: 1, destroyed: 0 })
  t.equal(keys.currentPrekeys(files.at(-100)).length, 1)
})

t.test('a restored node, which has no prekeys, makes one', async (t) => {
  const files = await newNode('restored')
  files.prekeyRows.rows.clear()
  const keys = openKeyStore(files)
  t.same(keys.currentPrekeys(start), [])
  t.same(await keys.rotatePrekeys(start), { created: 1, destroyed: 0 })
  t.equal(keys.currentPrekeys(start).length, 1)
})

t.test('two rotations at the same time make one prekey', async (t) => {
  const files = await newNode('concurrent')
  const slowInsert: KeyFiles['prekeyRows']['insert'] = async (row) => {
    await Promise.resolve()
    await files.prekeyRows.insert(row)
  }
  const keys = openKeyStore({ ...files, prekeyRows: { ...files.prekeyRows, insert: slowInsert } })
  const now = files.at(7)
  await Promise.all([keys.rotatePrekeys(now), keys.rotatePrekeys(now)])
  t.equal(files.prekeyRows.rows.size, 2)
})

t.test('a rotation that failed is made up for by the next', async (t) => {
  const files = await newNode('failed rotation')
  let isFull = true
  const keys = openKeyStore({
    ...files,
    prekeyRows: {
      ...files.prekeyRows,
      insert: async (row) => {
        if (isFull) throw new Error('disk full')
        await files.prekeyRows.insert(row)
      },
    },
  })
  await t.rejects(keys.rotatePrekeys(files.at(7)), { message: 'disk full' })
  t.equal(keys.currentPrekeys(files.at(7)).length, 1, 'nothing is shown that is not on disk')
  isFull = false
  t.same(await keys.rotatePrekeys(files.at(7)), { created: 1, destroyed: 0 })
})

t.test('nobody gets a data key before it is on disk', async (t) => {
  const files = await newNode('durable')
  const written = gate()
  const keys = openKeyStore({
    ...files,
    keyRows: {
      ...files.keyRows,
      insert: async (row) => {
        await written.opened
        await files.keyRows.insert(row)
      },
    },
  })
  const creating = keys.createDataKey('thread-1')
  t.equal(keys.dataKey('thread-1'), undefined)
  written.open()
  const cipher = (await creating).encrypt(Buffer.from('content'), 'aad')
  t.equal(Buffer.from(openKeyStore(files).dataKey('thread-1')?.decrypt(cipher, 'aad') ?? []).toString(), 'content')
  await t.rejects(keys.createDataKey('thread-1'), 'a key is never replaced')
  t.equal(Buffer.from(keys.dataKey('thread-1')?.decrypt(cipher, 'aad') ?? []).toString(), 'content')
})

t.test('destroying a data key erases what it covers', async (t) => {
  const files = await newNode('erasure')
  const keys = openKeyStore(files)
  const cipher = (await keys.createDataKey('thread-1')).encrypt(Buffer.from('content'), 'aad')
  await keys.destroyDataKey('thread-1')
  t.equal(keys.dataKey('thread-1'), undefined)
  t.equal(openKeyStore(files).dataKey('thread-1'), undefined)
  await keys.createDataKey('thread-1')
  t.throws(() => keys.dataKey('thread-1')?.decrypt(cipher, 'aad'), { code: 'content-unreadable' })
})

t.test('a data key is unusable from the moment its destruction is asked for', async (t) => {
  const files = await newNode('doomed')
  let isLocked = true
  const keys = openKeyStore({
    ...files,
    keyRows: {
      ...files.keyRows,
      destroy: async (id) => {
        if (isLocked) throw new Error('file locked')
        await files.keyRows.destroy(id)
      },
    },
  })
  await keys.createDataKey('thread-1')
  const destroying = keys.destroyDataKey('thread-1')
  t.equal(keys.dataKey('thread-1'), undefined, 'while it waits')
  await t.rejects(destroying, { message: 'file locked' })
  t.equal(keys.dataKey('thread-1'), undefined, 'after it failed')
  isLocked = false
  await keys.destroyDataKey('thread-1')
  t.equal(files.keyRows.find('thread-1'), undefined)
})

t.test('a data key that is destroyed while it is being made does not survive in memory', async (t) => {
  const files = await newNode('race')
  const [inserting, destroying] = [gate(), gate()]
  const keys = openKeyStore({
    ...files,
    keyRows: {
      ...files.keyRows,
      insert: async (row) => inserting.opened.then(async () => files.keyRows.insert(row)),
      destroy: async (id) => destroying.opened.then(async () => files.keyRows.destroy(id)),
    },
  })
  const created = keys.createDataKey('thread-1')
  const destroyed = keys.destroyDataKey('thread-1')
  inserting.open()
  await created
  destroying.open()
  await destroyed
  t.equal(keys.dataKey('thread-1'), undefined)
})

t.test('more data keys than memory holds all stay usable, and the ones in use stay in memory', async (t) => {
  const files = await newNode('many')
  const keys = openKeyStore(files)
  const ids = Array.from({ length: 1100 }, (_, i) => `thread-${i}`)
  const ciphers = new Map<string, Uint8Array>()
  let first: KeyRow | undefined
  for (const id of ids) {
    ciphers.set(id, (await keys.createDataKey(id)).encrypt(Buffer.from(id), 'aad'))
    // From here on memory is all there is of the first key.
    if (first === undefined) first = files.keyRows.find('thread-0')
    files.keyRows.rows.delete('thread-0')
    keys.dataKey('thread-0')
  }
  const stored = [...files.keyRows.rows]
  files.keyRows.rows.clear()
  t.ok(keys.dataKey('thread-0'), 'used all the time')
  t.equal(keys.dataKey('thread-1'), undefined, 'unused for longest')
  for (const [id, row] of stored) files.keyRows.rows.set(id, row)
  if (first !== undefined) files.keyRows.rows.set(first.id, first)
  const wrong = ids.filter((id) => {
    const cipher = ciphers.get(id)
    return cipher === undefined || Buffer.from(keys.dataKey(id)?.decrypt(cipher, 'aad') ?? []).toString() !== id
  })
  t.same(wrong, [])
})

t.test('a closed key store gives no key', async (t) => {
  const keys = openKeyStore(await newNode('closed'))
  keys.close()
  for (const use of [
    () => keys.signer(),
    () => keys.logKeyPublic(),
    () => keys.apiKey(),
    () => keys.dataKey('node'),
    () => keys.currentPrekeys(start),
    () => keys.openPrekey('k'.repeat(43)),
  ]) {
    t.throws(use, { code: 'key-missing' })
  }
  await t.rejects(keys.createDataKey('thread-1'), { code: 'key-missing' })
  await t.rejects(keys.rotatePrekeys(start), { code: 'key-missing' })
})
