import { createHash, createHmac, hkdfSync } from 'node:crypto'
import { foldThread } from '../../src/referral/fold.js'
import type { ThreadRow } from '../../src/store/rows.js'
import type { ReferralEvent } from '../../src/referral/referral-event.js'
import { threadEvent } from '../../src/threads/load-thread.js'
import type { Event } from '../../src/wire/generated/types.js'
import type { HeldEvent, HeldNode } from './held-node.js'
import type { Problem } from './problem.js'
import { digestOf } from './signed-text.js'

/** Every row says what its signed content says, and SQLite finds nothing wrong. */
export function checkRows(nodes: readonly HeldNode[]): readonly Problem[] {
  return nodes.flatMap((node) => [
    ...node.damage.map((what): Problem => ({ kind: 'damage', subject: node.id, what })),
    ...(node.conflicts > 0
      ? [{ kind: 'damage' as const, subject: node.id, what: 'keeps evidence of two events of one identity' }]
      : []),
    ...node.events
      .filter((held) => !fitsContent(nodes, held))
      .map(({ row }): Problem => ({ kind: 'damage', subject: row.id, what: 'is not what its author signed' })),
  ])
}

function fitsContent(nodes: readonly HeldNode[], held: HeldEvent): boolean {
  const event = readEvent(nodes, held)
  const { row } = held
  return (
    event?.from === row.author &&
    event.id === row.id &&
    event.thread === row.thread &&
    event.n === row.n &&
    event.type === row.type
  )
}

function readEvent(nodes: readonly HeldNode[], { row, text }: HeldEvent): Event | undefined {
  return text === undefined ? undefined : nodes.find(({ id }) => id === row.author)?.eventOf(text)
}

/** I3: the leaves of a node are exactly those of the events it sent and took, and of the receipts it gave for good and got. */
export function checkLeaves(nodes: readonly HeldNode[]): readonly Problem[] {
  return nodes.flatMap((node) => {
    const expected = expectedLeaves(nodes, node).sort()
    const found = [...node.leaves].sort()
    const missing = expected.filter((hash) => !found.includes(hash)).length
    const extra = found.filter((hash) => !expected.includes(hash)).length
    if (missing === 0 && extra === 0 && expected.length === found.length) return []
    const what = `${found.length} leaves, ${expected.length} expected; ${missing} missing, ${extra} of nothing`
    return [{ kind: 'leaf', subject: node.id, what }]
  })
}

function expectedLeaves(nodes: readonly HeldNode[], node: HeldNode): string[] {
  const eventWith = (digest: string): Event | undefined => {
    // Only the author keeps an event that was refused.
    const held = nodes.flatMap(({ events }) => events).find(({ row }) => row.digest === digest)
    return held === undefined ? undefined : readEvent(nodes, held)
  }
  const leafOf = (digest: string, entry: (event: Event) => string): string => {
    const event = eventWith(digest)
    return event === undefined ? `of an event that nobody holds: ${digest}` : leafHash(event.nonce, entry(event))
  }
  return [
    ...node.events
      .filter(({ row }) => row.author === node.id)
      .map(({ row }) => leafOf(row.digest, ({ type }) => `sent|${type}|${row.digest}`)),
    ...node.given.map(({ digest }) => leafOf(digest, ({ type }) => `received|${type}|${digest}`)),
    ...node.got.map(({ digest, receipt }) => leafOf(digest, () => `received|receipt|${digestOf(receipt)}`)),
  ]
}

/** PROTOCOL 8, written anew. */
function leafHash(nonce: string, entry: string): string {
  const key = hkdfSync('sha256', Buffer.from(nonce, 'base64url'), new Uint8Array(0), Buffer.from('trm-leaf/v1'), 32)
  const commitment = createHmac('sha256', Buffer.from(key)).update(entry).digest()
  return createHash('sha256').update(Buffer.of(0)).update(commitment).digest('base64url')
}

/** I6: the state of a thread follows from its events, its heads from their numbers, and both sides have the same state. */
export function checkStates(nodes: readonly HeldNode[]): readonly Problem[] {
  const problems: Problem[] = []
  for (const node of nodes) {
    for (const thread of node.threads) {
      const folded = foldHere(nodes, node, thread)
      if (folded !== thread.state)
        problems.push(stateProblem(thread, `the row says ${thread.state}, the events say ${folded}`))
      if (!headsFit(node, thread))
        problems.push(stateProblem(thread, 'the row names other last numbers than the events'))
      const there = nodes.find(({ id }) => id === thread.peer)?.threads.find((other) => other.thread === thread.thread)
      if (there !== undefined && there.state !== thread.state)
        problems.push(stateProblem(thread, `${thread.state} here, ${there.state} there`))
    }
  }
  return problems
}

function stateProblem({ thread }: ThreadRow, what: string): Problem {
  return { kind: 'state', subject: thread, what }
}

function foldHere(nodes: readonly HeldNode[], node: HeldNode, thread: ThreadRow): string {
  // What follows from a relationship stands in other tables.
  if (thread.kind === 'relationship') return thread.state
  const events = node.events
    .filter(({ row }) => row.thread === thread.thread && row.verdict !== 'refused')
    .flatMap((held) => {
      const event = readEvent(nodes, held)
      const isOwn = held.row.author === node.id
      return event === undefined
        ? []
        : [
            threadEvent(
              event as ReferralEvent,
              held.row.digest,
              isOwn === (thread.role === 'sender') ? 'sender' : 'receiver',
            ),
          ]
    })
  return foldThread(events).state
}

/** Numbers have no gaps: the author's own rows hold all of them. */
function headsFit(node: HeldNode, thread: ThreadRow): boolean {
  const rows = node.events.map(({ row }) => row).filter((row) => row.thread === thread.thread)
  const own = rows.filter(({ author }) => author === node.id).sort((a, b) => a.n - b.n)
  const peers = rows.filter(({ author }) => author !== node.id).sort((a, b) => a.n - b.n)
  return (
    own.every(({ n }, index) => n === index + 1) &&
    thread.ownN === own.length &&
    thread.ownDigest === (own.at(-1)?.digest ?? null) &&
    thread.peerN === (peers.at(-1)?.n ?? 0) &&
    thread.peerDigest === (peers.at(-1)?.digest ?? null)
  )
}
