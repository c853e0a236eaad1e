import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import t, { type Test } from 'tap'
import { ExchangeError } from '../../src/base/errors.js'
import { silentLogger } from '../../src/base/logger.js'
import { importX25519 } from '../../src/crypto/public-key.js'
import { keyPairFromSeed } from '../../src/crypto/private-key.js'
import { messageDigest } from '../../src/crypto/signer.js'
import { admitPeer } from '../../src/directory/admit-peer.js'
import { cardColumns } from '../../src/directory/card-columns.js'
import { rotationWaitMs } from '../../src/directory/counting-chain.js'
import { chainText, readRecord } from '../../src/directory/gossip/read-record.js'
import { makeKeepProof } from '../../src/directory/keep-proof.js'
import { verifyNodeDocument, type VerifiedNode } from '../../src/directory/node-document.js'
import { openPeerDirectory } from '../../src/directory/peer-directory.js'
import { takeDocument } from '../../src/directory/take-document.js'
import type { Store } from '../../src/store/port.js'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js'
import type { Card, NodeDocument } from '../../src/wire/generated/types.js'
import { bornAt, changed, extended, firstOf, listed, namedKey, payloadOf } from '../support/chains.js'
import { FakeClock, hour } from '../support/fake-clock.js'
import { seededRandom } from '../support/seeded-random.js'

type Chain = readonly string[]

/** What can be stolen. The key of the log and the name in the DNS say nothing about who the node is. */
const things = ['signing', 'log', 'identity', 'next', 'dns'] as const
type Thing = (typeof things)[number]
type Loot = ReadonlySet<Thing>

const allLoot: readonly Loot[] = Array.from({ length: 2 ** things.length }, (_, bits) => {
  return new Set(things.filter((_thing, at) => (bits & (1 << at)) !== 0))
})

const now = bornAt + 30 * 86_400
/** The chain before the theft: it was extended once. */
const honest = extended(firstOf(), 'k0', { iat: bornAt + 9 })
const { node } = payloadOf(honest[0] ?? '')

function prekeyOf(name: string): string {
  const { x } = keyPairFromSeed('X25519', seededRandom(`prekey ${name}`).bytes(32))
  importX25519(x)
  return x
}

/** A card whose URL says who made it. */
function cardOf(owner: 'owner' | 'thief', signedWith: string, change: Partial<Card> = {}): string {
  const iat = change.iat ?? now
  const card: Card = {
    ...{ v: 1, node, seq: iat, iat, exp: iat + 7 * 86_400, label: 'Office, RO', country: 'RO', organisation: 'Office' },
    url: `https://${owner}.example/`,
    mailboxes: [],
    prekeys: [{ key: prekeyOf(owner), notBefore: iat - 60, notAfter: iat + 14 * 86_400 }],
    log: { origin: `trm.node/${node}/1`, key: namedKey('log').x },
    ...{ versions: [1], suites: ['x25519-a256gcm-ed25519'] },
    ...change,
  }
  return namedKey(signedWith).signer.sign('trm-card+jwt', card)
}

/** The first of some variants whose latest statement satisfies `isBetter` than `than`: thieves try until they win a draw. */
function grind(make: (attempt: number) => Chain, than: string, valueOf: (text: string) => string): Chain {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    const chain = make(attempt)
    if (valueOf(chain.at(-1) ?? '') < valueOf(than)) return chain
  }
  throw new Error('no luck')
}

/** Every chain worth making with the loot, each ending in a statement that lists the thief's signing key. */
function forgedChains(loot: Loot, answer: Chain): readonly Chain[] {
  const thief = { signing: [listed('s0'), listed('thief')], iat: now }
  const chains: Chain[] = []
  if (loot.has('identity')) {
    const [first = ''] = honest
    chains.push(
      extended(honest, 'k0', thief),
      extended(extended(extended(honest, 'k0', thief), 'k0', thief), 'k0', thief),
      grind((seq) => extended([first], 'k0', { ...thief, iat: now + seq }), honest[1] ?? '', messageDigest),
      grind((at) => firstOf({ signing: ['s0', 'thief', `spare ${at}`] }), first, messageDigest),
    )
  }
  if (loot.has('next')) {
    const alone = changed(honest, { to: 'k1', next: 'thief next' }, thief)
    chains.push(alone, changed(alone, { to: 'thief next', next: 'thief last', from: 'k1' }, thief))
    chains.push(changed(honest.slice(0, 1), { to: 'k1', next: 'thief next' }, thief))
  }
  if (loot.has('identity') && loot.has('next')) {
    // The answer of the owner is known by now: of two equal changes the thief needs the smaller one.
    const owners = answer.find((text) => payloadOf(text).approval !== undefined) ?? ''
    const forge = (at: number): Chain => changed(honest, { to: 'k1', next: `thief next ${at}`, from: 'k0' }, thief)
    chains.push(grind(forge, owners, (text) => (text === '' ? '~' : changeOf(text))))
  }
  return chains
}

