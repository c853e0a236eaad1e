import type { ContactRecord } from '../../../wire/generated/types.js'
import type { Desk } from '../contact-types.js'
import { freshnessOf } from '../freshness.js'
import { codeWords } from './code-words.js'
import { derivedId } from './derived-id.js'
import type { HsdsAttribute, HsdsOrganization, HsdsSchedule, HsdsService, Taxonomy } from './hsds-document.js'

/**
 * Records as organizations of the Human Services Data Specification 3.0 (openreferral.org): a desk is a service, codes
 * are attributes with taxonomies of ours. Nothing about nodes or keys, no place (domain: contact directory).
 */
export function exportHsds(records: readonly ContactRecord[], nowSeconds: number): readonly HsdsOrganization[] {
  return records.map((record) => {
    const { id, organisation, country, visibility } = record
    const attribute = attributesOf('organization', id)
    return {
      id,
      name: organisation.name,
      ...(organisation.alternateNames === undefined ? {} : { alternate_name: organisation.alternateNames.join('\n') }),
      description: codeWords(organisation.agencyType),
      ...(organisation.website === undefined ? {} : { website: organisation.website }),
      services: record.desks.map((desk) => serviceOf(record, desk, nowSeconds)),
      attributes: [
        ...attribute('trm-country', [country]),
        ...attribute('trm-agency-type', [organisation.agencyType]),
        ...attribute('trm-visibility', [visibility]),
      ],
    }
  })
}

function serviceOf(record: ContactRecord, desk: Desk, nowSeconds: number): HsdsService {
  const id = derivedId(record.id, desk.desk)
  const freshness = freshnessOf(record, desk, nowSeconds)
  const attribute = attributesOf('service', id)
  return {
    id,
    organization_id: record.id,
    name: desk.desk,
    status: desk.capacity === 'closed' ? 'temporarily closed' : 'active',
    email: desk.email,
    ...(freshness.state === 'fresh' ? {} : { alert: codeWords(freshness.reason).replace('-', ' ') }),
    assured_date: desk.checkedOn,
    contacts: [{ id: derivedId(id, 'contact'), title: codeWords(desk.role), department: desk.desk, email: desk.email }],
    phones: (desk.phones ?? []).map(({ number, kind }, index) => ({
      id: derivedId(id, 'phone', index),
      number,
      type: 'voice',
      description: kind,
    })),
    languages: desk.languages.map((tag) => ({
      id: derivedId(id, 'language', tag),
      code: tag.split('-')[0] ?? tag,
      note: tag,
    })),
    schedules: schedulesOf(id, desk),
    service_areas: desk.countriesServed.map((country) => ({
      id: derivedId(id, 'area', country),
      name: country,
      extent: country,
      extent_type: 'text',
    })),
    attributes: [
      ...attribute('trm-desk-role', [desk.role]),
      ...attribute('trm-emergency', desk.isEmergency ? ['yes'] : []),
      ...attribute('trm-service', desk.services),
      ...attribute('trm-target-group', desk.targetGroups),
      ...attribute('trm-referral-type', desk.referralTypes),
      ...attribute('trm-sop', desk.sops),
      // HSDS has the offset of a zone only, which changes with the season.
      ...attribute('trm-time-zone', [desk.hours.timeZone]),
      ...attribute('trm-always-open', desk.hours.always ? ['yes'] : []),
      ...attribute('trm-capacity', [desk.capacity]),
      ...attribute('trm-checked-by', [desk.checkedBy]),
    ],
  }
}

function schedulesOf(service: string, { hours }: Desk): readonly HsdsSchedule[] {
  const open = hours.always
    ? [{ days: ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'], opens: '00:00', closes: '24:00' }]
    : hours.open
  return open.map(({ days, opens, closes }, index) => ({
    id: derivedId(service, 'schedule', index),
    freq: 'WEEKLY',
    byday: days.join(','),
    opens_at: opens,
    closes_at: closes,
    description: hours.timeZone,
  }))
}

function attributesOf(entity: HsdsAttribute['link_entity'], id: string) {
  return (taxonomy: Taxonomy, codes: readonly string[]): readonly HsdsAttribute[] =>
    codes.map((code) => {
      const term = derivedId(taxonomy, code)
      return {
        id: derivedId(id, taxonomy, code),
        link_entity: entity,
        link_id: id,
        value: code,
        taxonomy_term_id: term,
        taxonomy_term: { id: term, code, name: codeWords(code), taxonomy },
      }
    })
}
