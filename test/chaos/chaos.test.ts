import { cpSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import type { ThreadView } from '../../src/wire/generated/types.js'
import { TestFederation, type TestNode } from '../support/test-federation.js'
import { checkFederation, type Judgement } from './check-federation.js'
import { exerciseDraft, markerOf } from './exercise.js'
import { readHeldNode } from './held-node.js'
import type { Call, EventType } from './history.js'
import type { Problem } from './problem.js'
import { runChaos } from './run.js'

t.test('kill -9 of nodes at random moments loses nothing, doubles nothing, and every receipt is backed', async (t) => {
  const report = await runChaos({
    events: 60,
    kills: 8,
    seed: 'short',
    drainMs: 120_000,
    tell: (line) => t.comment(line),
  })
  t.strictSame([report.problems, report.faults], [[], []])
  t.match(report, { kills: 8, restarts: 8, acknowledged: 60, lost: 0, duplicates: 0, statesAgree: true, holds: true })
  t.ok(report.events >= 60)
  t.equal(report.receipts, report.events)
  t.equal(report.receiptsBacked, report.events)
})

interface Tampering {
  readonly name: string
  readonly at: 'sender' | 'receiver'
  readonly sql: string
  /** The problem that must be among those found. */
  readonly found: Problem['kind']
}

const offer = `type = 'referral.offer'`
const offerId = `(SELECT id FROM events WHERE ${offer} LIMIT 1)`
const tamperings: readonly Tampering[] = [
  { name: 'an accepted event is gone', at: 'receiver', sql: `DELETE FROM events WHERE id = ${offerId}`, found: 'lost' },
  {
    name: 'the event behind a receipt is gone',
    at: 'receiver',
    sql: `DELETE FROM events WHERE id = ${offerId}`,
    found: 'receipt',
  },
  {
    name: 'an acknowledged event is gone without a trace',
    at: 'sender',
    sql: `DELETE FROM gotReceipts WHERE id = ${offerId};
      DELETE FROM leaves WHERE hash = (SELECT leaf FROM events WHERE id = ${offerId});
      DELETE FROM events WHERE id = ${offerId}`,
    found: 'lost',
  },
  {
    name: 'an event was applied twice',
    at: 'receiver',
    sql: `INSERT INTO events SELECT author, 'copy', thread, n + 2, direction, type, digest, iat, exp, storedAt, verdict, code,
      leaf, size, content, heldAgainst FROM events WHERE id = ${offerId}`,
    found: 'duplicate',
  },
  {
    name: 'a step was taken twice',
    at: 'sender',
    sql: `INSERT INTO events SELECT author, 'copy', thread, n + 2, direction, type, 'other', iat, exp, storedAt, verdict, code,
      leaf, size, content, heldAgainst FROM events WHERE type = 'referral.accept'`,
    found: 'duplicate',
  },
  { name: 'a receipt was dropped', at: 'sender', sql: `DELETE FROM gotReceipts WHERE id = ${offerId}`, found: 'lost' },
  {
    name: 'a receipt was altered',
    at: 'sender',
    sql: `UPDATE gotReceipts SET receipt = substr(receipt, 1, length(receipt) - 4) || 'AAAA' WHERE id = ${offerId}`,
    found: 'receipt',
  },
  {
    name: 'a receipt stands for another event',
    at: 'sender',
    sql: `UPDATE gotReceipts SET receipt = (SELECT receipt FROM gotReceipts AS other WHERE other.id <> gotReceipts.id)`,
    found: 'receipt',
  },
  {
    name: 'the giver forgot a receipt',
    at: 'receiver',
    sql: `DELETE FROM givenReceipts WHERE id = ${offerId}`,
    found: 'receipt',
  },
  {
    name: 'the giver keeps another receipt than it gave',
    at: 'receiver',
    sql: `UPDATE givenReceipts SET receipt = substr(receipt, 1, length(receipt) - 4) || 'AAAA' WHERE id = ${offerId}`,
    found: 'receipt',
  },
  { name: 'a leaf is missing', at: 'receiver', sql: 'DELETE FROM leaves WHERE arrival = 1', found: 'leaf' },
  {
    name: 'there is a leaf of nothing',
    at: 'sender',
    sql: `INSERT INTO leaves (hash, at) VALUES ('leaf', 1)`,
    found: 'leaf',
  },
  { name: 'the two sides disagree', at: 'receiver', sql: `UPDATE threads SET state = 'recalled'`, found: 'state' },
  { name: 'a number was taken twice', at: 'sender', sql: 'UPDATE threads SET ownN = ownN + 1', found: 'state' },
  { name: 'a content is another one', at: 'sender', sql: 'UPDATE events SET content = zeroblob(99)', found: 'damage' },
  {
    name: 'two events have one identity',
    at: 'receiver',
    sql: `INSERT INTO conflicts VALUES ('author', 'id', 'digest', 1, zeroblob(9))`,
    found: 'damage',
  },
  {
    name: 'an event waits for ever',
    at: 'sender',
    sql: `INSERT INTO outbox SELECT id, thread, thread, n, 0, 'waiting', 1, 1, 1, exp, 0, 'peer-unreachable', 0, 0 FROM events WHERE n = 1
      AND direction = 'out' LIMIT 1`,
    found: 'lost',
  },
]

t.test('the check finds every fault that is put into the databases', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'check' })
  const [sender, receiver] = [federation.get('it'), federation.get('ro')]
  const calls = await exchange(federation, sender, receiver)
  const folders = { sender: sender.folder, receiver: receiver.folder }
  await sender.stop()
  await receiver.stop()

  const sound = await judge(folders, calls)
  t.strictSame(sound.problems, [])
  t.match(sound, {
    events: 4,
    acknowledged: 4,
    unknown: 0,
    lost: 0,
    duplicates: 0,
    receipts: 4,
    receiptsBacked: 4,
    statesAgree: true,
  })

  for (const [index, { name, at, sql, found }] of tamperings.entries()) {
    const copies = {
      sender: path.join(path.dirname(folders.sender), `${index}-sender`),
      receiver: path.join(path.dirname(folders.sender), `${index}-receiver`),
    }
    for (const side of ['sender', 'receiver'] as const) cpSync(folders[side], copies[side], { recursive: true })
    change(copies[at], sql)
    const { problems } = await judge(copies, calls)
    t.ok(
      problems.some(({ kind }) => kind === found),
      `${name}: ${found}`,
    )
  }

  const untrue = calls.map((call): Call => ({ ...call, outcome: 'refused' }))
  t.equal(
    (await judge(folders, untrue)).problems.filter(({ kind }) => kind === 'phantom').length,
    4,
    'refused, and there',
  )
  const unknown = calls.map(({ node, type, marker, thread }): Call => {
    return { node, type, outcome: 'unknown', ...(marker === undefined ? { thread: String(thread) } : { marker }) }
  })
  t.strictSame((await judge(folders, unknown)).problems, [], 'without an answer both are right')
})

