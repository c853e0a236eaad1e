import fc from 'fast-check'
import t from 'tap'
import {
  answerCompare,
  answerFetch,
  answerList,
  differingBuckets,
} from '../../src/directory/gossip/answer-directory.js'
import {
  packHex,
  unpackHex,
  type AskDirectory,
  type DirectoryAnswer,
  type DirectoryQuestion,
} from '../../src/directory/gossip/directory-questions.js'
import { readEntry, recordEntry, recordKey } from '../../src/directory/gossip/directory-record.js'
import { makeProof, verifyProof } from '../../src/directory/gossip/equivocation-proof.js'
import { makeHeldRecords, openHeldRecords, type HeldRecords } from '../../src/directory/gossip/held-records.js'
import { mergeRecords } from '../../src/directory/gossip/merge-records.js'
import { readRecord, type ReadRecord } from '../../src/directory/gossip/read-record.js'
import { makeRecordTree } from '../../src/directory/gossip/record-tree.js'
import { makeGossip } from '../../src/directory/gossip/gossip.js'
import { gossipBudgets, makePeerMemory } from '../../src/directory/gossip/peer-memory.js'
import { pull, type PullDeps } from '../../src/directory/gossip/pull.js'
import { takeRecord, type TakeRecordDeps } from '../../src/directory/gossip/take-record.js'
import { makeTokenBucket } from '../../src/directory/gossip/token-bucket.js'
import { makeUnknownCeiling, unknownLimits } from '../../src/directory/gossip/unknown-ceiling.js'
import { makeVerifier } from '../../src/directory/gossip/verifier.js'
import { isShown } from '../../src/directory/gossip/visibility.js'
import { signVouch, verifyVouch } from '../../src/directory/gossip/vouch.js'
import { silentLogger } from '../../src/base/logger.js'
import { systemRandom } from '../../src/base/random.js'
import { messageDigest } from '../../src/crypto/signer.js'
import { rotationWaitMs } from '../../src/directory/counting-chain.js'
import { verifyStatements } from '../../src/directory/key-statement.js'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js'
import type { Batch } from '../../src/store/batch.js'
import type { RecordRow } from '../../src/store/rows.js'
import {
  chainRecord,
  contactRecord,
  contactText,
  extendChain,
  makePopulation,
  revocationOf,
  simStart,
  vouchRecord,
  type Identity,
} from '../sim/population.js'
import { bornAt, changed, extended, firstOf, listed, namedKey, payloadOf } from '../support/chains.js'
import { refusalOf } from '../support/refusal-of.js'

const people = makePopulation(10, 'unit')
const [one, two] = people as [Identity, Identity]
const revoked = people[9] as Identity
const day = 86_400
const chains = people.map(({ chain }) => chainRecord(chain))

/** A store in memory, and all that takes records. */
function desk(now = simStart): {
  readonly deps: TakeRecordDeps
  readonly records: HeldRecords
  readonly told: string[]
  clock: { now: () => number }
} {
  const clock = { now: () => now * 1000 }
  const store = storeInMemory()
  const records = makeHeldRecords({ self: 'self', store, clock }, makeRecordTree())
  const told: string[] = []
  const deps: TakeRecordDeps = {
    self: 'self',
    clock,
    records,
    verifier: makeVerifier(100),
    ceiling: makeUnknownCeiling(),
    isKnown: () => false,
    onEquivocation: ({ node, kind }) => Promise.resolve(void told.push(`${kind} ${node}`)),
    onChain: () => Promise.resolve(),
    onForeignOwn: (code) => Promise.resolve(void told.push(code)),
  }
  return { deps, records, told, clock }
}

function storeInMemory() {
  const rows = new Map<string, RecordRow>()
  return {
    commit(batch: Batch) {
      for (const effect of batch) {
        if (effect.do === 'putRecord') rows.set(recordKey(effect.row), effect.row)
        if (effect.do === 'deleteRecord') rows.delete(recordKey(effect))
      }
      return Promise.resolve({ ok: true as const })
    },
    listRecordsOf: (kind: RecordRow['kind'], node: string) =>
      Promise.resolve([...rows.values()].filter((row) => row.kind === kind && row.node === node)),
    findRecord: (kind: RecordRow['kind'], node: string, id: string) =>
      Promise.resolve(rows.get(recordKey({ kind, node, id }))),
  }
}

type AnyAnswer = DirectoryAnswer<DirectoryQuestion['type']>

/** A node as its peers see it. */
function answersOf({ records }: Pick<ReturnType<typeof desk>, 'records'>) {
  return (question: DirectoryQuestion): AnyAnswer | Promise<AnyAnswer> => {
    switch (question.type) {
      case 'directory.compare':
        return answerCompare(records.tree, question.body.root)
      case 'directory.list':
        return answerList(records.tree, question.body)
      case 'directory.fetch':
        return answerFetch(records.tree, (name) => records.read(name), question.body.keys, simStart)
    }
  }
}

