import { toDay } from '../../base/clock.js'
import type { PublishContactRequest } from '../../wire/generated/types.js'

/** A record with one desk, to begin with: mailbox and hours are to be changed to what is so. */
export function startingDesks(
  { organisation, country }: { readonly organisation: string; readonly country: string },
  nowMs: number,
): PublishContactRequest {
  return {
    visibility: 'federation',
    country,
    organisation: { name: organisation, agencyType: 'ngo' },
    desks: [
      {
        desk: 'intake-desk',
        role: 'intakeDesk',
        email: 'intake-desk@office.example',
        isEmergency: false,
        services: ['safeAccommodation'],
        targetGroups: ['women', 'men', 'children'],
        languages: ['en'],
        countriesServed: [country],
        referralTypes: ['caseReferral', 'assistedVoluntaryReturn'],
        sops: ['SOP2'],
        hours: {
          timeZone: 'Europe/Brussels',
          always: false,
          open: [{ days: ['MO', 'TU', 'WE', 'TH', 'FR'], opens: '09:00', closes: '17:00' }],
        },
        capacity: 'open',
        checkedOn: toDay(nowMs),
        checkedBy: 'administration',
      },
    ],
  }
}
