import { chainText, type ReadRecord } from '../../src/directory/gossip/read-record.js'
import { makeHeldRecords } from '../../src/directory/gossip/held-records.js'
import { makeRecordTree, type RecordTree } from '../../src/directory/gossip/record-tree.js'
import { makeVerifier } from '../../src/directory/gossip/verifier.js'
import { chainRecord, makePopulation, simStart, vouchRecord, type Identity } from './population.js'
import { makeSeedMemory, type SeedMemory } from './seed-memory.js'
import type { SharedMemory } from './sim-node.js'

/** What does not change from seed to seed: who there is, and what everybody holds. */
export interface World {
  readonly identities: readonly Identity[]
  readonly invented: readonly Identity[]
  /** Three; the last one lies where anybody does. */
  readonly introducers: readonly Identity[]
  /** Words of an honest introducer for some invented nodes, which it took back. */
  readonly takenBack: readonly ReadRecord[]
  /** Owners whose signing key a thief has, and who revoke it while a simulation runs. */
  readonly robbed: readonly Identity[]
  /** Digests of what thieves sign with those keys. */
  readonly backdated: Set<string>
  readonly shared: SharedMemory
  /** Of what is shared; what came with one seed is forgotten after it. */
  readonly memory: SeedMemory
  readonly base: RecordTree
  /** Digests of all that was ever truly signed by a node of the population. */
  readonly genuine: Set<string>
}

const inventedNodes = 40
/** Invented nodes that deceived an introducer for a while. */
const vouchedOnce = 10

const day = 86_400

/** So many nodes that hold the same. */
export async function makeWorld(nodes: number): Promise<World> {
  const identities = makePopulation(nodes)
  const introducers = identities.slice(0, 3)
  const memory = makeSeedMemory()
  const verifier = makeVerifier(Infinity, memory.makeMap)
  const shared: SharedMemory = { texts: memory.makeMap(), keys: memory.makeMap(), verifier }
  const genuine = new Set<string>()
  const invented = makePopulation(Math.min(inventedNodes, nodes), 'invented')
  const deceived = invented.slice(0, vouchedOnce).flatMap(({ node }) => {
    const [, introducer] = introducers
    return introducer === undefined ? [] : [{ introducer, node }]
  })
  const takenBack = deceived.map(({ introducer, node }) => vouchRecord(introducer, node, simStart - 50 * day))
  const ends = deceived.map(({ introducer, node }) => vouchRecord(introducer, node, simStart - 20 * day, true))
  const records = identities.flatMap((identity, at) => [
    chainRecord(identity.chain),
    identity.contact,
    ...(identity.ended === undefined ? [] : [identity.ended.tombstone]),
    ...introducers
      .slice(0, at % 2 === 0 ? 3 : 1)
      .filter(({ node }) => node !== identity.node)
      .map((introducer) => vouchRecord(introducer, identity.node, simStart - day)),
  ])
  const tree = makeRecordTree()
  const held = makeHeldRecords({ self: '', clock: { now: () => simStart * 1000 }, store: nothingStored }, tree)
  const others = [...records, ...ends].filter(({ kind }) => kind !== 'statements')
  // No change of an identity key waits in these chains.
  await held.put(
    identities.map(({ chain }) => chainRecord(chain)),
    { source: null, storedAt: 0 },
  )
  await held.put(others, { source: null })
  const old = identities.flatMap(({ oldContact, ended }) => [
    oldContact,
    ...(ended === undefined ? [] : [ended.contact]),
  ])
  for (const record of [...records, ...ends, ...takenBack, ...old]) {
    shared.texts.set(record.digest, record.text)
    genuine.add(record.digest)
  }
  for (const { chain, contact } of [...identities, ...invented]) {
    verifier.read('contact', contact.text)
    verifier.read('statements', chainText(chain))
    verifier.chain(chain)
  }
  memory.keep()
  const robbed = identities.filter((_identity, at) => at % 10 === 7).slice(0, 3)
  const backdated = new Set<string>()
  return { identities, invented, introducers, takenBack, robbed, backdated, shared, memory, base: tree, genuine }
}

const nothingStored = {
  commit: () => Promise.resolve({ ok: true as const }),
  listRecordsOf: () => Promise.resolve([]),
  findRecord: () => Promise.resolve(undefined),
}
