import { toDay } from '../../../base/clock.js'
import type { ContactRecord } from '../../../wire/generated/types.js'
import { codeWords } from './code-words.js'
import { listText } from './list-text.js'
import { staleWarnings } from './stale-warnings.js'

/** Records as plain text to print, by country; every desk says when it was checked, and whether to rely on it. */
export function exportList(records: readonly ContactRecord[], nowSeconds: number): string {
  const countries = [...new Set(records.map(({ country }) => country))].sort()
  const lines = countries.flatMap((country) => [
    '',
    country,
    '='.repeat(country.length),
    ...records
      .filter((record) => record.country === country)
      .sort((a, b) => (a.organisation.name < b.organisation.name ? -1 : 1))
      .flatMap((record) => recordLines(record, nowSeconds)),
  ])
  return [`Contacts, as of ${toDay(nowSeconds * 1000)}`, ...lines].map((line) => `${line}\n`).join('')
}

function recordLines(record: ContactRecord, nowSeconds: number): readonly string[] {
  const { name, alternateNames = [], agencyType, website } = record.organisation
  return [
    '',
    name,
    ...alternateNames.map((alternate) => `  also: ${alternate}`),
    `  ${codeWords(agencyType)}${website === undefined ? '' : `, ${website}`}`,
    ...record.desks.flatMap((desk) => {
      return [
        '',
        `  ${desk.desk} (${codeWords(desk.role)}${desk.isEmergency ? ', for emergencies' : ''})`,
        ...staleWarnings(record, desk, nowSeconds).map((warning) => `    ${warning}`),
        `    ${desk.email}`,
        ...(desk.phones ?? []).map(({ number, kind }) => `    ${number} (${kind})`),
        ...listText(desk).map((line) => `    ${line}`),
      ]
    }),
  ]
}
