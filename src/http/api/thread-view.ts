import { toTimestamp } from '../../base/clock.js'
import type { ThreadSummary, ThreadView } from '../../wire/generated/types.js'
import { clauseOfOffer } from '../../agreements/clause-of-offer.js'
import { faultOfReceipt, type FindSigningKey } from '../../directory/fault-of-receipt.js'
import type { OwnStatements } from '../../directory/own-statements.js'
import type { PeerDirectory } from '../../directory/peer-directory.js'
import { states } from '../../referral/thread-states.js'
import type { ErasureRow } from '../../store/erasure-rows.js'
import type { Store } from '../../store/port.js'
import type { GivenReceiptRow, GotReceiptRow, OutboxRow, ThreadRow } from '../../store/rows.js'
import type { LoadedEvent, LoadedThread } from '../../threads/load-thread.js'
import { deskChoiceOf } from './desk-choice.js'

export interface ThreadViewDeps {
  readonly self: string
  readonly store: Store
  readonly directory: PeerDirectory
  /** Of this node, to verify the receipts it gave. */
  readonly statements: Pick<OwnStatements, 'verified'>
}

/** A thread as it stands in a list: no content. */
export function threadSummary(row: ThreadRow, directory: PeerDirectory): ThreadSummary {
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
    ...(row.attention === null ? {} : { attention: row.attention }),
  }
}

/** One thread whole: content, receipts (each verified anew) and what still waits for delivery. */
export async function threadView(deps: ThreadViewDeps, loaded: LoadedThread): Promise<ThreadView> {
  const { store, directory, self } = deps
  const { row, events, view } = loaded
  const given = (await store.givenReceiptsOf(row.thread)).filter(({ author }) => author === row.peer)
  const got = await store.gotReceiptsOf(row.thread)
  const outbox = await store.outboxOf(row.thread)
  const facts = loaded.facts
  return {
    ...threadSummary({ ...row, state: view.state }, directory),
    ...(facts === undefined ? {} : { grant: facts.grant }),
    ...(await chainView(store, row.thread)),
    ...(view.closureProposal === null ? {} : { closureProposal: view.closureProposal }),
    ...(await deskChoiceOf(store, row.thread)),
    events: await Promise.all(events.map((event) => eventView(store, event, view.superseded))),
    receipts: [
      ...got.map((receipt) => receiptView(deps, receipt, { event: receipt.id, at: receipt.gotAt, givenBy: row.peer })),
      ...given.map((receipt) => receiptView(deps, receipt, { event: receipt.id, at: receipt.givenAt, givenBy: self })),
    ],
    delivery: outbox.map(deliveryView),
  }
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
  store: Store,
  { row, event, left }: LoadedEvent,
  superseded: readonly string[],
): Promise<ThreadView['events'][number]> {
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
    ...(left === 'place' ? {} : { body: event.body }),
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
