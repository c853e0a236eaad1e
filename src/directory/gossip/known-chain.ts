import type { Clock } from '../../base/clock.js'
import { countingChain } from '../counting-chain.js'
import type { HeldRecord } from './directory-record.js'
import type { KnownChain } from './equivocation-proof.js'
import type { HeldRecords } from './held-records.js'
import type { ReadRecord } from './read-record.js'
import type { Verifier } from './verifier.js'

export interface KnownChainDeps {
  readonly clock: Clock
  readonly records: HeldRecords
  readonly verifier: Verifier
}

/** The part of the held chain of a node that counts now, verified. */
export async function knownChain(deps: KnownChainDeps, node: string): Promise<KnownChain | undefined> {
  const { records, verifier } = deps
  const name = { kind: 'statements' as const, node, id: '' }
  const held = records.find(name)
  const text = held === undefined ? undefined : await records.read(name)
  if (held === undefined || text === undefined) return undefined
  const chain = verifier.read('statements', text, held.digest)?.chain ?? []
  return countingPart(deps, { chain, digest: held.digest }, held.storedAt)
}

/** The part of a chain that counts now. @param storedAt what is new in a chain is as old here as its record */
export function countingPart(
  { verifier, clock }: Pick<KnownChainDeps, 'verifier' | 'clock'>,
  { chain, digest }: Pick<ReadRecord, 'chain' | 'digest'>,
  storedAt: number,
): KnownChain | undefined {
  const all = verifier.chain(chain, digest)
  if (all === undefined) return undefined
  const counting = countingChain(chain, all, () => storedAt, clock.now()).chain
  const statements = counting.length === chain.length ? all : verifier.chain(counting)
  return statements === undefined ? undefined : { chain: counting, statements }
}

/** A record that is held, with its text; undefined where it went meanwhile. */
export async function readHeld(
  { records, verifier }: Pick<KnownChainDeps, 'records' | 'verifier'>,
  held: HeldRecord,
): Promise<ReadRecord | undefined> {
  const text = await records.read(held)
  return text === undefined ? undefined : verifier.read(held.kind, text, held.digest)
}
