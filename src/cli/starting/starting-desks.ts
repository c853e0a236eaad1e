import type { PublishContactRequest } from '../../wire/generated/types.js'
import { toFillIn, type Starting } from './to-fill-in.js'

type StartingDesks = Omit<PublishContactRequest, 'desks'> & {
  readonly desks: readonly Starting<PublishContactRequest['desks'][number]>[]
}

/** A record with one desk, to begin with. Where it is reached, and that somebody called it, is to be filled in. */
export function startingDesks({
  organisation,
  country,
}: {
  readonly organisation: string
  readonly country: string
}): StartingDesks {
  return {
    visibility: 'federation',
    country,
    organisation: { name: organisation, agencyType: 'ngo' },
    desks: [
      {
        desk: 'intake-desk',
        role: 'intakeDesk',
        email: toFillIn,
        isEmergency: false,
        services: ['safeAccommodation'],
        targetGroups: ['women', 'men', 'children'],
        languages: ['en'],
        countriesServed: [country],
        referralTypes: ['caseReferral', 'assistedVoluntaryReturn'],
        sops: ['SOP2'],
        hours: {
          timeZone: toFillIn,
          always: false,
          open: [{ days: ['MO', 'TU', 'WE', 'TH', 'FR'], opens: '09:00', closes: '17:00' }],
        },
        capacity: 'open',
        checkedOn: toFillIn,
        checkedBy: toFillIn,
      },
    ],
  }
}
