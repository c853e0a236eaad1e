import type { Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { Random } from '../base/random.js'
import { messageDigest } from '../crypto/signer.js'
import type { Effect } from '../store/batch.js'
import type { Store } from '../store/port.js'
import type { PeerRow } from '../store/rows.js'
import { readRecord } from './gossip/read-record.js'
import { makeKeepProof } from './keep-proof.js'
import { verifyStatements } from './key-statement.js'
import { mergeChains } from './merge-chains.js'
import { countingCard, type VerifiedNode } from './node-document.js'
import { raiseAlarm } from './raise-alarm.js'
import { refusalBeside } from './refusal-beside.js'

export interface MergeWithHeldDeps {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
}

/** What a node that becomes a peer is known by, and what has to be written with it. */
export interface MergedWithHeld {
  readonly statementTexts: readonly string[]
  readonly effects: readonly Effect[]
}

/**
 * Merges the chain that a node shows as it becomes a peer with those that are held of it: in the directory, and of a peer
 * that was removed (PROTOCOL 1.6.4). An older chain would bring keys back that were revoked since. A contradiction is kept
 * as proof, and a person is told.
 *
 * @throws ExchangeError card-rollback where the card does not count by what is held, or is older than that of a removed peer;
 * card-equivocation where both have one sequence
 */
export async function mergeWithHeld(
  deps: MergeWithHeldDeps,
  found: VerifiedNode,
  removed: PeerRow | undefined,
): Promise<MergedWithHeld> {
  const { store, clock, random } = deps
  const { node } = found.card
  const inDirectory = await chainInDirectory(deps, found)
  const ofRemoved = removed === undefined ? [] : [JSON.parse(removed.statements) as readonly string[]]
  let chain = found.statementTexts
  for (const held of [...inDirectory.chains, ...ofRemoved]) {
    const merged = mergeChains(held, chain)
    chain = merged.chain
    if (merged.equivocation === undefined) continue
    const { first, second } = merged.equivocation
    await makeKeepProof(deps)('statement', node, first, second)
    await store.commit([raiseAlarm({ id: newUuid(random), at: clock.now(), code: 'statement-equivocation', node })])
  }
  const statements = chain === found.statementTexts ? found.statements : verifyStatements(chain)
  if (chain !== found.statementTexts && countingCard(found.cardText, statements) === undefined) {
    throw new ExchangeError('card-rollback', { peer: node, seq: found.card.seq })
  }
  const refusal = removed === undefined ? undefined : refusalBeside(removed, found, statements)
  if (removed !== undefined && refusal === 'card-equivocation') {
    await makeKeepProof(deps)('card', node, removed.card, found.cardText)
    await store.commit([raiseAlarm({ id: newUuid(random), at: clock.now(), code: refusal, node })])
  }
  if (refusal !== undefined) throw new ExchangeError(refusal, { peer: node, seq: found.card.seq })
  return { statementTexts: chain, effects: inDirectory.effects }
}

/**
 * The chain of the directory as far as it counts beside what the node shows: whoever reads it from others cannot tell the
 * owner of the next identity key from its thief. A change without approval that the node itself does not show waits from now
 * on, also where the directory had it at first sight (PROTOCOL 1.4).
 */
async function chainInDirectory(
  { store, clock }: MergeWithHeldDeps,
  { card, statementTexts }: VerifiedNode,
): Promise<{ readonly chains: readonly (readonly string[])[]; readonly effects: readonly Effect[] }> {
  const row = await store.findRecord('statements', card.node, '')
  if (row === undefined) return { chains: [], effects: [] }
  const { chain } = readRecord('statements', row.text)
  const shown = new Set(statementTexts.map(messageDigest))
  const from = verifyStatements(chain).unapprovedAt.find((at) => !shown.has(messageDigest(chain[at] ?? '')))
  if (from === undefined) return { chains: [chain], effects: [] }
  const waits: Effect = { do: 'putRecord', row: { ...row, storedAt: clock.now() }, expect: row.digest }
  return { chains: [chain.slice(0, from)], effects: [waits] }
}
