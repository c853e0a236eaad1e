import type { ProblemCode } from '../../base/errors.js'
import { toSeconds, type Clock } from '../../base/clock.js'
import type { EquivocationProof } from '../../wire/generated/types.js'
import { countingChain } from '../counting-chain.js'
import type { RecordRow } from '../../store/rows.js'
import type { HeldRecord } from './directory-record.js'
import type { KnownChain } from './equivocation-proof.js'
import type { HeldRecords } from './held-records.js'
import { mergeRecords } from './merge-records.js'
import type { ReadRecord } from './read-record.js'
import type { SourcesOfNodes, UnknownCeiling } from './unknown-ceiling.js'
import type { Verdict, Verifier } from './verifier.js'

/** What became of a record that a peer gave. */
export type Taken =
  /** It is held now, or was before. */
  | 'held'
  /** What is held is newer, or stays by the rules of merging. */
  | 'older'
  /** It does not verify. */
  | 'refused'
  /** Over, or for nobody here: the directory is full. */
  | 'unwanted'
  /** The statements or the key of its signer are not here, or it is ahead of our clock. */
  | 'not-yet'

export interface TakeRecordDeps {
  readonly self: string
  readonly clock: Clock
  readonly records: HeldRecords
  readonly verifier: Verifier
  readonly ceiling: UnknownCeiling
  /** Whether a node is paired or shown: its records have a place in any case. */
  readonly isKnown: (node: string) => boolean
  /** A proof is held about a node of which there was none. */
  readonly onEquivocation: (proof: Pick<EquivocationProof, 'node' | 'kind'>) => Promise<void>
  /** A chain is held that was not before. */
  readonly onChain: (node: string, chain: readonly string[]) => Promise<void>
  /** Something with our own signature on it that we do not hold: a thief, or a backup that was restored. */
  readonly onForeignOwn: (code: ProblemCode) => Promise<void>
  /** Only the simulator gives another one, to show that it finds a wrong one. */
  readonly merge?: typeof mergeRecords
}

/** Most records of one node; more is noise, whoever signed it. */
const maxPerNode: Readonly<Record<RecordRow['kind'], number>> = { statements: 1, contact: 64, vouch: 512, proof: 1 }

/**
 * Takes one record that a peer gave, or one of our own: verified against the statements of its signer, merged with what is
 * held, kept with the proof where the two exclude each other. The peer's budget was charged before.
 *
 * @param source the peer; null for a record of our own making
 * @throws ExchangeError storage-failed
 */
export async function takeRecord(deps: TakeRecordDeps, record: ReadRecord, source: string | null): Promise<Taken> {
  const { records, clock } = deps
  // Somebody else may write the same record meanwhile: then it is decided again, on what is there now.
  for (let attempts = 0; attempts < 3; attempts += 1) {
    const now = toSeconds(clock.now())
    const held = records.find(record)
    if (held?.digest === record.digest) return 'held'
    if (record.exp <= now) return 'unwanted'
    if (held !== undefined && isBelow(record, held)) return 'older'
    const judged = await judge(deps, record, source, now)
    if (judged !== 'counts') return judged
    const heldRecord = held === undefined ? undefined : await readHeld(deps, held)
    const merge = deps.merge ?? mergeRecords
    const merged = heldRecord === undefined ? { record } : merge(heldRecord, record)
    const isNew = merged.record === record
    const storedAt = changeSeenAt(deps, record, heldRecord, held)
    const winner = isNew ? { record, storedAt } : { record: heldRecord, storedAt: held?.storedAt ?? storedAt }
    const proof = await proofToKeep(deps, merged.proof, winner)
    const wasProven = records.find({ kind: 'proof', node: record.node, id: '' }) !== undefined
    if (source !== null && record.node === deps.self && (isNew || merged.proof !== undefined)) {
      await deps.onForeignOwn(record.kind === 'statements' ? 'statement-equivocation' : 'record-equivocation')
    }
    const puts = [...(isNew ? [record] : []), ...(proof === undefined ? [] : [proof])]
    if (puts.length > 0 && !(await records.put(puts, { source, storedAt }))) continue
    // One proof is enough: another one, however many a thief makes, must not undo what a person has cleared.
    if (proof !== undefined && !wasProven) await tellOfProof(deps, proof)
    if (!isNew) return 'older'
    await afterPut(deps, record, { now, isFirst: held === undefined })
    return 'held'
  }
  return 'unwanted'
}

/**
 * Since when a change of the identity key without approval is known (PROTOCOL 1.4): a chain that was new with it counts at
 * once, one that only grew after it does not wait anew. Of every other record: now.
 */
function changeSeenAt(
  { verifier, clock }: Pick<TakeRecordDeps, 'verifier' | 'clock'>,
  record: ReadRecord,
  before: ReadRecord | undefined,
  held: HeldRecord | undefined,
): number {
  if (record.kind !== 'statements') return clock.now()
  if (before === undefined || held === undefined) return 0
  const changes = verifier.chain(record.chain, record.digest)?.unapprovedAt ?? []
  return changes.every((at) => before.chain[at] === record.chain[at]) ? held.storedAt : clock.now()
}

