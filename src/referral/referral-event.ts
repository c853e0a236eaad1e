import type { Event } from '../wire/generated/types.js'
import type { ReferralEventType } from './transition-table.js'

/** An event of a referral thread. */
export type ReferralEvent = Extract<Event, { readonly type: ReferralEventType }>
