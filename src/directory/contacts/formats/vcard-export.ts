import { toTimestamp } from '../../../base/clock.js'
import type { ContactRecord } from '../../../wire/generated/types.js'
import type { Desk } from '../contact-types.js'
import { codeWords } from './code-words.js'
import { derivedId } from './derived-id.js'
import { listText } from './list-text.js'
import { staleWarnings } from './stale-warnings.js'

/**
 * Records as vCards 4.0 (RFC 6350): one card of KIND group for the organisation, whose members are one card of KIND org
 * for each desk. Nothing about nodes or keys; the country is all that is said of a place.
 */
export function exportVcard(records: readonly ContactRecord[], nowSeconds: number): string {
  return records
    .flatMap((record) => [groupCard(record), ...record.desks.map((desk) => deskCard(record, desk, nowSeconds))])
    .map((lines) => lines.map((line) => `${foldLine(line)}\r\n`).join(''))
    .join('')
}

function groupCard(record: ContactRecord): readonly string[] {
  const { name, alternateNames = [], agencyType } = record.organisation
  return card(record, 'group', [
    `UID:urn:uuid:${record.id}`,
    `FN:${escapeText(name)}`,
    ...(alternateNames.length === 0 ? [] : [`NICKNAME:${alternateNames.map(escapeText).join(',')}`]),
    `ORG:${escapeText(name)}`,
    `NOTE:${escapeText(codeWords(agencyType))}`,
    ...record.desks.map((desk) => `MEMBER:${uidOf(record, desk)}`),
  ])
}

function deskCard(record: ContactRecord, desk: Desk, nowSeconds: number): readonly string[] {
  const { name } = record.organisation
  const role = codeWords(desk.role)
  // Address books show the name everywhere and the note nowhere.
  const warnings = staleWarnings(record, desk, nowSeconds)
  return card(record, 'org', [
    `UID:${uidOf(record, desk)}`,
    `FN:${escapeText([...warnings, `${name}, ${desk.desk}`].join(' - '))}`,
    `ORG:${escapeText(name)};${escapeText(desk.desk)}`,
    `ROLE:${escapeText(role)}`,
    `EMAIL;TYPE=work:${escapeText(desk.email)}`,
    ...(desk.phones ?? []).map(({ number }) => `TEL;VALUE=uri;TYPE="work,voice":tel:${number}`),
    ...desk.languages.map((tag, index) => `LANG;PREF=${index + 1}:${tag}`),
    `TZ:${escapeText(desk.hours.timeZone)}`,
    `CATEGORIES:${[...desk.services, ...desk.targetGroups, ...desk.referralTypes].map(escapeText).join(',')}`,
    `NOTE:${escapeText([...warnings, ...listText(desk)].join('\n'))}`,
  ])
}

function card(record: ContactRecord, kind: 'group' | 'org', lines: readonly string[]): readonly string[] {
  const { website } = record.organisation
  return [
    'BEGIN:VCARD',
    'VERSION:4.0',
    `KIND:${kind}`,
    ...lines,
    `ADR:;;;;;;${escapeText(record.country)}`,
    ...(website === undefined ? [] : [`URL:${website}`]),
    `REV:${toTimestamp(record.iat * 1000).replace(/[-:]|\.\d+/g, '')}`,
    'END:VCARD',
  ]
}

function uidOf(record: ContactRecord, desk: Desk): string {
  return `urn:uuid:${derivedId(record.id, desk.desk)}`
}

/** RFC 6350 3.4: backslash, comma, semicolon and line end. */
function escapeText(text: string): string {
  return text.replace(/[\\,;]/g, '\\$&').replace(/\r\n|\r|\n/g, '\\n')
}

/** RFC 6350 3.2: at most 75 octets a line, none of them in the middle of a character. */
function foldLine(line: string): string {
  let folded = ''
  let octets = 0
  for (const character of line) {
    const size = Buffer.byteLength(character)
    if (octets + size > 75) {
      folded += '\r\n '
      octets = 1
    }
    folded += character
    octets += size
  }
  return folded
}
