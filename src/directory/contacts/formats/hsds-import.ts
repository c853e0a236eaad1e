import type { Taxonomy } from './hsds-document.js'

/**
 * Organizations of an HSDS 3.0 document as drafts of contact records. What the document does not say is left out, so that
 * the check of the draft names it; codes are read from our own taxonomies, and from nowhere else.
 *
 * @param document one organization, an array of them, or a page with `contents`
 */
export function importHsds(document: unknown): readonly Readonly<Record<string, unknown>>[] {
  const page = membersOf(document)['contents']
  const organizations = Array.isArray(document) ? listOf(document) : Array.isArray(page) ? listOf(page) : [document]
  return organizations.map((organization) => draftOf(membersOf(organization)))
}

type Members = Readonly<Record<string, unknown>>

function draftOf(organization: Members): Members {
  const { id, name, alternate_name: alternate, website } = organization
  const codes = codesOf(organization)
  return {
    ...(isUuid4(id) ? { id } : {}),
    visibility: codes('trm-visibility')[0] ?? 'federation',
    ...one('country', codes('trm-country')[0]),
    organisation: {
      ...one('name', name),
      ...(typeof alternate === 'string' ? { alternateNames: alternate.split('\n') } : {}),
      ...one('agencyType', codes('trm-agency-type')[0]),
      ...one('website', website),
    },
    desks: listOf(organization['services']).map((service, index) => deskOf(membersOf(service), index)),
  }
}

function deskOf(service: Members, index: number): Members {
  const codes = codesOf(service)
  const [contact = {}] = listOf(service['contacts']).map(membersOf)
  const phones = listOf(service['phones']).map(membersOf)
  const schedules = listOf(service['schedules']).map(membersOf)
  const always = codes('trm-always-open').includes('yes')
  return {
    desk: isDeskId(service['name']) ? service['name'] : `desk-${index + 1}`,
    ...one('role', codes('trm-desk-role')[0]),
    ...one('email', service['email'] ?? contact['email']),
    ...(phones.length === 0 ? {} : { phones: phones.map(phoneOf) }),
    isEmergency: codes('trm-emergency').includes('yes'),
    services: codes('trm-service'),
    targetGroups: codes('trm-target-group'),
    languages: listOf(service['languages'])
      .map(membersOf)
      .map(({ note, code }) => (isLanguage(note) ? note : code)),
    countriesServed: listOf(service['service_areas']).map((area) => membersOf(area)['extent']),
    referralTypes: codes('trm-referral-type'),
    sops: codes('trm-sop'),
    hours: {
      ...one('timeZone', codes('trm-time-zone')[0]),
      always,
      open: always ? [] : schedules.map(rangeOf),
    },
    capacity: codes('trm-capacity')[0] ?? (service['status'] === 'active' ? 'open' : 'closed'),
    ...one('checkedOn', service['assured_date']),
    ...one('checkedBy', codes('trm-checked-by')[0]),
  }
}

function phoneOf({ number, description }: Members): Members {
  const kind = description === 'night' || description === 'hotline' ? description : 'office'
  return { number: typeof number === 'string' ? number.replace(/[ ()./-]/g, '') : number, kind }
}

function rangeOf({ byday, opens_at: opens, closes_at: closes }: Members): Members {
  return { days: typeof byday === 'string' ? byday.split(',') : byday, opens, closes }
}

/** The codes of one taxonomy of ours among the attributes of an object. */
function codesOf(entity: Members): (taxonomy: Taxonomy) => readonly unknown[] {
  const attributes = listOf(entity['attributes']).map(membersOf)
  return (taxonomy) =>
    attributes
      .filter((attribute) => membersOf(attribute['taxonomy_term'])['taxonomy'] === taxonomy)
      .map((attribute) => attribute['value'])
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {}
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : []
}

function one(name: string, value: unknown): Members {
  return value === undefined ? {} : { [name]: value }
}

function isUuid4(value: unknown): boolean {
  return (
    typeof value === 'string' && /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(value)
  )
}

function isDeskId(value: unknown): boolean {
  return typeof value === 'string' && /^[a-z][a-z0-9-]{0,39}$/.test(value)
}

function isLanguage(value: unknown): boolean {
  return typeof value === 'string' && /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$/.test(value)
}
