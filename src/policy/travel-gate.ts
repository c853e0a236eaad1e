import type { Event } from '../wire/generated/types.js'
import type { Refusal } from './refusal.js'

/** PROTOCOL 4: exact times live so long, from the notice on, at both ends. */
export const travelNoticeSeconds = 72 * 3600

/** What a travel notice must be before it goes: near, met by somebody, its risk assessed by both sides. All faults. */
export function travelFaults(event: Extract<Event, { type: 'travel.notice' }>): readonly Refusal[] {
  const { departs, arrives, receptionConfirmed, jointlyAssessed } = event.body
  const unready = [
    ...(departs < arrives && arrives > event.iat && arrives <= event.iat + travelNoticeSeconds
      ? []
      : ['/body/arrives']),
    ...(receptionConfirmed ? [] : ['/body/receptionConfirmed']),
  ]
  return [
    ...(unready.length > 0 ? [{ code: 'travel-not-ready', details: { pointers: unready } } as const] : []),
    ...(jointlyAssessed === 'joint'
      ? []
      : [{ code: 'return-risk-not-assessed', details: { pointers: ['/body/jointlyAssessed'] } } as const]),
  ]
}
