import { toSeconds, type Clock } from '../../base/clock.js'
import type { AgreementExport, AgreementSummary, AgreementView } from '../../wire/generated/types.js'
import { acceptedAgreements } from '../../agreements/accepted-agreements.js'
import { agreementHistory } from '../../agreements/agreement-history.js'
import { agreementStanding } from '../../agreements/agreement-standing.js'
import { readAgreement } from '../../agreements/agreement-text.js'
import { ExchangeError } from '../../base/errors.js'
import type { KeyStore } from '../../crypto/key-store.js'
import { fingerprintOf } from '../../directory/fingerprint.js'
import type { OwnCard } from '../../directory/own-card.js'
import type { PeerDirectory } from '../../directory/peer-directory.js'
import type { Store } from '../../store/port.js'
import type { SignatureCounts } from '../../threads/signature-counts.js'
import type { AgreementRow } from '../../store/rows.js'

export interface AgreementViewDeps {
  readonly self: string
  readonly store: Store
  readonly keys: KeyStore
  readonly signatureCounts: SignatureCounts
  readonly directory: PeerDirectory
  readonly ownCard: OwnCard
  readonly clock: Clock
}

/** The agreements with one peer as they stand in a list, latest validity first. */
export async function agreementSummaries(deps: AgreementViewDeps, peer: string): Promise<readonly AgreementSummary[]> {
  const rows = await deps.store.agreementsOf(peer)
  return [...rows].reverse().map((row) => summaryOf(deps, row, rows))
}

/** One agreement whole. @throws ExchangeError agreement-not-found, content-unreadable */
export async function agreementView(deps: AgreementViewDeps, digest: string): Promise<AgreementView> {
  const row = await getAgreement(deps.store, digest)
  const { agreement } = readAgreement(row.proposerJws)
  return {
    ...summaryOf(deps, row, await deps.store.agreementsOf(row.peer)),
    parties: agreement.parties.map((node) => ({ node, label: labelOf(deps, node), fingerprint: fingerprintOf(node) })),
    agreement,
    signatures: [...signaturesOf(deps.self, row)],
    history: [...(await agreementHistory(deps, row))],
  }
}

/**
 * An agreement with both signatures and the key statements of both.
 *
 * @throws ExchangeError agreement-not-found; agreement-signature where only one party signed; peer-unknown
 */
export async function agreementExport(deps: AgreementViewDeps, digest: string): Promise<AgreementExport> {
  const row = await getAgreement(deps.store, digest)
  const peer = deps.directory.find(row.peer)
  if (row.acceptorJws === null) throw new ExchangeError('agreement-signature', { member: 'signatures' })
  if (peer === undefined) throw new ExchangeError('peer-unknown')
  const statements: Readonly<Record<string, readonly string[]>> = {
    [deps.self]: deps.ownCard.document().statements,
    // Stored after they were verified.
    [row.peer]: JSON.parse(peer.row.statements) as readonly string[],
  }
  const { agreement } = readAgreement(row.proposerJws)
  return {
    digest,
    agreement,
    signatures: [...signaturesOf(deps.self, row)],
    statements: agreement.parties.map((node) => ({ node, statements: [...(statements[node] ?? [])] })),
  }
}

async function getAgreement(store: Store, digest: string): Promise<AgreementRow> {
  const row = await store.findAgreement(digest)
  if (row === undefined) throw new ExchangeError('agreement-not-found')
  return row
}

function summaryOf(
  { self, directory, clock }: AgreementViewDeps,
  row: AgreementRow,
  rows: readonly AgreementRow[],
): AgreementSummary {
  const { agreement } = readAgreement(row.proposerJws)
  const peer = directory.find(row.peer)?.row
  const suspendedBy = [
    ...((peer?.agreementSuspendedByUs ?? null) === null ? [] : [self]),
    ...((peer?.agreementSuspendedByPeer ?? null) === null ? [] : [row.peer]),
  ]
  const standing = agreementStanding(acceptedAgreements(rows), row.digest, {
    isSuspended: suspendedBy.length > 0,
    nowSeconds: toSeconds(clock.now()),
  })
  return {
    digest: row.digest,
    peer: row.peer,
    peerLabel: peer?.label ?? row.peer,
    template: agreement.template,
    basis: agreement.basis,
    state: row.state,
    ...(standing === undefined ? lapsed(row, agreement, rows) : { standing }),
    proposer: row.proposer,
    // A reason is a code of the body that was validated when it came.
    ...(row.reason === null ? {} : { reason: row.reason as NonNullable<AgreementSummary['reason']> }),
    suspendedBy,
    ...((peer?.suspendedFor ?? null) === null ? {} : { peerSuspendedFor: String(peer?.suspendedFor) }),
    validFrom: agreement.validFrom,
    validUntil: agreement.validUntil,
  }
}

/** A proposal that was made to replace another agreement than the one that is there now. */
function lapsed(
  { state }: AgreementRow,
  { replaces }: AgreementView['agreement'],
  rows: readonly AgreementRow[],
): Pick<AgreementSummary, 'standing'> {
  const last = acceptedAgreements(rows).at(-1)?.digest ?? null
  return state === 'proposed' && replaces !== last ? { standing: 'lapsed' } : {}
}

function signaturesOf(
  self: string,
  { peer, proposer, proposerJws, acceptorJws }: AgreementRow,
): readonly AgreementView['signatures'][number][] {
  const acceptor = proposer === self ? peer : self
  return [{ node: proposer, jws: proposerJws }, ...(acceptorJws === null ? [] : [{ node: acceptor, jws: acceptorJws }])]
}

function labelOf({ self, ownCard, directory }: AgreementViewDeps, node: string): string {
  return node === self ? ownCard.card().label : (directory.find(node)?.row.label ?? node)
}
