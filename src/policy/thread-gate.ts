import type { Event, Grant, Referral } from '../wire/generated/types.js'
import { endingTypes } from '../referral/ending-types.js'
import { overtakes } from '../referral/ends-use.js'
import type { ReferralEvent } from '../referral/referral-event.js'
import { maxOpenQuestions } from '../referral/thread-limit.js'
import { clockToleranceSeconds } from '../wire/limits.js'
import { checkGrantPeriod, isPurposeGranted, protectionFaults, purposeRefusal } from './consent-gate.js'
import { regularisationDays } from './exception-rules.js'
import { freeTextsOf } from './free-texts.js'
import type { GateFacts } from './gates.js'
import { isCodesOnly, partFaults, uncovered, type CoveredParts } from './grant-extent.js'
import type { Refusal } from './refusal.js'
import { requiredPurposes } from './required-purposes.js'
import { newGrantFaults, renewedPartFaults } from './renewal-gate.js'
import { travelTypes, typesOf } from './required-sections.js'
import { utcDay } from './utc-day.js'

/** What the gates must know of the thread in which an event stands. */
export interface ThreadFacts {
  readonly referral: Referral
  /** The grant as it stands now: renewed, or narrowed by what was withdrawn. */
  readonly grant: Grant
  /** Ids of every grant that the thread ever had: an author may not have seen the newest. */
  readonly grantIds: ReadonlySet<string>
  /** When this node came to know that the person was spoken with (seconds): no date of its author counts. */
  readonly contactAt: number | undefined
  /** To whom the receiver proposed to refer on, by the digest of the proposal. */
  readonly onwardRecipients: ReadonlyMap<string, string>
  /** When this node came to know of each proposal to close (seconds), by its digest. */
  readonly closureProposals: ReadonlyMap<string, number>
  /** Numbers of the questions that no answer follows in the order of the thread. */
  readonly openQuestions: readonly number[]
  /** What is known of the journeys, in the order of the thread: whose notice, its number, when it departs (seconds). */
  readonly departures: readonly { readonly author: string; readonly n: number; readonly departs: number }[]
}

/** PROTOCOL 4: after so long without an answer a proposal to close may be settled. */
export const closureSilenceSeconds = 30 * 86_400

/**
 * PROTOCOL 4, 5: what follows an offer travels under the thread's grant, no further than it goes, and not before its time. All
 * faults, with JSON pointers into the event.
 */
export function threadFaults(event: ReferralEvent, facts: ThreadFacts, now: GateFacts): readonly Refusal[] {
  if (event.type === 'referral.offer') return []
  return [
    ...grantFaults(event, facts),
    ...(endingTypes.has(event.type) ? [] : liveFaults(facts, now.nowSeconds)),
    ...contentFaults(event, facts, now),
    ...stepFaults(event, facts, now),
  ]
}

/** The same before each attempt to deliver: a new grant is among the facts already, and still has to be as good as a first one. */
export function waitingFaults(event: ReferralEvent, facts: ThreadFacts, now: GateFacts): readonly Refusal[] {
  return event.type === 'consent.update' ? newGrantFaults(event, facts, now) : threadFaults(event, facts, now)
}

/**
 * What waits for nothing may name a grant whose renewal it has overtaken: nobody's withdrawal fails because of that. It ends the thread's
 * grant, whichever that is.
 */
function grantFaults(event: ReferralEvent, { grantIds }: ThreadFacts): readonly Refusal[] {
  if (overtakes(event)) return []
  const isKnown = (id: string | null): boolean => id !== null && grantIds.has(id)
  return refusal('grant-mismatch', [
    ...(isKnown(event.grant) ? [] : ['/grant']),
    ...(event.type === 'consent.withdraw' && !isKnown(event.body.grant) ? ['/body/grant'] : []),
  ])
}

/** Whether a case may still go on: its grant lasts and serves what it is about, and consent was asked for in time where there was none. */
function liveFaults({ grant, referral, contactAt }: ThreadFacts, nowSeconds: number): readonly Refusal[] {
  const expired = checkGrantPeriod(grant, nowSeconds) === undefined ? [] : refusal('grant-expired', ['/grant'])
  const isDue =
    grant.lawfulBasis !== 'explicitConsent' &&
    contactAt !== undefined &&
    nowSeconds > contactAt + regularisationDays * 86_400
  return [
    ...expired,
    ...(isDue ? refusal('regularisation-due', ['/grant']) : []),
    ...purposeRefusal(requiredPurposes[referral.request.primaryType], grant, '/grant'),
  ]
}

function contentFaults(event: ReferralEvent, facts: ThreadFacts, { countries }: GateFacts): readonly Refusal[] {
  const { grant } = facts
  const texts = isCodesOnly(grant) ? freeTextsOf(event).map(({ pointer }) => pointer) : []
  const { parts, base } = partsOf(event)
  if (parts === undefined) return uncovered(grant, texts)
  return [
    ...uncovered(grant, [...partFaults(parts, grant, base), ...texts]),
    ...renewedPartFaults(parts, facts, base),
    // What goes back to the sender came from there.
    ...(event.type === 'info.response'
      ? protectionFaults({ ...facts.referral, ...event.body.sections }, grant, countries)
      : []),
  ]
}

