import type { CaseDisclosure, CaseHolders, CaseSummary, CaseView } from '../wire/generated/types.js'
import { knownOffice } from './known-office.js'
import { columns, table } from './table.js'

/** One case: nothing of its content. */
export function caseLine(summary: CaseSummary): string {
  const { case: id, code, state } = summary
  return [code ?? id, state, ...(state === 'erased' ? [] : [keptWords(summary)])].join('  ')
}

/** What a person has to know where nothing ends a case. */
export function noRuleNotes(summary: CaseSummary): readonly string[] {
  const { case: id, code = id, state } = summary
  if (state === 'erased' || hasRule(summary)) return []
  return [`No rule says how long it is kept: it stays until somebody erases it. trm case retain ${code} --days 365`]
}

function keptWords(summary: CaseSummary): string {
  const { keptUntil, retainDays } = summary
  if (!hasRule(summary)) return 'kept for ever'
  return keptUntil === undefined ? `kept for ${retainDays} days after closure` : `kept until ${keptUntil.slice(0, 10)}`
}

function hasRule({ keptUntil, retainDays }: CaseSummary): boolean {
  return keptUntil !== undefined || retainDays !== undefined
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
      state === 'erased'
        ? '-'
        : (keptUntil?.slice(0, 10) ?? (retainDays === undefined ? 'for ever' : `closure and ${retainDays} days`)),
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
            `  WITHDRAWN in ${withdrawnIn.join(', ')} and not written down: ask the person, then trm case withdraw ${view.code ?? view.case} ${record.consentId}`,
            '  or, if the person agrees to something again: trm case consent --help (--changes)',
          ],
    ),
    ...section(
      'Referrals',
      view.referrals.map(({ thread, personCode, recipient, consent, role, state, peerLabel }) => [
        thread,
        state ?? '',
        role === undefined ? '' : `${role === 'sender' ? 'to' : 'from'} ${peerLabel ?? recipient ?? '-'}`,
        personCode === undefined ? '-' : `as ${personCode}`,
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

const mayHoldMore: Readonly<Record<NonNullable<CaseHolders['holders'][number]['narrowing']>, string>> = {
  waiting: 'HOLDS MORE than the consent covers now: who referred it on has not confirmed the narrower one; call them',
  toldVia:
    'may hold more than the consent covers now: who referred it on has the narrower one and takes it back there; ask them',
}

/** Who holds what, and whom to call. */
export function holdersText({ holders, disclosures, callList }: CaseHolders): readonly string[] {
  const toCall = disclosures.filter(({ entry }) => callList.includes(entry))
  const back = disclosures.filter(({ entry }) => !callList.includes(entry))
  return [
    ...section(
      'Nodes',
      holders.map((holder) => {
        const { via, thread, state, holds, certificate } = holder
        return [
          holderName(holder),
          via === undefined ? '' : 'referred on to it',
          thread,
          state,
          holds ? 'HOLDS IT' : certificate === undefined ? 'ended' : `destroyed ${certificate.erasedAt.slice(0, 10)}`,
          wordsOf(holder, holders),
        ]
      }),
    ),
    ...section('To call after a withdrawal', toCall.map(disclosureCells)),
    ...section('Returned or destroyed', back.map(disclosureCells)),
  ]
}

type NodeHolder = CaseHolders['holders'][number]

/** A peer by its label alone, as everywhere; who is none with its id. */
function holderName({ node, nodeLabel, organisation, country }: NodeHolder): string {
  if (nodeLabel !== node) return nodeLabel
  return knownOffice({
    node,
    ...(organisation === undefined ? {} : { organisation }),
    ...(country === undefined ? {} : { country }),
  })
}

/** What is known of it, and by whose word. */
function wordsOf(
  { via, state, holds, endedBy, narrowing, certificateDueAt, certificate }: NodeHolder,
  holders: readonly NodeHolder[],
): string {
  if (certificate !== undefined) return `copies left: ${certificate.remaining}; backups end ${certificate.backupsEndOn}`
  if (endedBy === 'holder') return 'it says itself that the use has ended there'
  if (endedBy === 'via') {
    const said = holders.find(({ node }) => node === via)?.nodeLabel ?? 'the node that referred it on'
    return `its node keeps nothing by the word of ${said}, not by its own: ask them, also what they have on paper`
  }
  if (certificateDueAt !== undefined && via === undefined) return certificateWords(state, certificateDueAt)
  return narrowing === undefined || !holds ? '' : mayHoldMore[narrowing]
}

function certificateWords(state: string, dueAt: string): string {
  return `${state === 'enteredInError' ? 'entered in error' : 'withdrawn'}, certificate due ${dueAt.slice(0, 10)}`
}

function disclosureCells(disclosure: CaseDisclosure): readonly string[] {
  const { entry, organisation, country, channel, on, dataCategories, returnedAt } = disclosure
  const state = returnedAt === undefined ? '' : `back ${returnedAt.slice(0, 10)}`
  return [entry, `${organisation}, ${country}`, channel, on, dataCategories.join(', '), state]
}

function section(title: string, rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : ['', title, ...columns(rows).map((line) => `  ${line}`)]
}
