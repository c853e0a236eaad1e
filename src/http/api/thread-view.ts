import { toTimestamp, type Clock } from '../../base/clock.js'
import type { ThreadSummary, ThreadView } from '../../wire/generated/types.js'
import { clauseOfOffer } from '../../agreements/clause-of-offer.js'
import { faultOfReceipt, type FindSigningKey } from '../../directory/fault-of-receipt.js'
import type { OwnStatements } from '../../directory/own-statements.js'
import type { PeerDirectory } from '../../directory/peer-directory.js'
import type { SubmitDeps } from '../../outbound/submit-deps.js'
import { countingCertificate } from '../../referral/counting-certificate.js'
import { nextSteps } from '../../referral/next-steps.js'
import { states } from '../../referral/thread-states.js'
import type { ErasureRow } from '../../store/erasure-rows.js'
import type { Store } from '../../store/port.js'
import type { GivenReceiptRow, GotReceiptRow, OutboxRow, ThreadRow } from '../../store/rows.js'
import type { LoadedEvent, LoadedThread } from '../../threads/load-thread.js'
import { shownBody } from '../../threads/shown-body.js'
import { deskChoiceOf } from './desk-choice.js'
import { knownNode, type KnownNodeDeps } from './known-node.js'
import { bodyView, decisionView } from './text-decisions.js'

export interface ThreadViewDeps extends Pick<KnownNodeDeps, 'contacts'> {
  readonly self: string
  readonly store: Store
  readonly directory: PeerDirectory
  /** The rules of the identity firewall that this node has. */
  readonly ruleset: SubmitDeps['ruleset']
  readonly clock: Clock
  /** Of this node, to verify the receipts it gave. */
  readonly statements: Pick<OwnStatements, 'verified'>
}

/** A thread as it stands in a list: no content. */
export async function threadSummary(
  { store, directory, clock }: Pick<ThreadViewDeps, 'store' | 'directory' | 'clock'>,
  row: ThreadRow,
): Promise<ThreadSummary> {
  const [overdue] = await store.listThreadClocks({ limit: 1, thread: row.thread, until: clock.now() })
  return {
    thread: row.thread,
    peer: row.peer,
    peerLabel: directory.find(row.peer)?.row.label ?? row.peer,
    role: row.role,
    state: row.state,
    fhirStatus: states[row.state].fhirStatus,
    urgency: row.urgency as ThreadSummary['urgency'],
    type: row.type as ThreadSummary['type'],
    isExercise: row.isExercise,
    openedAt: toTimestamp(row.openedAt),
    updatedAt: toTimestamp(row.updatedAt),
    ...(overdue === undefined
      ? {}
      : { overdue: { kind: overdue.kind, owedBy: overdue.owedBy, since: toTimestamp(overdue.dueAt) } }),
    ...(row.attention === null ? {} : { attention: row.attention }),
  }
}

/** One thread whole: content, receipts (each verified anew) and what still waits for delivery. */
export async function threadView(deps: ThreadViewDeps, loaded: LoadedThread): Promise<ThreadView> {
  const { store, self } = deps
  const { row, events, view } = loaded
  const given = (await store.givenReceiptsOf(row.thread)).filter(({ author }) => author === row.peer)
  const got = await store.gotReceiptsOf(row.thread)
  const outbox = await store.outboxOf(row.thread)
  const decisions = await store.textDecisionsOf(row.thread)
  const facts = loaded.facts
  const certificate = countingCertificate(loaded, row.peer)?.row.id
  return {
    ...(await threadSummary(deps, { ...row, state: view.state })),
    ...(facts === undefined ? {} : { grant: facts.grant }),
    ...(await chainView(store, row.thread)),
    ...(view.closureProposal === null ? {} : { closureProposal: view.closureProposal }),
    ...(certificate === undefined ? {} : { certificate }),
    onwardOpen: [...view.onwardOpen],
    onwardAgreed: [...view.onwardAgreed],
    ...(await onwardNodesOf(deps, loaded)),
    next: facts === undefined ? [] : [...nextSteps(view, row.role)],
    ...(await deskChoiceOf(store, row.thread)),
    events: await Promise.all(
      events.map(async (event) => ({
        ...(await eventView(deps, event, view.superseded)),
        ...decisionView(decisions.find((decision) => decision.event === event.row.id)),
      })),
    ),
    receipts: [
      ...got.map((receipt) => receiptView(deps, receipt, { event: receipt.id, at: receipt.gotAt, givenBy: row.peer })),
      ...given.map((receipt) => receiptView(deps, receipt, { event: receipt.id, at: receipt.givenAt, givenBy: self })),
    ],
    delivery: outbox.map(deliveryView),
  }
}

