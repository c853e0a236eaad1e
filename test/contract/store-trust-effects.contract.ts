import type { Test } from 'tap'
import type { Effect } from '../../src/store/batch.js'
import type { Store } from '../../src/store/port.js'
import type { ThreadClockRow } from '../../src/store/clock-rows.js'
import type { AlarmRow } from '../../src/store/rows.js'
import {
  agreementRow,
  alarmRow,
  deskChoiceRow,
  textDecisionRow,
  invitationRow,
  pairingRow,
  peerRow,
  recordRow,
  threadRow,
} from '../support/store-rows.js'
import { runEffectCases, type EffectCase } from './effect-case.js'
import type { MakeStoreHome } from './store.contract.js'

const peer: Effect = { do: 'insertPeer', row: peerRow() }
const otherPeer: Effect = { do: 'insertPeer', row: peerRow({ node: 'peer-2' }) }
const thread: Effect = { do: 'insertThread', row: threadRow() }
const record: Effect = { do: 'putRecord', row: recordRow(), expect: null }
const invitation: Effect = { do: 'insertInvitation', row: invitationRow() }
const pairing: Effect = { do: 'insertPairing', row: pairingRow() }
const alarm: Effect = { do: 'raiseAlarm', row: alarmRow() }
const acknowledged: Effect = { do: 'acknowledgeAlarm', id: 'alarm-1', at: 9, by: 'Case system' }
const decision: Effect = { do: 'insertTextDecision', row: textDecisionRow({ reason: 'r' }) }
const choice: Effect = { do: 'insertDeskChoice', row: deskChoiceRow({ overrideReason: 'r', overrideBy: 'b' }) }

const frozen = { suspendedAt: 5, suspendedFor: 'equivocation' }
const open = { suspendedAt: null, suspendedFor: null }
const frozenPeer: Effect = { do: 'insertPeer', row: peerRow(frozen) }
const removed = peerRow({
  suspendedAt: 5,
  suspendedFor: 'removed',
  agreementSuspendedByUs: 6,
  agreementSuspendedByPeer: 7,
  failures: 3,
  retryAt: 8,
})
const {
  agreementSuspendedByUs: _,
  agreementSuspendedByPeer: __,
  ...readmitted
} = peerRow({
  label: 'New label',
  country: 'RO',
  organisation: 'Another shelter',
  url: 'https://new.example',
  pinnedAddress: 'new.example:443',
  addedAt: 9_000,
  statements: '["s"]',
  card: 'card-2',
  cardSeq: 2,
  cardExp: 3,
  cardFetchedAt: 4,
})
const newer = recordRow({
  seq: 2,
  digest: 'digest-2',
  exp: 9,
  visibility: 'bilateral',
  text: 't',
  source: null,
  storedAt: 3,
})

const alarmIds = async (store: Store): Promise<string> =>
  (await store.listAlarms({ limit: 9, onlyOpen: false })).map(({ id }) => id).join(' ')
const plainInvitation = async (store: Store): Promise<unknown> => {
  const row = await store.findInvitation('7K3M9QWX')
  return row === undefined ? undefined : { ...row, secret: [...row.secret] }
}