/** Asks whoever has that name; the answer is made for the type of the question. */
function asking(
  peers: Readonly<Record<string, (question: DirectoryQuestion) => AnyAnswer | Promise<AnyAnswer>>>,
): AskDirectory {
  return async (peer, question) => (await peers[peer]?.(question)) as DirectoryAnswer<typeof question.type>
}

/** Buckets of a peer that differ in all. */
const otherBuckets = Buffer.alloc(256 * 8, 9).toString('base64url')

/** Everything a key of one record may be fed with: versions, contradictions, tombstones. */
const versions: readonly ReadRecord[] = [0, 1, 2].flatMap((age) => {
  const about = { node: one.node, id: one.contactId, iat: simStart - 1000 + age }
  const ended = { v: 1, ...about, seq: about.iat, exp: about.iat + 366 * day, ended: true }
  return [
    contactRecord(one.signing, about),
    readRecord('contact', contactText(one.signing, { ...about, country: 'XK' })),
    readRecord('contact', one.signing.sign('trm-contact+jwt', ended)),
  ]
})
const chainVersions: readonly ReadRecord[] = [
  chainRecord(one.chain),
  ...[10, 20, 30].map((age) => chainRecord([...one.chain, extendChain(one.identity, one.chain, simStart - age)])),
]
const longer = [...one.chain, extendChain(one.identity, one.chain, simStart - 10)]
const allChains = [...chainVersions, chainRecord([...longer, extendChain(one.identity, longer, simStart - 5)])]
const proofs = [
  [0, 1],
  [1, 2],
  [3, 4],
].map(([a, b]) =>
  readRecord('proof', makeProof('contact', one.node, versions[a ?? 0]?.text ?? '', versions[b ?? 0]?.text ?? '')),
)

t.test('merging is commutative, idempotent and associative, whatever meets', (t) => {
  for (const kind of [versions, allChains, proofs]) {
    const some = fc.constantFrom(...kind)
    fc.assert(
      fc.property(some, some, some, (a, b, c) => {
        const merge = (x: ReadRecord, y: ReadRecord): ReadRecord => mergeRecords(x, y).record
        return (
          merge(a, a) === a &&
          merge(a, b).digest === merge(b, a).digest &&
          merge(merge(a, b), c).digest === merge(a, merge(b, c)).digest &&
          mergeRecords(a, b).proof === mergeRecords(b, a).proof
        )
      }),
      { seed: 7, numRuns: 600 },
    )
  }
  t.end()
})

t.test(
  'a node holds the same whatever the order and the repetitions, and finds every contradiction at the top',
  async (t) => {
    const feed = fc.array(fc.constantFrom(...versions), { minLength: 1, maxLength: 12 })
    const holdsTheSame = fc.assert(
      fc.asyncProperty(feed, fc.integer(), async (records, shift) => {
        const turned = records.map((_record, at) => records[(at + Math.abs(shift)) % records.length] as ReadRecord)
        const held = await Promise.all(
          [records, turned].map(async (order) => {
            const { deps, records: kept } = desk()
            for (const record of [chains[0] as ReadRecord, ...order, ...order]) await takeRecord(deps, record, 'peer')
            const contact = kept.find(versions[0] as ReadRecord)
            return { contact: contact?.digest, isProven: kept.list('proof').length > 0, seq: contact?.seq }
          }),
        )
        const [a, b] = held
        const top = new Set(records.filter(({ seq }) => seq === a?.seq).map(({ digest }) => digest))
        return a?.contact === b?.contact && (top.size < 2 || (a?.isProven === true && b?.isProven === true))
      }),
      { seed: 11, numRuns: 25 },
    )
    await t.resolves(holdsTheSame)
  },
)

t.test('records are refused that are not what they claim', async (t) => {
  const { deps, records } = desk()
  const take = (record: ReadRecord): Promise<string> => takeRecord(deps, record, 'peer')
  const contact = contactRecord(one.signing, { node: one.node, id: one.contactId, iat: simStart - 100 })
  t.equal(await take(contact), 'not-yet', 'statements of its owner are not here')
  t.equal(await take(chains[0] as ReadRecord), 'held')
  t.equal(await take(contact), 'held')
  t.equal(await take(contact), 'held', 'twice')
  t.equal(await take(contactRecord(one.signing, { node: one.node, id: one.contactId, iat: simStart - 200 })), 'older')
  t.equal(
    await take(contactRecord(two.signing, { node: one.node, id: one.contactId, iat: simStart })),
    'not-yet',
    'a key that is not its owner’s',
  )
  t.equal(
    await take(contactRecord(one.signing, { node: one.node, id: one.contactId, iat: simStart + 900 })),
    'not-yet',
    'ahead of our clock',
  )
  t.equal(
    await take(contactRecord(one.signing, { node: one.node, id: two.contactId, iat: simStart - 91 * day })),
    'unwanted',
    'over',
  )
  const claims = {
    v: 1,
    node: one.node,
    id: two.contactId,
    seq: simStart,
    iat: simStart,
    exp: simStart + 91 * day,
    ended: true,
  }
  t.equal(
    await take(readRecord('contact', one.signing.sign('trm-contact+jwt', { ...claims, exp: simStart + 800 * day }))),
    'refused',
    'lives too long',
  )
  t.equal(records.list('contact').length, 1)
  t.throws(
    () => readRecord('statements', ` ${chains[0]?.text ?? ''}`),
    { code: 'statement-invalid' },
    'another text of the same chain',
  )
  t.throws(() => readRecord('proof', '{}'), { code: 'record-invalid' })
  const bilateral = JSON.parse(Buffer.from(contact.text.split('.')[1] ?? '', 'base64url').toString()) as object
  const secret = one.signing.sign('trm-contact+jwt', { ...bilateral, visibility: 'bilateral' })
  t.throws(() => readRecord('contact', secret), { code: 'contact-invalid' }, 'for one partner')
})

