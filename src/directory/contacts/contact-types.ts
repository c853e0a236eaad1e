import type { ContactRecord } from '../../wire/generated/types.js'

/** A desk of a contact record. */
export type Desk = ContactRecord['desks'][number]
export type DeskHours = Desk['hours']
export type ReferralType = Desk['referralTypes'][number]

/** What people write of a record; the node adds the rest when it signs. */
export type ContactDraft = Pick<ContactRecord, 'visibility' | 'country' | 'organisation' | 'desks'> &
  Partial<Pick<ContactRecord, 'id'>>
