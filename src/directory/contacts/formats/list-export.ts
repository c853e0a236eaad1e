import { toDay } from '../../../base/clock.js'
import type { ContactRecord } from '../../../wire/generated/types.js'
import { freshnessOf } from '../freshness.js'
import { codeWords } from './code-words.js'
import { listText } from './list-text.js'

const warnings = {
  'record-ended': 'DO NOT RELY ON IT: its owner did not renew the record',
  'check-overdue': 'DO NOT RELY ON IT: nobody checked it lately',
  'desk-closed': 'CLOSED: takes no referrals now',
} as const

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
      const freshness = freshnessOf(record, desk, nowSeconds)
      return [
        '',
        `  ${desk.desk} (${codeWords(desk.role)}${desk.isEmergency ? ', for emergencies' : ''})`,
        ...(freshness.state === 'fresh' ? [] : [`    ${warnings[freshness.reason]}`]),
        `    ${desk.email}`,
        ...(desk.phones ?? []).map(({ number, kind }) => `    ${number} (${kind})`),
        ...listText(desk).map((line) => `    ${line}`),
      ]
    }),
  ]
}