t.test('a key that was given up signs nothing new, and what a thief signed with it goes', async (t) => {
  const { deps, records } = desk()
  const cut = chainRecord(revoked.chain.slice(0, 1))
  await takeRecord(deps, cut, 'peer')
  const { stolen, node, contactId: id } = revoked
  if (stolen === undefined) throw new Error('nothing was stolen')
  const before = contactRecord(stolen, { node, id, iat: simStart - 40 * day })
  const byThief = contactRecord(stolen, { node, id: one.contactId, iat: simStart - 5 * day })
  t.equal(await takeRecord(deps, before, 'peer'), 'held')
  t.equal(await takeRecord(deps, byThief, 'peer'), 'held', 'nobody knows yet')
  t.equal(await takeRecord(deps, chainRecord(revoked.chain), 'peer'), 'held')
  t.same(records.list('contact'), [], 'no date tells what its owner signed from what the thief did')
  const backdated = contactRecord(stolen, { node, id, iat: simStart - 39 * day })
  t.equal(await takeRecord(deps, backdated, 'peer'), 'refused')
  t.equal(await takeRecord(deps, cut, 'peer'), 'older', 'the chain does not go back')
})

/** The owner revokes the key that it signed with until now, and signs with another one. */
const robbed = people[7] as Identity
const { chain: revocation, contact: anew } = revocationOf(robbed, simStart - 60)

t.test('what a thief dated back goes with the revocation, and its owner is not kept out', async (t) => {
  const { deps, records } = desk()
  const introduced = { ...deps, isKnown: (node: string) => node === robbed.node }
  const take = (record: ReadRecord): Promise<string> => takeRecord(introduced, record, 'peer')
  const { node, contactId: id, signing } = robbed
  const dated = { iat: simStart - 20 * day, seq: simStart + 6 * day }
  const word = { from: node, node: two.node, isEnded: false }
  const words = [
    readRecord('vouch', signVouch(signing, { ...word, seq: dated.seq, now: dated.iat })),
    readRecord('vouch', signVouch(signing, { ...word, node: one.node, seq: dated.iat, now: dated.iat })),
  ]
  for (const record of [
    chainRecord(robbed.chain),
    robbed.contact,
    contactRecord(signing, { node, id, ...dated }),
    ...words,
  ])
    t.equal(await take(record), 'held', 'nobody knows yet')
  const losses = records.losses()
  t.equal(await take(revocation), 'held')
  t.same([...records.list('contact'), ...records.list('vouch')], [])
  t.ok(records.losses() > losses, 'what peers showed before is looked at again')
  t.equal(await take(anew), 'held', 'a lower sequence of its owner')
  for (const record of words) t.equal(await take(record), 'refused')
})

t.test('two nodes that know the same chains come to the same records, whatever came first', async (t) => {
  const { node, contactId: id, signing } = robbed
  const ofThief = [0, 1].map((at) =>
    contactRecord(signing, { node, id, iat: simStart - 9 * day + at, seq: simStart + (6 - at) * day }),
  )
  const forgedId = contactRecord(signing, { node, id: one.contactId, iat: simStart - 8 * day })
  const word = readRecord(
    'vouch',
    signVouch(signing, { from: node, node: two.node, seq: simStart, isEnded: false, now: simStart - day }),
  )
  const pool = [chainRecord(robbed.chain), revocation, robbed.contact, anew, ...ofThief, forgedId, word]
  const feed = fc.shuffledSubarray(pool, { minLength: 1 })
  const agree = fc.assert(
    fc.asyncProperty(feed, feed, async (first, second) => {
      const desks = [first, second].map((order) => ({ ...desk(), order }))
      for (const { deps, order } of desks) for (const record of order) await takeRecord(deps, record, 'peer')
      const texts = new Map(pool.map((record) => [record.digest, record]))
      // Each takes what the other holds, chains first, until nothing changes: a proof has come out of nothing here.
      for (let round = 0; round < 3; round += 1) {
        for (const [from, to] of [desks, desks.toReversed()]) {
          const shown = ['statements', 'contact', 'vouch'].flatMap((kind) =>
            (from?.records.list(kind as ReadRecord['kind']) ?? []).flatMap(({ digest }) => texts.get(digest) ?? []),
          )
          if (to !== undefined) for (const record of shown) await takeRecord(to.deps, record, 'peer')
        }
      }
      const [one, other] = desks.map(({ records }) => records.tree.root())
      return one === other
    }),
    { seed: 5, numRuns: 60 },
  )
  await t.resolves(agree)
})

