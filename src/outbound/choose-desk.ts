import { ExchangeError } from '../base/errors.js'
import type { ContactBook } from '../directory/contacts/contact-book.js'
import { chooseDesk, judgeDesk } from '../directory/contacts/judge-desk.js'
import type { DeskChoiceRow } from '../store/rows.js'
import type { SubmitReferralRequest } from '../wire/generated/types.js'

/** Which desk of the peer a person wants, and why it may be stale. */
export interface DeskWish {
  readonly desk?: SubmitReferralRequest['desk']
  readonly override?: {
    readonly reason: NonNullable<SubmitReferralRequest['overrideStale']>
    /** Label of the token: who answers for it. */
    readonly by: string
  }
}

export type DeskChoice = Pick<DeskChoiceRow, 'contact' | 'desk' | 'overrideReason' | 'overrideBy'>

/**
 * PROTOCOL 7: the reader enforces freshness. The desk that was named, or the best one of the peer that handles the referral type;
 * undefined where the peer publishes none.
 *
 * @throws ExchangeError desk-not-found, desk-not-competent; desk-stale and desk-closed unless somebody overrides them by name
 */
export async function pickDesk(
  book: ContactBook,
  to: string,
  referral: Parameters<typeof judgeDesk>[2],
  facts: DeskWish & { readonly isUrgent: boolean; readonly nowSeconds: number },
): Promise<DeskChoice | undefined> {
  const records = await book.ofNode(to)
  const { desk: named, override, isUrgent, nowSeconds } = facts
  if (named === undefined) {
    if (records.length === 0) return undefined
    const best = chooseDesk(records, referral, nowSeconds, isUrgent)
    if (best !== undefined) return fresh(best.record.id, best.desk.desk)
    const codes = records.flatMap((record) =>
      record.desks.map(({ desk }) => judgeDesk(record, desk, referral, nowSeconds)?.code),
    )
    throw new ExchangeError(
      codes.find((code) => code === 'desk-stale' || code === 'desk-closed') ?? 'desk-not-competent',
    )
  }
  const record = records.find(({ id }) => id === named.record)
  const refusal = judgeDesk(record, named.desk, referral, nowSeconds)
  if (refusal === undefined) return fresh(named.record, named.desk)
  const isForPerson = refusal.code === 'desk-stale' || refusal.code === 'desk-closed'
  if (!isForPerson || override === undefined) throw new ExchangeError(refusal.code, { desk: named.desk })
  return { contact: named.record, desk: named.desk, overrideReason: override.reason, overrideBy: override.by }
}

function fresh(contact: string, desk: string): DeskChoice {
  return { contact, desk, overrideReason: null, overrideBy: null }
}