/** Two referrals, one accepted and one declined, as their clients saw it. */
async function exchange(federation: TestFederation, sender: TestNode, receiver: TestNode): Promise<readonly Call[]> {
  const calls: Call[] = []
  const call = async (
    node: TestNode,
    type: EventType,
    url: string,
    body: unknown,
    marker?: string,
  ): Promise<string> => {
    const { body: view } = await node.api<ThreadView>('POST', url, body)
    const event = view.events.findLast(({ direction }) => direction === 'out')
    if (event === undefined) throw new Error(`${type} was not taken`)
    calls.push({ node: node.id, type, outcome: 'acknowledged', thread: view.thread, event, ...(marker && { marker }) })
    await federation.settle()
    return view.thread
  }
  const submit = (marker: string): Promise<string> => {
    const draft = exerciseDraft(receiver.id, marker, federation.clock.now())
    return call(sender, 'referral.offer', '/api/v1/referrals', draft, marker)
  }
  const [one, other] = [await submit(markerOf(1)), await submit(markerOf(2))]
  await call(receiver, 'referral.accept', `/api/v1/threads/${one}/steps/referral.accept`, {
    servicesOffered: ['safeAccommodation'],
  })
  await call(receiver, 'referral.decline', `/api/v1/threads/${other}/steps/referral.decline`, { reason: 'noCapacity' })
  return calls
}

async function judge(
  folders: { readonly sender: string; readonly receiver: string },
  calls: readonly Call[],
): Promise<Judgement> {
  return checkFederation([await readHeldNode(folders.sender), await readHeldNode(folders.receiver)], calls)
}

function change(folder: string, sql: string): void {
  const database = new Database(path.join(folder, 'data.db'))
  try {
    database.pragma('foreign_keys = OFF')
    database.exec(sql)
  } finally {
    database.close()
  }
}