t.test(
  'an introducer that others show first with a change that it did not approve waits, and what that revoked goes then',
  async (t) => {
    const chain = extended(firstOf(), 'k0')
    const { node } = payloadOf(chain[0] ?? '')
    const whole = chainRecord(changed(chain, { to: 'k1', next: 'k2' }, { signing: [listed('s1')], iat: bornAt + 50 }))
    const { deps, records } = desk(bornAt + 100)
    t.equal(await takeRecord({ ...deps, introducers: [node] }, whole, 'peer'), 'held')
    t.equal(
      records.find(whole)?.storedAt,
      (bornAt + 100) * 1000,
      'its id does not tell the owner of the next key from its thief',
    )
    const stranger = desk(bornAt + 100)
    await takeRecord(stranger.deps, whole, 'peer')
    t.equal(stranger.records.find(whole)?.storedAt, 0)

    const clock = { now: () => (bornAt + 100) * 1000 }
    const waiting = desk(bornAt + 100)
    const later = { ...waiting.deps, clock, introducers: [node] }
    await takeRecord(later, whole, 'peer')
    const word = readRecord(
      'vouch',
      signVouch(namedKey('s0').signer, {
        from: node,
        node: two.node,
        seq: bornAt + 90,
        isEnded: false,
        now: bornAt + 90,
      }),
    )
    t.equal(await takeRecord(later, word, 'peer'), 'held', 'by the key before the change')
    const gossip = makeGossip({
      ...later,
      ask: asking({}),
      timers: { after: () => () => undefined },
      random: systemRandom,
      log: silentLogger,
      defer: setImmediate,
      askable: () => [],
      ownChains: () => [],
    })
    await gossip.run()
    t.equal(waiting.records.list('vouch').length, 1)
    clock.now = () => (bornAt + 101) * 1000 + rotationWaitMs
    await gossip.run()
    t.same(waiting.records.list('vouch'), [])
  },
)

t.test('contacts that have ended count among those of one signer, and go after a while', async (t) => {
  let at = simStart
  const clock = { now: () => at * 1000 }
  const mine = makeHeldRecords({ self: 'self', clock, store: storeInMemory() }, makeRecordTree())
  const deps: TakeRecordDeps = { ...desk().deps, clock, records: mine, isKnown: () => true }
  await takeRecord(deps, chains[0] as ReadRecord, 'peer')
  for (let each = 0; each < 150; each += 1) {
    const id = `00000000-0000-4000-8000-${String(each).padStart(12, '0')}`
    const text = contactText(one.signing, { node: one.node, id, iat: at })
    const contact = JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()) as object
    const short = readRecord('contact', one.signing.sign('trm-contact+jwt', { ...contact, exp: at + 60 }))
    t.equal(await takeRecord(deps, short, 'peer'), 'held')
    at += 61
    await mine.dropEnded(deps.isKnown)
  }
  t.equal((await mine.contactsOf(one.node)).length, 64, 'the one that ended first gives way')
  t.equal(mine.ended('contact', one.node).length, 64)
  at += 91 * day
  await mine.dropEnded(deps.isKnown)
  t.same(await mine.contactsOf(one.node), [])
})

t.test('a proof is two objects of one node that exclude each other, nothing else', (t) => {
  const known = { chain: one.chain, statements: verifyStatements(one.chain) }
  const about = { node: one.node, id: one.contactId, iat: simStart }
  const [a, b] = [contactText(one.signing, about), contactText(one.signing, { ...about, country: 'XK' })]
  t.match(verifyProof(makeProof('contact', one.node, a, b), known), { node: one.node })
  t.equal(makeProof('contact', one.node, a, b), makeProof('contact', one.node, b, a))
  const later = contactText(one.signing, { ...about, iat: simStart + 1 })
  const foreign = contactText(two.signing, { ...about, country: 'XK' })
  for (const [first, second] of [
    [a, later],
    [a, foreign],
    [a, a],
  ] as const) {
    t.match(
      refusalOf(() => verifyProof(makeProof('contact', one.node, first, second), known)),
      { code: 'record-invalid' },
    )
  }
  const [s, u] = [10, 20].map((age) => extendChain(one.identity, one.chain, simStart - age)) as [string, string]
  t.match(verifyProof(makeProof('statement', one.node, s, u), known), { kind: 'statement' })
  const next = extendChain(one.identity, [...one.chain, s], simStart - 5)
  t.match(
    refusalOf(() => verifyProof(makeProof('statement', one.node, s, next), known)),
    { code: 'record-invalid' },
  )
  t.end()
})