const peerCases: readonly EffectCase[] = [
  {
    name: 'setPeerSuspension: from none, as expected',
    before: [peer, otherPeer],
    effect: { do: 'setPeerSuspension', node: 'peer-1', expect: null, set: frozen },
    holds: true,
    read: (s) => s.listPeers(),
    then: [peerRow(frozen), peerRow({ node: 'peer-2' })],
  },
  {
    name: 'setPeerSuspension: to none, as expected',
    before: [frozenPeer],
    effect: { do: 'setPeerSuspension', node: 'peer-1', expect: 'equivocation', set: open },
    holds: true,
    read: (s) => s.findPeer('peer-1'),
    then: peerRow(),
  },
  {
    name: 'setPeerSuspension: suspended, though expected open',
    before: [frozenPeer],
    effect: { do: 'setPeerSuspension', node: 'peer-1', expect: null, set: open },
    holds: false,
  },
  {
    name: 'setPeerSuspension: suspended for something else',
    before: [frozenPeer],
    effect: { do: 'setPeerSuspension', node: 'peer-1', expect: 'removed', set: open },
    holds: false,
  },
  {
    name: 'setPeerSuspension: open, though expected suspended',
    before: [peer],
    effect: { do: 'setPeerSuspension', node: 'peer-1', expect: 'removed', set: frozen },
    holds: false,
  },
  {
    name: 'setPeerSuspension: an unknown node',
    before: [],
    effect: { do: 'setPeerSuspension', node: 'x', expect: null, set: frozen },
    holds: false,
  },
  {
    name: 'readmitPeer: a removed peer is as if new, but for its agreements',
    before: [{ do: 'insertPeer', row: removed }],
    effect: { do: 'readmitPeer', row: readmitted },
    holds: true,
    read: (s) => s.findPeer('peer-1'),
    then: { ...readmitted, ...open, failures: 0, agreementSuspendedByUs: 6, agreementSuspendedByPeer: 7 },
  },
  {
    name: 'readmitPeer: a frozen peer',
    before: [frozenPeer],
    effect: { do: 'readmitPeer', row: readmitted },
    holds: false,
  },
  { name: 'readmitPeer: a peer', before: [peer], effect: { do: 'readmitPeer', row: readmitted }, holds: false },
  { name: 'readmitPeer: an unknown node', before: [], effect: { do: 'readmitPeer', row: readmitted }, holds: false },
  {
    name: 'setAgreementSuspension: a known node',
    before: [peer],
    effect: { do: 'setAgreementSuspension', node: 'peer-1', byUs: 5, byPeer: null },
    holds: true,
    read: (s) => s.findPeer('peer-1'),
    then: peerRow({ agreementSuspendedByUs: 5 }),
  },
  {
    name: 'setAgreementSuspension: ends as well',
    before: [{ do: 'insertPeer', row: removed }],
    effect: { do: 'setAgreementSuspension', node: 'peer-1', byUs: null, byPeer: 2 },
    holds: true,
    read: (s) => s.findPeer('peer-1'),
    then: { ...removed, agreementSuspendedByUs: null, agreementSuspendedByPeer: 2 },
  },
  {
    name: 'setAgreementSuspension: an unknown node',
    before: [],
    effect: { do: 'setAgreementSuspension', node: 'x', byUs: 5, byPeer: 6 },
    holds: false,
  },
  {
    name: 'replaceAgreements: those of the peer become these',
    before: [
      peer,
      otherPeer,
      { do: 'replaceAgreements', peer: 'peer-1', rows: [agreementRow(), agreementRow({ digest: 'gone' })] },
      { do: 'replaceAgreements', peer: 'peer-2', rows: [agreementRow({ digest: 'kept', peer: 'peer-2' })] },
    ],
    effect: {
      do: 'replaceAgreements',
      peer: 'peer-1',
      rows: [agreementRow({ state: 'accepted', place: 1, acceptorJws: 'a' })],
    },
    holds: true,
    read: async (s) => [await s.agreementsOf('peer-1'), await s.findAgreement('gone'), await s.findAgreement('kept')],
    then: [
      [agreementRow({ state: 'accepted', place: 1, acceptorJws: 'a' })],
      undefined,
      agreementRow({ digest: 'kept', peer: 'peer-2' }),
    ],
  },
  {
    name: 'replaceAgreements: by none',
    before: [peer, { do: 'replaceAgreements', peer: 'peer-1', rows: [agreementRow()] }],
    effect: { do: 'replaceAgreements', peer: 'peer-1', rows: [] },
    holds: true,
    read: (s) => s.agreementsOf('peer-1'),
    then: [],
  },
]

const recordCases: readonly EffectCase[] = [
  {
    name: 'putRecord: absent as expected',
    before: [],
    effect: record,
    holds: true,
    read: (s) => s.findRecord('contact', 'node-1', 'contact-1'),
    then: recordRow(),
  },
  { name: 'putRecord: there, though expected absent', before: [record], effect: record, holds: false },
  {
    name: 'putRecord: the digest expected',
    before: [record],
    effect: { do: 'putRecord', row: newer, expect: 'digest-1' },
    holds: true,
    read: (s) => s.listRecords(),
    then: [newer],
  },
  {
    name: 'putRecord: another digest',
    before: [record],
    effect: { do: 'putRecord', row: newer, expect: 'digest-2' },
    holds: false,
  },
  {
    name: 'putRecord: absent, though a digest is expected',
    before: [record],
    effect: { do: 'putRecord', row: recordRow({ id: 'x' }), expect: 'digest-1' },
    holds: false,
  },
  {
    name: 'deleteRecord: one record and no other',
    before: [
      record,
      { do: 'putRecord', row: recordRow({ kind: 'vouch' }), expect: null },
      { do: 'putRecord', row: recordRow({ node: 'node-2' }), expect: null },
      { do: 'putRecord', row: recordRow({ id: 'contact-2' }), expect: null },
    ],
    effect: { do: 'deleteRecord', kind: 'contact', node: 'node-1', id: 'contact-1' },
    holds: true,
    read: async (s) => (await s.listRecords()).map(({ kind, node, id }) => [kind, node, id]),
    then: [
      ['contact', 'node-1', 'contact-2'],
      ['contact', 'node-2', 'contact-1'],
      ['vouch', 'node-1', 'contact-1'],
    ],
  },
  {
    name: 'deleteRecord: none',
    before: [],
    effect: { do: 'deleteRecord', kind: 'contact', node: 'x', id: '' },
    holds: true,
  },
]

