import type { CaseDisclosure, CaseHolders, CaseSummary, CaseView } from '../wire/generated/types.js'
import { columns, table } from './table.js'

/** One case: nothing of its content. */
export function caseLine({ case: id, code, state, keptUntil }: CaseSummary): string {
  const kept = keptUntil === undefined ? [] : [`kept until ${keptUntil.slice(0, 10)}`]
  return [code ?? id, state, ...kept].join('  ')
}

/** Cases as a table. */
export function caseTable(cases: readonly CaseSummary[]): readonly string[] {
  return table(
    ['CASE', 'STATE', 'OPENED', 'CHANGED', 'KEPT UNTIL'],
    cases.map(({ case: id, code, state, openedAt, updatedAt, keptUntil, retainDays }) => [
      code ?? id,
      state,
      openedAt.slice(0, 10),
      updatedAt.slice(0, 10),
      keptUntil?.slice(0, 10) ?? (retainDays === undefined ? '-' : `closure and ${retainDays} days`),
    ]),
  )
}

/** A case whole, but for its vault. */
export function caseText(view: CaseView): readonly string[] {
  return [
    caseLine(view),
    ...section(
      'Consents',
      view.consents.map(({ record, isValid, verified }) => [
        record.consentId,
        record.status,
        isValid ? 'valid' : 'NOT valid',
        record.recipients.map(({ organisation, country }) => `${organisation}, ${country}`).join('; '),
        record.purposes.join(', '),
        verified ? '' : 'DOES NOT VERIFY',
      ]),
    ),
    ...view.consents.flatMap(({ record, withdrawnIn }) =>
      withdrawnIn === undefined
        ? []
        : [
            `  WITHDRAWN in ${withdrawnIn.join(', ')} and not written down: ask her, then trm case withdraw ${view.code ?? view.case} ${record.consentId}`,
            '  or, if she agrees to something again: trm case consent --help (--changes)',
          ],
    ),
    ...section(
      'Referrals',
      view.referrals.map(({ thread, personCode, recipient, consent }) => [
        thread,
        personCode === undefined ? '-' : `as ${personCode}`,
        recipient === undefined ? '-' : `to ${recipient}`,
        consent === undefined ? '' : `by consent ${consent}`,
      ]),
    ),
    ...section('Outside the federation', view.disclosures.map(disclosureCells)),
    ...section(
      'Plan',
      view.plan.map(({ measure, state, since, note }) => [measure, state, since, note ?? '']),
    ),
    ...section(
      'To do',
      view.tasks.map(({ entry, kind, dueOn, text, doneAt }) => [
        entry,
        kind,
        doneAt === undefined ? `by ${dueOn}` : 'done',
        text,
      ]),
    ),
    ...section(
      'Papers',
      view.documents.map(({ kind, place, sha256 }) => [kind, place, sha256 ?? '']),
    ),
    ...section(
      'Notes',
      view.notes.map(({ at, by, text }) => [at.slice(0, 10), by, text]),
    ),
    ...section(
      'Read by',
      view.reads.slice(0, 5).map(({ at, by, part }) => [at, by, part]),
    ),
    ...(view.hasVault ? ['', 'There is identity data in the vault.'] : []),
  ]
}

/** Who holds what, and whom to call. */
export function holdersText({ holders, disclosures, callList }: CaseHolders): readonly string[] {
  const toCall = disclosures.filter(({ entry }) => callList.includes(entry))
  const back = disclosures.filter(({ entry }) => !callList.includes(entry))
  return [
    ...section(
      'Nodes',
      holders.map(({ nodeLabel, via, thread, state, holds, certificate }) => [
        nodeLabel,
        via === undefined ? '' : 'referred on to it',
        thread,
        state,
        holds ? 'HOLDS IT' : `destroyed ${certificate?.erasedAt.slice(0, 10) ?? ''}`,
        certificate === undefined
          ? ''
          : `copies left: ${certificate.remaining}; backups end ${certificate.backupsEndOn}`,
      ]),
    ),
    ...section('To call after a withdrawal', toCall.map(disclosureCells)),
    ...section('Returned or destroyed', back.map(disclosureCells)),
  ]
}

function disclosureCells(disclosure: CaseDisclosure): readonly string[] {
  const { entry, organisation, country, channel, on, dataCategories, returnedAt } = disclosure
  const state = returnedAt === undefined ? '' : `back ${returnedAt.slice(0, 10)}`
  return [entry, `${organisation}, ${country}`, channel, on, dataCategories.join(', '), state]
}

function section(title: string, rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : ['', title, ...columns(rows).map((line) => `  ${line}`)]
}