function changeOf(text: string): string {
  const { identityKey, nextKeyHash, prev } = payloadOf(text)
  const canonical = `{"identityKey":"${identityKey}","nextKeyHash":"${nextKeyHash}","node":"${node}","prev":"${prev}"}`
  return messageDigest(canonical)
}

/** What the owner, who has both files, does about it: the thief's signing key goes, and the identity key if it has to. */
function ownersAnswer(loot: Loot): Chain {
  const revoked = { at: now, reason: 'compromised', compromisedSince: now - 86_400 } as const
  const signing = [listed('s0', { revoked }), listed('s1', { notBefore: now })]
  if (loot.has('identity')) return changed(honest, { to: 'k1', next: 'k2', from: 'k0' }, { signing, iat: now })
  return loot.has('signing') || loot.has('next') ? extended(honest, 'k0', { signing, iat: now }) : honest
}

/** Node documents a thief can serve, to whoever listens to it. */
function forgedDocuments(loot: Loot, answer: Chain): readonly NodeDocument[] {
  const later = { seq: now + 86_400, iat: now + 60 }
  const forged = forgedChains(loot, answer).map((chain) => ({
    statements: [...chain],
    card: cardOf('thief', 'thief', { ...later, seq: later.seq + chain.length }),
  }))
  const stolen = (chain: Chain, change: Partial<Card>): NodeDocument => ({
    statements: [...chain],
    card: cardOf('thief', 's0', change),
  })
  return [
    ...forged,
    ...(loot.has('signing') ? [stolen(honest, later), stolen(honest, { seq: later.seq, iat: now - 2 * 86_400 })] : []),
    // With the name or the log key alone: keys of its own under the address, and what was public before.
    { statements: [...honest], card: cardOf('thief', 'thief', later) },
    { statements: [...honest], card: cardOf('thief', 'log', later) },
    { statements: [...honest], card: oldCard },
  ]
}

const oldCard = cardOf('owner', 's0', { iat: now - 86_400 })

/** What verifies by itself; the rest never gets further. */
function verified(document: NodeDocument): readonly VerifiedNode[] {
  try {
    return [verifyNodeDocument(document, now)]
  } catch (error) {
    if (error instanceof ExchangeError) return []
    throw error
  }
}

interface Seat {
  readonly store: Store
  serve(document: VerifiedNode): Promise<void>
  url(): string
  suspendedFor(): string | null
  readonly clock: FakeClock
}

/** A peer that holds the honest chain and a card of it. */
async function peer(t: Test, folder: string, name: string): Promise<Seat> {
  const store = await openSqliteStore({ path: path.join(folder, `${name}.db`) })
  t.teardown(() => store.close())
  const clock = new FakeClock(now * 1000)
  const held = verifyNodeDocument({ statements: [...honest], card: oldCard }, now)
  const local = { pinnedAddress: null, addedAt: 0, suspendedAt: null, suspendedFor: null, failures: 0, retryAt: 0 }
  const agreements = { agreementSuspendedByUs: null, agreementSuspendedByPeer: null }
  await store.commit([{ do: 'insertPeer', row: { ...cardColumns(held, 0), ...local, ...agreements } }])
  const directory = await openPeerDirectory(store)
  const random = seededRandom(name)
  const deps = { store, directory, clock, random, log: silentLogger, keepProof: makeKeepProof({ store, clock }) }
  return {
    store,
    clock,
    async serve(document) {
      await takeDocument(deps, node, document)
    },
    url: () => directory.find(node)?.row.url ?? '',
    suspendedFor: () => directory.find(node)?.row.suspendedFor ?? null,
  }
}

/** Who holds the node in the end, in the eyes of a peer that got the documents in this order, twice, 72 hours apart. */
async function holder(t: Test, folder: string, name: string, served: readonly VerifiedNode[]): Promise<string> {
  const seat = await peer(t, folder, name)
  for (const document of served) await seat.serve(document)
  seat.clock.jump(rotationWaitMs + hour)
  for (const document of served) await seat.serve(document)
  return new URL(seat.url()).hostname
}

