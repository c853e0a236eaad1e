import type { LabelBook } from '../../labels/label-book.js'
import { labelOf } from '../../labels/label-of.js'
import type { ThreadView } from '../../wire/generated/types.js'
import { endingText, stateWords } from '../ending.js'
import { minuteOf } from '../minute-of.js'
import { deedOf } from '../step-words.js'
import { textsIn, effective, type ShownEvent } from './effective.js'
import { isFinalState } from './final-state.js'
import { unmetServices } from './unmet-services.js'

const decisions: ReadonlySet<string> = new Set([
  'referral.accept',
  'referral.decline',
  'referral.recall',
  'referral.expire',
])

/** How far a referral has come: stored by a node, seen by a person, decided, ended. Each rung says what the one below does not. */
export function ladder(view: ThreadView, book: LabelBook): readonly (readonly string[])[] {
  const events = effective(view)
  const decision = events.find(({ type }) => decisions.has(type))
  return [
    ['stored', storedText(view)],
    ['seen', seenText(events, decision, book)],
    ['decided', decidedText(view, decision)],
    ...unmetText(view, book),
    ['outcome', outcomeText(view, decision, book)],
  ]
}

function storedText({ events, delivery, role, peerLabel, receipts }: ThreadView): string {
  const offer = events.findLast(({ type }) => type === 'referral.offer')
  if (offer === undefined) return 'no: the referral itself has not come'
  if (role === 'receiver') return `at this node, ${minuteOf(offer.storedAt)}`
  if (offer.verdict === 'refused') return `NO: the node of ${peerLabel} refused it (${offer.code ?? 'no code'})`
  const receipt = receipts.find(({ event }) => event === offer.id)
  if (receipt !== undefined) return `at the node of ${peerLabel}, ${minuteOf(receipt.at)}, by its receipt`
  const waiting = delivery.find(({ event }) => event === offer.id)
  if (waiting?.state === 'failed') return `NO: given up (${waiting.lastCode ?? 'no code'}); call them`
  return `not yet at ${peerLabel}${waiting?.lastCode === undefined ? '' : ` (${waiting.lastCode})`}`
}

function seenText(events: readonly ShownEvent[], decision: ShownEvent | undefined, book: LabelBook): string {
  const opened = events.find(({ type }) => type === 'referral.open')
  if (opened !== undefined) {
    const roles = textsIn(opened, 'by').map((code) => labelOf(book, 'deskRole', code).text)
    return [`by ${roles.join(', ') || 'a person'}`, minuteOf(opened.storedAt)].join(', ')
  }
  return decision === undefined ? 'by no person yet, as far as was said' : 'nobody said so before the decision'
}

function decidedText({ peer, peerLabel, events, state }: ThreadView, decision: ShownEvent | undefined): string {
  if (decision !== undefined) {
    const author = decision.author === peer ? peerLabel : 'this node'
    return `${author} ${deedOf(decision.type)}, ${minuteOf(decision.storedAt)}`
  }
  if (isFinalState(state)) return 'never'
  const days = events.flatMap(({ body }) =>
    body !== undefined && 'referral' in body && typeof body.referral === 'object' ? [body.referral.respondBy] : [],
  )
  return days.length === 0 ? 'not yet' : `not yet; an answer is needed by ${days.at(-1) ?? ''}`
}

/** Who was asked for one thing and takes it on with another: both sides see it, and settle it. */
function unmetText(view: ThreadView, book: LabelBook): readonly (readonly string[])[] {
  const unmet = unmetServices(view).map((code) => labelOf(book, 'service', code).text)
  return unmet.length === 0 ? [] : [['NOT OFFERED', `nothing of what was asked for: ${unmet.join(', ')}`]]
}

function outcomeText(view: ThreadView, decision: ShownEvent | undefined, book: LabelBook): string {
  if (isFinalState(view.state)) return endingText(book, view)
  if (decision === undefined) return 'none yet'
  const words: Readonly<Record<string, string>> = stateWords
  return `none yet: ${words[view.state] ?? view.state}`
}