/** Whom a person is asked about, and who has it then: by name, as nobody agrees to a hash. */
async function onwardNodesOf(deps: KnownNodeDeps, { events }: LoadedThread): Promise<Pick<ThreadView, 'onwardNodes'>> {
  const countries = new Map<string, string | undefined>()
  for (const { event } of events) {
    // Of what was destroyed the node is gone.
    if (event.type === 'onward.propose' && 'recipient' in event.body)
      countries.set(event.body.recipient, event.body.country)
    if (event.type === 'onward.execute') countries.set(event.body.recipient, countries.get(event.body.recipient))
  }
  const nodes = await Promise.all([...countries].map(([node, country]) => knownNode(deps, node, country)))
  return nodes.length === 0 ? {} : { onwardNodes: nodes }
}

/** Its place among the referrals of this node, and what becomes of its content. */
async function chainView(
  store: Store,
  thread: string,
): Promise<Pick<ThreadView, 'parent' | 'continuedBy' | 'erasure'>> {
  const link = await store.findThreadLink(thread)
  const links = await store.linksTo(thread)
  const erasure = await store.findErasure(thread)
  return {
    ...(link === undefined ? {} : { parent: link.parent }),
    ...(links.length === 0 ? {} : { continuedBy: links.map((child) => child.thread) }),
    ...(erasure === undefined ? {} : { erasure: erasureView(erasure) }),
  }
}

function erasureView({
  cause,
  dueAt,
  erasedAt,
  remaining,
  certifiedOnward,
}: ErasureRow): NonNullable<ThreadView['erasure']> {
  return {
    cause,
    dueAt: toTimestamp(dueAt),
    ...(erasedAt === null ? {} : { erasedAt: toTimestamp(erasedAt) }),
    ...(remaining === null ? {} : { remaining }),
    ...(certifiedOnward === null ? {} : { onward: certifiedOnward }),
  }
}

async function eventView(
  { store, ruleset }: Pick<ThreadViewDeps, 'store' | 'ruleset'>,
  loaded: LoadedEvent,
  superseded: readonly string[],
): Promise<ThreadView['events'][number]> {
  const { row, event, left } = loaded
  const clause = left === 'place' ? undefined : await clauseOfOffer(store, event)
  return {
    id: row.id,
    n: row.n,
    author: row.author,
    type: row.type,
    direction: row.direction,
    digest: row.digest,
    storedAt: toTimestamp(row.storedAt),
    verdict: row.verdict,
    ...(row.code === null ? {} : { code: row.code }),
    superseded: superseded.includes(row.digest),
    ...(event.agreement === null ? {} : { agreement: event.agreement }),
    ...(clause === undefined ? {} : { clause }),
    left,
    ...bodyView(shownBody(loaded, ruleset)),
  }
}

function receiptView(
  deps: ThreadViewDeps,
  row: GivenReceiptRow | GotReceiptRow,
  facts: { readonly event: string; readonly at: number; readonly givenBy: string },
): ThreadView['receipts'][number] {
  const findKey: FindSigningKey = (node, kid) => {
    const statements = node === deps.self ? deps.statements.verified() : deps.directory.find(node)?.statements
    return statements?.signingKeys.find((key) => key.kid === kid)
  }
  const { event, givenBy } = facts
  const fault = faultOfReceipt(findKey, row.receipt, { givenBy, event, digest: row.digest })
  return {
    event,
    verdict: row.verdict,
    ...(row.code === null ? {} : { code: row.code }),
    givenBy,
    at: toTimestamp(facts.at),
    receipt: row.receipt,
    verified: fault === undefined,
    ...(fault === undefined ? {} : { fault }),
  }
}

function deliveryView(row: OutboxRow): ThreadView['delivery'][number] {
  return {
    event: row.id,
    state: row.state,
    attempts: row.attempts,
    nextAt: toTimestamp(row.nextAt),
    ...(row.lastCode === null ? {} : { lastCode: row.lastCode }),
  }
}