t.test(
  'only who has both identity keys takes a node over, whatever else it has and whoever speaks first',
  async (t) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'trm-takeover-'))
    t.teardown(() => rmSync(folder, { recursive: true, force: true }))
    /** Loot that makes no document that verifies leaves the peer with what it would have been served anyway. */
    const known = new Map<string, Promise<string>>()
    const holderOf = (served: readonly VerifiedNode[]): Promise<string> => {
      const texts = messageDigest(
        served.flatMap(({ statementTexts, cardText }) => [...statementTexts, cardText]).join(),
      )
      const found = known.get(texts) ?? holder(t, folder, texts, served)
      known.set(texts, found)
      return found
    }
    for (const loot of allLoot) {
      const answer = ownersAnswer(loot)
      const signedWith = answer === honest ? 's0' : 's1'
      const [owners] = verified({ statements: [...answer], card: cardOf('owner', signedWith) })
      if (owners === undefined) throw new Error('the owner is refused')
      const forged = forgedDocuments(loot, answer).flatMap(verified)
      const orders = {
        'thief first': [...forged, owners],
        'owner first': [owners, ...forged],
        'owner between': [...forged, owners, ...[...forged].reverse()],
      }
      const expected = loot.has('identity') && loot.has('next') ? 'thief.example' : 'owner.example'
      const stolen = [...loot].join(', ') || 'nothing'
      for (const [order, served] of Object.entries(orders)) {
        t.equal(await holderOf(served), expected, `${stolen}; ${order}`)
      }
    }
  },
)

t.test('cards that were good once are ignored after a revocation, by whoever has seen it', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'trm-replay-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const seat = await peer(t, folder, 'replay')
  const answer = ownersAnswer(new Set(['signing']))
  const [owners] = verified({ statements: [...answer], card: cardOf('owner', 's1') })
  const replayed = [
    { statements: [...honest], card: oldCard },
    { statements: [...honest], card: cardOf('thief', 's0', { seq: now + 86_400, iat: now + 60 }) },
    // Signed before the theft, by its own word: the thief writes any date.
    { statements: [...honest], card: cardOf('thief', 's0', { seq: now + 86_401, iat: now - 3 * 86_400 }) },
    { statements: honest.slice(0, 1), card: oldCard },
  ].flatMap(verified)
  t.equal(replayed.length, 4, 'each of them verifies by itself')
  const before = [...replayed.slice(1, 3), owners].flatMap((document) => document ?? [])
  for (const document of before) await seat.serve(document)
  const { card, statements } = (await seat.store.findPeer(node)) ?? {}
  t.strictSame(JSON.parse(statements ?? ''), answer)
  t.equal(card, owners?.cardText, 'a lower sequence, because the key of the higher one was revoked')
  for (const document of replayed) await seat.serve(document)
  t.match(await seat.store.findPeer(node), { card, statements, suspendedFor: null })
})

t.test('a node that becomes a peer is known by what the directory holds of it, whatever it shows', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'trm-admit-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const thief = { signing: [listed('s0'), listed('thief')], iat: now }
  const answer = ownersAnswer(new Set(['signing']))
  const longer = extended(honest, 'k0', { iat: now - 9 })
  const alone = changed(honest, { to: 'k1', next: 'k2' }, thief)
  const fork = extended(honest.slice(0, 1), 'k0', thief)
  const stolenCard = cardOf('thief', 's0', { seq: now + 86_400, iat: now + 60 })
  /** Admits a node that shows one chain where the directory holds another one. */
  const admit = async (name: string, held: Chain, shown: NodeDocument) => {
    const store = await openSqliteStore({ path: path.join(folder, `${name}.db`) })
    t.teardown(() => store.close())
    const { kind, id, seq, digest, exp, text } = readRecord('statements', chainText(held))
    const row = { ...{ kind, node, id, seq, digest, exp, text }, source: null, storedAt: 0 }
    await store.commit([{ do: 'putRecord', row: { ...row, visibility: 'federation' }, expect: null }])
    const [found] = verified(shown)
    if (found === undefined) throw new Error('does not verify')
    const deps = { store, directory: await openPeerDirectory(store), clock: new FakeClock(now * 1000) }
    const refusal = await admitPeer({ ...deps, random: seededRandom(name) }, { found, pinnedAddress: null }).then(
      () => undefined,
      (error: unknown) => (error instanceof ExchangeError ? error.code : 'a fault'),
    )
    const alarms = await store.listAlarms({ limit: 9, onlyOpen: true })
    return {
      refusal,
      chain: JSON.parse((await store.findPeer(node))?.statements ?? 'null') as Chain | null,
      alarms: alarms.map(({ code }) => code).sort(),
      storedAt: (await store.findRecord('statements', node, ''))?.storedAt,
      isProven: (await store.findRecord('proof', node, '')) !== undefined,
    }
  }
  const owners = { statements: [...honest], card: oldCard }
  t.match(
    await admit('stolen', answer, { ...owners, card: stolenCard }),
    { refusal: 'card-rollback', chain: null },
    'a key that was revoked, under the statements from before',
  )
  t.match(await admit('answer', answer, { statements: [...answer], card: cardOf('owner', 's1') }), {
    refusal: undefined,
    chain: answer,
  })
  t.match(await admit('behind', longer, owners), { refusal: undefined, chain: longer }, 'what is newer is kept')
  t.match(
    await admit('contradicted', fork, owners),
    { alarms: ['record-equivocation', 'statement-equivocation'], isProven: true },
    'a contradiction is told',
  )
  t.match(
    await admit('alone', alone, owners),
    { refusal: undefined, chain: honest, alarms: [], storedAt: now * 1000 },
    'a change that only the thief of the next key shows waits from now on',
  )
})

