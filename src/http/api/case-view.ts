import type { KeyObject } from 'node:crypto'
import { toDay, toTimestamp } from '../../base/clock.js'
import { callList, type Holder } from '../../cases/case-holders.js'
import type { CaseDeps } from '../../cases/case-deps.js'
import { consentChain, currentConsents, verifiedRecords } from '../../cases/consent-chain.js'
import { isValidConsent } from '../../cases/consent-faults.js'
import { entriesOf, type EntryOf, type LoadedCase } from '../../cases/load-case.js'
import { latestReads } from '../../cases/read-case.js'
import { unrecordedWithdrawals } from '../../cases/unrecorded-withdrawals.js'
import type { PeerDirectory } from '../../directory/peer-directory.js'
import type { CaseEntryRow, CaseRow } from '../../store/case-rows.js'
import { knownNode, type KnownNodeDeps } from './known-node.js'
import type { CaseDisclosure, CaseHolders, CaseSummary, CaseView } from '../../wire/generated/types.js'

export type CaseViewDeps = CaseDeps & {
  readonly directory: PeerDirectory
  /** Signing keys of this node, to verify the consents it signed. */
  readonly ownSigningKey: (kid: string, at: number) => KeyObject | undefined
}

/** A case as it stands in a list: no content. */
export function caseSummary(row: CaseRow): CaseSummary {
  return {
    case: row.id,
    ...(row.code === null ? {} : { code: row.code }),
    state: row.state,
    openedAt: toTimestamp(row.openedAt),
    updatedAt: toTimestamp(row.updatedAt),
    ...(row.closedAt === null ? {} : { closedAt: toTimestamp(row.closedAt) }),
    ...(row.retainDays === null ? {} : { retainDays: row.retainDays }),
    ...(row.retainUntil === null ? {} : { keptUntil: toTimestamp(row.retainUntil) }),
    ...(row.erasedAt === null ? {} : { erasedAt: toTimestamp(row.erasedAt) }),
  }
}

/** A case whole, but for its vault. */
export async function caseView(deps: CaseViewDeps, loaded: LoadedCase): Promise<CaseView> {
  const { row, content } = loaded
  const chain = consentChain(loaded)
  const verified = verifiedRecords(chain, { self: deps.self, findKey: deps.ownSigningKey })
  const withdrawn = await unrecordedWithdrawals(deps, loaded)
  const today = { now: deps.clock.now(), isClosed: row.state !== 'open' }
  return {
    ...caseSummary(row),
    subjectCode: content.subjectCode,
    plan: [...content.plan],
    consents: currentConsents(chain).map(({ row: { id }, record, digest }) => ({
      entry: id,
      record,
      isValid: isValidConsent(record, today) && !withdrawn.has(record.consentId),
      ...(withdrawn.has(record.consentId) ? { withdrawnIn: [...(withdrawn.get(record.consentId) ?? [])] } : {}),
      verified: verified.has(digest),
    })),
    referrals: (await Promise.all(entriesOf(loaded, 'link').map((entry) => referralView(deps, entry)))).flat(),
    documents: entriesOf(loaded, 'document').map((entry) => ({ ...entryView(entry.row), ...entry.content })),
    notes: entriesOf(loaded, 'note').map((entry) => ({ ...entryView(entry.row), text: entry.content.text })),
    tasks: [...entriesOf(loaded, 'reminder'), ...entriesOf(loaded, 'followUp')]
      .sort((a, b) => a.row.seq - b.row.seq)
      .map(taskView),
    disclosures: entriesOf(loaded, 'disclosure').map(disclosureView),
    hasVault: (await deps.store.findCaseVault(row.id)) !== undefined,
    reads: (await latestReads(deps, loaded)).map(({ at, by, part }) => ({ at: toTimestamp(at), by, part })),
  }
}

/** Who holds what of a case. */
export async function holdersView(
  deps: KnownNodeDeps,
  loaded: LoadedCase,
  holders: readonly Holder[],
): Promise<CaseHolders> {
  return {
    holders: await Promise.all(holders.map((holder) => holderView(deps, holder))),
    disclosures: entriesOf(loaded, 'disclosure').map(disclosureView),
    callList: callList(loaded).map(({ row }) => row.id),
  }
}

async function holderView(
  deps: KnownNodeDeps,
  { thread, node, country: proposed, via, holds, endedBy, narrowing, certificateDueAt, certificate }: Holder,
): Promise<CaseHolders['holders'][number]> {
  const { label, organisation, country } = await knownNode(deps, node, proposed)
  return {
    thread: thread.thread,
    node,
    nodeLabel: label ?? node,
    ...(organisation === undefined ? {} : { organisation }),
    ...(country === undefined ? {} : { country }),
    ...(via === undefined ? {} : { via }),
    state: thread.state,
    holds,
    ...(endedBy === undefined ? {} : { endedBy }),
    ...(narrowing === undefined ? {} : { narrowing }),
    ...(certificateDueAt === undefined ? {} : { certificateDueAt: toTimestamp(certificateDueAt) }),
    ...(certificate === undefined ? {} : { certificate }),
  }
}

function entryView({ id, at, by }: CaseEntryRow): { readonly entry: string; readonly at: string; readonly by: string } {
  return { entry: id, at: toTimestamp(at), by }
}

async function referralView(
  { store, directory }: Pick<CaseViewDeps, 'store' | 'directory'>,
  { row, content }: EntryOf<'link'>,
): Promise<CaseView['referrals']> {
  if (row.thread === null) return []
  const { recipient, personCode, consent } = content
  const thread = await store.findThread(row.thread)
  const label = thread === undefined ? undefined : directory.find(thread.peer)?.row.label
  return [
    {
      ...entryView(row),
      thread: row.thread,
      ...(consent === undefined ? {} : { consent }),
      ...(personCode === undefined ? {} : { personCode }),
      ...(recipient === undefined ? {} : { recipient }),
      ...(thread === undefined ? {} : { role: thread.role, state: thread.state }),
      ...(label === undefined ? {} : { peerLabel: label }),
    },
  ]
}

function taskView({ kind, row, content }: EntryOf<'reminder' | 'followUp'>): CaseView['tasks'][number] {
  return {
    ...entryView(row),
    kind,
    text: content.text,
    dueOn: toDay(row.dueAt ?? row.at),
    ...(row.doneAt === null ? {} : { doneAt: toTimestamp(row.doneAt) }),
  }
}

function disclosureView({ row, content }: EntryOf<'disclosure'>): CaseDisclosure {
  return {
    ...entryView(row),
    ...content,
    ...(row.doneAt === null ? {} : { returnedAt: toTimestamp(row.doneAt) }),
  }
}
