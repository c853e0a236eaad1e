import type { LabelBook } from '../../labels/label-book.js'
import { shortDigest } from '../agreement-lines.js'
import { alarmTable, type PeerLabels } from '../alarm-lines.js'
import { dueText } from '../due-lines.js'
import { minuteOf } from '../minute-of.js'
import type { OfficeName } from '../office-names.js'
import { shortThread } from '../resolve-thread.js'
import { table } from '../table.js'
import { effective, textsIn, type ShownEvent } from '../thread/effective.js'
import type { ThreadSummary, ThreadView } from '../../wire/generated/types.js'
import { journeyTable } from './journeys.js'
import type { Today } from './read-today.js'
import { undeliveredTable } from './undelivered.js'

export interface Words {
  readonly labels: PeerLabels
  readonly nameOf: OfficeName
  readonly book: LabelBook
  /** RFC 3339, UTC. */
  readonly now: string
}

type Section = readonly [head: string, text: readonly string[]]

/** Everything that waits, under heads that name the command to go on with; the most pressing first. */
export function todayLines(today: Today, words: Words): readonly string[] {
  const sections = [...ofReferrals(today, words), ...ofCases(today), ...ofPeers(today, words.labels)]
  const lines = sections.flatMap(([head, text]) =>
    text.length === 0 ? [] : [head, ...text.map((line) => `  ${line}`), ''],
  )
  const head = today.isRunning
    ? []
    : ['THIS NODE DOES NOT RUN: nothing arrives and nothing leaves. Start it: trm serve', '']
  return [...head, ...lines].slice(0, -1)
}

/** The events that propose to refer on and wait for an answer. */
export function openProposals(view: ThreadView): readonly ShownEvent[] {
  return effective(view).filter(({ digest }) => view.onwardOpen.includes(digest))
}

/** What is real and presses most comes first, then what has waited longest. */
function byUrgency(one: ThreadSummary, other: ThreadSummary): number {
  return (
    Number(one.isExercise) - Number(other.isExercise) ||
    urgencies.indexOf(one.urgency) - urgencies.indexOf(other.urgency) ||
    one.openedAt.localeCompare(other.openedAt)
  )
}

const urgencies: readonly string[] = ['immediate', 'urgent', 'standard', 'planned']

function ofReferrals(today: Today, { labels, nameOf, book, now }: Words): readonly Section[] {
  const { unopened, due, onward } = today
  const isUnopened = new Set(unopened.map(({ thread }) => thread))
  const opening = due.filter(
    ({ thread, kind, owedBy }) => isUnopened.has(thread) && owedBy === 'us' && (kind === 'open' || kind === 'respond'),
  )
  // They cannot open, or answer, what has not arrived.
  const notThere = new Set(today.undelivered.map(({ waiting }) => waiting.thread))
  const owed = due.filter(
    (each) =>
      !opening.includes(each) && (each.owedBy === 'us' || each.kind === 'confirmArrival' || !notThere.has(each.thread)),
  )
  return [
    ['NOT DELIVERED yet: call them', undeliveredTable(today.undelivered, labels)],
    ['Alarms: trm alarm show ID', alarmTable(today.alarms, labels)],
    [
      'New referrals, opened by nobody: trm referral show THREAD, then trm referral open THREAD',
      table(
        ['THREAD', 'URGENCY', 'TYPE', 'FROM', 'CAME', ''],
        unopened
          .toSorted(byUrgency)
          .map(({ thread, urgency, type, peerLabel, openedAt, isExercise }) => [
            ...[shortThread(thread), urgency, type, peerLabel, minuteOf(openedAt)],
            [firstDue(opening, thread), isExercise ? 'exercise' : ''].filter((word) => word !== '').join(', '),
          ]),
      ),
    ],
    ['On the way: trm referral show THREAD', journeyTable(today.journeys, book, now)],
    ['Owed in referrals: trm referral show THREAD', dueText(owed)],
    [
      'Proposals to refer on, which wait for you: ask the person, then trm referral answer-onward THREAD',
      table(
        ['THREAD', 'SINCE', 'BY', 'TO'],
        onward.flatMap((view) =>
          openProposals(view).map((event) => [
            ...[shortThread(view.thread), minuteOf(event.storedAt), view.peerLabel],
            textsIn(event, 'recipient').map(nameOf).join(', '),
          ]),
        ),
      ),
    ],
    [
      'CANNOT BE READ here: trm doctor',
      table(
        ['THREAD', 'PEER'],
        today.unreadable.map(({ thread, peerLabel }) => [shortThread(thread), peerLabel]),
      ),
    ],
  ]
}

/** By when it is opened, or answered where that is all that is asked. */
function firstDue(opening: Today['due'], thread: string): string {
  const [first] = opening.filter((each) => each.thread === thread)
  if (first === undefined) return ''
  const what = first.kind === 'open' ? 'open it' : 'answer it'
  return `${what} by ${minuteOf(first.dueAt)}${first.overdue ? ', OVERDUE' : ''}`
}

function ofCases({ cases: { withdrawals, wider, tasks } }: Today): readonly Section[] {
  return [
    [
      'WITHDRAWALS that nobody wrote down: trm case withdraw CASE CONSENT',
      table(
        ['CASE', 'REFERRAL'],
        withdrawals.map(({ code, thread }) => [code, shortThread(thread)]),
      ),
    ],
    [
      'Receivers who hold MORE than a consent covers now: trm case pass-on CASE CONSENT; where that does not help, call them',
      table(
        ['CASE', 'CONSENT', 'REFERRAL'],
        wider.map(({ code, consent, thread }) => [code, consent.slice(0, 8), shortThread(thread)]),
      ),
    ],
    [
      'Reminders of cases: trm case done CASE ENTRY',
      table(
        ['CASE', 'WHAT', 'BY', 'ENTRY'],
        tasks.map(({ code, kind, dueOn, entry }) => [code, kind, dueOn, entry]),
      ),
    ],
  ]
}

function ofPeers({ agreements, pairings }: Today, labels: PeerLabels): readonly Section[] {
  return [
    [
      'Agreements that wait for you: trm agreement show AGREEMENT, then accept or decline',
      table(
        ['AGREEMENT', 'PEER'],
        agreements.map(({ digest, peer }) => [shortDigest(digest), labels.get(peer) ?? peer]),
      ),
    ],
    [
      'Pairings that wait for the digits: trm peer pairings',
      table(
        ['THEY CALL THEMSELVES', 'UNTIL'],
        pairings.map(({ label, expiresAt }) => [label, minuteOf(expiresAt)]),
      ),
    ],
  ]
}
