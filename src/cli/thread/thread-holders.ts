import type { LabelBook } from '../../labels/label-book.js'
import { labelOf } from '../../labels/label-of.js'
import type { ThreadView } from '../../wire/generated/types.js'
import { minuteOf } from '../minute-of.js'
import { onwardOffice } from './onward-office.js'
import { effective, memberOf, textsIn } from './effective.js'

const leftWords = {
  whole: 'what was sent',
  part: 'what the consent still covers',
  place: 'nothing: destroyed',
} as const

/** Who still holds what, as far as this node was told. */
export function threadHolders(view: ThreadView, book: LabelBook): readonly (readonly string[])[] {
  const offer = view.events.findLast(({ type }) => type === 'referral.offer')
  if (offer === undefined) return []
  const own = leftWords[offer.left]
  const erased = view.erasure?.erasedAt
  return [
    ['this node', erased === undefined ? own : `nothing: destroyed ${minuteOf(erased)}`, dueText(view)],
    [view.peerLabel, ...(view.role === 'sender' ? receiverText(view, book) : ['its own case', ''])],
    ...onwardHolders(view),
  ]
}

function dueText({ erasure }: ThreadView): string {
  if (erasure === undefined || erasure.erasedAt !== undefined) return ''
  return `has to go, by itself at ${minuteOf(erasure.dueAt)}`
}

function receiverText(view: ThreadView, book: LabelBook): readonly string[] {
  const certificate = certificateOf(view)
  if (certificate !== undefined) {
    const { remaining, backupsEndOn } = certificate
    const copies = labelOf(book, 'remainingCopy', remaining).text
    return [
      `nothing: certified ${minuteOf(certificate.storedAt)}`,
      `other copies: ${copies}; backups end ${backupsEndOn}`,
    ]
  }
  const arrived = view.events.some(({ type, verdict }) => type === 'referral.offer' && verdict === 'accepted')
  if (!arrived) return ['nothing that it confirmed', '']
  const categories = view.grant?.dataCategories.map((code) => labelOf(book, 'dataCategory', code).text) ?? []
  return [categories.length === 0 ? 'what it was sent' : categories.join(', '), '']
}

interface Certificate {
  readonly storedAt: string
  readonly remaining: string
  readonly backupsEndOn: string
  readonly onward: unknown
}

function certificateOf(view: ThreadView): Certificate | undefined {
  const event = view.events.find(({ id }) => id === view.certificate)
  if (event === undefined) return undefined
  const text = (name: string): string => textsIn(event, name)[0] ?? 'not said'
  return {
    storedAt: event.storedAt,
    remaining: text('remaining'),
    backupsEndOn: text('backupsEndOn'),
    onward: memberOf(event, 'onward'),
  }
}

/** Their certificates go to the node that referred on; it counts those that are missing. */
function onwardHolders(view: ThreadView): readonly (readonly string[])[] {
  const left = certificateOf(view)?.onward
  return effective(view)
    .filter(({ type }) => type === 'onward.execute')
    .map((event) => [
      textsIn(event, 'recipient').map((node) => onwardOffice(view, node))[0] ?? 'a node',
      left === 0 ? `nothing at its node, by the word of ${view.peerLabel}` : 'what was referred on to it',
      `under ${textsIn(event, 'referral')[0] ?? '-'}`,
    ])
}
