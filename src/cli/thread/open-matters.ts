import { contentWord } from '../../labels/content-word.js'
import type { LabelBook } from '../../labels/label-book.js'
import { labelOf } from '../../labels/label-of.js'
import type { ThreadView } from '../../wire/generated/types.js'
import { minuteOf } from '../minute-of.js'
import { isFinalState } from './final-state.js'
import { onwardOffice } from './onward-office.js'
import { textsIn, effective, memberOf, type ShownEvent } from './effective.js'

/** What somebody waits for: questions without an answer, proposals, a report that was asked for. */
export function openMatters(view: ThreadView, book: LabelBook): readonly (readonly string[])[] {
  // Where it has ended nobody waits for an answer any more.
  if (isFinalState(view.state)) return []
  const events = effective(view)
  const who = ({ author }: ShownEvent): string => (author === view.peer ? view.peerLabel : 'this node')
  const row = (what: string, event: ShownEvent, words: string): readonly string[] => [
    what,
    words,
    `by ${who(event)}, ${minuteOf(event.storedAt)}`,
  ]
  const label = (list: string, codes: readonly string[]): string =>
    codes.map((code) => labelOf(book, list, code).text).join(', ')
  return [
    ...openQuestions(events).map(([code, event]) => row('question', event, label('infoQuestion', [code]))),
    ...openReport(events).map((event) =>
      row('report asked for', event, label('followUpItem', textsIn(event, 'items'))),
    ),
    ...events
      .filter(({ digest }) => digest === view.closureProposal)
      .map((event) => row('proposal to close', event, label('closureOutcome', textsIn(event, 'outcome')))),
    ...events
      .filter(({ digest }) => view.onwardOpen.includes(digest))
      .map((event) => row(`proposal ${event.digest.slice(0, 8)} to refer on`, event, recipientText(view, event, book))),
  ]
}

/** A question that was answered, or refused, is closed, until it is asked again. */
function openQuestions(events: readonly ShownEvent[]): readonly (readonly [string, ShownEvent])[] {
  const open = new Map<string, ShownEvent>()
  for (const event of events) {
    if (event.type === 'info.request') for (const code of textsIn(event, 'questions')) open.set(code, event)
    if (event.type === 'info.response') for (const code of answersIn(event)) open.delete(code)
  }
  return [...open]
}

function answersIn(event: ShownEvent): readonly string[] {
  return [memberOf(event, 'answers')].flat().flatMap((answer) => (hasQuestion(answer) ? [answer.question] : []))
}

function hasQuestion(answer: unknown): answer is { readonly question: string } {
  return typeof answer === 'object' && answer !== null && 'question' in answer && typeof answer.question === 'string'
}

function openReport(events: readonly ShownEvent[]): readonly ShownEvent[] {
  const last = events.findLast(({ type }) => type.startsWith('followUp.'))
  return last?.type === 'followUp.request' ? [last] : []
}

function recipientText(view: ThreadView, event: ShownEvent, book: LabelBook): string {
  const words = ['agencyType', 'country'].flatMap((name) => {
    const value = memberOf(event, name)
    return contentWord(book, { type: event.type, pointer: `/${name}` }, value) ?? []
  })
  const to = textsIn(event, 'recipient').map((node) => onwardOffice(view, node))
  return `to ${words.join(', ')}: ${to.join('')}`
}