t.test('a contradiction about us, or by us, is told', async (t) => {
  const { deps, records, told } = desk()
  const own: TakeRecordDeps = { ...deps, self: one.node }
  await takeRecord(own, chains[0] as ReadRecord, null)
  const about = { node: one.node, id: one.contactId, iat: simStart }
  await takeRecord(own, contactRecord(one.signing, about), null)
  t.same(told, [])
  const byThief = contactRecord(one.signing, { ...about, iat: simStart + 1 })
  t.equal(await takeRecord(own, byThief, 'peer'), 'unwanted')
  t.same(told, ['record-equivocation'], 'somebody signs with our keys')
  t.equal(records.find(byThief)?.seq, simStart, 'and it is not taken for our own')
  const underNewId = contactRecord(one.signing, { ...about, id: two.contactId })
  t.equal(await takeRecord(own, underNewId, 'peer'), 'unwanted')
  t.equal(await takeRecord(own, allChains.at(-1) as ReadRecord, 'peer'), 'unwanted', 'nor are statements')
  t.same(told.splice(1), ['record-equivocation', 'statement-equivocation'])
  await takeRecord(deps, contactRecord(one.signing, { ...about, iat: simStart + 2 }), 'peer')
  await takeRecord(
    deps,
    readRecord('contact', contactText(one.signing, { ...about, iat: simStart + 2, country: 'XK' })),
    'peer',
  )
  t.same(told.slice(1), [`contact ${one.node}`])
  t.equal(records.list('proof').length, 1)
})

t.test('a proof counts by keys that count on arrival alone, and freezes once', async (t) => {
  const { deps, records, told } = desk()
  const { stolen, node, contactId: id } = revoked
  if (stolen === undefined) throw new Error('nothing was stolen')
  const whole = { chain: revoked.chain, statements: verifyStatements(revoked.chain) }
  const about = { node, id, iat: simStart - 40 * day }
  const proofOf = (country: string): ReadRecord =>
    readRecord(
      'proof',
      makeProof('contact', node, contactText(stolen, about), contactText(stolen, { ...about, country })),
    )
  const [greater, smaller] = ['XK', 'MD'].map(proofOf).sort((a, b) => (a.digest < b.digest ? 1 : -1)) as [
    ReadRecord,
    ReadRecord,
  ]
  t.match(
    refusalOf(() => verifyProof(greater.text, whole)),
    { code: 'record-invalid', details: { member: 'kid' } },
    'signed before the theft, as its thief says',
  )
  await takeRecord(deps, chainRecord(revoked.chain.slice(0, 1)), 'peer')
  t.equal(await takeRecord(deps, greater, 'peer'), 'held', 'nobody knows yet')
  t.equal(await takeRecord(deps, smaller, 'peer'), 'held')
  t.same(told, [`contact ${node}`], 'one that replaces another one is not told of')
  await takeRecord(deps, chainRecord(revoked.chain), 'peer')
  t.same(records.list('proof'), [], 'what was proven with the key goes')
  t.equal(await takeRecord(deps, smaller, 'peer'), 'refused')
  t.equal(told.length, 1)
})

t.test('the next identity key alone proves nothing, whatever it signs', async (t) => {
  const chain = extended(firstOf(), 'k0')
  const { node } = payloadOf(chain[0] ?? '')
  const known = { chain, statements: verifyStatements(chain) }
  const toK1 = { to: 'k1', next: 'x1' }
  const alone = changed(chain, toK1)
  const fork = changed(chain, { to: 'k1', next: 'x2' })
  const last = (of: readonly string[]): string => of.at(-1) ?? ''
  const nowhere = { prev: messageDigest('nothing') }
  const pairs: readonly (readonly [string, string, string])[] = [
    ['two changes', last(alone), last(fork)],
    ['one change in two statements', last(alone), last(changed(chain, toK1, { iat: 7 }))],
    [
      'after no statement',
      last(changed(chain, toK1, nowhere)),
      last(changed(chain, { to: 'k1', next: 'x2' }, nowhere)),
    ],
    ['after a change of its own', last(extended(alone, 'k1')), last(extended(alone, 'k1', { iat: 7 }))],
  ]
  for (const [name, first, second] of pairs) {
    t.match(
      refusalOf(() => verifyProof(makeProof('statement', node, first, second), known)),
      { code: 'record-invalid', details: { member: 'second' } },
      name,
    )
  }
  const byOwner = makeProof('statement', node, last(extended(chain, 'k0')), last(extended(chain, 'k0', { iat: 7 })))
  t.match(verifyProof(byOwner, known), { node }, 'the reigning key does')

  const { deps, records, told } = desk(bornAt + day)
  for (const of of [chain, alone, fork, extended(alone, 'k1'), extended(alone, 'k1', { iat: 7 })]) {
    await takeRecord(deps, chainRecord(of), 'peer')
  }
  t.same([told, records.list('proof')], [[], []], 'nor does it in chains that part while the change waits')
})

