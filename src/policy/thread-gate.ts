import type { Event, Grant, Referral } from '../wire/generated/types.js'
import type { ReferralEvent } from '../referral/referral-event.js'
import type { ReferralEventType } from '../referral/transition-table.js'
import { checkGrantPeriod, isPurposeGranted, validityFaults } from './consent-gate.js'
import { exceptionFaults, regularisationDays } from './exception-rules.js'
import { freeTextsOf } from './free-texts.js'
import { isCodesOnly, partFaults, uncovered } from './grant-extent.js'
import type { Refusal } from './refusal.js'
import { travelTypes, typesOf } from './required-sections.js'
import { utcDay } from './utc-day.js'

/** What the gates must know of the thread in which an event stands. */
export interface ThreadFacts {
  readonly referral: Referral
  /** The grant as it stands now: renewed, or narrowed by what was withdrawn. */
  readonly grant: Grant
  /** Ids of every grant that the thread ever had: an author may not have seen the newest. */
  readonly grantIds: ReadonlySet<string>
  /** When the person was first spoken with, as far as the receiver said so (seconds). */
  readonly contactAt: number | undefined
  /** To whom the receiver proposed to refer on, by the digest of the proposal. */
  readonly onwardRecipients: ReadonlyMap<string, string>
  /** When the proposal to close that is open was made (seconds). */
  readonly closureProposedAt: number | undefined
}

/** PROTOCOL 4: after so long without an answer a proposal to close may be settled. */
export const closureSilenceSeconds = 30 * 86_400

/** What ends a case, or keeps a person safe, passes although the grant has expired: an ended consent keeps no thread open. */
const endingTypes: ReadonlySet<ReferralEventType> = new Set([
  'consent.withdraw',
  'consent.update',
  'referral.open',
  'referral.decline',
  'referral.recall',
  'referral.expire',
  'referral.void',
  'case.hold',
  'case.cannotContinue',
  'arrival.confirm',
  'arrival.missed',
  'closure.propose',
  'closure.agree',
  'closure.refuse',
  'closure.settle',
  'onward.answer',
  'erasure.certify',
])

/**
 * PROTOCOL 4, 5: what follows an offer travels under the thread's grant, no further than it goes, and not before its time. All
 * faults, with JSON pointers into the event.
 */
export function threadFaults(event: ReferralEvent, facts: ThreadFacts, nowSeconds: number): readonly Refusal[] {
  if (event.type === 'referral.offer') return []
  return [
    ...grantFaults(event, facts),
    ...(endingTypes.has(event.type) ? [] : liveFaults(facts, nowSeconds)),
    ...contentFaults(event, facts.grant),
    ...stepFaults(event, facts, nowSeconds),
  ]
}

function grantFaults(event: ReferralEvent, { grantIds }: ThreadFacts): readonly Refusal[] {
  const isKnown = (id: string | null): boolean => id !== null && grantIds.has(id)
  return refusal('grant-mismatch', [
    ...(isKnown(event.grant) ? [] : ['/grant']),
    ...((event.type === 'consent.withdraw' || event.type === 'erasure.certify') && !isKnown(event.body.grant)
      ? ['/body/grant']
      : []),
  ])
}

/** Whether a case may still go on: its grant lasts, and consent was asked for in time where there was none. */
function liveFaults({ grant, contactAt }: ThreadFacts, nowSeconds: number): readonly Refusal[] {
  const expired = checkGrantPeriod(grant, nowSeconds) === undefined ? [] : refusal('grant-expired', ['/grant'])
  const isDue =
    grant.lawfulBasis !== 'explicitConsent' &&
    contactAt !== undefined &&
    nowSeconds > contactAt + regularisationDays * 86_400
  return [...expired, ...(isDue ? refusal('regularisation-due', ['/grant']) : [])]
}

