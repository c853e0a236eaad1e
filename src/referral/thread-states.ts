/**
 * States of a referral thread (PROTOCOL 4, domain of the field). `offered` and not "sent": whether an event was sent,
 * receipted or given up is delivery, and delivery is no state of the thread. `unopened`: no offer is in effect, because
 * none was made or it was refused.
 */
export type ThreadState =
  | 'unopened'
  | 'offered'
  | 'underReview'
  | 'infoRequested'
  | 'accepted'
  | 'inProgress'
  | 'onHold'
  | 'inTransit'
  | 'alert'
  | 'arrived'
  | 'followUp'
  | 'declined'
  | 'expired'
  | 'recalled'
  | 'transferredOnward'
  | 'failed'
  | 'closed'
  | 'enteredInError'
  | 'consentWithdrawn'

export interface StateFacts {
  /** Nothing but a withdrawal of consent, a void or a certificate can follow. */
  readonly isFinal: boolean
  /** FHIR R5 Task.status. */
  readonly fhirStatus:
    | 'draft'
    | 'requested'
    | 'received'
    | 'accepted'
    | 'in-progress'
    | 'on-hold'
    | 'rejected'
    | 'cancelled'
    | 'completed'
    | 'failed'
    | 'entered-in-error'
  /** FHIR Task.businessStatus, null where the status says it all. */
  readonly businessStatus: string | null
}

export const states: Readonly<Record<ThreadState, StateFacts>> = {
  unopened: { isFinal: false, fhirStatus: 'draft', businessStatus: null },
  offered: { isFinal: false, fhirStatus: 'requested', businessStatus: null },
  underReview: { isFinal: false, fhirStatus: 'received', businessStatus: null },
  infoRequested: { isFinal: false, fhirStatus: 'received', businessStatus: 'awaiting-information' },
  accepted: { isFinal: false, fhirStatus: 'accepted', businessStatus: null },
  inProgress: { isFinal: false, fhirStatus: 'in-progress', businessStatus: null },
  onHold: { isFinal: false, fhirStatus: 'on-hold', businessStatus: null },
  inTransit: { isFinal: false, fhirStatus: 'in-progress', businessStatus: 'in-transit' },
  alert: { isFinal: false, fhirStatus: 'in-progress', businessStatus: 'not-arrived' },
  arrived: { isFinal: false, fhirStatus: 'in-progress', businessStatus: 'arrived' },
  followUp: { isFinal: false, fhirStatus: 'in-progress', businessStatus: 'follow-up' },
  declined: { isFinal: true, fhirStatus: 'rejected', businessStatus: null },
  expired: { isFinal: true, fhirStatus: 'cancelled', businessStatus: 'expired' },
  recalled: { isFinal: true, fhirStatus: 'cancelled', businessStatus: 'recalled' },
  transferredOnward: { isFinal: true, fhirStatus: 'completed', businessStatus: 'transferred' },
  failed: { isFinal: true, fhirStatus: 'failed', businessStatus: null },
  closed: { isFinal: true, fhirStatus: 'completed', businessStatus: null },
  enteredInError: { isFinal: true, fhirStatus: 'entered-in-error', businessStatus: null },
  consentWithdrawn: { isFinal: true, fhirStatus: 'cancelled', businessStatus: 'consent-withdrawn' },
}
