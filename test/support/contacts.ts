import type { ContactRecord } from '../../src/wire/generated/types.js'

type Desk = ContactRecord['desks'][number]

/** Sunday 22 November 2026, 09:00 UTC, in seconds: where FakeClock starts. */
export const contactsNow = Date.UTC(2026, 10, 22, 9, 0, 0) / 1000

export function desk(change: Partial<Desk> = {}): Desk {
  return {
    desk: 'duty-desk',
    role: 'dutyDesk',
    email: 'duty-desk@office.example',
    phones: [{ number: '+40210000000', kind: 'night' }],
    isEmergency: false,
    services: ['safeAccommodation', 'legalAid'],
    targetGroups: ['women', 'children'],
    languages: ['ro', 'en'],
    countriesServed: ['RO', 'MD'],
    referralTypes: ['caseReferral', 'hearingTravel'],
    sops: ['SOP2', 'SOP5'],
    hours: {
      timeZone: 'Europe/Bucharest',
      always: false,
      open: [{ days: ['MO', 'TU', 'WE', 'TH', 'FR'], opens: '08:00', closes: '16:00' }],
    },
    capacity: 'open',
    checkedOn: '2026-11-20',
    checkedBy: 'administration',
    ...change,
  }
}

export function contactRecord(change: Partial<ContactRecord> = {}): ContactRecord {
  return {
    v: 1,
    node: 'n8zTTLRU2zN7hnk33Nqeo6W796Lc3TqmU_MHqqfWoic',
    id: '6e1f9a57-03c2-4c53-9d2e-7a5b8c9d0e1f',
    seq: contactsNow,
    iat: contactsNow,
    exp: contactsNow + 90 * 86_400,
    visibility: 'federation',
    country: 'RO',
    organisation: { name: 'Counselling Centre North', agencyType: 'ngo' },
    desks: [desk()],
    ...change,
  }
}

/** What people write of a record. */
export function contactDraft(change: Partial<ContactRecord> = {}) {
  const { visibility, country, organisation, desks } = contactRecord(change)
  return { visibility, country, organisation, desks }
}
