import { ExchangeError } from '../../base/errors.js'
import { toSeconds, type Clock } from '../../base/clock.js'
import type { EffectOf } from '../../store/batch.js'
import type { Store } from '../../store/port.js'
import type { RecordHead, RecordRow } from '../../store/rows.js'
import { recordEntry, recordKey, recordStamp, type HeldRecord, type RecordName } from './directory-record.js'
import { makeEndedRecords } from './ended-records.js'
import { readRecord, type ReadRecord } from './read-record.js'
import { makeRecordTree, type RecordTree } from './record-tree.js'

export interface HeldRecordsDeps {
  readonly self: string
  readonly store: Pick<Store, 'commit' | 'findRecord' | 'listRecordsOf'>
  readonly clock: Clock
}

/**
 * The records of the directory that go to every peer, in memory without their texts. One process owns the data folder, so
 * the memory is right as long as every other writer of record rows calls `reload`.
 */
export interface HeldRecords {
  readonly tree: RecordTree
  find(name: RecordName & { readonly key?: string }): HeldRecord | undefined
  /** All that are held of a kind, of one signer if given. */
  list(kind: RecordRow['kind'], node?: string): readonly HeldRecord[]
  /** Text of a record, or undefined where it went meanwhile. */
  read(name: RecordName): Promise<string | undefined>
  /** Those of a kind of one signer that have ended and are kept for their readers. */
  ended(kind: RecordRow['kind'], node: string): readonly HeldRecord[]
  /**
   * Keeps records in place of those held, and gives up others, all or none. False where somebody else wrote one of them
   * meanwhile: what is held now was read anew, decide again.
   */
  put(
    records: readonly ReadRecord[],
    kept: { readonly source: string | null; readonly storedAt?: number; readonly gone?: readonly RecordName[] },
  ): Promise<boolean>
  remove(records: readonly RecordName[]): Promise<void>
  /** How often something was given up that had not ended: what was of no use before may be wanted after it. */
  losses(): number
  /** All contacts of a node in the store: also those that have ended, and those for this node alone. */
  contactsOf(node: string): Promise<readonly RecordRow[]>
  /** Takes a record of the store into memory. @param text of a vouch: whether it ends what it was stands there alone */
  load(head: RecordHead, text?: string): void
  /** Reads one record anew after its row changed. */
  reload(name: RecordName): Promise<void>
  /**
   * Drops what has ended. Our own records, and for 90 days contacts of nodes that people see, leave only what is passed on:
   * a desk whose record ended has to be known as stale.
   */
  dropEnded(isKnown: (node: string) => boolean): Promise<void>
}

/** A contact that has ended is known as stale for so long, in seconds. */
const keptAfterEndSeconds = 90 * 86_400

/** Reads what is held without its texts, of which other nodes may have made many. @throws ExchangeError storage-failed */
export async function openHeldRecords(
  deps: HeldRecordsDeps & { readonly store: Pick<Store, 'listRecordHeads'> },
): Promise<HeldRecords> {
  const { store } = deps
  const records = makeHeldRecords(deps, makeRecordTree())
  const heads = await store.listRecordHeads()
  for (const head of heads) if (head.kind !== 'vouch') records.load(head)
  const introducers = new Set(heads.flatMap(({ kind, node }) => (kind === 'vouch' ? [node] : [])))
  for (const node of introducers) {
    for (const { text, ...head } of await store.listRecordsOf('vouch', node)) {
      records.load({ ...head, characters: text.length }, text)
    }
  }
  return records
}