t.test('digests tell which buckets differ, lists and answers come in pages', async (t) => {
  const { deps, records } = desk()
  for (const record of chains) await takeRecord(deps, record, 'peer')
  for (const { contact } of people) await takeRecord(deps, contact, 'peer')
  const other = makeRecordTree(records.tree)
  t.same(answerCompare(other, records.tree.root()), { root: other.root(), buckets: '' })
  const [some] = records.list('contact')
  if (some === undefined) throw new Error('nothing held')
  other.remove(some.key)
  const { buckets } = answerCompare(other, records.tree.root())
  const differing = differingBuckets(records.tree, buckets) ?? []
  t.same(differing, [Number.parseInt(some.key.slice(0, 2), 16)])
  other.put(some)
  t.equal(other.root(), records.tree.root(), 'as if nothing had been')
  t.equal(differingBuckets(records.tree, 'AAAA'), undefined)

  const all = Buffer.from(Array.from({ length: 256 }, (_, at) => at)).toString('base64url')
  const entries = unpackHex(answerList(records.tree, { buckets: all, after: '' }).entries, 24) ?? []
  t.equal(entries.length, 20)
  t.same(entries, [...entries].sort())
  const after = packHex([entries[7] ?? ''])
  t.same(unpackHex(answerList(records.tree, { buckets: all, after }).entries, 24), entries.slice(8))
  t.same(readEntry(recordEntry(some)).key, some.key)
  const keys = packHex(entries.map((entry) => entry.slice(0, 24)))
  t.equal((await answerFetch(records.tree, (name) => records.read(name), keys, simStart)).records.length, 20)
  const long = await answerFetch(records.tree, () => Promise.resolve('x'.repeat(100_000)), keys, simStart)
  t.equal(long.records.length, 1, 'what one answer holds')
  t.equal(
    (await answerFetch(records.tree, (name) => records.read(name), keys, simStart + 4000 * day)).records.length,
    0,
    'over',
  )
})

t.test('a text that one peer gives where it does not belong is taken from the next one', async (t) => {
  const [source, victim] = [desk(), desk()]
  for (const { deps } of [source, victim]) for (const record of chains) await takeRecord(deps, record, null)
  const revocation = chainRecord([...one.chain, extendChain(one.identity, one.chain, simStart - 10)])
  const proof = proofs[0] as ReadRecord
  t.same(
    [await takeRecord(source.deps, revocation, null), await takeRecord(source.deps, proof, null)],
    ['held', 'held'],
  )
  const evil = (question: DirectoryQuestion): AnyAnswer => {
    if (question.type === 'directory.compare') return { root: 'r'.repeat(43), buckets: otherBuckets }
    if (question.type === 'directory.list') return { entries: packHex([revocation.entry]), more: false }
    return {
      records: [
        { kind: 'vouch', text: revocation.text },
        { kind: 'contact', text: proof.text },
      ],
    }
  }
  const deps = { ...victim.deps, defer: queueMicrotask, ask: asking({ evil, honest: answersOf(source) }) }
  await pull(deps, 'evil', makePeerMemory())
  t.equal(victim.records.find(revocation)?.digest, (chains[0] as ReadRecord).digest)
  await pull(deps, 'honest', makePeerMemory())
  t.equal(victim.records.find(revocation)?.digest, revocation.digest, 'the revocation')
  t.equal(victim.records.find(proof)?.digest, proof.digest, 'and the proof')
})

t.test('a list names a key once, and what it costs to look at is charged before', async (t) => {
  const { deps, records } = desk()
  const chain = [...one.chain]
  for (let age = 900; age > 840; age -= 1) chain.push(extendChain(one.identity, chain, simStart - age))
  const record = chainRecord(chain)
  t.equal(await takeRecord(deps, record, 'peer'), 'held')
  const { key } = record
  const otherEntries = Array.from({ length: 4096 }, (_, at) => `${key}${(at + 1).toString(16).padStart(24, '0')}`)
  let reads = 0
  const asked: string[] = []
  const entriesOf = (entries: readonly string[]): PullDeps => ({
    ...deps,
    records: {
      ...records,
      read(name) {
        reads += 1
        return records.read(name)
      },
    },
    defer: queueMicrotask,
    ask: asking({
      peer(question) {
        asked.push(question.type)
        if (question.type === 'directory.compare') return { root: 'r'.repeat(43), buckets: otherBuckets }
        if (question.type === 'directory.list') return { entries: packHex(entries), more: false }
        return { records: [] }
      },
    }),
  })
  await pull(entriesOf(otherEntries), 'peer', makePeerMemory())
  t.same([reads, asked.length], [1, 3], 'the second entry of a key ends the list')

  for (const beginning of [1, 30, 60].map((length) => chainRecord(chain.slice(0, length)))) {
    asked.splice(0)
    await pull(entriesOf([beginning.entry]), 'peer', makePeerMemory())
    t.same(asked, ['directory.compare', 'directory.list'], 'a beginning of what is held is not wanted')
  }
  const poor = makePeerMemory()
  poor.units.charge(gossipBudgets.unitsPerHour, simStart * 1000)
  reads = 0
  await pull(entriesOf(otherEntries.slice(0, 1)), 'peer', poor)
  t.equal(reads, 0, 'no allowance, no work')
})

