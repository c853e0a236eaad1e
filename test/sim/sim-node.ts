import type { Clock, Timers } from '../../src/base/clock.js'
import { silentLogger } from '../../src/base/logger.js'
import type { Random } from '../../src/base/random.js'
import type { AskDirectory } from '../../src/directory/gossip/directory-questions.js'
import { recordKey, type HeldRecord, type RecordName } from '../../src/directory/gossip/directory-record.js'
import { makeGossip, type Gossip } from '../../src/directory/gossip/gossip.js'
import { makeHeldRecords, type HeldRecords } from '../../src/directory/gossip/held-records.js'
import type { mergeRecords } from '../../src/directory/gossip/merge-records.js'
import type { ReadRecord } from '../../src/directory/gossip/read-record.js'
import { makeRecordTree, type RecordTree } from '../../src/directory/gossip/record-tree.js'
import { takeRecord, type TakeRecordDeps } from '../../src/directory/gossip/take-record.js'
import { makeUnknownCeiling } from '../../src/directory/gossip/unknown-ceiling.js'
import type { Verifier } from '../../src/directory/gossip/verifier.js'
import { isShown, type VisibilityDeps } from '../../src/directory/gossip/visibility.js'
import type { SeedMap } from './seed-memory.js'
import type { Batch } from '../../src/store/batch.js'
import type { RecordRow } from '../../src/store/rows.js'

/** What all nodes of a simulation share, so that a thousand of them fit: texts, and what verified. */
export interface SharedMemory {
  /** By digest. */
  readonly texts: SeedMap<string>
  /** Keys of records by their names. */
  readonly keys: SeedMap<string>
  readonly verifier: Verifier
}

export interface SimNodeOptions {
  readonly self: string
  readonly peers: readonly string[]
  readonly base: RecordTree
  readonly shared: SharedMemory
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly ask: AskDirectory
  readonly fanout: number
  readonly introducers: readonly string[]
  readonly vouchesNeeded: number
  readonly merge?: typeof mergeRecords
  /** Told before a record is kept, with the one that it replaces; and before one is given up. */
  readonly onPut: (row: RecordRow, before: HeldRecord | undefined) => void
  readonly onDelete: (held: HeldRecord) => void
}

/** An honest node: the gossip of the product over a store in memory. */
export interface SimNode {
  readonly records: HeldRecords
  readonly gossip: Gossip
  /** Peers that are neither frozen nor gone. */
  answers(asker: string): boolean
  publish(record: ReadRecord): Promise<void>
  isShown(node: string): boolean
}

export function makeSimNode(options: SimNodeOptions): SimNode {
  const { self, clock, shared } = options
  const tree = makeRecordTree(options.base)
  const peers = new Set(options.peers)
  const frozen = new Set<string>()
  const records = makeHeldRecords({ self, clock, store: makeStore() }, tree)
  const visibility: VisibilityDeps = {
    standing: (node) =>
      node === self ? 'self' : !peers.has(node) ? 'unknown' : frozen.has(node) ? 'suspended' : 'paired',
    introducers: options.introducers,
    vouchesNeeded: options.vouchesNeeded,
  }
  const shown = (node: string): boolean => isShown(visibility, tree, node, Math.floor(clock.now() / 1000))
  const taking: TakeRecordDeps = {
    self,
    clock,
    records,
    verifier: shared.verifier,
    ceiling: makeUnknownCeiling(),
    isKnown: (node) => peers.has(node) || options.introducers.includes(node) || shown(node),
    onEquivocation({ node }) {
      frozen.add(node)
      return Promise.resolve()
    },
    onChain: () => Promise.resolve(),
    onForeignOwn: () => Promise.resolve(),
    ...(options.merge === undefined ? {} : { merge: options.merge }),
  }
  const gossip = makeGossip({
    ...taking,
    ask: options.ask,
    timers: options.timers,
    random: options.random,
    log: silentLogger,
    defer: queueMicrotask,
    fanout: options.fanout,
    askable: () => options.peers.filter((peer) => !frozen.has(peer)),
    ownChains: () => [],
  })
  return {
    records,
    gossip,
    answers: (asker) => peers.has(asker) && !frozen.has(asker),
    async publish(record) {
      const taken = await takeRecord(taking, record, null)
      if (taken !== 'held') throw new Error(`not published: ${taken}`)
    },
    isShown: shown,
  }

  function keyOf(name: RecordName): string {
    const text = `${name.kind}|${name.node}|${name.id}`
    const key = shared.keys.get(text) ?? recordKey(name)
    shared.keys.set(text, key)
    return key
  }

  function findRecord(kind: RecordRow['kind'], node: string, id: string): Promise<RecordRow | undefined> {
    const held = tree.find(keyOf({ kind, node, id }))
    const text = held === undefined ? undefined : shared.texts.get(held.digest)
    if (held === undefined || text === undefined) return Promise.resolve(undefined)
    const { seq, digest, exp, source, storedAt } = held
    return Promise.resolve({ kind, node, id, seq, digest, exp, source, storedAt, text, visibility: 'federation' })
  }

  /** The tree is the store: every node holds what its tree says, and the texts are everybody's. */
  function makeStore() {
    return {
      commit(batch: Batch) {
        for (const effect of batch) {
          if (effect.do === 'putRecord') {
            options.onPut(effect.row, tree.find(keyOf(effect.row)))
            shared.texts.set(effect.row.digest, effect.row.text)
          }
          if (effect.do === 'deleteRecord') {
            const held = tree.find(keyOf(effect))
            if (held !== undefined) options.onDelete(held)
          }
        }
        return Promise.resolve({ ok: true as const })
      },
      listRecordsOf: async (kind: RecordRow['kind'], node: string) => {
        if (tree.count(kind, node) === 0) return []
        const rows = records.list(kind, node).map(({ id }) => findRecord(kind, node, id))
        return (await Promise.all(rows)).flatMap((row) => row ?? [])
      },
      findRecord,
    }
  }
}