/** Parts of the template that an event brings, and where they stand in it. */
function partsOf(event: ReferralEvent): { readonly parts: CoveredParts | undefined; readonly base: string } {
  if (event.type === 'info.response') return { parts: event.body.sections, base: '/body/sections' }
  const risk = event.type === 'partial.result' ? event.body.risk : undefined
  return { parts: risk === undefined ? undefined : { risk }, base: '/body' }
}

function stepFaults(event: ReferralEvent, facts: ThreadFacts, now: GateFacts): readonly Refusal[] {
  const { grant, referral } = facts
  switch (event.type) {
    case 'consent.update':
      return [...replacementFaults(event.body, facts), ...newGrantFaults(event, facts, now)]
    case 'followUp.report':
      return purposeRefusal(['followUp'], grant, '/type')
    case 'travel.notice': {
      const journeys = typesOf(referral).filter((type) => travelTypes.has(type))
      const isWanted = referral.returnPlan?.voluntaryDecisionConfirmed !== false
      const isServed = journeys.length === 0 || journeys.some((type) => isPurposeGranted(type, grant))
      const isCovered = grant.lawfulBasis === 'explicitConsent' && grant.dataCategories.includes('travel')
      return [
        ...refusal('travel-not-ready', journeys.length > 0 ? [] : ['/type']),
        // What the person decided since the offer counts.
        ...refusal('return-not-voluntary', isWanted ? [] : ['/type']),
        ...(isServed
          ? []
          : purposeRefusal(
              journeys.flatMap((type) => requiredPurposes[type]),
              grant,
              '/type',
            )),
        ...uncovered(grant, isCovered ? [] : ['/type']),
      ]
    }
    case 'arrival.confirm':
    case 'arrival.missed':
      return journeyFaults(event, facts)
    case 'info.request': {
      const before = facts.openQuestions.filter((n) => n < event.n).length
      return refusal('too-many-questions', before < maxOpenQuestions ? [] : ['/type'])
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
      const isOver = utcDay(event.iat) > referral.respondBy
      return [
        ...refusal('respond-by-mismatch', referral.respondBy === event.body.respondBy ? [] : ['/body/respondBy']),
        ...refusal('too-early', isOver ? [] : ['/body/respondBy']),
      ]
    }
    case 'closure.settle': {
      // An answer that its author did not know of is settled by the order of the thread, as everything concurrent is. Nobody was silent
      // before the question came: what its author writes as time is no silence.
      const heardAt = facts.closureProposals.get(event.body.proposal)
      if (heardAt === undefined) return refusal('transition-not-allowed', ['/body/proposal'])
      return refusal('too-early', now.nowSeconds >= heardAt + closureSilenceSeconds ? [] : ['/body/proposal'])
    }
    default:
      return []
  }
}

/**
 * PROTOCOL 5.5: nobody has arrived, or is missing, before the journey began: the watch over it would end too early. That there is no
 * journey can be said at any time. It goes by the last notice that the author of the event knew. A day is a day somewhere: half a day is
 * left for that.
 */
function journeyFaults(
  event: Extract<ReferralEvent, { type: 'arrival.confirm' | 'arrival.missed' }>,
  { departures }: ThreadFacts,
): readonly Refusal[] {
  const known = departures.findLast(({ author, n }) => n <= (author === event.from ? event.n : (event.seen?.n ?? 0)))
  const isCalledOff = event.type === 'arrival.missed' && event.body.reason === 'travelCancelled'
  if (known === undefined || isCalledOff) return []
  const isTooEarly = event.iat + clockToleranceSeconds < known.departs
  const isDayBefore = event.type === 'arrival.confirm' && event.body.arrivedOn < utcDay(known.departs - 43_200)
  return [
    ...refusal('journey-not-begun', isTooEarly ? ['/type'] : []),
    ...refusal('journey-not-begun', isDayBefore ? ['/body/arrivedOn'] : []),
  ]
}

/** A new grant stands in the place of the one before: for the same node, under the same code of the person. */
function replacementFaults(
  { replaces, grant }: Extract<Event, { type: 'consent.update' }>['body'],
  facts: ThreadFacts,
): readonly Refusal[] {
  return refusal('grant-mismatch', [
    ...(replaces === facts.grant.id ? [] : ['/body/replaces']),
    ...(grant.personCode === facts.grant.personCode ? [] : ['/body/grant/personCode']),
    ...(grant.recipient === facts.grant.recipient ? [] : ['/body/grant/recipient']),
    ...(facts.grantIds.has(grant.id) ? ['/body/grant/id'] : []),
  ])
}

function refusal(code: Refusal['code'], pointers: readonly string[]): readonly Refusal[] {
  return pointers.length === 0 ? [] : [{ code, details: { pointers } }]
}
