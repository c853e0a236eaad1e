import { now, type Json } from '../cast.js'

// Bodies of the events of a referral thread, each with nothing more than its schema asks for.

export const openBody = { by: 'dutyDesk' }
export const acceptBody = { servicesOffered: ['safeAccommodation'] }
export const declineBody = { reason: 'noCapacity' }
export const recallBody = { obstacles: ['wishChanging'] }
export const askBody = { questions: ['timing'] }
export const answerBody = { answers: [{ question: 'timing' }] }
export const startBody = { sopMeasures: [] }
export const holdBody = { reason: 'documentsPending' }
export const contactBody = { kind: 'personLocated', contactMade: true }
export const noContactBody = { kind: 'placeReserved', contactMade: false }
export const reportRequestBody = { items: ['safety'] }
export const reportBody = { period: '2026-11', items: [{ item: 'safety', state: 'good' }] }
export const closeBody = { outcome: 'goalReached', obstacles: [], checks: [] }
export const failBody = { reason: 'noFunding' }
export const voidBody = { reason: 'wrongReceiver' }
export const missedBody = { reason: 'unknown' }
export const arrivedBody = { arrivedOn: '2026-11-23' }

/** A journey that begins in an hour. */
export const noticeBody = {
  departs: now + 3600,
  arrives: now + 10_800,
  mode: 'air',
  escort: 'none',
  handoverPoint: 'airport',
  receptionConfirmed: true,
  jointlyAssessed: 'joint',
}

export function withdrawBody(event: Json, scope = 'everything'): Json {
  return { grant: event['grant'], scope, channel: 'viaSender', withdrawnOn: '2026-11-22' }
}

export function certifyBody(grant: string, cause = 'consentWithdrawn'): Json {
  return { grant, cause, erasedAt: now, backupsEndOn: '2026-12-22', remaining: 'none', onward: 0 }
}

export function onwardBody(recipient: string): Json {
  return { recipient, country: 'DE', agencyType: 'ngo', purposes: ['assistance'] }
}
