import type { ThreadSummary, ThreadView } from '../wire/generated/types.js'
import { contentLines } from './content-lines.js'
import { columns, table } from './table.js'
import { wayOutOf } from './way-out.js'

/** One thread after a step: nothing of its content. */
export function threadLine({ thread, state, role, peerLabel }: ThreadSummary): string {
  return `${thread}  ${state}  ${role === 'sender' ? 'to' : 'from'} ${peerLabel}`
}

/** Threads as a table: nothing of their content. */
export function threadTable(threads: readonly ThreadSummary[]): readonly string[] {
  return table(
    ['THREAD', 'STATE', 'URGENCY', 'TYPE', 'PEER', 'CHANGED', ''],
    threads.map(({ thread, state, urgency, type, role, peerLabel, updatedAt, isExercise, attention }) => [
      thread,
      state,
      urgency,
      type,
      `${role === 'sender' ? 'to' : 'from'} ${peerLabel}`,
      minuteOf(updatedAt),
      [isExercise ? 'exercise' : '', attention === undefined ? '' : `look: ${attention}`].join(' ').trim(),
    ]),
  )
}

/** A thread whole, content included. */
export function threadText(view: ThreadView): readonly string[] {
  const { thread, peer, peerLabel, role, state, fhirStatus, urgency, isExercise, attention } = view
  const author = (node: string): string => (node === peer ? peerLabel : 'this node')
  const facts = [
    ['thread', thread],
    [role === 'sender' ? 'to' : 'from', `${peerLabel} (${peer})`],
    ['state', `${state} (FHIR Task: ${fhirStatus})`],
    ['urgency', urgency],
    ...(isExercise ? [['exercise', 'yes']] : []),
    ...(attention === undefined ? [] : [['attention', attention]]),
  ]
  const receipts = view.receipts.map(({ event, verdict, code, givenBy, at, verified }) => [
    event,
    code === undefined ? verdict : `${verdict}: ${code}`,
    `by ${author(givenBy)}`,
    minuteOf(at),
    verified ? 'verified' : 'DOES NOT VERIFY',
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
      `${type} by ${author(by)}, ${minuteOf(storedAt)}, ${verdict}${code === undefined ? '' : `: ${code}`}${superseded ? ', without effect' : ''}`,
      ...(agreement === undefined
        ? []
        : [`  under agreement ${agreement}${clause === undefined ? '' : `, clause ${clause}`}`]),
      ...(body === undefined ? [] : contentLines(body, '  ')),
    ]),
    ...section('Receipts', receipts),
    ...(refusedBySuspension ? [wayOutOf('peer-suspended', 'peer') ?? ''] : []),
    ...section('Waiting for delivery', waiting),
  ]
}

function section(title: string, rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : ['', title, ...columns(rows).map((line) => `  ${line}`)]
}

function minuteOf(timestamp: string): string {
  return `${timestamp.slice(0, 10)} ${timestamp.slice(11, 16)}Z`
}