const pairingCases: readonly EffectCase[] = [
  {
    name: 'insertInvitation: a new id',
    before: [],
    effect: invitation,
    holds: true,
    read: plainInvitation,
    then: { ...invitationRow(), secret: [0, 1, 254, 255] },
  },
  { name: 'insertInvitation: a known id', before: [invitation], effect: invitation, holds: false },
  {
    name: 'useInvitation: an open one, and no other',
    before: [invitation, { do: 'insertInvitation', row: invitationRow({ id: 'other', createdAt: 1 }) }],
    effect: { do: 'useInvitation', id: '7K3M9QWX', node: 'node-1' },
    holds: true,
    read: async (s) => (await s.listInvitations()).map(({ usedBy, revokedAt }) => [usedBy, revokedAt]),
    then: [
      ['node-1', null],
      [null, null],
    ],
  },
  {
    name: 'useInvitation: a used one',
    before: [invitation, { do: 'useInvitation', id: '7K3M9QWX', node: 'node-1' }],
    effect: { do: 'useInvitation', id: '7K3M9QWX', node: 'node-1' },
    holds: false,
  },
  {
    name: 'useInvitation: one taken back',
    before: [invitation, { do: 'revokeInvitation', id: '7K3M9QWX', at: 5 }],
    effect: { do: 'useInvitation', id: '7K3M9QWX', node: 'node-1' },
    holds: false,
  },
  {
    name: 'useInvitation: an unknown one',
    before: [],
    effect: { do: 'useInvitation', id: 'x', node: 'node-1' },
    holds: false,
  },
  {
    name: 'revokeInvitation: an open one',
    before: [invitation],
    effect: { do: 'revokeInvitation', id: '7K3M9QWX', at: 5 },
    holds: true,
    read: plainInvitation,
    then: { usedBy: null, revokedAt: 5 },
  },
  {
    name: 'revokeInvitation: a used one',
    before: [invitation, { do: 'useInvitation', id: '7K3M9QWX', node: 'node-1' }],
    effect: { do: 'revokeInvitation', id: '7K3M9QWX', at: 5 },
    holds: false,
  },
  {
    name: 'revokeInvitation: one taken back',
    before: [invitation, { do: 'revokeInvitation', id: '7K3M9QWX', at: 5 }],
    effect: { do: 'revokeInvitation', id: '7K3M9QWX', at: 6 },
    holds: false,
  },
  {
    name: 'revokeInvitation: an unknown one',
    before: [],
    effect: { do: 'revokeInvitation', id: 'x', at: 5 },
    holds: false,
  },
  {
    name: 'insertPairing: a new id',
    before: [],
    effect: pairing,
    holds: true,
    read: (s) => s.findPairing('pairing-1'),
    then: pairingRow(),
  },
  {
    name: 'insertPairing: a known id',
    before: [pairing],
    effect: { do: 'insertPairing', row: pairingRow({ invitation: 'other' }) },
    holds: false,
  },
  {
    name: 'insertPairing: an invitation that leads to another pairing',
    before: [pairing],
    effect: { do: 'insertPairing', row: pairingRow({ id: 'pairing-2' }) },
    holds: false,
  },
  {
    name: 'insertPairing: the same invitation id in the other role',
    before: [pairing],
    effect: { do: 'insertPairing', row: pairingRow({ id: 'pairing-2', role: 'joiner' }) },
    holds: true,
    read: async (s) => [await s.findPairingOf('inviter', '7K3M9QWX'), await s.findPairingOf('joiner', '7K3M9QWX')],
    then: [{ id: 'pairing-1' }, { id: 'pairing-2' }],
  },
  {
    name: 'revealPairing: digits not known yet',
    before: [pairing],
    effect: { do: 'revealPairing', id: 'pairing-1', theirNonce: 'n', digits: '123456789012' },
    holds: true,
    read: (s) => s.findPairing('pairing-1'),
    then: pairingRow({ theirNonce: 'n', digits: '123456789012' }),
  },
  {
    name: 'revealPairing: digits known',
    before: [{ do: 'insertPairing', row: pairingRow({ theirNonce: 'n', digits: '123456789012' }) }],
    effect: { do: 'revealPairing', id: 'pairing-1', theirNonce: 'm', digits: '000000000000' },
    holds: false,
  },
  {
    name: 'revealPairing: an unknown one',
    before: [],
    effect: { do: 'revealPairing', id: 'x', theirNonce: 'm', digits: '000000000000' },
    holds: false,
  },
  {
    name: 'deletePairing: a pairing',
    before: [pairing],
    effect: { do: 'deletePairing', id: 'pairing-1' },
    holds: true,
    read: (s) => s.listPairings(),
    then: [],
  },
  { name: 'deletePairing: an unknown one', before: [], effect: { do: 'deletePairing', id: 'x' }, holds: false },
  {
    name: 'purgePairings: what was over before, of both, whatever became of it',
    before: [
      invitation,
      { do: 'useInvitation', id: '7K3M9QWX', node: 'node-1' },
      { do: 'insertInvitation', row: invitationRow({ id: 'later', expiresAt: 5_001 }) },
      pairing,
      { do: 'insertPairing', row: pairingRow({ id: 'pairing-2', invitation: 'later', expiresAt: 5_001 }) },
    ],
    effect: { do: 'purgePairings', before: 5_001 },
    holds: true,
    read: async (s) => [...(await s.listInvitations()), ...(await s.listPairings())].map(({ id }) => id),
    then: ['later', 'pairing-2'],
  },
  { name: 'purgePairings: nothing', before: [], effect: { do: 'purgePairings', before: 1 }, holds: true },
]

