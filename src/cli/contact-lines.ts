import type { ContactHits, ContactView } from '../wire/generated/types.js'
import { listText } from '../directory/contacts/formats/list-text.js'
import { fingerprintOf } from '../directory/fingerprint.js'
import { table } from './table.js'

type Hit = ContactHits['hits'][number]

const reasons = {
  'record-ended': 'its owner did not renew the record',
  'check-overdue': 'nobody checked it lately',
  'desk-closed': 'takes no referrals now',
} as const

/** Desks as a table, best first. */
export function hitTable(hits: readonly Hit[]): readonly string[] {
  return table(
    ['COUNTRY', 'ORGANISATION', 'DESK', 'MAILBOX', 'LANGUAGES', 'CAPACITY', 'NOW', 'CHECKED', 'SAID BY', ''],
    hits.map(({ country, organisation, desk, openNow, state, reason, ...said }) => [
      country,
      organisation.name,
      desk.isEmergency ? `${desk.desk} (emergency)` : desk.desk,
      desk.email,
      desk.languages.join(' '),
      desk.capacity,
      openNow ? 'answers' : '-',
      desk.checkedOn,
      saidBy(said),
      reason === undefined ? '' : `${state}: ${reasons[reason]}`,
    ]),
  )
}

/** Whose word a desk is: a node may publish what it likes, under its own name alone. */
function saidBy({ standing, node, nodeLabel = '' }: Pick<Hit, 'standing' | 'node' | 'nodeLabel'>): string {
  if (standing === 'self') return 'this node'
  return standing === 'peer' ? nodeLabel : `${fingerprintOf(node)}, no partner: pair first`
}

/** Desks with all that is known of them. */
export function hitText(hits: readonly Hit[]): readonly string[] {
  return hits.flatMap(({ country, organisation, desk, contact, reason, exp, visibility, ...said }, index) => [
    ...(index === 0 ? [] : ['']),
    `${organisation.name}, ${country}: ${desk.desk}`,
    ...(reason === undefined ? [] : [`  DO NOT RELY ON IT: ${reasons[reason]}`]),
    `  mailbox: ${desk.email}`,
    ...(desk.phones ?? []).map(({ number, kind }) => `  phone: ${number} (${kind})`),
    ...listText(desk).map((line) => `  ${line}`),
    `  said by: ${saidBy(said)}`,
    `  record: ${contact} of ${said.node}, until ${exp.slice(0, 10)}, visible to ${visibility === 'federation' ? 'all' : 'single partners'}`,
  ])
}

/** What to know of a record that was just published. */
export function publishedNotes({ notShared }: ContactView): readonly string[] {
  return notShared.map(({ peer, code }) => `NOT sent to ${peer}: ${code}`)
}

/** One line for a record that was just published. */
export function publishedLine({ contact, desks }: ContactView): string {
  return `published ${contact.id}: ${desks.map(({ desk, state }) => `${desk} ${state}`).join(', ')}`
}
