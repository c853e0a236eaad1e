import type { DueList, ThreadSummary } from '../wire/generated/types.js'
import { fingerprintOf } from '../directory/fingerprint.js'
import { table } from './table.js'

type Due = DueList['due'][number]
type NextDesk = NonNullable<Due['nextDesks']>[number]

/** What is owed, as it is said to who owes it. */
const tasks: Readonly<Record<Due['kind'], string>> = {
  open: 'open the referral',
  respond: 'accept or decline the referral',
  answerQuestion: 'answer the question',
  confirmArrival: 'say whether the person arrived',
  missedArrival: 'find the person who did not arrive',
  followUpReport: 'send the follow-up report',
  answerClosure: 'answer the proposal to close',
  regulariseConsent: 'ask the person for consent',
  consentEnds: 'renew the consent before it ends',
  certifyErasure: 'certify that the data are destroyed',
}

const standings: Readonly<Record<NextDesk['standing'], string>> = {
  agreed: 'a referral may go there now',
  peer: 'agree first: trm agreement propose',
  vouched: 'no partner: pair first',
}

/** What is owed as a table, the oldest first, and below it where to turn where nobody answers. */
export function dueText(due: readonly Due[]): readonly string[] {
  const rows = due.map((each) => [
    each.overdue ? `OVERDUE since ${minuteOf(each.dueAt)}` : `by ${minuteOf(each.dueAt)}`,
    `${whoOwes(each)}: ${tasks[each.kind]}`,
    each.urgency,
    each.thread,
    each.peerLabel,
    [nextWords(each), each.isExercise ? 'exercise' : ''].filter((word) => word !== '').join(', '),
  ])
  return [...table(['WHEN', 'WHAT', 'URGENCY', 'THREAD', 'PEER', ''], rows), ...due.flatMap(proposals)]
}

/** In a list of referrals: what is overdue longest. */
export function overdueWords({ overdue }: Pick<ThreadSummary, 'overdue'>): string {
  return overdue === undefined ? '' : `overdue since ${minuteOf(overdue.since)}: ${whoOwes(overdue)}, ${overdue.kind}`
}

function whoOwes({ owedBy }: Pick<Due, 'owedBy'>): string {
  return owedBy === 'us' ? 'you' : 'they'
}

function nextWords({ next }: Due): string {
  if (next === undefined) return ''
  return next.signs === undefined
    ? `reminder ${minuteOf(next.at)}`
    : `this node signs ${next.signs} ${minuteOf(next.at)}`
}

function proposals({ thread, nextDesks }: Due): readonly string[] {
  if (nextDesks === undefined) return []
  const head = ['', `${thread}: nobody answers in time.`]
  if (nextDesks.length === 0) return [...head, 'No other desk is known there: trm directory search --help']
  return [
    ...head,
    'You could recall it (trm referral recall) and turn to (trm referral send):',
    ...table(
      ['  DESK', 'ORGANISATION', 'MAILBOX', 'NOW', 'NODE', ''],
      nextDesks.map(({ desk, organisation, email, openNow, isEmergency, node, nodeLabel, standing }) => [
        `  ${isEmergency ? `${desk} (emergency)` : desk}`,
        organisation,
        email,
        openNow ? 'answers' : '-',
        nodeLabel ?? fingerprintOf(node),
        standings[standing],
      ]),
    ),
  ]
}

function minuteOf(timestamp: string): string {
  return `${timestamp.slice(0, 10)} ${timestamp.slice(11, 16)}Z`
}
