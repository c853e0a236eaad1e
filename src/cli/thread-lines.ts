import { contentWord } from '../labels/content-word.js'
import type { LabelBook } from '../labels/label-book.js'
import { labelOf, labelText } from '../labels/label-of.js'
import type { ThreadSummary, ThreadView } from '../wire/generated/types.js'
import { contentLines, type ShowValue } from './content-lines.js'
import { columns, table } from './table.js'
import { waitingWords, type WaitingEvents } from './waiting-events.js'
import { wayOutOf } from './way-out.js'

/** One thread after a step: nothing of its content. */
export function threadLine({ thread, state, role, peerLabel }: ThreadSummary): string {
  return `${thread}  ${state}  ${role === 'sender' ? 'to' : 'from'} ${peerLabel}`
}

/** Threads as a table: nothing of their content. */
export function threadTable(threads: readonly ThreadSummary[], waiting: WaitingEvents): readonly string[] {
  return table(
    ['THREAD', 'STATE', 'URGENCY', 'TYPE', 'PEER', 'CHANGED', ''],
    threads.map(({ thread, state, urgency, type, role, peerLabel, updatedAt, isExercise, attention }) => [
      thread,
      [state, ...[waiting.ofThread(thread) ?? []].flat().map(waitingWords)].join(', '),
      urgency,
      type,
      `${role === 'sender' ? 'to' : 'from'} ${peerLabel}`,
      minuteOf(updatedAt),
      [isExercise ? 'exercise' : '', attention === undefined ? '' : `look: ${attention}`].join(' ').trim(),
    ]),
  )
}

const faults: Readonly<Record<NonNullable<ThreadView['receipts'][number]['fault']>, string>> = {
  keyStolen: 'signed after its key may have been stolen; ask the other side whether it stands by it',
  keyNotInForce: 'its key was not in force when it was signed',
  keyUnknown: 'signed with a key that is not known',
  altered: 'signature or content do not fit: it was altered',
}

/** A thread whole, content included, its codes in the words of the reader's language. */
export function threadText(view: ThreadView, book: LabelBook): readonly string[] {
  const { thread, peer, peerLabel, role, state, fhirStatus, urgency, isExercise, attention } = view
  const author = (node: string): string => (node === peer ? peerLabel : 'this node')
  const facts = [
    ['thread', thread],
    [role === 'sender' ? 'to' : 'from', `${peerLabel} (${peer})`],
    ['state', `${state} (FHIR Task: ${fhirStatus})`],
    ['urgency', labelText(labelOf(book, 'urgency', urgency))],
    ...(isExercise ? [['exercise', 'yes']] : []),
    ...(attention === undefined ? [] : [['attention', attention]]),
    ...(view.deskChoice === undefined ? [] : [['desk', deskText(view.deskChoice)]]),
  ]
  const receipts = view.receipts.map(({ event, verdict, code, givenBy, at, fault }) => [
    event,
    code === undefined ? verdict : `${verdict}: ${code}`,
    `by ${author(givenBy)}`,
    minuteOf(at),
    fault === undefined ? 'verified' : `DOES NOT VERIFY: ${faults[fault]}`,
  ])
  const refusedBySuspension = view.receipts.some(({ code, givenBy }) => code === 'peer-suspended' && givenBy === peer)
  const waiting = view.delivery.map(({ event, state: delivery, attempts, nextAt, lastCode }) => [
    event,
    delivery,
    `attempts ${attempts}`,
    `next ${minuteOf(nextAt)}`,
    lastCode ?? '',
  ])
  return [
    ...columns(facts),
    ...view.events.flatMap(({ type, author: by, storedAt, verdict, code, superseded, agreement, clause, body }) => [
      '',
      `${type} by ${author(by)}, ${minuteOf(storedAt)}, ${receiptWords(verdict, code)}${superseded ? ', without effect' : ''}`,
      ...(agreement === undefined
        ? []
        : [`  under agreement ${agreement}${clause === undefined ? '' : `, clause ${clause}`}`]),
      ...(body === undefined ? [] : contentLines(body, { indent: '  ', show: showIn(book, type) })),
    ]),
    ...section('Receipts', receipts),
    ...(refusedBySuspension ? [wayOutOf('peer-suspended', 'peer') ?? ''] : []),
    ...section('Waiting for delivery', waiting),
  ]
}

/** Codes, countries and languages as words; anything else as it is. */
function showIn(book: LabelBook, type: string): ShowValue {
  return (pointer, value) => contentWord(book, { type, pointer }, value) ?? String(value)
}

/** What the receiver's node said of an event; what its people decide is an event of its own. */
function receiptWords(verdict: string, code: string | undefined): string {
  if (verdict === 'accepted') return 'received'
  return code === undefined ? verdict : `${verdict}: ${code}`
}

function deskText({ desk, overrideReason, overrideBy }: NonNullable<ThreadView['deskChoice']>): string {
  return overrideReason === undefined ? desk : `${desk}, OVERRIDDEN (${overrideReason}) by ${overrideBy ?? '-'}`
}

function section(title: string, rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : ['', title, ...columns(rows).map((line) => `  ${line}`)]
}

function minuteOf(timestamp: string): string {
  return `${timestamp.slice(0, 10)} ${timestamp.slice(11, 16)}Z`
}
