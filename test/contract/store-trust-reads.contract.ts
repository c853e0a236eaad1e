import type { Test } from 'tap'
import type { Effect } from '../../src/store/batch.js'
import type { Store } from '../../src/store/port.js'
import type { RecordHead, RecordRow } from '../../src/store/rows.js'
import { agreementRow, alarmRow, invitationRow, pairingRow, peerRow, recordRow } from '../support/store-rows.js'
import type { MakeStoreHome } from './store.contract.js'

/** Every query on agreements, the directory, pairing and alarms: the order of what it finds. */
export function storeTrustReadsContract(t: Test, makeHome: MakeStoreHome): void {
  const opened = async (t: Test, ...effects: readonly Effect[]): Promise<Store> => {
    const store = await (await makeHome(t, 'passing')).open()
    t.teardown(() => store.close())
    t.strictSame(await store.commit(effects), { ok: true }, 'arranged')
    return store
  }

  t.test('agreements come by place, then by their beginning, then by digest, of one peer', async (t) => {
    const rows = [
      agreementRow({ digest: 'second', place: 2, validFrom: 1 }),
      agreementRow({ digest: 'early', validFrom: 1 }),
      agreementRow({ digest: 'late-b', validFrom: 9 }),
      agreementRow({ digest: 'first', place: 1, validFrom: 5, state: 'accepted', acceptorJws: 'a' }),
      agreementRow({ digest: 'late-a', validFrom: 9, state: 'declined', reason: 'r' }),
    ]
    const other = agreementRow({ digest: 'other', peer: 'peer-2' })
    const store = await opened(
      t,
      { do: 'insertPeer', row: peerRow() },
      { do: 'insertPeer', row: peerRow({ node: 'peer-2' }) },
      { do: 'replaceAgreements', peer: 'peer-1', rows },
      { do: 'replaceAgreements', peer: 'peer-2', rows: [other] },
    )
    const found = await store.agreementsOf('peer-1')
    t.strictSame(found, [rows[1], rows[4], rows[2], rows[3], rows[0]])
    t.strictSame(await store.findAgreement('other'), other)
  })

  t.test('records come by kind, node and id, and of one kind alone', async (t) => {
    const keys = ['vouch/a/b', 'contact/b/a', 'contact/a/b', 'contact/a/a', 'statements/a/', 'proof/a/']
    const rows = keys.map((key) => {
      const [kind, node, id] = key.split('/') as [RecordRow['kind'], string, string]
      return recordRow({ kind, node, id })
    })
    const store = await opened(t, ...rows.map((row): Effect => ({ do: 'putRecord', row, expect: null })))
    const list = async (kind?: RecordRow['kind']): Promise<readonly string[]> =>
      (await store.listRecords(kind)).map((row) => `${row.kind}/${row.node}/${row.id}`)
    t.strictSame(await list(), keys.toSorted())
    t.strictSame(await list('contact'), ['contact/a/a', 'contact/a/b', 'contact/b/a'])
    t.strictSame(await list('proof'), ['proof/a/'])
    t.strictSame(
      (await store.listRecordsOf('contact', 'a')).map(({ id }) => id),
      ['a', 'b'],
    )
    const headOf = ({ text, ...head }: RecordRow): RecordHead => ({ ...head, characters: text.length })
    t.strictSame(await store.listRecordHeads(), (await store.listRecords()).map(headOf))
    t.strictSame(await store.listRecordHeads('vouch'), (await store.listRecords('vouch')).map(headOf))
    t.strictSame(await store.findRecord('vouch', 'a', 'b'), rows[0])
    t.equal(await store.findRecord('vouch', 'a', 'a'), undefined)
  })

  t.test('invitations, pairings and alarms come newest first', async (t) => {
    const store = await opened(
      t,
      ...[1, 3, 2].flatMap((at): readonly Effect[] => [
        { do: 'insertInvitation', row: invitationRow({ id: `${at}`, createdAt: at }) },
        { do: 'insertPairing', row: pairingRow({ id: `${at}`, invitation: `${at}`, createdAt: at }) },
        { do: 'raiseAlarm', row: alarmRow({ id: `${at}`, at, code: `code-${at}` }) },
      ]),
      { do: 'acknowledgeAlarm', id: '2', at: 9, by: 'Case system' },
    )
    const ids = (rows: readonly { readonly id: string }[]): string => rows.map(({ id }) => id).join('')
    t.equal(ids(await store.listInvitations()), '321')
    t.equal(ids(await store.listPairings()), '321')
    t.equal(ids(await store.listAlarms({ limit: 9, onlyOpen: false })), '321')
    t.equal(ids(await store.listAlarms({ limit: 2, onlyOpen: false })), '32')
    t.equal(ids(await store.listAlarms({ limit: 9, onlyOpen: true })), '31')
    t.equal(ids(await store.listAlarms({ limit: 1, onlyOpen: true })), '3')
    t.equal(ids(await store.listAlarms({ limit: 9, onlyOpen: false, after: { at: 3, id: '3' } })), '21')
    t.equal(ids(await store.listAlarms({ limit: 9, onlyOpen: true, after: { at: 3, id: '3' } })), '1')
    t.equal(ids(await store.listAlarms({ limit: 9, onlyOpen: false, after: { at: 2, id: '3' } })), '21', 'of one time')
  })
}
