import type { ProblemCode } from '../../base/errors.js'
import { toSeconds, type Clock } from '../../base/clock.js'
import type { EquivocationProof } from '../../wire/generated/types.js'
import type { RecordRow } from '../../store/rows.js'
import type { HeldRecord, RecordName } from './directory-record.js'
import { whatCountsNoMore } from './drop-what-counts-no-more.js'
import type { HeldRecords } from './held-records.js'
import { countingPart, knownChain, readHeld } from './known-chain.js'
import { mergeRecords } from './merge-records.js'
import type { ReadRecord } from './read-record.js'
import type { HeldOfNodes, UnknownCeiling } from './unknown-ceiling.js'
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
  /** Whether a node is paired, shown or an introducer: its records have a place in any case. */
  readonly isKnown: (node: string) => boolean
  /** A proof is held about a node of which there was none. */
  readonly onEquivocation: (proof: Pick<EquivocationProof, 'node' | 'kind'>) => Promise<void>
  /** A chain is held that was not before. */
  readonly onChain: (node: string, chain: readonly string[]) => Promise<void>
  /** Something with our own signature on it that we do not hold: a thief, or a backup that was restored. It is not taken. */
  readonly onForeignOwn: (code: ProblemCode, record: RecordName & { readonly seq: number }) => Promise<void>
  /** Nodes whose word this one goes by without having met them: what others show of them first is not their word alone. */
  readonly introducers?: readonly string[]
  /** Only the simulator gives another one, to show that it finds a wrong one. */
  readonly merge?: typeof mergeRecords
}

type MostOfKind = Readonly<Record<RecordRow['kind'], number>>
/** Most records of one node; more is noise, whoever signed it. */
const maxPerNode: MostOfKind = { statements: 1, contact: 64, vouch: 512, proof: 1 }
/** Of a node that nobody here sees enough to show it at once when it is vouched for. */
const maxPerUnknownNode: MostOfKind = { statements: 1, contact: 4, vouch: 16, proof: 1 }

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
    // What this node holds of itself is what it signed: what others bring must not be renewed in its name.
    const isForeignOwn = source !== null && record.node === deps.self && record.kind !== 'proof'
    const isNew = merged.record === record && !isForeignOwn
    const storedAt = changeSeenAt(deps, record, { before: heldRecord, held, source })
    const winner = isNew ? { record, storedAt } : { record: heldRecord, storedAt: held?.storedAt ?? storedAt }
    const proof = await proofToKeep(deps, merged.proof, winner)
    const wasProven = records.find({ kind: 'proof', node: record.node, id: '' }) !== undefined
    const puts = [...(isNew ? [record] : []), ...(proof === undefined ? [] : [proof])]
    const gone = isNew ? await goneWith(deps, record, { held, storedAt }) : []
    if (puts.length > 0 && !(await records.put(puts, { source, storedAt, gone }))) continue
    // One proof is enough: another one, however many a thief makes, must not undo what a person has cleared.
    if (proof !== undefined && !wasProven) await tellOfProof(deps, proof)
    if (isForeignOwn && (merged.record === record || merged.proof !== undefined)) {
      await deps.onForeignOwn(record.kind === 'statements' ? 'statement-equivocation' : 'record-equivocation', record)
    }
    if (!isNew) return isForeignOwn ? 'unwanted' : 'older'
    await afterPut(deps, record, held === undefined)
    return 'held'
  }
  return 'unwanted'
}

/** What the directory gives up where it takes this: what counts no more by a new chain, or the contact that ended first. */
async function goneWith(
  deps: TakeRecordDeps,
  record: ReadRecord,
  { held, storedAt }: { readonly held: HeldRecord | undefined; readonly storedAt: number },
): Promise<readonly RecordName[]> {
  const { records } = deps
  const { kind, node } = record
  if (kind === 'statements') {
    const known = countingPart(deps, record, storedAt)
    return known === undefined ? [] : whatCountsNoMore(deps, known)
  }
  const ended = held === undefined ? records.ended(kind, node) : []
  if (records.tree.count(kind, node) + ended.length < mostOf(deps, record)) return []
  return ended.toSorted((a, b) => a.exp - b.exp).slice(0, 1)
}

/**
 * Since when a change of the identity key without approval is known (PROTOCOL 1.4): a chain that was new with it counts at
 * once, unless it is an introducer's; one that only grew after it does not wait anew. Of every other record: now.
 */
function changeSeenAt(
  { verifier, clock, introducers = [] }: TakeRecordDeps,
  record: ReadRecord,
  {
    before,
    held,
    source,
  }: {
    readonly before: ReadRecord | undefined
    readonly held: HeldRecord | undefined
    readonly source: string | null
  },
): number {
  if (record.kind !== 'statements') return clock.now()
  if (before === undefined || held === undefined) {
    // A person named it by its id, which does not tell the owner of the next identity key from its thief.
    return source !== null && introducers.includes(record.node) ? clock.now() : 0
  }
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
  const { verifier } = deps
  if (record.kind === 'statements') {
    if (verifier.chain(record.chain, record.digest) === undefined) return 'refused'
    return hasPlace(deps, record, source) ? 'counts' : 'unwanted'
  }
  const known = await knownChain(deps, record.node)
  if (known === undefined) return 'not-yet'
  const verdict = verifier.record(record, known, now)
  if (verdict !== 'counts') return verdict
  return hasPlace(deps, record, source) ? 'counts' : 'unwanted'
}

/** Whether the directory has room for one more record, or for a longer one in place of a short one. */
function hasPlace(deps: TakeRecordDeps, record: ReadRecord, source: string | null): boolean {
  const { records, ceiling, isKnown } = deps
  const { kind, node } = record
  const held = records.find(record)
  if (held === undefined && records.tree.count(kind, node) >= mostOf(deps, record)) return false
  if (isKnown(node)) return true
  const isFirst = held === undefined
  const more = {
    nodes: isFirst && kind === 'statements' ? 1 : 0,
    records: isFirst ? 1 : 0,
    characters: Math.max(0, record.text.length - (held?.characters ?? 0)),
    source,
  }
  // What warns of a node has a place where others have none: its next statements, and the proof against it.
  const isWarning = kind === 'proof' || (kind === 'statements' && !isFirst)
  return ceiling.take(more, heldOfNodes(deps), isWarning)
}

function mostOf({ isKnown }: TakeRecordDeps, { kind, node }: ReadRecord): number {
  return (isKnown(node) ? maxPerNode : maxPerUnknownNode)[kind]
}

function heldOfNodes({ records, isKnown }: TakeRecordDeps): HeldOfNodes {
  const all = (): readonly HeldRecord[] => records.tree.buckets.flatMap((bucket) => bucket.records)
  return {
    all,
    unknown() {
      const nodes = new Map<string, boolean>()
      return all().filter(({ node }) => {
        const known = nodes.get(node) ?? isKnown(node)
        nodes.set(node, known)
        return !known
      })
    },
  }
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
  return verifier.record(proof, known, toSeconds(clock.now())) === 'counts' ? proof : undefined
}

async function tellOfProof({ onEquivocation }: TakeRecordDeps, { node, proves }: ReadRecord): Promise<void> {
  if (proves !== undefined) await onEquivocation({ node, kind: proves })
}

async function afterPut(deps: TakeRecordDeps, record: ReadRecord, isFirst: boolean): Promise<void> {
  if (isFirst) await tellOfProof(deps, record)
  if (record.kind === 'vouch' && deps.isKnown(record.node)) deps.ceiling.forget()
  if (record.kind === 'statements') await deps.onChain(record.node, record.chain)
}
