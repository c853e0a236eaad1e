import type { Test } from 'tap'
import type { Effect } from '../../src/store/batch.js'
import {
  eventRow,
  givenReceiptRow,
  gotReceiptRow,
  outboxRow,
  peerRow,
  threadRow,
  tokenRow,
} from '../support/store-rows.js'
import { runEffectCases, type EffectCase } from './effect-case.js'
import type { MakeStoreHome } from './store.contract.js'

const peer: Effect = { do: 'insertPeer', row: peerRow() }
const thread: Effect = { do: 'insertThread', row: threadRow() }
const event: Effect = { do: 'insertEvent', row: eventRow() }
const outbox: Effect = { do: 'insertOutbox', row: outboxRow() }
const failedOutbox: Effect = { do: 'insertOutbox', row: outboxRow({ state: 'failed' }) }
const given: Effect = { do: 'insertGivenReceipt', row: givenReceiptRow() }
const got: Effect = { do: 'insertGotReceipt', row: gotReceiptRow() }
const token: Effect = { do: 'insertToken', row: tokenRow() }
const card = peerRow({ label: 'New label', card: 'card-2', cardSeq: 11, cardExp: 7, cardFetchedAt: 8, url: 'u' })
const greedyCard = { ...card, pinnedAddress: 'evil:1', suspendedFor: 'evil', agreementSuspendedByUs: 1, failures: 9 }
const held = { statements: '[]', card: 'card-1' }
const stepped = threadRow({
  state: 'accepted',
  updatedAt: 5,
  ownN: 3,
  ownDigest: 'o',
  peerN: 2,
  peerDigest: 'p',
  attention: 'a',
})
const reschedule = { attempts: 4, nextAt: 99, mayHaveArrived: true, mayBeOut: true, lastCode: 'peer-timeout' }
const conflict = { author: 'peer-1', id: 'event-1', otherDigest: 'other', at: 5, content: Uint8Array.of(7) }

