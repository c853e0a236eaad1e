import { ExchangeError, type ProblemCode } from '../base/errors.js'
import type { PeerRow } from '../store/rows.js'
import { endBackoffNow } from './backoff.js'
import { cardColumns, type CardColumns } from './card-columns.js'
import { freezePeer } from './freeze-peer.js'
import { countingCard, type VerifiedNode } from './node-document.js'
import { takeStatements, type TakenStatements, type TakeStatementsDeps } from './take-statements.js'

export type TakeDocumentDeps = TakeStatementsDeps

/** What became of a node document of a peer. */
export interface Taken {
  /** What is wrong with it; undefined if its card was taken. What its statements say may have been taken all the same. */
  readonly problem: ProblemCode | undefined
  /** Epoch milliseconds from which a change of the identity key counts that waits now. */
  readonly pendingUntil: number | undefined
}

/**
 * Takes what is new in a verified node document of a peer, whoever served it. Chains merge; a card never goes back, except
 * that one whose key was revoked gives way to one that counts (PROTOCOL 1, decision 0009).
 *
 * @throws ExchangeError node-id-mismatch, peer-unknown, storage-failed; conflict if the peer changed meanwhile
 */
export async function takeDocument(deps: TakeDocumentDeps, node: string, found: VerifiedNode): Promise<Taken> {
  if (found.card.node !== node) throw new ExchangeError('node-id-mismatch', { peer: node })
  const held = deps.directory.find(node)?.row
  if (held === undefined) throw new ExchangeError('peer-unknown', { peer: node })
  const taken = await takeStatements(deps, held, found.statementTexts)
  const { pendingUntil } = taken
  const refusal = refusalOf(held, found, taken)
  if (refusal === undefined) {
    await keep(deps, held, cardColumns({ ...found, statementTexts: taken.texts }, deps.clock.now()))
    // A new card means that the node is back (PROTOCOL 9).
    if (found.card.seq > held.cardSeq) await endBackoffNow(deps, deps.directory.find(node))
    return { problem: taken.isContradiction ? 'statement-equivocation' : undefined, pendingUntil }
  }
  await keepStatements(deps, held, taken)
  if (refusal === 'card-equivocation') {
    await deps.keepProof('card', node, held.card, found.cardText)
    await freezePeer(deps, node, refusal)
  }
  return { problem: refusal, pendingUntil }
}

/**
 * Takes a verified chain of a peer that came without a card. Where the card that is held does not count any more, a new
 * one has to be fetched.
 *
 * @throws ExchangeError peer-unknown, storage-failed; conflict if the peer changed meanwhile
 */
export async function takeChain(deps: TakeDocumentDeps, node: string, chain: readonly string[]): Promise<void> {
  const held = deps.directory.find(node)?.row
  if (held === undefined) throw new ExchangeError('peer-unknown', { peer: node })
  await keepStatements(deps, held, await takeStatements(deps, held, chain))
}

function refusalOf(held: PeerRow, found: VerifiedNode, taken: TakenStatements): ProblemCode | undefined {
  if (countingCard(found.cardText, taken.statements) === undefined) {
    return taken.pendingUntil === undefined ? 'card-rollback' : 'rotation-pending'
  }
  if (countingCard(held.card, taken.statements) === undefined) return undefined
  if (found.card.seq < held.cardSeq) return 'card-rollback'
  return found.card.seq === held.cardSeq && found.cardText !== held.card ? 'card-equivocation' : undefined
}

async function keepStatements(deps: TakeDocumentDeps, held: PeerRow, { texts }: TakenStatements): Promise<void> {
  const statements = JSON.stringify(texts)
  if (statements !== held.statements) await keep(deps, held, { ...columnsOf(held), statements })
}

function columnsOf(row: PeerRow): CardColumns {
  const { node, label, country, organisation, url, statements, card, cardSeq, cardExp, cardFetchedAt } = row
  return { node, label, country, organisation, url, statements, card, cardSeq, cardExp, cardFetchedAt }
}

async function keep({ store, directory }: TakeDocumentDeps, held: PeerRow, row: CardColumns): Promise<void> {
  const { node, statements, card } = held
  const result = await store.commit([{ do: 'updatePeerCard', expect: { statements, card }, row }])
  if (!result.ok) throw new ExchangeError('conflict', { peer: node })
  await directory.reload(node)
}
