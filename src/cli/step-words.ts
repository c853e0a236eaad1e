import { contentWord } from '../labels/content-word.js'
import type { LabelBook } from '../labels/label-book.js'
import type { ReferralEventType } from '../referral/transition-table.js'

/** `erase` is not an event: the receiver destroys what came and certifies it. */
export type ToldStepType = ReferralEventType | 'erase'

/** How a step is told, and which codes of its body say what it is about (JSON pointers, * for every item of a list). */
interface StepWords {
  readonly deed: string
  readonly codes: readonly string[]
}

const words: Readonly<Record<ToldStepType, StepWords>> = {
  'referral.offer': {
    deed: 'offers a referral',
    codes: ['/referral/request/primaryType', '/referral/request/otherTypes/*'],
  },
  'referral.open': { deed: 'opens it', codes: ['/by'] },
  'info.request': { deed: 'asks', codes: ['/questions/*'] },
  'info.response': { deed: 'answers', codes: ['/answers/*/question'] },
  'referral.accept': { deed: 'accepts', codes: ['/servicesOffered/*'] },
  'referral.decline': { deed: 'declines', codes: ['/reason'] },
  'referral.recall': { deed: 'takes it back', codes: ['/obstacles/*'] },
  'referral.expire': { deed: 'lets it expire', codes: [] },
  'work.start': { deed: 'starts to work', codes: [] },
  'partial.result': { deed: 'tells a result', codes: ['/kind'] },
  'case.hold': { deed: 'puts it on hold', codes: ['/reason'] },
  'case.resume': { deed: 'resumes it', codes: [] },
  'travel.notice': { deed: 'announces the journey', codes: ['/mode', '/handoverPoint'] },
  'arrival.confirm': { deed: 'confirms the arrival', codes: [] },
  'arrival.missed': { deed: 'tells that nobody arrived', codes: ['/reason'] },
  'case.takeover': { deed: 'takes the case over', codes: ['/followUpPlan/items/*'] },
  'followUp.request': { deed: 'asks how it goes', codes: ['/items/*'] },
  'followUp.report': { deed: 'reports', codes: ['/items/*/item'] },
  'onward.propose': { deed: 'proposes to refer on', codes: ['/agencyType', '/country'] },
  'onward.answer': { deed: 'answers the proposal', codes: ['/answer'] },
  'onward.execute': { deed: 'refers on', codes: [] },
  'consent.withdraw': { deed: 'passes on that consent was withdrawn', codes: ['/scope', '/purpose'] },
  'consent.update': { deed: 'passes on a new consent', codes: ['/grant/mode', '/grant/givenBy'] },
  'case.cannotContinue': { deed: 'cannot continue', codes: ['/reason'] },
  'closure.propose': { deed: 'proposes to close', codes: ['/outcome'] },
  'closure.agree': { deed: 'agrees to close', codes: [] },
  'closure.refuse': { deed: 'does not agree to close', codes: [] },
  'closure.settle': { deed: 'closes after long silence', codes: [] },
  'referral.void': { deed: 'declares it void', codes: ['/reason'] },
  'erasure.certify': { deed: 'certifies the erasure', codes: ['/cause', '/remaining'] },
  erase: { deed: 'destroys what it received and certifies it; copies elsewhere', codes: ['/remaining'] },
}

/** What the author of an event does; the type itself where it is one of a later version. */
export function deedOf(type: string): string {
  const told: Readonly<Record<string, StepWords>> = words
  return Object.hasOwn(told, type) ? (told[type]?.deed ?? type) : type
}

/** A step in words: the deed, and the codes of its body by their labels. */
export function stepText(book: LabelBook, type: ToldStepType, body: unknown): string {
  const { deed, codes } = words[type]
  // The body of an erasure is a part of the certificate that follows.
  const event = type === 'erase' ? 'erasure.certify' : type
  const labels = codes.flatMap((pointer) =>
    valuesAt(body, pointer.split('/').slice(1)).flatMap(
      (value) => contentWord(book, { type: event, pointer }, value) ?? [],
    ),
  )
  return labels.length === 0 ? deed : `${deed}: ${labels.join(', ')}`
}

function valuesAt(value: unknown, [name, ...rest]: readonly string[]): readonly unknown[] {
  if (name === undefined) return [value]
  if (Array.isArray(value)) return name === '*' ? value.flatMap((item) => valuesAt(item, rest)) : []
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return []
  return valuesAt((value as Readonly<Record<string, unknown>>)[name], rest)
}
