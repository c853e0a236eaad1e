import { makeHeldRecords } from '../../src/directory/gossip/held-records.js'
import { makeRecordTree, type Bucket } from '../../src/directory/gossip/record-tree.js'
import { makeVerifier } from '../../src/directory/gossip/verifier.js'
import { chainRecord, makePopulation, simStart, vouchRecord, type Identity } from './population.js'
import type { SharedMemory } from './sim-node.js'

/** What does not change from seed to seed: who there is, and what everybody holds. */
export interface World {
  readonly identities: readonly Identity[]
  readonly invented: readonly Identity[]
  readonly introducers: readonly Identity[]
  readonly shared: SharedMemory
  readonly base: readonly Bucket[]
  /** Digests of all that was ever truly signed by a node of the population. */
  readonly genuine: Set<string>
}

const inventedNodes = 40

/** So many nodes that hold the same. */
export async function makeWorld(nodes: number): Promise<World> {
  const identities = makePopulation(nodes)
  const introducers = identities.slice(0, 3)
  const shared: SharedMemory = { texts: new Map(), keys: new Map(), verifier: makeVerifier(1_000_000) }
  const genuine = new Set<string>()
  const records = identities.flatMap((identity, at) => [
    chainRecord(identity.chain),
    identity.contact,
    ...introducers
      .slice(0, at % 2 === 0 ? 3 : 1)
      .filter(({ node }) => node !== identity.node)
      .map((introducer) => vouchRecord(introducer, identity.node, simStart - 86_400)),
  ])
  const tree = makeRecordTree()
  const held = makeHeldRecords({ self: '', clock: { now: () => simStart * 1000 }, store: nothingStored }, tree)
  await held.put(records, null)
  for (const record of [...records, ...identities.map(({ oldContact }) => oldContact)]) {
    shared.texts.set(record.digest, record.text)
    genuine.add(record.digest)
  }
  const invented = makePopulation(Math.min(inventedNodes, nodes), 'invented')
  return { identities, invented, introducers, shared, base: tree.buckets, genuine }
}

const nothingStored = {
  commit: () => Promise.resolve({ ok: true as const }),
  listRecords: () => Promise.resolve([]),
  findRecord: () => Promise.resolve(undefined),
}
