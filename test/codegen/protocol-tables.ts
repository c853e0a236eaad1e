import { identityRules } from '../../src/policy/identity/ruleset.js'
import { requiredPurposes } from '../../src/policy/required-purposes.js'
import { requiredSections, sectionCategories } from '../../src/policy/required-sections.js'
import { states } from '../../src/referral/thread-states.js'
import { transitionTable } from '../../src/referral/transition-table.js'
import { eventBodies, freeTextPointers } from './event-members.js'
import { schemaFiles } from './schema-files.js'
import { table } from './tables.js'

const effects = {
  endsGrant: 'ends the grant',
  renewsGrant: 'puts a new grant in the place of the one before',
  narrowsGrant: 'narrows the grant',
  proposesClosure: 'opens a proposal to close, in the place of one before',
  endsClosure: 'ends the proposal to close',
  proposesOnward: 'opens a proposal to refer on',
  answersOnward: 'answers the proposal to refer on',
  holds: 'holds the case',
  endsHolds: 'ends the holds that its author knew of',
}
const needs = {
  openClosure: 'the open proposal to close',
  openOnward: 'an open proposal to refer on',
  agreedOnward: 'an agreed proposal to refer on, or none',
  noOwnHold: 'no hold of the same side',
}

/** Tables of PROTOCOL.md that repeat data of the program, by the name of their markers. */
export const protocolTables: Readonly<Record<string, () => string>> = {
  'referral-events': () =>
    table(
      ['type', 'author', 'body', 'meaning'],
      eventBodies(schemaFiles())
        .map(({ type, file }) => ({ type, file, rows: transitionTable.filter(({ event }) => event === type) }))
        .filter(({ rows }) => rows.length > 0)
        .map(({ type, file: { file, schema }, rows }) => {
          const name = file.replace('event/', '').replace('.schema.json', '')
          const authors = [...new Set(rows.map(({ by }) => by))]
          const author = authors.includes('either') ? 'either' : authors.join(', ')
          return [`\`${type}\``, author, `[\`${name}\`](../schemas/${file})`, String(schema['description'])]
        }),
    ),
  transitions: () =>
    table(
      ['event', 'scope or reason', 'from', 'to', 'by', 'rank', 'needs', 'effect'],
      transitionTable.map(
        ({ event, scopes = [], reasons = [], from, to, by, rank, needs: need, effect, isAfterEnd }) => [
          `\`${event}\``,
          [...scopes, ...reasons].join(', '),
          from.join(', '),
          to,
          by,
          String(rank),
          need === undefined ? '' : needs[need],
          [
            ...(effect === undefined ? [] : [effects[effect]]),
            ...(isAfterEnd === true ? ['possible although the grant has ended'] : []),
          ].join('; '),
        ],
      ),
    ),
  states: () =>
    table(
      ['state', 'final', 'FHIR R5 Task.status', 'businessStatus'],
      Object.entries(states).map(([state, { isFinal, fhirStatus, businessStatus }]) => [
        state,
        isFinal ? 'yes' : 'no',
        fhirStatus,
        businessStatus ?? '',
      ]),
    ),
  'required-sections': () =>
    table(
      ['referral type', 'sections'],
      Object.entries(requiredSections).map(([type, names]) => [`\`${type}\``, names.join(', ')]),
    ),
  'section-categories': () =>
    table(
      ['section', 'data category'],
      Object.entries(sectionCategories).map(([section, category]) => [`\`${section}\``, `\`${category}\``]),
    ),
  'required-purposes': () =>
    table(
      ['referral type', 'one of the purposes'],
      Object.entries(requiredPurposes).map(([type, purposes]) => [`\`${type}\``, purposes.join(', ')]),
    ),
  'free-texts': () =>
    table(
      ['event', 'texts'],
      eventBodies(schemaFiles())
        .map(
          (body) => [`\`${body.type}\``, freeTextPointers(schemaFiles(), body).map((text) => `\`${text}\``)] as const,
        )
        .filter(([, texts]) => texts.length > 0)
        .map(([type, texts]) => [type, texts.join(', ')]),
    ),
  'identity-rules': () =>
    table(
      ['rule', 'level', 'since', 'finds'],
      identityRules.map(({ rule, level, since, finds }) => [`\`${rule}\``, level, String(since), finds]),
    ),
}