/** @param tree what the store holds */
export function makeHeldRecords({ self, store, clock }: HeldRecordsDeps, tree: RecordTree): HeldRecords {
  const over = makeEndedRecords()
  let losses = 0
  const find: HeldRecords['find'] = (name) => {
    const key = name.key ?? recordKey(name)
    return tree.find(key) ?? over.get(key)
  }

  const forget = (key: string): void => {
    tree.remove(key)
    over.delete(key)
  }
  const lose = (records: readonly RecordName[]): void => {
    for (const record of records) forget(recordKey(record))
    if (records.length > 0) losses += 1
  }
  const load: HeldRecords['load'] = (head, text) => {
    const held = heldOf(head, text)
    if (held === undefined) return
    if (held.exp > toSeconds(clock.now())) tree.put(held)
    else over.put(held)
  }
  const reload = async (name: RecordName): Promise<void> => {
    const row = await store.findRecord(name.kind, name.node, name.id)
    forget(recordKey(name))
    if (row !== undefined) load({ ...row, characters: row.text.length }, row.text)
  }

  return {
    tree,
    find,
    list: (kind, node) =>
      // Asked at every new chain, of nodes that have none mostly.
      node !== undefined && tree.count(kind, node) === 0
        ? []
        : tree.buckets.flatMap(({ records }) =>
            records.filter((record) => record.kind === kind && (node === undefined || record.node === node)),
          ),
    async read({ kind, node, id }) {
      const row = await store.findRecord(kind, node, id)
      return row?.visibility === 'federation' ? row.text : undefined
    },
    ended: (kind, node) => over.of(kind, node),
    losses: () => losses,
    async put(records, { source, storedAt = clock.now(), gone = [] }) {
      const puts = records.map((record) => ({
        do: 'putRecord' as const,
        row: rowOf(record, source, storedAt),
        expect: find(record)?.digest ?? null,
      }))
      const result = await store.commit([...puts, ...gone.map(deletionOf)])
      if (!result.ok) {
        for (const { row } of puts) await makeRoom(row)
        return false
      }
      records.forEach((record) => {
        over.delete(record.key)
        tree.put(heldFrom(record, source, storedAt))
      })
      lose(gone)
      return true
    },
    async remove(records) {
      await store.commit(records.map(deletionOf))
      lose(records)
    },
    contactsOf: (node) => store.listRecordsOf('contact', node),
    load,
    reload,
    async dropEnded(isKnown) {
      const now = toSeconds(clock.now())
      const ended = tree.buckets
        .filter(({ endsFirst }) => endsFirst <= now)
        .flatMap(({ records }) => records.filter(({ exp }) => exp <= now))
      const others = ended.filter(({ kind, node }) => node !== self && !(kind === 'contact' && isKnown(node)))
      const old = [...over.all()].filter(({ node, exp }) => node !== self && exp + keptAfterEndSeconds <= now)
      if (others.length + old.length > 0) await store.commit([...others, ...old].map(deletionOf))
      for (const { key } of old) over.delete(key)
      const dropped = new Set(others.map(({ key }) => key))
      for (const record of ended) {
        tree.remove(record.key)
        if (!dropped.has(record.key)) over.put(record)
      }
    },
  }

  /** A record for single partners has the key of one that its owner now gives to everybody: it gives way. */
  async function makeRoom({ kind, node, id, seq }: RecordRow): Promise<void> {
    const row = await store.findRecord(kind, node, id)
    if (row?.visibility === 'bilateral' && row.seq < seq) await store.commit([{ do: 'deleteRecord', kind, node, id }])
    await reload({ kind, node, id })
  }
}

function deletionOf({ kind, node, id }: RecordName): EffectOf<'deleteRecord'> {
  return { do: 'deleteRecord', kind, node, id }
}

function heldFrom(record: ReadRecord, source: string | null, storedAt: number): HeldRecord {
  const { key, stamp, entry, kind, node, id, seq, digest, exp, text } = record
  const isEnded = kind === 'vouch' && record.isEnded
  return { key, stamp, entry, kind, node, id, seq, digest, exp, isEnded, characters: text.length, source, storedAt }
}

function rowOf(
  { kind, node, id, seq, digest, exp, text }: ReadRecord,
  source: string | null,
  storedAt: number,
): RecordRow {
  return { kind, node, id, seq, digest, exp, visibility: 'federation', text, source, storedAt }
}

/** Undefined for what is not passed on: what is for single partners, and a vouch that this version cannot read. */
function heldOf(head: RecordHead, text: string | undefined): HeldRecord | undefined {
  const { kind, node, id, seq, digest, exp, visibility, source, storedAt, characters } = head
  if (visibility !== 'federation') return undefined
  const isEnded = kind === 'vouch' ? isEndedVouch(text ?? '') : false
  if (isEnded === undefined) return undefined
  const key = recordKey({ kind, node, id })
  const named = { key, seq, digest }
  const shown = { key, stamp: recordStamp(named), entry: recordEntry(named) }
  return { ...shown, kind, node, id, seq, digest, exp, isEnded, characters, source, storedAt }
}

function isEndedVouch(text: string): boolean | undefined {
  try {
    return readRecord('vouch', text).isEnded
  } catch (error) {
    if (error instanceof ExchangeError) return undefined
    throw error
  }
}
