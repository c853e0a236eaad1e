import { day, now, type CastNode, type Json } from '../cast.js'
import { uuidOf } from '../raw-jose.js'

export const contactTyp = 'trm-contact+jwt'

/** A good desk. */
export const exampleDesk = {
  desk: 'duty-desk',
  role: 'dutyDesk',
  email: 'duty-desk@office.example',
  phones: [{ number: '+40210000000', kind: 'night' }],
  isEmergency: true,
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
}

/** A good contact record of the node, signed an hour ago. `label` decides its id. */
export function contactOf(node: CastNode, label = 'contact'): Json {
  return {
    ...frameOf(node, label, 90 * day),
    visibility: 'federation',
    country: 'RO',
    organisation: { name: 'Counselling Centre North', agencyType: 'ngo' },
    desks: [exampleDesk],
  }
}

/** Its tombstone. */
export function tombstoneOf(node: CastNode, label = 'contact', life = 366 * day): Json {
  return { ...frameOf(node, label, life), ended: true }
}

function frameOf(node: CastNode, label: string, life: number): Json {
  const iat = now - 3600
  return { v: 1, node: node.id, id: uuidOf(label), seq: iat, iat, exp: iat + life }
}
