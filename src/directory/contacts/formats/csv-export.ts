import type { ContactRecord } from '../../../wire/generated/types.js'
import type { Desk } from '../contact-types.js'
import { freshnessOf } from '../freshness.js'
import { writeCsv } from './csv-text.js'

/** Columns of the table, in order; a list is written with semicolons, several names one a line. */
export const csvColumns = [
  'record',
  'visibility',
  'country',
  'organisation',
  'alternateNames',
  'agencyType',
  'website',
  'desk',
  'role',
  'email',
  'phones',
  'isEmergency',
  'services',
  'targetGroups',
  'languages',
  'countriesServed',
  'referralTypes',
  'sops',
  'timeZone',
  'always',
  'open',
  'capacity',
  'checkedOn',
  'checkedBy',
  'state',
] as const

export type CsvColumn = (typeof csvColumns)[number]

/** A table with one row for each desk. Nothing about nodes or keys. */
export function exportCsv(records: readonly ContactRecord[], nowSeconds: number): string {
  const rows = records.flatMap((record) =>
    record.desks.map((desk) => {
      const cells = cellsOf(record, desk, nowSeconds)
      return csvColumns.map((column) => cells[column])
    }),
  )
  return writeCsv([csvColumns, ...rows])
}

function cellsOf(record: ContactRecord, desk: Desk, nowSeconds: number): Readonly<Record<CsvColumn, string>> {
  const { organisation } = record
  return {
    record: record.id,
    visibility: record.visibility,
    country: record.country,
    organisation: organisation.name,
    alternateNames: (organisation.alternateNames ?? []).join('\n'),
    agencyType: organisation.agencyType,
    website: organisation.website ?? '',
    desk: desk.desk,
    role: desk.role,
    email: desk.email,
    phones: (desk.phones ?? []).map(({ number, kind }) => `${kind} ${number}`).join(';'),
    isEmergency: yesOrNo(desk.isEmergency),
    services: desk.services.join(';'),
    targetGroups: desk.targetGroups.join(';'),
    languages: desk.languages.join(';'),
    countriesServed: desk.countriesServed.join(';'),
    referralTypes: desk.referralTypes.join(';'),
    sops: desk.sops.join(';'),
    timeZone: desk.hours.timeZone,
    always: yesOrNo(desk.hours.always),
    open: desk.hours.open.map(({ days, opens, closes }) => `${days.join(' ')} ${opens}-${closes}`).join(';'),
    capacity: desk.capacity,
    checkedOn: desk.checkedOn,
    checkedBy: desk.checkedBy,
    state: freshnessOf(record, desk, nowSeconds).state,
  }
}

function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'no'
}
