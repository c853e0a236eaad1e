import { ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import { messageDigest } from '../crypto/signer.js'
import type { Effect } from '../store/batch.js'
import type { PeerRow } from '../store/rows.js'
import { countingChain, rotationWaitMs } from './counting-chain.js'
import { freezePeer, type FreezePeerDeps } from './freeze-peer.js'
import type { KeepProof } from './keep-proof.js'
import { isStolen, verifyStatements, type VerifiedStatements } from './key-statement.js'
import { mergeChains } from './merge-chains.js'

export type TakeStatementsDeps = FreezePeerDeps & { readonly keepProof: KeepProof }

/** What a node goes by after it saw a chain of one of its peers. */
export interface TakenStatements {
  readonly texts: readonly string[]
  readonly statements: VerifiedStatements
  /** The two chains contradict each other; the peer is frozen. */
  readonly isContradiction: boolean
  /** Epoch milliseconds from which a change of the identity key counts that waits now. */
  readonly pendingUntil: number | undefined
  /** What a person has to hear of these statements, to be written in the batch that keeps them: told once, and not lost. */
  readonly alarms: readonly Effect[]
}

/**
 * Merges a verified chain of a peer with the one that is held. A contradiction is kept as proof, freezes the peer and
 * alarms a person; a change of the identity key without approval waits, and alarms a person. Writes all that but the
 * chain itself, which belongs into one batch with the card.
 *
 * @throws ExchangeError storage-failed
 */
export async function takeStatements(
  deps: TakeStatementsDeps,
  held: Pick<PeerRow, 'node' | 'statements'>,
  chain: readonly string[],
): Promise<TakenStatements> {
  const { node } = held
  const known = JSON.parse(held.statements) as readonly string[]
  const merged = mergeChains(known, chain)
  if (merged.equivocation !== undefined) {
    const { first, second } = merged.equivocation
    await deps.keepProof('statement', node, first, second)
    await freezePeer(deps, node, 'statement-equivocation')
  }
  // What is held counts already, whatever its approval.
  const heldDigests = new Set(known.map(messageDigest))
  const seen = await readFirstSight(deps, node)
  const firstSeenAt = (digest: string): number | undefined => {
    if (heldDigests.has(digest)) return -rotationWaitMs
    return seen?.digest === digest ? seen.at : undefined
  }
  const whole = verifyStatements(merged.chain)
  const { chain: texts, pending } = countingChain(merged.chain, whole, firstSeenAt, deps.clock.now())
  const statements = pending === undefined ? whole : verifyStatements(texts)
  const isContradiction = merged.equivocation !== undefined
  const alarms =
    JSON.stringify(texts) === held.statements ? [] : stolenKeyAlarms(deps, verifyStatements(known), statements)
  const taken = { texts, statements, isContradiction, alarms }
  if (pending === undefined) return { ...taken, pendingUntil: undefined }
  const { at } = seen?.digest === pending ? seen : await noteFirstSight(deps, node, pending, seen)
  return { ...taken, pendingUntil: at + rotationWaitMs }
}

/** The people of the peer say that somebody else may have had a key by which this node believed it until now. */
function stolenKeyAlarms(
  { clock, random }: TakeStatementsDeps,
  before: VerifiedStatements,
  { node, signingKeys }: VerifiedStatements,
): readonly Effect[] {
  const trusted = new Set(before.signingKeys.filter((key) => !isStolen(key)).map(({ kid }) => kid))
  if (!signingKeys.some((key) => isStolen(key) && trusted.has(key.kid))) return []
  const alarm = { id: newUuid(random), at: clock.now(), code: 'peer-key-compromised' as const, node, thread: null }
  return [{ do: 'raiseAlarm', row: { ...alarm, acknowledgedAt: null, acknowledgedBy: null } }]
}

/** When this node first saw the change that waits. One a node: another change waits for itself, from its own first sight. */
interface FirstSight {
  readonly digest: string
  readonly at: number
}

function metaOf(node: string): string {
  return `rotation-seen:${node}`
}

async function readFirstSight({ store }: TakeStatementsDeps, node: string): Promise<FirstSight | undefined> {
  const text = await store.readMeta(metaOf(node))
  return text === undefined ? undefined : (JSON.parse(text) as FirstSight)
}

async function noteFirstSight(
  { store, clock, random, log }: TakeStatementsDeps,
  node: string,
  digest: string,
  before: FirstSight | undefined,
): Promise<FirstSight> {
  const at = clock.now()
  const first = { digest, at }
  const code = 'rotation-pending'
  log.warn({ node, code }, 'identity change without approval')
  const alarm = { id: newUuid(random), at, code, node, thread: null, acknowledgedAt: null, acknowledgedBy: null }
  const expect = before === undefined ? null : JSON.stringify(before)
  const result = await store.commit([
    { do: 'setMeta', name: metaOf(node), value: JSON.stringify(first), expect },
    { do: 'raiseAlarm', row: alarm },
  ])
  if (!result.ok) throw new ExchangeError('conflict', { peer: node })
  return first
}