t.test('a peer that answers late ends its turn, and the others go first next time', async (t) => {
  const { deps } = desk()
  const clock = { at: simStart * 1000, now: () => clock.at }
  const asked: string[] = []
  const lists = (question: DirectoryQuestion): AnyAnswer => {
    clock.at += 29_000
    if (question.type === 'directory.compare') return { root: 'r'.repeat(43), buckets: otherBuckets }
    if (question.type === 'directory.fetch') return { records: [] }
    const last = Number.parseInt(unpackHex(question.body.after, 24)?.[0]?.slice(0, 24) ?? '0', 16)
    return { entries: packHex([`${(last + 1).toString(16).padStart(24, '0')}${'0'.repeat(23)}1`]), more: true }
  }
  const gossip = makeGossip({
    ...deps,
    clock,
    defer: queueMicrotask,
    timers: { after: () => () => undefined },
    random: { ...systemRandom, fraction: () => 0 },
    log: silentLogger,
    fanout: 2,
    askable: () => ['late', 'quick', 'other'],
    ownChains: () => [],
    ask: (peer, question) => {
      asked.push(peer)
      return asking({
        late: lists,
        quick: () => ({ root: deps.records.tree.root(), buckets: '' }),
        other: () => ({ root: deps.records.tree.root(), buckets: '' }),
      })(peer, question)
    },
  })
  await gossip.run()
  t.ok(clock.at <= simStart * 1000 + 120_000, `${clock.at / 1000 - simStart} seconds`)
  t.same([asked[0], asked.at(-1)], ['late', 'quick'])
  asked.splice(0)
  await gossip.run()
  t.same(asked, ['quick', 'other'])
  clock.at += 3_600_000
  await gossip.run()
  t.ok(asked.includes('late'), 'an hour later it is asked like the others')
})

t.test('a peer that was paired by less than the directory holds goes by all of it', async (t) => {
  const { deps, records, clock } = desk()
  const [cut, whole] = [revoked.chain.slice(0, 1), revoked.chain]
  const { node } = revoked
  await takeRecord(deps, chainRecord(whole), 'peer')
  const told: (readonly string[])[] = []
  const gossip = makeGossip({
    ...deps,
    records,
    clock,
    defer: queueMicrotask,
    timers: { after: () => () => undefined },
    random: systemRandom,
    log: silentLogger,
    askable: () => [],
    ownChains: () => [{ node, chain: cut }],
    onChain: (_node, chain) => Promise.resolve(void told.push(chain)),
    ask: asking({}),
  })
  await gossip.run()
  await gossip.run()
  t.same(told, [whole], 'once')
})

t.test('what is over goes, by the clock of each', async (t) => {
  const { deps, records } = desk()
  await takeRecord(deps, chains[0] as ReadRecord, 'peer')
  await takeRecord(deps, one.contact, 'peer')
  const deleted: unknown[] = []
  const late = makeHeldRecords(
    {
      self: 'self',
      store: {
        commit(batch) {
          deleted.push(...batch)
          return Promise.resolve({ ok: true })
        },
        listRecordsOf: () => Promise.resolve([]),
        findRecord: () => Promise.resolve(undefined),
      },
      clock: { now: () => (simStart + 85 * day) * 1000 },
    },
    records.tree,
  )
  await late.dropEnded(() => true)
  t.same(records.list('contact'), [], 'no longer passed on')
  t.same(deleted, [], 'a desk of a known node has to be known as stale')
  await takeRecord(deps, one.contact, 'peer')
  await late.dropEnded(() => false)
  t.match(deleted, [{ do: 'deleteRecord', kind: 'contact' }])
  t.same(records.list('contact'), [])
  t.equal(records.list('statements').length, 1)
})

t.test('unknown nodes fill no more than their share, known ones always have a place', async (t) => {
  const { deps } = desk()
  const few: TakeRecordDeps = { ...deps, ceiling: makeUnknownCeiling({ ...unknownLimits, nodes: 8 }) }
  const taken = []
  for (const record of chains.slice(0, 4)) taken.push(await takeRecord(few, record, 'peer'))
  t.same(taken, ['held', 'held', 'unwanted', 'unwanted'], 'a quarter for each source')
  t.equal(await takeRecord(few, chains[2] as ReadRecord, 'other'), 'held')
  t.equal(await takeRecord({ ...few, isKnown: () => true }, chains[3] as ReadRecord, 'peer'), 'held')
})

