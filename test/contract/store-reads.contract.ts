import type { Test } from 'tap'
import type { Effect } from '../../src/store/batch.js'
import type { Store, ThreadPage } from '../../src/store/port.js'
import type { OutboxRow } from '../../src/store/rows.js'
import {
  eventRow,
  givenReceiptRow,
  gotReceiptRow,
  outboxRow,
  peerRow,
  threadRow,
  tokenRow,
} from '../support/store-rows.js'
import type { MakeStoreHome } from './store.contract.js'

/** Every query, with rows that must not be found among those that must. */
export function storeReadsContract(t: Test, makeHome: MakeStoreHome): void {
  const open = async (t: Test, ...effects: readonly Effect[]): Promise<Store> => {
    const store = await (await makeHome(t, 'passing')).open()
    t.teardown(() => store.close())
    const peers = ['peer-1', 'peer-2', 'peer-3'].map((node): Effect => ({ do: 'insertPeer', row: peerRow({ node }) }))
    t.strictSame(await store.commit([...peers, ...effects]), { ok: true }, 'arranged')
    return store
  }

  t.test('what is not there is undefined, none or zero', async (t) => {
    const store = await (await makeHome(t, 'passing')).open()
    t.teardown(() => store.close())
    t.strictSame(
      await Promise.all([
        store.findPeer('x'),
        store.findThread('x'),
        store.findEvent('x', 'x'),
        store.findGivenReceipt('x', 'x'),
        store.findGivenReceiptByNumber('x', 'x', 1),
        store.findLastGiven('x', 'x'),
        store.findGotReceipt('x'),
        store.findToken('x'),
        store.readMeta('x'),
        store.findAgreement('x'),
        store.findRecord('contact', 'x', 'x'),
        store.findInvitation('x'),
        store.findPairing('x'),
        store.findPairingOf('joiner', 'x'),
        store.findDeskChoice('x'),
        store.findLastEvent('x'),
        store.nextOutboxAt(),
        store.highestReceiptedBefore('x', 9),
        store.countGivenSince('x', 'x', 0),
      ]),
      [...Array.from({ length: 17 }, () => undefined), 0, 0],
    )
    t.strictSame(
      await Promise.all([
        store.listPeers(),
        store.listThreads({ limit: 5 }),
        store.eventsOf('x'),
        store.givenReceiptsOf('x'),
        store.gotReceiptsOf('x'),
        store.dueOutbox(9, 9, []),
        store.outboxOf('x'),
        store.listWaiting(9),
        store.listTokens(),
        store.agreementsOf('x'),
        store.listRecords(),
        store.listRecords('proof'),
        store.listRecordHeads(),
        store.listRecordHeads('proof'),
        store.listRecordsOf('proof', 'x'),
        store.listInvitations(),
        store.listPairings(),
        store.listAlarms({ limit: 9, onlyOpen: true }),
        store.listAlarms({ limit: 9, onlyOpen: false }),
      ]),
      Array.from({ length: 19 }, () => []),
    )
    t.strictSame(Object.keys(await store.counts()).length, 28)
  })

  t.test('threads come newest first, page after page, although new ones arrive and old ones change', async (t) => {
    const times = [5, 3, 3, 3, 2, 1, 1]
    const rows = times.map((updatedAt, index) => threadRow({ thread: `thread-${index}`, updatedAt }))
    const store = await open(t, ...rows.map((row): Effect => ({ do: 'insertThread', row })))
    const seen: string[] = []
    let after: ThreadPage['after']
    for (let page = 0; ; page += 1) {
      const found = await store.listThreads(after === undefined ? { limit: 2 } : { limit: 2, after })
      seen.push(...found.map(({ thread }) => thread))
      const last = found.at(-1)
      if (last === undefined) break
      after = { updatedAt: last.updatedAt, thread: last.thread }
      await store.commit([
        { do: 'insertThread', row: threadRow({ thread: `new-${page}`, updatedAt: 10 + page }) },
        { do: 'updateThread', thread: 'thread-0', expectVersion: page + 1, set: threadRow({ updatedAt: 20 + page }) },
      ])
    }
    t.strictSame(seen, ['thread-0', 'thread-3', 'thread-2', 'thread-1', 'thread-4', 'thread-6', 'thread-5'])
  })

  t.test('referrals are filtered, together with the page, and found by the beginning of their id', async (t) => {
    const rows = [
      threadRow({ thread: 'a', updatedAt: 1, role: 'receiver' }),
      threadRow({ thread: 'b', updatedAt: 2, peer: 'peer-2', urgency: 'immediate' }),
      threadRow({ thread: 'c', updatedAt: 3, state: 'accepted' }),
      threadRow({ thread: 'd', updatedAt: 4, peer: 'peer-2', state: 'accepted' }),
      threadRow({ thread: 'r', updatedAt: 3, peer: 'peer-2', state: 'accepted', kind: 'relationship' }),
    ]
    const outbox = [
      outboxRow({ id: 'to-a', thread: 'a' }),
      outboxRow({ id: 'to-b', thread: 'b', peer: 'peer-2', state: 'failed' }),
      outboxRow({ id: 'to-c', thread: 'c' }),
      outboxRow({ id: 'to-c-too', thread: 'c', n: 2 }),
    ]
    const store = await open(
      t,
      ...rows.map((row): Effect => ({ do: 'insertThread', row })),
      ...outbox.map((row): Effect => ({ do: 'insertOutbox', row })),
    )
    const list = async (filter: Omit<ThreadPage, 'limit'>): Promise<string> =>
      (await store.listThreads({ limit: 9, ...filter })).map(({ thread }) => thread).join('')
    const after = { updatedAt: 4, thread: 'd' }
    t.equal(await list({}), 'dcba')
    t.equal(await list({ peer: 'peer-2' }), 'db')
    t.equal(await list({ state: 'accepted' }), 'dc')
    t.equal(await list({ peer: 'peer-2', state: 'accepted' }), 'd')
    t.equal(await list({ after }), 'cba')
    t.equal(await list({ after, peer: 'peer-2' }), 'b')
    t.equal(await list({ after, state: 'accepted' }), 'c')
    t.equal(await list({ after, peer: 'peer-2', state: 'accepted' }), '')
    t.equal(await list({ role: 'receiver' }), 'a')
    t.equal(await list({ urgency: 'immediate' }), 'b')
    t.equal(await list({ isWaiting: true }), 'ca', 'what was given up does not wait')
    t.equal(await list({ isWaiting: true, state: 'accepted', role: 'sender' }), 'c')
    const begins = async (beginning: string, limit = 9): Promise<string> =>
      (await store.threadsBeginning(beginning, limit)).map(({ thread }) => thread).join('')
    t.equal(await begins('a'), 'a')
    t.equal(await begins('r'), '', 'a relationship is no referral')
    t.equal(await begins(''), 'abcd')
    t.equal(await begins('', 2), 'ab')
    t.strictSame(await store.findThread('r'), rows[4], 'the thread of a relationship is found by its id alone')
  })

  t.test('the events of a thread come in the order in which they were stored, of both authors', async (t) => {
    const rows = [
      eventRow({ id: 'c', n: 1, storedAt: 20 }),
      eventRow({ id: 'b', n: 2, storedAt: 10, author: 'peer-1', direction: 'in' }),
      eventRow({ id: 'a', n: 3, storedAt: 20, author: 'peer-1', direction: 'in' }),
      eventRow({ id: 'x', n: 1, storedAt: 15, thread: 'thread-2' }),
    ]
    const threads = ['thread-1', 'thread-2'].map((thread): Effect => ({
      do: 'insertThread',
      row: threadRow({ thread }),
    }))
    const store = await open(t, ...threads, ...rows.map((row): Effect => ({ do: 'insertEvent', row })))
    t.strictSame(
      (await store.eventsOf('thread-1')).map(({ id }) => id),
      ['b', 'a', 'c'],
    )
    const found = await store.findEvent('self', 'c')
    t.strictSame({ ...found, content: Uint8Array.from(found?.content ?? []) }, rows[0], 'every column comes back')
  })

  t.test('the last event of an author is the one stored last, in whatever thread', async (t) => {
    const rows = [
      eventRow({ id: 'c', n: 1, storedAt: 10 }),
      eventRow({ id: 'a', n: 2, storedAt: 30 }),
      eventRow({ id: 'b', n: 1, storedAt: 30, thread: 'thread-2' }),
      eventRow({ id: 'd', n: 9, storedAt: 40, author: 'peer-1', direction: 'in' }),
    ]
    const threads = ['thread-1', 'thread-2'].map((thread): Effect => ({
      do: 'insertThread',
      row: threadRow({ thread }),
    }))
    const store = await open(t, ...threads, ...rows.map((row): Effect => ({ do: 'insertEvent', row })))
    t.equal((await store.findLastEvent('self'))?.id, 'b')
    t.equal((await store.findLastEvent('peer-1'))?.id, 'd')
  })

  t.test('given receipts are found by identity, by number, and the last of an author', async (t) => {
    const rows = [
      givenReceiptRow({ id: 'a', n: 2, digest: 'd2' }),
      givenReceiptRow({ id: 'b', n: 10, digest: 'd10', verdict: 'refused', code: 'grant-expired' }),
      givenReceiptRow({ id: 'c', n: 1, digest: 'd1' }),
      givenReceiptRow({ id: 'd', n: 11, author: 'peer-2' }),
      givenReceiptRow({ id: 'e', n: 12, thread: 'thread-2' }),
      givenReceiptRow({ id: 'f', n: null, thread: null }),
    ]
    const store = await open(t, ...rows.map((row): Effect => ({ do: 'insertGivenReceipt', row })))
    t.strictSame(await store.findGivenReceipt('peer-1', 'f'), rows[5])
    t.equal(await store.findGivenReceipt('peer-2', 'f'), undefined)
    t.strictSame(await store.findGivenReceiptByNumber('thread-1', 'peer-1', 2), rows[0])
    t.equal(await store.findGivenReceiptByNumber('thread-1', 'peer-2', 2), undefined)
    t.strictSame(await store.findLastGiven('thread-1', 'peer-1'), rows[1])
    t.strictSame(
      (await store.givenReceiptsOf('thread-1')).map(({ id }) => id),
      ['c', 'a', 'b', 'd'],
    )
    const { givenAt } = givenReceiptRow()
    const counted = await Promise.all(
      [0, givenAt, givenAt + 1].map((at) => store.countGivenSince('thread-1', 'peer-1', at)),
    )
    t.strictSame(counted, [3, 3, 0])
  })

  t.test(
    'the highest number receipted before counts accepted events only, and receipts given earlier only',
    async (t) => {
      const rows = [
        gotReceiptRow({ id: 'a', n: 1, ownN: 0 }),
        gotReceiptRow({ id: 'b', n: 2, ownN: 4 }),
        gotReceiptRow({ id: 'c', n: 3, ownN: 4, verdict: 'refused', code: 'grant-expired' }),
        gotReceiptRow({ id: 'd', n: 4, ownN: 6 }),
        gotReceiptRow({ id: 'e', n: 9, ownN: 0, thread: 'thread-2' }),
      ]
      const threads = ['thread-1', 'thread-2'].map((thread): Effect => ({
        do: 'insertThread',
        row: threadRow({ thread }),
      }))
      const store = await open(t, ...threads, ...rows.map((row): Effect => ({ do: 'insertGotReceipt', row })))
      const highest = await Promise.all([0, 1, 4, 5, 6, 7].map((n) => store.highestReceiptedBefore('thread-1', n)))
      t.strictSame(highest, [0, 1, 1, 2, 2, 4])
      t.strictSame(
        (await store.gotReceiptsOf('thread-1')).map(({ id }) => id),
        ['a', 'b', 'c', 'd'],
      )
      t.strictSame(await store.findGotReceipt('c'), rows[2])
    },
  )

  const outboxOf = (...rows: readonly OutboxRow[]): readonly Effect[] => [
    ...[...new Set(rows.map(({ thread }) => thread))].map((thread): Effect => ({
      do: 'insertThread',
      row: threadRow({ thread }),
    })),
    ...rows.map((row): Effect => ({ do: 'insertOutbox', row })),
  ]
  const due = async (store: Store, now: number, limit = 9, except: readonly string[] = []): Promise<string> =>
    (await store.dueOutbox(now, limit, except)).map(({ id }) => id).join(' ')

  t.test('due rows come urgent first, then by time, to the limit, without the peers left out', async (t) => {
    const store = await open(
      t,
      ...outboxOf(
        outboxRow({ id: 'slow', thread: 'a', nextAt: 30 }),
        outboxRow({ id: 'first', thread: 'b', nextAt: 10, peer: 'peer-2' }),
        outboxRow({ id: 'urgent', thread: 'c', nextAt: 40, isUrgent: true }),
        outboxRow({ id: 'urgent-too', thread: 'd', nextAt: 20, isUrgent: true, peer: 'peer-3' }),
        outboxRow({ id: 'future', thread: 'e', nextAt: 41, isUrgent: true }),
        outboxRow({ id: 'given-up', thread: 'f', nextAt: 1, state: 'failed' }),
      ),
    )
    t.equal(await due(store, 40), 'urgent-too urgent first slow')
    t.equal(await due(store, 40, 3), 'urgent-too urgent first')
    t.equal(await due(store, 40, 1), 'urgent-too')
    t.equal(await due(store, 40, 9, ['peer-2', 'peer-3']), 'urgent slow')
    t.equal(await due(store, 40, 9, ['peer-1', 'peer-2', 'peer-3']), '')
    t.equal(await due(store, 10), 'first')
    t.equal(await due(store, 9), '')
    t.equal(await store.nextOutboxAt(), 10)
    t.equal(await store.nextOutboxAt(['peer-2']), 20)
    t.equal(await store.nextOutboxAt(['peer-2', 'peer-3']), 30)
  })

  t.test('only the first waiting row of a thread is due; a thread never holds up another', async (t) => {
    const store = await open(
      t,
      ...outboxOf(
        outboxRow({ id: 'a3', thread: 'a', n: 3, nextAt: 1, isUrgent: true }),
        outboxRow({ id: 'a2', thread: 'a', n: 2, nextAt: 50 }),
        outboxRow({ id: 'a1', thread: 'a', n: 1, nextAt: 1, state: 'failed' }),
        outboxRow({ id: 'b1', thread: 'b', n: 10, nextAt: 20 }),
      ),
    )
    t.equal(await due(store, 20), 'b1', 'the urgent row waits for the one before it')
    t.equal(await store.nextOutboxAt(), 20)
    await store.commit([{ do: 'deleteOutbox', id: 'b1' }])
    t.equal(await store.nextOutboxAt(), 50)
    t.equal(await due(store, 50), 'a2')
    await store.commit([{ do: 'failOutbox', id: 'a2', lastCode: 'event-undelivered' }])
    t.equal(await due(store, 50), 'a3', 'a row that was given up holds up nothing')
    t.strictSame(
      (await store.outboxOf('a')).map(({ n }) => n),
      [1, 2, 3],
    )
  })

  t.test('what waits is told once a thread, by its first row', async (t) => {
    const store = await open(
      t,
      ...outboxOf(
        outboxRow({ id: 'a2', thread: 'a', n: 2, nextAt: 1 }),
        outboxRow({ id: 'a1', thread: 'a', n: 1, nextAt: 50, attempts: 3, lastCode: 'peer-suspended' }),
        outboxRow({ id: 'b1', thread: 'b', n: 1, nextAt: 1, state: 'failed' }),
        outboxRow({ id: 'c1', thread: 'c', n: 1, nextAt: 20, lastCode: null, attempts: 0 }),
      ),
    )
    const [c, a] = await store.listWaiting(9)
    t.match(c, { thread: 'c', events: 1, attempts: 0, lastCode: null })
    t.match(a, { thread: 'a', events: 2, createdAt: Number, nextAt: 50, attempts: 3, lastCode: 'peer-suspended' })
    t.equal((await store.listWaiting(9)).length, 2)
    t.equal((await store.listWaiting(1)).length, 1)
  })

  t.test('to a suspended peer goes what passes, past what waits; to others everything, in its order', async (t) => {
    const store = await open(
      t,
      { do: 'setPeerSuspension', node: 'peer-1', expect: null, set: { suspendedAt: 1, suspendedFor: 'removed' } },
      ...outboxOf(
        outboxRow({ id: 'a1', thread: 'a', n: 1, nextAt: 1 }),
        outboxRow({ id: 'a2', thread: 'a', n: 2, nextAt: 20, passesSuspension: true, isUrgent: true }),
        outboxRow({ id: 'a3', thread: 'a', n: 3, nextAt: 10, passesSuspension: true, isUrgent: true }),
        outboxRow({ id: 'b1', thread: 'b', n: 1, nextAt: 2 }),
        outboxRow({ id: 'c1', thread: 'c', n: 1, nextAt: 30, peer: 'peer-2' }),
        outboxRow({ id: 'c2', thread: 'c', n: 2, nextAt: 3, peer: 'peer-2', passesSuspension: true, isUrgent: true }),
      ),
    )
    t.equal(await store.nextOutboxAt(), 20)
    t.equal(await due(store, 19), '', 'a withdrawal waits for an earlier one')
    t.equal(await due(store, 30), 'a2 c1')
    t.equal(await due(store, 30, 9, ['peer-1']), 'c1', 'a peer that is left out is left out')
    t.equal(await store.nextOutboxAt(['peer-2']), 20)
    await store.commit([{ do: 'deleteOutbox', id: 'a2' }])
    t.equal(await due(store, 30), 'a3 c1')
    t.equal(await store.nextOutboxAt(), 10)
    await store.commit([{ do: 'deleteOutbox', id: 'a3' }])
    t.equal(await due(store, 30), 'c1')
    t.equal(await store.nextOutboxAt(), 30, 'what waits for the end of the suspension has no time')
    await store.commit([
      { do: 'setPeerSuspension', node: 'peer-1', expect: 'removed', set: { suspendedAt: null, suspendedFor: null } },
    ])
    t.equal(await due(store, 30), 'a1 b1 c1')
    t.equal(await store.nextOutboxAt(), 1)
    t.strictSame((await store.outboxOf('c'))[1]?.passesSuspension, true)
  })

  t.test('peers, tokens and counts', async (t) => {
    const store = await open(
      t,
      { do: 'insertPeer', row: peerRow({ node: 'a-newer-peer', addedAt: 2_000 }) },
      { do: 'insertToken', row: tokenRow({ jti: 'z', createdAt: 1 }) },
      { do: 'insertToken', row: tokenRow({ jti: 'a', createdAt: 2 }) },
    )
    t.strictSame(
      (await store.listPeers()).map(({ node }) => node),
      ['peer-1', 'peer-2', 'peer-3', 'a-newer-peer'],
    )
    t.strictSame(
      (await store.listTokens()).map(({ jti }) => jti),
      ['z', 'a'],
    )
    t.match(await store.counts(), { peers: 4, tokens: 2, threads: 0 })
  })
}