const cases: readonly EffectCase[] = [
  {
    name: 'insertPeer: a new node',
    before: [],
    effect: peer,
    holds: true,
    read: (s) => s.findPeer('peer-1'),
    then: peerRow(),
  },
  { name: 'insertPeer: a known node', before: [peer], effect: peer, holds: false },
  {
    name: 'updatePeerCard: a card changes what cards tell and nothing else',
    before: [{ do: 'insertPeer', row: peerRow({ pinnedAddress: 'host:1', failures: 2 }) }],
    effect: { do: 'updatePeerCard', expect: held, row: greedyCard },
    holds: true,
    read: (s) => s.findPeer('peer-1'),
    then: { ...card, pinnedAddress: 'host:1', failures: 2 },
  },
  {
    name: 'updatePeerCard: a lower sequence, if the card held is the one that was judged',
    before: [peer],
    effect: { do: 'updatePeerCard', expect: held, row: peerRow({ cardSeq: 9, card: 'card-2' }) },
    holds: true,
    read: (s) => s.findPeer('peer-1'),
    then: peerRow({ cardSeq: 9, card: 'card-2' }),
  },
  {
    name: 'updatePeerCard: another card is held',
    before: [peer],
    effect: { do: 'updatePeerCard', expect: { ...held, card: 'card-0' }, row: card },
    holds: false,
  },
  {
    name: 'updatePeerCard: other statements are held',
    before: [peer],
    effect: { do: 'updatePeerCard', expect: { ...held, statements: '["s"]' }, row: card },
    holds: false,
  },
  {
    name: 'updatePeerCard: an unknown node',
    before: [],
    effect: { do: 'updatePeerCard', expect: held, row: card },
    holds: false,
  },
  {
    name: 'setPeerBackoff: a known node',
    before: [peer],
    effect: { do: 'setPeerBackoff', node: 'peer-1', failures: 3, retryAt: 77 },
    holds: true,
    read: (s) => s.findPeer('peer-1'),
    then: peerRow({ failures: 3, retryAt: 77 }),
  },
  {
    name: 'setPeerBackoff: an unknown node',
    before: [],
    effect: { do: 'setPeerBackoff', node: 'x', failures: 3, retryAt: 77 },
    holds: false,
  },
  {
    name: 'resetPeerBackoff: ends the failures',
    before: [{ do: 'insertPeer', row: peerRow({ failures: 3, retryAt: 77 }) }],
    effect: { do: 'resetPeerBackoff', node: 'peer-1', now: 5 },
    holds: true,
    read: (s) => s.findPeer('peer-1'),
    then: peerRow(),
  },
  {
    name: 'resetPeerBackoff: an unknown node',
    before: [],
    effect: { do: 'resetPeerBackoff', node: 'x', now: 5 },
    holds: true,
  },
  {
    name: 'insertThread: a new thread',
    before: [peer],
    effect: thread,
    holds: true,
    read: (s) => s.findThread('thread-1'),
    then: threadRow(),
  },
  { name: 'insertThread: a known thread', before: [peer, thread], effect: thread, holds: false },
  {
    name: 'updateThread: the version that was read',
    before: [peer, thread],
    effect: { do: 'updateThread', thread: 'thread-1', expectVersion: 1, set: stepped },
    holds: true,
    read: (s) => s.findThread('thread-1'),
    then: { ...stepped, version: 2 },
  },
  {
    name: 'updateThread: another version',
    before: [peer, thread],
    effect: { do: 'updateThread', thread: 'thread-1', expectVersion: 2, set: stepped },
    holds: false,
  },
  {
    name: 'updateThread: an unknown thread',
    before: [],
    effect: { do: 'updateThread', thread: 'x', expectVersion: 1, set: stepped },
    holds: false,
  },
  { name: 'insertEvent: a new identity and number', before: [peer, thread], effect: event, holds: true },
  {
    name: 'insertEvent: a known identity',
    before: [peer, thread, event],
    effect: { do: 'insertEvent', row: eventRow({ n: 2 }) },
    holds: false,
  },
  {
    name: 'deleteEvent: its number is free again',
    before: [peer, thread, event],
    effect: { do: 'deleteEvent', author: eventRow().author, id: 'event-1' },
    holds: true,
    read: (s) => s.eventsOf('thread-1'),
    then: [],
  },
  { name: 'deleteEvent: no row', before: [], effect: { do: 'deleteEvent', author: 'x', id: 'event-1' }, holds: false },
  {
    name: 'insertEvent: a number that is taken',
    before: [peer, thread, event],
    effect: { do: 'insertEvent', row: eventRow({ id: 'event-2' }) },
    holds: false,
  },
  {
    name: 'insertEvent: the same id and number of the other author',
    before: [peer, thread, event],
    effect: { do: 'insertEvent', row: eventRow({ author: 'peer-1' }) },
    holds: true,
  },
  {
    name: 'setEventVerdict: a known event',
    before: [peer, thread, event],
    effect: { do: 'setEventVerdict', author: 'self', id: 'event-1', verdict: 'refused', code: 'grant-expired' },
    holds: true,
    read: (s) => s.findEvent('self', 'event-1'),
    then: { verdict: 'refused', code: 'grant-expired', digest: 'digest-1' },
  },
  {
    name: 'setEventVerdict: an unknown event',
    before: [],
    effect: { do: 'setEventVerdict', author: 'self', id: 'x', verdict: 'accepted', code: null },
    holds: false,
  },
  {
    name: 'insertGivenReceipt: a new identity',
    before: [],
    effect: given,
    holds: true,
    read: (s) => s.findGivenReceipt('peer-1', 'event-1'),
    then: givenReceiptRow(),
  },
  {
    name: 'insertGivenReceipt: a known identity',
    before: [given],
    effect: { do: 'insertGivenReceipt', row: givenReceiptRow({ n: 2 }) },
    holds: false,
  },
  {
    name: 'insertGivenReceipt: a number that is taken',
    before: [given],
    effect: { do: 'insertGivenReceipt', row: givenReceiptRow({ id: 'event-2' }) },
    holds: false,
  },
  {
    name: 'insertGivenReceipt: any count of receipts without a number',
    before: [{ do: 'insertGivenReceipt', row: givenReceiptRow({ thread: null, n: null }) }],
    effect: { do: 'insertGivenReceipt', row: givenReceiptRow({ id: 'event-2', thread: null, n: null }) },
    holds: true,
  },
  {
    name: 'insertGotReceipt: the first of an event',
    before: [peer, thread],
    effect: got,
    holds: true,
    read: (s) => s.findGotReceipt('event-1'),
    then: gotReceiptRow(),
  },
  {
    name: 'insertGotReceipt: a second of an event',
    before: [peer, thread, got],
    effect: { do: 'insertGotReceipt', row: gotReceiptRow({ verdict: 'refused' }) },
    holds: false,
  },
  {
    name: 'insertOutbox: a new event',
    before: [peer, thread],
    effect: outbox,
    holds: true,
    read: (s) => s.outboxOf('thread-1'),
    then: [outboxRow()],
  },
  { name: 'insertOutbox: a known event', before: [peer, thread, outbox], effect: outbox, holds: false },
  {
    name: 'rescheduleOutbox: a waiting row',
    before: [peer, thread, outbox],
    effect: { do: 'rescheduleOutbox', id: 'event-1', ...reschedule },
    holds: true,
    read: (s) => s.outboxOf('thread-1'),
    then: [outboxRow(reschedule)],
  },
  {
    name: 'rescheduleOutbox: a failed row',
    before: [peer, thread, failedOutbox],
    effect: { do: 'rescheduleOutbox', id: 'event-1', ...reschedule },
    holds: false,
  },
  {
    name: 'rescheduleOutbox: no row',
    before: [],
    effect: { do: 'rescheduleOutbox', id: 'event-1', ...reschedule },
    holds: false,
  },
  {
    name: 'noteAttempt: a waiting row',
    before: [peer, thread, outbox],
    effect: { do: 'noteAttempt', id: 'event-1' },
    holds: true,
    read: (s) => s.outboxOf('thread-1'),
    then: [outboxRow({ mayBeOut: true })],
  },
  {
    name: 'noteAttempt: a failed row',
    before: [peer, thread, failedOutbox],
    effect: { do: 'noteAttempt', id: 'event-1' },
    holds: false,
  },
  {
    name: 'failOutbox: a waiting row',
    before: [peer, thread, outbox],
    effect: { do: 'failOutbox', id: 'event-1', lastCode: 'event-undelivered' },
    holds: true,
    read: (s) => s.outboxOf('thread-1'),
    then: [outboxRow({ state: 'failed', lastCode: 'event-undelivered' })],
  },
  {
    name: 'failOutbox: a failed row',
    before: [peer, thread, failedOutbox],
    effect: { do: 'failOutbox', id: 'event-1', lastCode: 'x' },
    holds: false,
  },
  {
    name: 'deleteOutbox: a row of any state',
    before: [peer, thread, failedOutbox],
    effect: { do: 'deleteOutbox', id: 'event-1' },
    holds: true,
    read: (s) => s.outboxOf('thread-1'),
    then: [],
  },
  { name: 'deleteOutbox: no row', before: [], effect: { do: 'deleteOutbox', id: 'event-1' }, holds: false },
  {
    name: 'insertLeaf: a new hash',
    before: [],
    effect: { do: 'insertLeaf', hash: 'h', at: 1 },
    holds: true,
    read: (s) => s.counts(),
    then: { leaves: 1 },
  },
  {
    name: 'insertLeaf: a known hash',
    before: [{ do: 'insertLeaf', hash: 'h', at: 1 }],
    effect: { do: 'insertLeaf', hash: 'h', at: 2 },
    holds: false,
  },
  {
    name: 'insertConflict: the first of an identity',
    before: [],
    effect: { do: 'insertConflict', ...conflict },
    holds: true,
    read: (s) => s.counts(),
    then: { conflicts: 1 },
  },
  {
    name: 'insertConflict: a second of an identity is dropped',
    before: [{ do: 'insertConflict', ...conflict }],
    effect: { do: 'insertConflict', ...conflict, otherDigest: 'third' },
    holds: true,
    read: (s) => s.counts(),
    then: { conflicts: 1 },
  },
  {
    name: 'insertToken: a new token',
    before: [],
    effect: token,
    holds: true,
    read: (s) => s.findToken('token-1'),
    then: tokenRow(),
  },
  { name: 'insertToken: a known token', before: [token], effect: token, holds: false },
  {
    name: 'revokeToken: a token in force',
    before: [token],
    effect: { do: 'revokeToken', jti: 'token-1', at: 9 },
    holds: true,
    read: (s) => s.findToken('token-1'),
    then: tokenRow({ revokedAt: 9 }),
  },
  {
    name: 'revokeToken: a revoked token',
    before: [token, { do: 'revokeToken', jti: 'token-1', at: 9 }],
    effect: { do: 'revokeToken', jti: 'token-1', at: 10 },
    holds: false,
  },
  { name: 'revokeToken: an unknown token', before: [], effect: { do: 'revokeToken', jti: 'x', at: 9 }, holds: false },
  {
    name: 'setMeta: absent as expected',
    before: [],
    effect: { do: 'setMeta', name: 'k', value: '1', expect: null },
    holds: true,
    read: (s) => s.readMeta('k'),
    then: '1',
  },
  {
    name: 'setMeta: there, though expected absent',
    before: [{ do: 'setMeta', name: 'k', value: '1', expect: null }],
    effect: { do: 'setMeta', name: 'k', value: '2', expect: null },
    holds: false,
  },
  {
    name: 'setMeta: the value expected',
    before: [{ do: 'setMeta', name: 'k', value: '1', expect: null }],
    effect: { do: 'setMeta', name: 'k', value: '2', expect: '1' },
    holds: true,
    read: (s) => s.readMeta('k'),
    then: '2',
  },
  {
    name: 'setMeta: another value',
    before: [{ do: 'setMeta', name: 'k', value: '1', expect: null }],
    effect: { do: 'setMeta', name: 'k', value: '3', expect: '2' },
    holds: false,
  },
  {
    name: 'setMeta: absent, though a value is expected',
    before: [],
    effect: { do: 'setMeta', name: 'k', value: '3', expect: '2' },
    holds: false,
  },
  {
    name: 'purgeGivenReceipts: nothing to purge',
    before: [given],
    effect: { do: 'purgeGivenReceipts', nowSeconds: 5_000 },
    holds: true,
    read: (s) => s.counts(),
    then: { givenReceipts: 1 },
  },
  {
    name: 'purgeGivenReceipts: rows past their time, and only those',
    before: [given, { do: 'insertGivenReceipt', row: givenReceiptRow({ id: 'event-2', n: 2, keepUntil: 5_001 }) }],
    effect: { do: 'purgeGivenReceipts', nowSeconds: 5_001 },
    holds: true,
    read: async (s) => [await s.findGivenReceipt('peer-1', 'event-1'), await s.findGivenReceipt('peer-1', 'event-2')],
    then: [undefined, { keepUntil: 5_001 }],
  },
]

