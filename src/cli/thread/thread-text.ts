import { toTimestamp } from '../../base/clock.js'
import { contentWord } from '../../labels/content-word.js'
import type { LabelBook } from '../../labels/label-book.js'
import { labelOf, labelText } from '../../labels/label-of.js'
import type { ThreadView } from '../../wire/generated/types.js'
import { contentLines, type ShowValue } from '../content-lines.js'
import { overdueWords } from '../due-lines.js'
import { minuteOf } from '../minute-of.js'
import { deedOf } from '../step-words.js'
import { columns } from '../table.js'
import { wayOutOf } from '../way-out.js'
import { effective, textsIn, type ShownEvent } from './effective.js'
import { ladder } from './ladder.js'
import { decidedTexts } from './decided-texts.js'
import { isForPrograms, memberName } from './member-names.js'
import { nextThreadSteps } from './next-thread-steps.js'
import { onwardOffice } from './onward-office.js'
import { openMatters } from './open-matters.js'
import { threadHolders } from './thread-holders.js'

const faults: Readonly<Record<NonNullable<ThreadView['receipts'][number]['fault']>, string>> = {
  keyStolen: 'signed after its key may have been stolen; ask the other side whether it stands by it',
  keyNotInForce: 'its key was not in force when it was signed',
  keyUnknown: 'signed with a key that is not known',
  altered: 'signature or content do not fit: it was altered',
}

/**
 * A thread, content included, its codes in the words of the reader's language; `fallback` says whom to call, `now` is in epoch milliseconds. Not whole, it leaves out what
 * no office needs; of the person it leaves out nothing.
 */
export function threadText(
  view: ThreadView,
  book: LabelBook,
  { fallback, isWhole = true, now }: { readonly fallback?: string; readonly isWhole?: boolean; readonly now: number },
): readonly string[] {
  const waiting = view.delivery.map(({ event, state, attempts, nextAt, lastCode }) => [
    view.events.find(({ id }) => id === event)?.type ?? event,
    state,
    `attempts ${attempts}`,
    `next ${minuteOf(nextAt)}`,
    lastCode ?? '',
  ])
  const refusedBySuspension = view.receipts.some(
    ({ code, givenBy }) => code === 'peer-suspended' && givenBy === view.peer,
  )
  return [
    ...columns(factsOf(view, { book, isWhole }, fallback)),
    '',
    ...columns(ladder(view, book)),
    ...view.events.flatMap((event) => ['', ...eventLines(view, event, { book, isWhole })]),
    ...(refusedBySuspension ? ['', wayOutOf('peer-suspended', 'peer') ?? ''] : []),
    ...section('Waiting for delivery', waiting),
    ...section('Open', openMatters(view, book)),
    ...section('Who still holds what', threadHolders(view, book)),
    ...section('What can be done next', nextThreadSteps(view, now)),
  ]
}

function factsOf(
  view: ThreadView,
  { book, isWhole }: Detail,
  fallback: string | undefined,
): readonly (readonly string[])[] {
  const { thread, peer, peerLabel, role, state, fhirStatus, urgency, type, isExercise, attention } = view
  return [
    ['thread', thread],
    [role === 'sender' ? 'to' : 'from', `${peerLabel} (${peer})`],
    ['state', isWhole ? `${state} (FHIR Task: ${fhirStatus})` : state],
    ...withdrawals(view, book),
    ['urgency', labelText(labelOf(book, 'urgency', urgency))],
    ['type', labelText(labelOf(book, 'referralType', type))],
    ...(isExercise ? [['exercise', 'yes']] : []),
    ...(attention === undefined ? [] : [['attention', attention]]),
    ...(view.overdue === undefined ? [] : [['overdue', `${overdueWords(view)} (trm referral due ${thread})`]]),
    ...(view.parent === undefined ? [] : [['continues', view.parent]]),
    ...(view.continuedBy ?? []).map((child) => ['continued by', child]),
    ...(view.deskChoice === undefined ? [] : [['desk', deskText(view.deskChoice)]]),
    ...(fallback === undefined ? [] : [['to call', fallback]]),
  ]
}

/** A withdrawal after the end changes no state, and one of a part goes on beside it: the head says it. */
function withdrawals(view: ThreadView, book: LabelBook): readonly (readonly string[])[] {
  return effective(view)
    .filter(({ type }) => type === 'consent.withdraw')
    .map((event) => {
      const scopes = textsIn(event, 'scope').map((scope) => labelOf(book, 'withdrawalScope', scope).text)
      const who = event.author === view.peer ? view.peerLabel : 'this node'
      return ['CONSENT WITHDRAWN', [...scopes, `told by ${who}`, minuteOf(event.storedAt)].join(', ')]
    })
}

interface Detail {
  readonly book: LabelBook
  /** Also what programs and disputes need. */
  readonly isWhole: boolean
}

function eventLines(view: ThreadView, event: ShownEvent, { book, isWhole }: Detail): readonly string[] {
  const { type, storedAt, agreement, clause, body } = event
  const author = event.author === view.peer ? view.peerLabel : 'this node'
  return [
    `${minuteOf(storedAt)}  ${author} ${deedOf(type)}${isWhole ? ` (${type})` : ''}, ${receiptWords(view, event)}`,
    ...(event.superseded ? ['  WITHOUT EFFECT: at its place in the thread this could not be done any more'] : []),
    ...(agreement === undefined || !isWhole
      ? []
      : [`  under agreement ${agreement}${clause === undefined ? '' : `, clause ${clause}`}`]),
    ...(body === undefined
      ? []
      : contentLines(body, {
          indent: '  ',
          show: showIn(view, book, type),
          nameOf: (pointer, name) => memberName(book, type, pointer, name),
          omits: (pointer) => !isWhole && isForPrograms(pointer),
        })),
    ...decidedTexts(event),
  ]
}

/** Where a number is a time, in whole seconds. */
const instants: Readonly<Record<string, readonly string[]>> = {
  'travel.notice': ['/departs', '/arrives'],
  'erasure.certify': ['/erasedAt'],
}

/** Codes, countries and languages as words, times as times, nodes by name; anything else as it is. */
function showIn(view: ThreadView, book: LabelBook, type: string): ShowValue {
  return (pointer, value) => {
    if (typeof value === 'number' && instants[type]?.includes(pointer) === true)
      return minuteOf(toTimestamp(value * 1000))
    if (type.startsWith('onward.') && pointer === '/recipient') return onwardOffice(view, String(value))
    return contentWord(book, { type, pointer }, value) ?? String(value)
  }
}

/** What the receiving node said of an event, with its receipt; what its people decide is an event of its own. */
function receiptWords({ receipts }: ThreadView, { id, verdict, code }: ShownEvent): string {
  const receipt = receipts.find(({ event }) => event === id)
  const words =
    verdict === 'accepted' ? 'received' : verdict === 'pending' ? 'no receipt yet' : `REFUSED: ${code ?? ''}`
  if (receipt === undefined) return words
  const proof = receipt.fault === undefined ? 'receipt verified' : `RECEIPT DOES NOT VERIFY: ${faults[receipt.fault]}`
  return `${words} ${minuteOf(receipt.at)}, ${proof}`
}

function deskText({ desk, overrideReason, overrideBy }: NonNullable<ThreadView['deskChoice']>): string {
  return overrideReason === undefined ? desk : `${desk}, OVERRIDDEN (${overrideReason}) by ${overrideBy ?? '-'}`
}

function section(title: string, rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : ['', title, ...columns(rows).map((line) => `  ${line}`)]
}
