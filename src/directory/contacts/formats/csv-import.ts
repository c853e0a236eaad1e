import { csvColumns, type CsvColumn } from './csv-export.js'
import { readCsv } from './csv-text.js'

type Members = Readonly<Record<string, unknown>>
type Cells = Readonly<Record<CsvColumn, string>>

/**
 * A table of desks as drafts of contact records: rows with the same record id belong together; without one, rows with
 * the same country and organisation. What is missing stays missing for the check of the draft. Undefined where the text
 * is no CSV or lacks the columns `organisation` and `desk`.
 */
export function importCsv(text: string): readonly Members[] | undefined {
  const [head, ...rows] = readCsv(text) ?? []
  if (head === undefined || !head.includes('organisation') || !head.includes('desk')) return undefined
  const records = new Map<string, Cells[]>()
  for (const row of rows) {
    const cells = cellsOf(head, row)
    const key = cells.record === '' ? `${cells.country}|${cells.organisation}` : cells.record
    records.set(key, [...(records.get(key) ?? []), cells])
  }
  return [...records.values()].map(draftOf)
}

function cellsOf(head: readonly string[], row: readonly string[]): Cells {
  const cells = csvColumns.map((column) => [column, row[head.indexOf(column)]?.trim() ?? ''] as const)
  // fromEntries forgets which names there are.
  return Object.fromEntries(cells) as Cells
}

function draftOf(desks: readonly Cells[]): Members {
  const [first] = desks
  if (first === undefined) return {}
  return {
    ...one('id', first.record),
    visibility: first.visibility === '' ? 'federation' : first.visibility,
    ...one('country', first.country),
    organisation: {
      ...one('name', first.organisation),
      ...(first.alternateNames === '' ? {} : { alternateNames: first.alternateNames.split(/\r?\n/) }),
      ...one('agencyType', first.agencyType),
      ...one('website', first.website),
    },
    desks: desks.map(deskOf),
  }
}

function deskOf(cells: Cells): Members {
  return {
    ...one('desk', cells.desk),
    ...one('role', cells.role),
    ...one('email', cells.email),
    ...(cells.phones === '' ? {} : { phones: listOf(cells.phones).map(phoneOf) }),
    isEmergency: cells.isEmergency === 'yes',
    services: listOf(cells.services),
    targetGroups: listOf(cells.targetGroups),
    languages: listOf(cells.languages),
    countriesServed: listOf(cells.countriesServed),
    referralTypes: listOf(cells.referralTypes),
    sops: listOf(cells.sops),
    hours: {
      ...one('timeZone', cells.timeZone),
      always: cells.always === 'yes',
      open: listOf(cells.open).map(rangeOf),
    },
    ...one('capacity', cells.capacity),
    ...one('checkedOn', cells.checkedOn),
    ...one('checkedBy', cells.checkedBy),
  }
}

/** `night +40210000000` */
function phoneOf(text: string): Members {
  const [, kind = 'office', number = text] = /^([a-z]+) (.+)$/.exec(text) ?? []
  return { number: number.replace(/[ ()./-]/g, ''), kind }
}

/** `MO TU 08:00-16:00` */
function rangeOf(text: string): Members {
  const [, days = '', opens = '', closes = ''] = /^([A-Z ]+) ([0-9:]+) ?- ?([0-9:]+)$/.exec(text) ?? []
  return { days: days.split(' ').filter((day) => day !== ''), opens, closes }
}

function listOf(cell: string): readonly string[] {
  return cell
    .split(';')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function one(name: string, cell: string): Members {
  return cell === '' ? {} : { [name]: cell }
}