/** Every effect on peers, threads, outbox, receipts and tokens, with its precondition met and not met. */
export function storeEffectsContract(t: Test, makeHome: MakeStoreHome): void {
  t.test('every effect demands what its comment says, and does it', (t) => runEffectCases(t, makeHome, cases))

  t.test('the end of a backoff makes waiting rows of that peer due, never later than they were', async (t) => {
    const store = await (await makeHome(t, 'passing')).open()
    const rows = [
      outboxRow({ id: 'later', n: 1, nextAt: 900 }),
      outboxRow({ id: 'earlier', n: 2, nextAt: 100 }),
      outboxRow({ id: 'given-up', n: 3, nextAt: 900, state: 'failed' }),
      outboxRow({ id: 'other-peer', n: 4, nextAt: 900, peer: 'peer-2' }),
    ]
    await store.commit([peer, thread, ...rows.map((row): Effect => ({ do: 'insertOutbox', row }))])
    const timesAfter = async (failures: number): Promise<unknown> => {
      await store.commit([
        { do: 'setPeerBackoff', node: 'peer-1', failures, retryAt: 900 },
        { do: 'resetPeerBackoff', node: 'peer-1', now: 500 },
      ])
      return (await store.outboxOf('thread-1')).map(({ nextAt }) => nextAt)
    }
    t.strictSame(await timesAfter(0), [900, 100, 900, 900], 'a row put off by the peer itself stays put off')
    t.strictSame(await timesAfter(2), [500, 100, 900, 900])
    await store.close()
  })
}