function contentFaults(event: ReferralEvent, grant: Grant): readonly Refusal[] {
  const parts =
    event.type === 'info.response'
      ? partFaults(event.body.sections ?? {}, grant, '/body/sections')
      : event.type === 'partial.result' && event.body.risk !== undefined
        ? partFaults({ risk: event.body.risk }, grant, '/body')
        : []
  const texts = isCodesOnly(grant) ? freeTextsOf(event).map(({ pointer }) => pointer) : []
  return uncovered(grant, [...parts, ...texts])
}

function stepFaults(event: ReferralEvent, facts: ThreadFacts, nowSeconds: number): readonly Refusal[] {
  const { grant, referral } = facts
  switch (event.type) {
    case 'consent.update':
      return updateFaults(event.body, facts, nowSeconds)
    case 'followUp.report':
      return refusal('purpose-not-granted', grant.purposes.includes('followUp') ? [] : ['/type'])
    case 'travel.notice': {
      const journeys = typesOf(referral).filter((type) => travelTypes.has(type))
      const isWanted = referral.returnPlan?.voluntaryDecisionConfirmed !== false
      const isServed = journeys.length === 0 || journeys.some((type) => isPurposeGranted(type, grant))
      const isCovered = grant.lawfulBasis === 'explicitConsent' && grant.dataCategories.includes('travel')
      return [
        ...refusal('travel-not-ready', journeys.length > 0 ? [] : ['/type']),
        // What the person decided since the offer counts.
        ...refusal('return-not-voluntary', isWanted ? [] : ['/type']),
        ...refusal('purpose-not-granted', isServed ? [] : ['/type']),
        ...uncovered(grant, isCovered ? [] : ['/type']),
      ]
    }
    case 'onward.propose':
      return refusal('onward-not-allowed', grant.onward === 'none' ? ['/body/recipient'] : [])
    case 'onward.execute': {
      const { recipient, proposal } = event.body
      const isNamed = grant.onward === 'namedList' && grant.onwardTo?.includes(recipient) === true
      // What was agreed to is that one recipient.
      const isAgreed = proposal === null ? isNamed : facts.onwardRecipients.get(proposal) === recipient
      return refusal('onward-not-allowed', grant.onward !== 'none' && isAgreed ? [] : ['/body/recipient'])
    }
    case 'referral.expire': {
      const isOver = referral.respondBy === event.body.respondBy && utcDay(event.iat) > referral.respondBy
      return refusal('too-early', isOver ? [] : ['/body/respondBy'])
    }
    case 'closure.settle': {
      const isOver =
        facts.closureProposedAt !== undefined && event.iat >= facts.closureProposedAt + closureSilenceSeconds
      return refusal('too-early', isOver ? [] : ['/body/proposal'])
    }
    default:
      return []
  }
}

/** A new grant stands in the place of the one before: for the same node, under the same code of the person. */
function updateFaults(
  { replaces, grant }: Extract<Event, { type: 'consent.update' }>['body'],
  facts: ThreadFacts,
  nowSeconds: number,
): readonly Refusal[] {
  return [
    ...refusal('grant-mismatch', [
      ...(replaces === facts.grant.id ? [] : ['/body/replaces']),
      ...(grant.personCode === facts.grant.personCode ? [] : ['/body/grant/personCode']),
      ...(grant.recipient === facts.grant.recipient ? [] : ['/body/grant/recipient']),
      ...(facts.grantIds.has(grant.id) ? ['/body/grant/id'] : []),
    ]),
    ...validityFaults(facts.referral, grant, nowSeconds),
    ...(checkGrantPeriod(grant, nowSeconds) === undefined ? [] : refusal('grant-expired', ['/body/grant/validUntil'])),
    ...exceptionFaults(facts.referral, grant),
  ]
}

function refusal(code: Refusal['code'], pointers: readonly string[]): readonly Refusal[] {
  return pointers.length === 0 ? [] : [{ code, details: { pointers } }]
}
