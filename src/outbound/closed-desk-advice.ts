import { toTimestamp } from '../base/clock.js'
import type { ContactBook } from '../directory/contacts/contact-book.js'
import { isOpenAt, opensNext } from '../directory/contacts/desk-hours.js'
import { freshnessOf } from '../directory/contacts/freshness.js'
import { makeZoneTimes } from '../directory/contacts/zone-times.js'
import type { DraftCheck } from '../wire/generated/types.js'
import type { DeskChoice } from './choose-desk.js'

type Advice = DraftCheck['advice'][number]

/** More desks than this nobody calls. */
const maxToCall = 4

/**
 * Advice where somebody has to read a referral today and the desk that gets it does not answer now: when it opens, and whom of the
 * same peer one can call meanwhile, those who answer now first. Never a refusal: the referral waits in their mailbox all the same.
 */
export async function closedDeskAdvice(
  book: ContactBook,
  {
    to,
    choice,
    nowSeconds,
  }: { readonly to: string; readonly choice: DeskChoice | undefined; readonly nowSeconds: number },
): Promise<readonly Advice[]> {
  const zoneTimes = makeZoneTimes()
  const records = await book.ofNode(to)
  const desks = records.flatMap((record) => record.desks.map((desk) => ({ record, desk })))
  const chosen = desks.find(({ record, desk }) => record.id === choice?.contact && desk.desk === choice.desk)?.desk
  if (chosen === undefined || isOpenAt(chosen.hours, nowSeconds, zoneTimes)) return []
  const opensAt = opensNext(chosen.hours, nowSeconds, zoneTimes)
  const emergency = desks
    .filter(({ record, desk }) => desk.isEmergency && freshnessOf(record, desk, nowSeconds).state === 'fresh')
    .map(({ desk }) => ({ desk, openNow: isOpenAt(desk.hours, nowSeconds, zoneTimes) }))
    .sort((a, b) => Number(b.openNow) - Number(a.openNow))
    .slice(0, maxToCall)
    .map(({ desk: { desk, email, phones = [] }, openNow }) => ({ desk, email, phones, openNow }))
  return [
    {
      code: 'deskClosedNow',
      pointer: '/desk',
      hours: {
        desk: chosen.desk,
        timeZone: chosen.hours.timeZone,
        ...(opensAt === undefined ? {} : { opensAt: toTimestamp(opensAt * 1000) }),
        emergency,
      },
    },
  ]
}
