import type { GotReceiptRow } from '../../src/store/rows.js'
import { ownEvents } from './check-calls.js'
import type { HeldEvent, HeldNode } from './held-node.js'
import type { Problem } from './problem.js'

/** Every event of every author: receipted for good, and with its receiver exactly once if accepted (I1, I2, I8). */
export function checkDelivery(nodes: readonly HeldNode[]): readonly Problem[] {
  return nodes.flatMap((author) => [
    ...ownEvents(author).flatMap((event) => checkEvent(nodes, author, event)),
    ...author.outbox.map(({ id, state, lastCode }): Problem => {
      return { kind: 'lost', subject: id, what: `still in the outbox, ${state}, ${String(lastCode)}` }
    }),
    ...author.events
      .filter(({ row }) => row.author !== author.id && !isWritten(nodes, row.author, row.digest))
      .map(({ row }): Problem => ({ kind: 'phantom', subject: row.id, what: 'its author does not hold it' })),
    ...repeated(author.events, ({ row }) => row.digest),
    ...repeated(author.events, ({ row }) => `${row.author} ${row.id}`),
    ...repeated(author.events, ({ row }) => `${row.type} ${row.thread} by ${row.author}`),
  ])
}

function checkEvent(nodes: readonly HeldNode[], author: HeldNode, { row, text }: HeldEvent): readonly Problem[] {
  const event = text === undefined ? undefined : author.eventOf(text)
  if (event === undefined) return [{ kind: 'damage', subject: row.id, what: 'its author cannot read it any more' }]
  const receipt = author.got.find(({ id }) => id === row.id)
  if (receipt === undefined) return [{ kind: 'lost', subject: row.id, what: `${row.type} has no final receipt` }]
  const copies = nodes.find(({ id }) => id === event.to)?.events.filter((copy) => copy.row.digest === row.digest) ?? []
  const expected = receipt.verdict === 'accepted' ? 1 : 0
  if (copies.length < expected)
    return [{ kind: 'lost', subject: row.id, what: `${row.type} was accepted, its receiver does not have it` }]
  if (copies.length > expected)
    return [{ kind: 'duplicate', subject: row.id, what: `its receiver has ${copies.length} of it, not ${expected}` }]
  if (row.verdict !== receipt.verdict)
    return [{ kind: 'state', subject: row.id, what: `is ${row.verdict}, its receipt says ${receipt.verdict}` }]
  return []
}

function isWritten(nodes: readonly HeldNode[], author: string, digest: string): boolean {
  return nodes.some(
    ({ id, events }) => id === author && events.some(({ row }) => row.author === author && row.digest === digest),
  )
}

function repeated(events: readonly HeldEvent[], keyOf: (event: HeldEvent) => string): readonly Problem[] {
  const seen = new Set<string>()
  return events
    .filter((event) => seen.size === seen.add(keyOf(event)).size)
    .map((event) => ({ kind: 'duplicate', subject: event.row.id, what: `there again: ${keyOf(event)}` }))
}

/** Every receipt: signed by its giver for this event, held by the giver with the same bytes and what it promises (I5). */
export function checkReceipts(nodes: readonly HeldNode[]): readonly Problem[] {
  return nodes.flatMap((holder) => [
    ...holder.got.flatMap((row) => problemOf(row.id, faultOfGot(nodes, holder, row))),
    ...holder.given.flatMap((row) => {
      const isAsked = isWritten(nodes, row.author, row.digest)
      return problemOf(row.id, isAsked ? undefined : 'was given for an event that its author does not hold')
    }),
  ])
}

function problemOf(subject: string, fault: string | undefined): readonly Problem[] {
  return fault === undefined ? [] : [{ kind: 'receipt', subject, what: fault }]
}

function faultOfGot(nodes: readonly HeldNode[], author: HeldNode, row: GotReceiptRow): string | undefined {
  const giver = nodes.find(({ id }) => id === row.peer)
  const receipt = giver?.receiptOf(row.receipt)
  if (giver === undefined || receipt === undefined) return 'is not signed by the node that it is from'
  const isOfEvent = receipt.event.id === row.id && receipt.event.digest === row.digest
  if (!isOfEvent || receipt.from !== giver.id || receipt.to !== author.id) return 'is about something else'
  if (receipt.verdict !== row.verdict || receipt.own !== row.ownN) return 'says something else than its row'
  if (receipt.verdict === 'refused' && receipt.retry === 'later') return 'is no final one'
  const given = giver.given.find(({ author: by, id }) => by === author.id && id === row.id)
  if (given?.receipt !== row.receipt) return 'is not the one that its giver keeps'
  const isBacked = giver.events.some(
    (held) => held.row.author === author.id && held.row.id === row.id && held.row.digest === row.digest,
  )
  return receipt.verdict === 'accepted' && !isBacked ? 'promises an event that its giver does not hold' : undefined
}