const alarmCases: readonly EffectCase[] = [
  {
    name: 'raiseAlarm: the first',
    before: [],
    effect: alarm,
    holds: true,
    read: (s) => s.listAlarms({ limit: 9, onlyOpen: true }),
    then: [alarmRow()],
  },
  {
    name: 'raiseAlarm: one that waits already',
    before: [alarm],
    effect: { do: 'raiseAlarm', row: alarmRow({ id: 'alarm-2', at: 2_000 }) },
    holds: true,
    read: alarmIds,
    then: 'alarm-1',
  },
  {
    name: 'raiseAlarm: one that waits already, about this node and no thread',
    before: [{ do: 'raiseAlarm', row: alarmRow({ node: null }) }],
    effect: { do: 'raiseAlarm', row: alarmRow({ id: 'alarm-2', node: null }) },
    holds: true,
    read: alarmIds,
    then: 'alarm-1',
  },
  {
    name: 'raiseAlarm: one that was acknowledged',
    before: [alarm, acknowledged],
    effect: { do: 'raiseAlarm', row: alarmRow({ id: 'alarm-2', at: 2_000 }) },
    holds: true,
    read: alarmIds,
    then: 'alarm-2 alarm-1',
  },
  ...(
    [
      { code: 'other-code' },
      { node: 'peer-2' },
      { node: null },
      { thread: 'thread-1' },
    ] satisfies readonly Partial<AlarmRow>[]
  ).map((set): EffectCase => ({
    name: `raiseAlarm: another ${Object.keys(set).join()}`,
    before: [alarm],
    effect: { do: 'raiseAlarm', row: alarmRow({ id: 'alarm-2', at: 2_000, ...set }) },
    holds: true,
    read: alarmIds,
    then: 'alarm-2 alarm-1',
  })),
  {
    name: 'acknowledgeAlarm: one that waits',
    before: [alarm, { do: 'raiseAlarm', row: alarmRow({ id: 'alarm-2', at: 500, thread: 'thread-1' }) }],
    effect: acknowledged,
    holds: true,
    read: (s) => s.listAlarms({ limit: 9, onlyOpen: false }),
    then: [
      alarmRow({ acknowledgedAt: 9, acknowledgedBy: 'Case system' }),
      alarmRow({ id: 'alarm-2', at: 500, thread: 'thread-1' }),
    ],
  },
  {
    name: 'acknowledgeAlarm: an acknowledged one',
    before: [alarm, acknowledged],
    effect: acknowledged,
    holds: false,
  },
  { name: 'acknowledgeAlarm: an unknown one', before: [], effect: acknowledged, holds: false },
  {
    name: 'insertDeskChoice: the first of a thread',
    before: [peer, thread],
    effect: choice,
    holds: true,
    read: (s) => s.findDeskChoice('thread-1'),
    then: deskChoiceRow({ overrideReason: 'r', overrideBy: 'b' }),
  },
  { name: 'insertDeskChoice: a second of a thread', before: [peer, thread, choice], effect: choice, holds: false },
  {
    name: 'insertTextDecision: the first of an event',
    before: [peer, thread],
    effect: decision,
    holds: true,
    read: (s) => s.textDecisionsOf('thread-1'),
    then: [textDecisionRow({ reason: 'r' })],
  },
  {
    name: 'insertTextDecision: a second of an event',
    before: [peer, thread, decision],
    effect: decision,
    holds: false,
  },
  {
    name: 'deleteTextDecisions: all of a thread',
    before: [peer, thread, decision, { do: 'insertTextDecision', row: textDecisionRow({ event: 'event-2' }) }],
    effect: { do: 'deleteTextDecisions', thread: 'thread-1' },
    holds: true,
    read: (s) => s.textDecisionsOf('thread-1'),
    then: [],
  },
  {
    name: 'deleteTextDecisions: of a thread without any, nothing of another',
    before: [peer, thread, decision],
    effect: { do: 'deleteTextDecisions', thread: 'thread-2' },
    holds: true,
    read: (s) => s.textDecisionsOf('thread-1'),
    then: [textDecisionRow({ reason: 'r' })],
  },
]

