import { ExchangeError, type ProblemCode } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { Batch, Effect } from '../store/batch.js'
import type { PeerRow } from '../store/rows.js'
import type { Card } from '../wire/generated/types.js'
import { validateCard } from '../wire/generated/validators.js'
import { endBackoffNow } from './backoff.js'
import { cardColumns, type CardColumns } from './card-columns.js'
import { refusalBeside } from './refusal-beside.js'
import { findLookalikes } from './find-lookalikes.js'
import { freezePeer } from './freeze-peer.js'
import { countingCard, type VerifiedNode } from './node-document.js'
import { raiseAlarm } from './raise-alarm.js'
import { readSignedJson } from './read-signed-json.js'
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
    const columns = cardColumns({ ...found, statementTexts: taken.texts }, deps.clock.now())
    const names = namesToShow(deps, held, found.card)
    await keep(deps, held, { ...columns, ...names.shown }, [...names.alarms, ...taken.alarms])
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
  return refusalBeside(held, found, taken.statements)
}

async function keepStatements(
  deps: TakeDocumentDeps,
  held: PeerRow,
  { texts, alarms }: TakenStatements,
): Promise<void> {
  const statements = JSON.stringify(texts)
  if (statements !== held.statements) await keep(deps, held, { ...columnsOf(held), statements }, alarms)
}

function columnsOf(row: PeerRow): CardColumns {
  const { node, label, country, organisation, url, statements, card, cardSeq, cardExp, cardFetchedAt } = row
  return { node, label, country, organisation, url, statements, card, cardSeq, cardExp, cardFetchedAt }
}

/**
 * The names that people see of a peer from its new card on. One that looks like the name of another peer is held back, and a
 * person is told, once: it counts where that person pairs anew and says that it is another office (PROTOCOL 6.2.7).
 */
function namesToShow(
  { directory, clock, random, log }: TakeDocumentDeps,
  held: PeerRow,
  card: Card,
): { readonly shown: Pick<CardColumns, 'label' | 'organisation'>; readonly alarms: readonly Effect[] } {
  const { node } = held
  const changed = [
    ...(card.label === held.label ? [] : [card.label]),
    ...(card.organisation === held.organisation ? [] : [card.organisation]),
  ]
  const code = 'label-lookalike'
  const shown = { label: card.label, organisation: card.organisation }
  if (findLookalikes(directory, node, changed).length === 0) {
    if (changed.length > 0) log.warn({ node }, 'peer changed its name')
    return { shown, alarms: [] }
  }
  const before = readSignedJson(held.card, 'trm-card+jwt', 'card-invalid').value
  const wasTold = validateCard(before) && before.label === card.label && before.organisation === card.organisation
  return {
    shown: { label: held.label, organisation: held.organisation },
    alarms: wasTold ? [] : [raiseAlarm({ id: newUuid(random), at: clock.now(), code, node })],
  }
}

async function keep(
  { store, directory }: TakeDocumentDeps,
  held: PeerRow,
  row: CardColumns,
  alongside: Batch,
): Promise<void> {
  const { node, statements, card } = held
  const result = await store.commit([{ do: 'updatePeerCard', expect: { statements, card }, row }, ...alongside])
  if (!result.ok) throw new ExchangeError('conflict', { peer: node })
  await directory.reload(node)
}
