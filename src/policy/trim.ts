import type { Event, Grant } from '../wire/generated/types.js'
import type { ReferralEvent } from '../referral/referral-event.js'
import { isCodesOnly, partFaults } from './grant-extent.js'
import { sections } from './required-sections.js'
import { travelNoticeSeconds } from './travel-gate.js'

/** What a narrower grant leaves of an event's body; undefined where it covers all of it (PROTOCOL 5). */
export function narrowedBody(event: ReferralEvent, grant: Grant): ReferralEvent['body'] | undefined {
  switch (event.type) {
    case 'referral.offer':
      return narrowedOffer(event.body, grant)
    case 'info.response': {
      const { sections: sent, text, ...rest } = event.body
      const kept = sent === undefined ? undefined : coveredParts(sent, grant)
      const keepsText = text !== undefined && !isCodesOnly(grant)
      if (kept === sent && keepsText === (text !== undefined)) return undefined
      return { ...rest, ...(kept === undefined ? {} : { sections: kept }), ...(keepsText ? { text } : {}) }
    }
    case 'partial.result': {
      const { risk, ...rest } = event.body
      const kept = risk === undefined ? undefined : coveredParts({ risk }, grant).risk
      const worded = narrowedText(event, grant)
      if (worded === undefined && kept === risk) return undefined
      return {
        ...(worded === undefined
          ? rest
          : Object.fromEntries(Object.entries(worded).filter(([name]) => name !== 'risk'))),
        ...(kept === undefined ? {} : { risk: kept }),
      }
    }
    default:
      return narrowedText(event, grant)
  }
}

/** Whether exact times of a journey may be kept at the receiver: they go whole, there is no less of them. */
export function coversJourney({ lawfulBasis, dataCategories }: Grant): boolean {
  return lawfulBasis === 'explicitConsent' && dataCategories.includes('travel')
}

/** When a travel notice dies (PROTOCOL 5): 72 hours after it was written, or with the confirmation of arrival. Seconds. */
export function noticeDiesAt(notice: ReferralEvent, confirmedAt: number | undefined): number {
  const end = notice.iat + travelNoticeSeconds
  return confirmedAt === undefined ? end : Math.min(end, Math.max(confirmedAt, notice.iat))
}

function narrowedOffer(
  body: Extract<Event, { type: 'referral.offer' }>['body'],
  grant: Grant,
): ReferralEvent['body'] | undefined {
  const { referral } = body
  const parts = coveredParts(referral, grant)
  const codesOnly = isCodesOnly(grant)
  const { specificNeed, questionsToReceiver, ...request } = referral.request
  const { originArea, dependants, initials, ...subject } = referral.subject
  const hasProfile = grant.lawfulBasis === 'explicitConsent' && grant.dataCategories.includes('profile')
  const losesText = codesOnly && (specificNeed !== undefined || questionsToReceiver !== undefined)
  const losesProfile = !hasProfile && (originArea !== undefined || dependants !== undefined || initials !== undefined)
  if (parts === referral && !losesText && !losesProfile) return undefined
  return {
    ...body,
    referral: {
      ...parts,
      ...(losesText ? { request } : {}),
      ...(losesProfile ? { subject } : {}),
    },
  }
}

/** The same value without the sections, and the factors of risk, that the grant does not cover; the very value if it covers all. */
function coveredParts<T extends Parameters<typeof partFaults>[0]>(parts: T, grant: Grant): T {
  const faults = partFaults(parts, grant, '')
  if (faults.length === 0) return parts
  const gone = new Set<string>(sections.filter((name) => faults.includes(`/${name}`)))
  const kept = Object.fromEntries(Object.entries(parts).filter(([name]) => !gone.has(name)))
  const { risk } = parts
  const factors = risk?.factors.filter((_, at) => !faults.includes(`/risk/factors/${at}`))
  return { ...kept, ...(risk === undefined || factors === undefined ? {} : { risk: { ...risk, factors } }) } as T
}

/** Events whose only text goes where nothing but codes is left. */
function narrowedText(event: ReferralEvent, grant: Grant): ReferralEvent['body'] | undefined {
  if (!isCodesOnly(grant)) return undefined
  const names = ['text', 'conditions', 'explanation'].filter((name) => name in event.body)
  if (names.length === 0) return undefined
  return Object.fromEntries(Object.entries(event.body).filter(([name]) => !names.includes(name)))
}