/** Decided without a signature check: what is lower by number can win only where numbers do not rule. */
function isBelow(record: ReadRecord, held: HeldRecord): boolean {
  if (record.kind === 'proof') return record.digest > held.digest
  return record.kind !== 'statements' && record.seq < held.seq
}

async function judge(
  deps: TakeRecordDeps,
  record: ReadRecord,
  source: string | null,
  now: number,
): Promise<Verdict | 'unwanted'> {
  const { records, verifier, ceiling, isKnown } = deps
  const isFirst = records.find(record) === undefined
  if (record.kind === 'statements') {
    if (verifier.chain(record.chain, record.digest) === undefined) return 'refused'
    if (!isFirst || isKnown(record.node)) return 'counts'
    return ceiling.take(source, sourcesOfNodes(deps)) ? 'counts' : 'unwanted'
  }
  const known = await knownChain(deps, record.node)
  if (known === undefined) return 'not-yet'
  const verdict = verifier.record(record, known, false, now)
  if (verdict !== 'counts') return verdict
  const isFull = isFirst && records.tree.count(record.kind, record.node) >= maxPerNode[record.kind]
  return isFull ? 'unwanted' : 'counts'
}

function sourcesOfNodes({ records, isKnown }: TakeRecordDeps): SourcesOfNodes {
  return {
    all: () => records.list('statements').map(({ source }) => source),
    unknown: () =>
      records
        .list('statements')
        .filter(({ node }) => !isKnown(node))
        .map(({ source }) => source),
  }
}

/** The part of the held chain of a node that counts now, verified. */
export async function knownChain(
  deps: Pick<TakeRecordDeps, 'records' | 'verifier' | 'clock'>,
  node: string,
): Promise<KnownChain | undefined> {
  const { records, verifier } = deps
  const name = { kind: 'statements' as const, node, id: '' }
  const held = records.find(name)
  const text = held === undefined ? undefined : await records.read(name)
  if (held === undefined || text === undefined) return undefined
  const chain = verifier.read('statements', text, held.digest)?.chain ?? []
  return countingPart(deps, { chain, digest: held.digest }, held.storedAt)
}

/** @param storedAt what is new in a chain is as old here as its record */
function countingPart(
  { verifier, clock }: Pick<TakeRecordDeps, 'verifier' | 'clock'>,
  { chain, digest }: Pick<ReadRecord, 'chain' | 'digest'>,
  storedAt: number,
): KnownChain | undefined {
  const all = verifier.chain(chain, digest)
  if (all === undefined) return undefined
  const counting = countingChain(chain, all, () => storedAt, clock.now()).chain
  const statements = counting.length === chain.length ? all : verifier.chain(counting)
  return statements === undefined ? undefined : { chain: counting, statements }
}

async function readHeld(
  { records, verifier }: Pick<TakeRecordDeps, 'records' | 'verifier'>,
  held: HeldRecord,
): Promise<ReadRecord | undefined> {
  const text = await records.read(held)
  return text === undefined ? undefined : verifier.read(held.kind, text, held.digest)
}

/**
 * A proof that came out of a merge, as a record, if it takes the place of the one that is held and verifies as one that a
 * peer gives: by the part of the chain that counts now.
 */
async function proofToKeep(
  deps: TakeRecordDeps,
  text: string | undefined,
  winner: { readonly record: ReadRecord | undefined; readonly storedAt: number },
): Promise<ReadRecord | undefined> {
  const { records, verifier, clock } = deps
  if (text === undefined || winner.record === undefined) return undefined
  const proof = verifier.read('proof', text)
  if (proof === undefined) return undefined
  const held = records.find(proof)
  if (held !== undefined && held.digest <= proof.digest) return undefined
  const known =
    winner.record.kind === 'statements'
      ? countingPart(deps, winner.record, winner.storedAt)
      : await knownChain(deps, proof.node)
  if (known === undefined) return undefined
  return verifier.record(proof, known, false, toSeconds(clock.now())) === 'counts' ? proof : undefined
}

async function tellOfProof({ onEquivocation }: TakeRecordDeps, { node, proves }: ReadRecord): Promise<void> {
  if (proves !== undefined) await onEquivocation({ node, kind: proves })
}

async function afterPut(
  deps: TakeRecordDeps,
  record: ReadRecord,
  { now, isFirst }: { readonly now: number; readonly isFirst: boolean },
): Promise<void> {
  if (isFirst) await tellOfProof(deps, record)
  if (record.kind === 'vouch') deps.ceiling.forget()
  if (record.kind !== 'statements') return
  // Before its first chain nothing of a node was held.
  if (!isFirst) await dropWhatCountsNoMore(deps, record.node, now)
  await deps.onChain(record.node, record.chain)
}

/** After a revocation: what the key signed since it was stolen goes, whatever its sequence, and what was proven with it. */
async function dropWhatCountsNoMore(deps: TakeRecordDeps, node: string, now: number): Promise<void> {
  const { records, verifier } = deps
  const signed = (['contact', 'vouch', 'proof'] as const).flatMap((kind) => records.list(kind, node))
  if (signed.length === 0) return
  const known = await knownChain(deps, node)
  if (known === undefined) return
  for (const held of signed) {
    const record = await readHeld(deps, held)
    if (record !== undefined && verifier.record(record, known, true, now) !== 'counts') await records.remove([held])
  }
}
