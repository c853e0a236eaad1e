import type { KeyList } from '../wire/generated/types.js'
import { table } from './table.js'

/** The keys of the node for people. */
export function keyLines({ keys, statements, sequence, identityApproved }: KeyList): readonly string[] {
  const rows = keys.map(({ use, kid, state, notBefore, notAfter, endsAt, reason }) => [
    use,
    kid,
    state,
    minute(notBefore),
    minute(endsAt ?? notAfter),
    reason ?? '-',
  ])
  return [
    ...table(['USE', 'KEY', 'STATE', 'FROM', 'UNTIL', 'REASON'], rows),
    '',
    `key statements: ${statements}, the latest with sequence ${sequence}`,
    'Log and api keys are made by the node itself: no command changes them, and nobody outside has to know.',
    'A peer that holds it says the same number: trm peer how-do-you-see-me PEER',
    ...(identityApproved
      ? []
      : [
          'The last change of the identity key was not approved by the old one: peers take it 72 hours after they see it.',
        ]),
  ]
}

function minute(timestamp: string | undefined): string {
  return timestamp === undefined ? '-' : timestamp.slice(0, 16).replace('T', ' ')
}