t.test('a contradiction is kept as proof, freezes the peer and alarms a person, once', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'trm-proof-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const thief = { signing: [listed('s0'), listed('thief')], iat: now }
  const [first = ''] = honest
  const cases = {
    'statement-equivocation': [
      { statements: [...extended([first], 'k0', thief)], card: cardOf('thief', 's0') },
      [honest[1] ?? '', extended([first], 'k0', thief)[1] ?? ''],
    ],
    'card-equivocation': [
      { statements: [...honest], card: cardOf('thief', 's0', { seq: now - 86_400, iat: now }) },
      [oldCard, cardOf('thief', 's0', { seq: now - 86_400, iat: now })],
    ],
  } as const
  for (const [code, [document, pair]] of Object.entries(cases)) {
    const seat = await peer(t, folder, code)
    for (const found of [0, 1].flatMap(() => verified({ ...document, statements: [...document.statements] })))
      await seat.serve(found)
    t.equal(seat.suspendedFor(), 'equivocation', code)
    const alarms = await seat.store.listAlarms({ limit: 9, onlyOpen: true })
    t.strictSame(
      alarms.map((alarm) => [alarm.code, alarm.node]),
      [[code, node]],
    )
    const { text = '{}' } = (await seat.store.findRecord('proof', node, '')) ?? {}
    const { first: one, second: other } = JSON.parse(text) as Record<string, string>
    t.strictSame([one, other].sort(), [...pair].sort(), 'both are kept')
  }
})

t.test(
  'a change of the identity key that the old one did not approve waits 72 hours, and any word of the owner ends it',
  async (t) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'trm-pending-'))
    t.teardown(() => rmSync(folder, { recursive: true, force: true }))
    const alone = changed(honest, { to: 'k1', next: 'k2' }, { signing: [listed('s0'), listed('s1')], iat: now })
    const [document] = verified({ statements: [...alone], card: cardOf('thief', 's1') })
    if (document === undefined) throw new Error('does not verify')
    const waits = await peer(t, folder, 'waits')
    await waits.serve(document)
    t.match(await waits.store.listAlarms({ limit: 9, onlyOpen: true }), [{ code: 'rotation-pending', node }])
    waits.clock.jump(rotationWaitMs - 1)
    await waits.serve(document)
    t.match(await waits.store.findPeer(node), { card: oldCard, statements: JSON.stringify(honest) })
    waits.clock.jump(1)
    await waits.serve(document)
    t.match(await waits.store.findPeer(node), { card: document.cardText, statements: JSON.stringify(alone) })
    t.equal((await waits.store.listAlarms({ limit: 9, onlyOpen: true })).length, 1, 'told once')

    const answered = await peer(t, folder, 'answered')
    const owner = extended(honest, 'k0', { iat: now })
    const [objection] = verified({ statements: [...owner], card: cardOf('owner', 's0') })
    for (const step of [document, objection]) if (step !== undefined) await answered.serve(step)
    answered.clock.jump(2 * rotationWaitMs)
    await answered.serve(document)
    t.match(await answered.store.findPeer(node), { statements: JSON.stringify(owner), url: 'https://owner.example/' })
  },
)