t.test('of a node that nobody sees little is held, but for what warns of it', async (t) => {
  const { deps, records } = desk()
  const few = (limits: Partial<Record<keyof typeof unknownLimits, number>>): TakeRecordDeps => ({
    ...deps,
    ceiling: makeUnknownCeiling({ ...unknownLimits, ...limits }),
  })
  const all = { ...deps, isKnown: () => true }
  const contactOf = (at: number): ReadRecord => {
    const id = `${one.contactId.slice(0, -2)}${at + 10}`
    return contactRecord(one.signing, { node: one.node, id, iat: simStart - 900 })
  }
  const takeAll = async (by: TakeRecordDeps, taken: readonly ReadRecord[]): Promise<readonly string[]> => {
    const results = []
    for (const record of taken) results.push(await takeRecord(by, record, 'peer'))
    return results
  }
  for (const record of chains.slice(0, 2)) await takeRecord(deps, record, 'peer')
  const contacts = [0, 1, 2, 3, 4].map(contactOf)
  t.same(await takeAll(deps, contacts), ['held', 'held', 'held', 'held', 'unwanted'], 'four contacts')
  t.same(await takeAll(all, contacts.slice(4)), ['held'], 'more of one that is seen')
  const words = Array.from({ length: 17 }, (_, at) => vouchRecord(one, messageDigest(`somebody ${at}`), simStart))
  t.same(
    (await takeAll(deps, words)).filter((result) => result === 'held'),
    words.slice(1).map(() => 'held'),
    'sixteen words',
  )
  const { characters } = records.find(chains[0] as ReadRecord) as { characters: number }
  const sum = records.tree.buckets.flatMap((bucket) => bucket.records).reduce((so, held) => so + held.characters, 0)
  t.equal(characters, chains[0]?.text.length)
  const another = contactRecord(two.signing, { node: two.node, id: two.contactId, iat: simStart - 900 })
  t.same(await takeAll(few({ characters: sum * 4 }), [another]), ['unwanted'], 'a quarter of the characters')
  t.same(await takeAll(few({ records: 20 * 4 }), [another]), ['unwanted'], 'a quarter of the records')
  t.same(await takeAll({ ...few({ records: 20 * 4 }), isKnown: (node) => node === two.node }, [another]), ['held'])
  const revocation = chainRecord([...one.chain, extendChain(one.identity, one.chain, simStart - 10)])
  const full = few({ nodes: 2, records: 20 * 3, characters: sum * 3 })
  const third = contactRecord(two.signing, { node: two.node, id: one.contactId, iat: simStart - 900 })
  t.same(await takeAll(full, [third]), ['unwanted'])
  t.same(await takeAll(few({ characters: sum }), [revocation]), ['unwanted'], 'they are not without end either')
  t.same(
    await takeAll(full, [revocation, proofs[0] as ReadRecord]),
    ['held', 'held'],
    'its next statements and the proof against it',
  )
})

t.test('a start reads what is held without the texts that others made long', async (t) => {
  const store = await openSqliteStore({ path: ':memory:' })
  t.teardown(() => store.close())
  const clock = { now: () => simStart * 1000 }
  const before = await openHeldRecords({ self: 'self', store, clock })
  const all = [
    ...chains,
    ...people.map(({ contact }) => contact),
    vouchRecord(one, two.node, simStart),
    vouchRecord(two, one.node, simStart, true),
    proofs[0] as ReadRecord,
  ]
  t.ok(await before.put(all, { source: 'peer' }))
  const after = await openHeldRecords({
    self: 'self',
    clock,
    store: {
      ...store,
      listRecordsOf(kind, node) {
        t.equal(kind, 'vouch')
        return store.listRecordsOf(kind, node)
      },
    },
  })
  t.equal(after.tree.root(), before.tree.root())
  t.strictSame(
    after.tree.buckets.map(({ records }) => records),
    before.tree.buckets.map(({ records }) => records),
  )
})

t.test('budgets run out and come back', (t) => {
  const bucket = makeTokenBucket(10, 1000)
  t.same([bucket.take(8, 0), bucket.take(8, 0), bucket.take(8, 600)], [true, false, true])
  bucket.charge(50, 600)
  t.same([bucket.hasAny(700), bucket.hasAny(0), bucket.hasAny(100_000)], [false, false, true])
  t.end()
})

t.test('a node is shown by pairing or by enough words that still hold', async (t) => {
  const { deps, records } = desk()
  const [a, b, stranger] = people.slice(2, 5) as [Identity, Identity, Identity]
  for (const record of chains) await takeRecord(deps, record, 'peer')
  await takeRecord(deps, vouchRecord(a, stranger.node, simStart), 'peer')
  const rules = { introducers: [a.node, b.node, b.node], vouchesNeeded: 2, standing: () => 'unknown' as const }
  const shown = (now = simStart): boolean => isShown(rules, records.tree, stranger.node, now)
  t.equal(shown(), false, 'one word')
  await takeRecord(deps, vouchRecord(b, stranger.node, simStart), 'peer')
  t.equal(shown(), true, 'two')
  t.equal(shown(simStart + 366 * day), false, 'over')
  t.equal(isShown({ ...rules, standing: () => 'suspended' }, records.tree, stranger.node, simStart), false)
  const end = { from: b.node, node: stranger.node, seq: simStart + 1, isEnded: true, now: simStart }
  await takeRecord(deps, readRecord('vouch', signVouch(b.signing, end)), 'peer')
  t.equal(shown(), false, 'taken back')
  t.match(
    refusalOf(() => verifyVouch(signVouch(b.signing, { ...end, node: b.node }), verifyStatements(b.chain), simStart)),
    {
      code: 'record-invalid',
    },
  )
  t.equal(isShown({ ...rules, standing: () => 'paired' }, records.tree, stranger.node, simStart), true)
})
