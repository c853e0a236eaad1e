import type { ThreadView } from '../../wire/generated/types.js'
import { effective, memberOf } from './effective.js'

/** Whether somebody is to leave still, by the last travel notice. @param now epoch milliseconds */
export function isJourneyAhead(view: ThreadView, now: number): boolean {
  if (view.state !== 'inTransit') return false
  const notice = effective(view).findLast(({ type }) => type === 'travel.notice')
  const departs = notice === undefined ? undefined : memberOf(notice, 'departs')
  return typeof departs === 'number' && departs * 1000 > now
}