/** Every effect on suspension, agreements, the directory, pairing, alarms and desk choices, met and not met. */
export function storeTrustEffectsContract(t: Test, makeHome: MakeStoreHome): void {
  t.test('every effect on trust demands what its comment says, and does it', (t) =>
    runEffectCases(t, makeHome, [...peerCases, ...recordCases, ...pairingCases, ...alarmCases]),
  )

  t.test('the clocks of a thread are those of its newest version; what was told of one stays with it', async (t) => {
    const store = await (await makeHome(t, 'passing')).open()
    const clockRow = (set: Partial<ThreadClockRow> = {}): ThreadClockRow => ({
      thread: 'thread-1',
      kind: 'respond',
      about: 'event-1',
      alarm: 'answer-overdue',
      owedBy: 'peer',
      startedAt: 1,
      dueAt: 100,
      reminders: 0,
      nextAt: 100,
      ...set,
    })
    const set = (version: number, ...rows: readonly ThreadClockRow[]): Effect => ({
      ...{ do: 'setThreadClocks', thread: 'thread-1', version, rows, at: 50, by: 'this node' },
    })
    const opening = clockRow({ kind: 'open', alarm: 'referral-unopened', dueAt: 40, nextAt: 40 })
    const asking = clockRow({ kind: 'answerQuestion', alarm: 'question-unanswered', dueAt: 90, nextAt: null })
    const alarmOf = (code: string): Effect => ({
      do: 'raiseAlarm',
      row: alarmRow({ id: code, code, thread: 'thread-1' }),
    })
    await store.commit([peer, thread, set(1, clockRow(), opening)])
    const told = { clock: opening, expectReminders: 0, set: { reminders: 1, nextAt: 80 } }
    t.match(await store.commit([{ do: 'updateThreadClock', ...told }]), { ok: true })
    t.match(await store.commit([{ do: 'updateThreadClock', ...told }]), { ok: false }, 'told once')
    const kinds = async (page: object = {}): Promise<readonly string[]> =>
      (await store.listThreadClocks({ limit: 9, ...page })).map(({ kind }) => kind)
    t.match(await store.dueThreadClocks(99, 9), [{ kind: 'open', peer: 'peer-1', role: 'sender', reminders: 1 }])
    t.strictSame((await store.dueThreadClocks(100, 9)).length, 2)
    t.strictSame((await store.dueThreadClocks(100, 1)).length, 1)

    await store.commit(['referral-unopened', 'answer-overdue', 'card-equivocation'].map(alarmOf))
    await store.commit([set(2, opening, asking)])
    t.match(await store.listThreadClocks({ limit: 9 }), [{ kind: 'open', reminders: 1, nextAt: 80 }, asking])
    const alarms = await store.listAlarms({ limit: 9, onlyOpen: true })
    t.strictSame(alarms.map(({ code }) => code).sort(), ['card-equivocation', 'referral-unopened'])
    t.match(
      (await store.listAlarms({ limit: 9, onlyOpen: false })).find(({ code }) => code === 'answer-overdue'),
      { acknowledgedAt: 50, acknowledgedBy: 'this node' },
      'what is settled needs nobody',
    )
    t.strictSame(await kinds({ kind: 'open' }), ['open'])
    t.strictSame(await kinds({ thread: 'thread-2' }), [])
    t.strictSame(await kinds({ until: 89 }), ['open'])
    t.strictSame(await kinds({ after: opening }), ['answerQuestion'])
    await store.commit([set(3)])
    t.strictSame(await kinds(), [])
    await store.close()
  })
}
