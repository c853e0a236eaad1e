import type { Test } from 'tap'
import type { Batch } from '../../src/store/batch.js'
import type { Store } from '../../src/store/port.js'
import {
  agreementRow,
  deskChoiceRow,
  eventRow,
  givenReceiptRow,
  outboxRow,
  peerRow,
  threadRow,
} from '../support/store-rows.js'
import { storeCasesContract } from './store-cases.contract.js'
import { storeEffectsContract } from './store-effects.contract.js'
import { storeReadsContract } from './store-reads.contract.js'
import { storeTrustEffectsContract } from './store-trust-effects.contract.js'
import { storeTrustReadsContract } from './store-trust-reads.contract.js'

/** The place of one store: it can be opened again after it was closed. The test that made it tears it down. */
export interface StoreHome {
  open(): Promise<Store>
}

/** `passing`: what is written may go with the connection; quicker where nothing is opened twice. */
export type MakeStoreHome = (t: Test, life: 'kept' | 'passing') => Promise<StoreHome>

/** What every store promises, whatever engine it stands on. */
export function storeContract(t: Test, makeHome: MakeStoreHome): void {
  t.test('an empty batch is committed', async (t) => {
    const store = await (await makeHome(t, 'passing')).open()
    t.strictSame(await store.commit([]), { ok: true })
    await store.close()
  })

  t.test('a failed precondition leaves nothing of its batch and names the effect', async (t) => {
    const store = await (await makeHome(t, 'passing')).open()
    const result = await store.commit([
      { do: 'insertPeer', row: peerRow() },
      { do: 'insertThread', row: threadRow() },
      { do: 'updateThread', thread: 'thread-1', expectVersion: 7, set: threadRow({ state: 'accepted' }) },
      { do: 'insertLeaf', hash: 'leaf-1', at: 1 },
    ])
    t.strictSame(result, { ok: false, failedEffect: 2 })
    t.ok(Object.values(await store.counts()).every((rows) => rows === 0))
    await store.close()
  })

  t.test('the effects of a batch happen in order: a later one sees what an earlier one wrote', async (t) => {
    const store = await (await makeHome(t, 'passing')).open()
    const batch: Batch = [
      { do: 'insertPeer', row: peerRow() },
      { do: 'insertThread', row: threadRow({ version: 1 }) },
      { do: 'updateThread', thread: 'thread-1', expectVersion: 1, set: threadRow({ ownN: 1 }) },
      { do: 'updateThread', thread: 'thread-1', expectVersion: 2, set: threadRow({ ownN: 2 }) },
    ]
    t.strictSame(await store.commit(batch), { ok: true })
    t.match(await store.findThread('thread-1'), { version: 3, ownN: 2 })
    await store.close()
  })

  t.test('a failing batch never touches the batches that go to the disk with it', async (t) => {
    const store = await (await makeHome(t, 'passing')).open()
    await store.commit([{ do: 'insertPeer', row: peerRow() }])
    const results = await Promise.all([
      store.commit([{ do: 'insertThread', row: threadRow({ thread: 'before' }) }]),
      store.commit([
        { do: 'insertThread', row: threadRow({ thread: 'lost' }) },
        { do: 'insertPeer', row: peerRow() },
      ]),
      store.commit([
        { do: 'setMeta', name: 'lost', value: 'x', expect: null },
        { do: 'deleteOutbox', id: 'unknown' },
      ]),
      store.commit([{ do: 'insertThread', row: threadRow({ thread: 'after' }) }]),
    ])
    t.strictSame(results, [{ ok: true }, { ok: false, failedEffect: 1 }, { ok: false, failedEffect: 1 }, { ok: true }])
    t.strictSame((await store.listThreads({ limit: 10 })).map(({ thread }) => thread).sort(), ['after', 'before'])
    t.equal(await store.readMeta('lost'), undefined)
    await store.close()
  })

  t.test('of many writers that saw the same version exactly one wins, each time', async (t) => {
    const store = await (await makeHome(t, 'passing')).open()
    await store.commit([
      { do: 'insertPeer', row: peerRow() },
      { do: 'insertThread', row: threadRow({ version: 1, ownN: 0 }) },
    ])
    const addOne = async (): Promise<void> => {
      for (;;) {
        const row = await store.findThread('thread-1')
        if (row === undefined) throw new Error('the thread is gone')
        const set = { ...row, ownN: row.ownN + 1 }
        const { ok } = await store.commit([{ do: 'updateThread', thread: row.thread, expectVersion: row.version, set }])
        if (ok) return
      }
    }
    await Promise.all(Array.from({ length: 20 }, addOne))
    t.match(await store.findThread('thread-1'), { ownN: 20, version: 21 })
    await store.close()
  })

  t.test('a batch that the program must never make is refused as a fault, and the store goes on', async (t) => {
    const store = await (await makeHome(t, 'passing')).open()
    await store.commit([{ do: 'insertPeer', row: peerRow() }])
    const bad: readonly [string, Batch, string][] = [
      ['a thread with nobody', [{ do: 'insertThread', row: threadRow({ peer: 'unknown' }) }], 'storage-failed'],
      ['an event without its thread', [{ do: 'insertEvent', row: eventRow() }], 'storage-failed'],
      ['a desk of no thread', [{ do: 'insertDeskChoice', row: deskChoiceRow() }], 'storage-failed'],
      [
        'an agreement with nobody',
        [{ do: 'replaceAgreements', peer: 'unknown', rows: [agreementRow({ peer: 'unknown' })] }],
        'storage-failed',
      ],
      ['a number that is not whole', [{ do: 'insertPeer', row: peerRow({ node: 'b', cardSeq: 1.5 }) }], 'internal'],
    ]
    for (const [name, batch, code] of bad) await t.rejects(store.commit(batch), { code }, name)
    t.strictSame(await store.commit([{ do: 'insertThread', row: threadRow() }]), { ok: true })
    await store.close()
  })

  t.test('what was committed is there when the store is opened again', async (t) => {
    const home = await makeHome(t, 'kept')
    const first = await home.open()
    await first.commit([
      { do: 'insertPeer', row: peerRow() },
      { do: 'insertThread', row: threadRow({ isExercise: true }) },
      { do: 'insertEvent', row: eventRow() },
      { do: 'insertGivenReceipt', row: givenReceiptRow() },
      { do: 'insertOutbox', row: outboxRow({ isUrgent: true }) },
    ])
    await first.close()
    const second = await home.open()
    t.match(await second.findPeer('peer-1'), peerRow())
    t.match(await second.findThread('thread-1'), threadRow({ isExercise: true }))
    t.match(await second.findGivenReceipt('peer-1', 'event-1'), givenReceiptRow())
    t.strictSame(await second.outboxOf('thread-1'), [outboxRow({ isUrgent: true })])
    t.strictSame(Uint8Array.from((await second.findEvent('self', 'event-1'))?.content ?? []), eventRow().content)
    await second.close()
  })

  t.test('closing writes what waits; afterwards commits are refused', async (t) => {
    const home = await makeHome(t, 'kept')
    const store = await home.open()
    const waiting = store.commit([{ do: 'insertPeer', row: peerRow() }])
    await store.close()
    t.strictSame(await waiting, { ok: true })
    await t.rejects(store.commit([{ do: 'insertPeer', row: peerRow({ node: 'late' }) }]), { code: 'storage-failed' })
    const again = await home.open()
    t.strictSame(
      (await again.listPeers()).map(({ node }) => node),
      ['peer-1'],
    )
    await again.close()
  })

  storeEffectsContract(t, makeHome)
  storeReadsContract(t, makeHome)
  storeTrustEffectsContract(t, makeHome)
  storeTrustReadsContract(t, makeHome)
  storeCasesContract(t, makeHome)
}
