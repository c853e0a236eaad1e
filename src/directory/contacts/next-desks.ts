import type { ContactRecord } from '../../wire/generated/types.js'
import type { Desk } from './contact-types.js'
import { searchContacts } from './search-contacts.js'

/** What a node is to this one; agreed: a partner with an agreement in force, so that a referral may go there now. */
export type DeskStanding = 'agreed' | 'peer' | 'vouched'

/** The desk from which no answer comes, and what is asked of another one. */
export interface UnansweredDesk {
  readonly self: string
  /** Country whose case it is. */
  readonly from: string
  readonly node: string
  /** Country of the office that does not answer. */
  readonly country: string
  /** Record and desk to which the referral went; undefined where the node as a whole was asked. */
  readonly chosen: { readonly contact: string; readonly desk: string } | undefined
  readonly referralType: string
  readonly isUrgent: boolean
}

export interface NextDesk {
  readonly record: ContactRecord
  readonly desk: Desk
  readonly standing: DeskStanding
}

const places: Readonly<Record<DeskStanding, number>> = { agreed: 0, peer: 1, vouched: 2 }

/**
 * Where a person could turn next: fresh and open desks in the same country that handle the referral type and take cases of this
 * one's country, those first to which a referral may go today. It is a proposal: nothing is sent.
 */
export function nextDesks(
  records: readonly ContactRecord[],
  asked: UnansweredDesk,
  standingOf: (node: string) => DeskStanding,
  nowSeconds: number,
): readonly NextDesk[] {
  const { self, from, node, country, chosen, referralType, isUrgent } = asked
  return searchContacts(records, { country, from, referralType, isUrgent }, nowSeconds)
    .filter(({ record, desk }) => {
      const isSame = record.node === node && (chosen === undefined || isChosen(chosen, record, desk))
      return record.node !== self && desk.capacity !== 'closed' && !isSame
    })
    .map(({ record, desk }) => ({ record, desk, standing: record.node === node ? 'agreed' : standingOf(record.node) }))
    .sort((a, b) => places[a.standing] - places[b.standing])
}

function isChosen(
  { contact, desk }: NonNullable<UnansweredDesk['chosen']>,
  record: ContactRecord,
  { desk: name }: Desk,
): boolean {
  return contact === record.id && desk === name
}
