import { createHash } from 'node:crypto'
import type { Random } from '../../src/base/random.js'
import type { HeldRecord, RecordName } from '../../src/directory/gossip/directory-record.js'
import type { mergeRecords } from '../../src/directory/gossip/merge-records.js'
import type { RecordRow } from '../../src/store/rows.js'
import { pairAll, reachableOver } from './graph.js'
import { makeLiar, type Liar } from './liar.js'
import { makeNetwork, type Answering } from './network.js'
import { revocationOf, simStart, type Identity } from './population.js'
import { SimClock } from './sim-clock.js'
import { makeSimNode, type SimNode } from './sim-node.js'
import { simRandom } from './sim-random.js'
import type { World } from './world.js'

export interface RunOptions {
  readonly seed: string
  readonly fanout: number
  /** Share of messages that are lost, one way. */
  readonly loss: number
  /** Share of nodes that lie. */
  readonly liars: number
  /** How far clocks are off, in seconds, each way. */
  readonly skewSeconds: number
  /** Two halves that cannot reach each other for the first rounds. */
  readonly isPartitioned: boolean
  /** Words of introducers that make a node visible; two unless given. */
  readonly vouchesNeeded?: number
  /** Instead of the merge of the product. */
  readonly merge?: typeof mergeRecords
}

export const roundMs = 600_000
const partitionRounds = 10

/** A federation that is set up, and what is seen of it from outside. */
export interface Run {
  readonly clock: SimClock
  readonly random: Random
  readonly nodes: ReadonlyMap<string, SimNode>
  readonly honest: readonly Identity[]
  /** When the halves reach each other again, epoch milliseconds. */
  readonly healsAt: number
  /** Told of every record that an honest node takes. */
  onHeld: (holder: string, row: RecordRow) => void
  startAll(): void
  stop(): Promise<void>
  /** Owners whose key was stolen revoke it, and sign their contact anew. */
  revokeStolen(): Promise<void>
  /** Whether all that can hear of it hold what they signed then. */
  isRevokedEverywhere(): boolean
  /** Honest nodes that a record of this one can come to. */
  reachableFrom(node: string): ReadonlySet<string>
  /**
   * Records taken that their owner never signed or that are older than those before, and true ones given up. What a thief
   * signed with a key that was not revoked yet counts where its owner takes it, and where it is held after the revocation.
   */
  fooled(): number
  /** Invented nodes that honest ones show, each as often as it is shown. */
  shownLiars(): number
  /** Proofs held by honest nodes. */
  proofs(): number
  /** Digest of all that happened, in order. */
  trace(): string
  /** Sent by all, both ways. */
  bytes(): number
}

export function makeRun(world: World, options: RunOptions): Run {
  const { identities } = world
  const clock = new SimClock(simStart * 1000)
  const random = simRandom(`${options.seed}|run`)
  const pairs = pairAll(identities.length, random)
  const nodeAt = (at: number): string => identities[at]?.node ?? ''
  const peersOf = new Map(identities.map(({ node }, at) => [node, (pairs[at] ?? []).map(nodeAt)]))
  // Introducers are chosen with care: of three only one lies.
  const lyingIntroducers = options.liars > 0 ? world.introducers.slice(2) : []
  const lying = new Set([
    ...lyingIntroducers,
    ...identities.filter((identity) => !world.introducers.includes(identity) && random.fraction() < options.liars),
  ])
  const honest = identities.filter((identity) => !lying.has(identity))
  const honestNodes = new Set(honest.map(({ node }) => node))
  const healsAt = clock.now() + partitionRounds * roundMs
  const half = new Map(identities.map(({ node }) => [node, random.fraction() < 0.5]))
  const trace = createHash('sha256')
  let fooled = 0
  const run: { onHeld: Run['onHeld'] } = { onHeld: () => undefined }

  const answering = new Map<string, Answering>()
  const network = makeNetwork({
    clock,
    random: simRandom(`${options.seed}|network`),
    loss: options.loss,
    isCut: (from, to) => options.isPartitioned && clock.now() < healsAt && half.get(from) !== half.get(to),
    answering: (node) => answering.get(node),
    onMessage: (line) => trace.update(line),
  })

  // A merge that is wrong may refuse an owner its own statement.
  const robbed = options.merge === undefined ? world.robbed.filter((identity) => !lying.has(identity)) : []
  /** Of each owner what it signed as it revoked its key. */
  const revocations = new Map<string, ReturnType<typeof revocationOf>>()
  /** Of each contact signed then who has yet to hear of it; asked after every event, so it is kept, not counted. */
  const waiting = new Map<string, Set<string>>()
  const isHeldAt = (holder: string, record: RecordName & Pick<RecordRow, 'digest'>): boolean =>
    nodes.get(holder)?.records.find(record)?.digest === record.digest
  const isRevokedAt = (holder: string, owner: string): boolean => {
    const revocation = revocations.get(owner)
    return revocation !== undefined && isHeldAt(holder, revocation.chain)
  }
  const reachableFrom: Run['reachableFrom'] = (node) =>
    reachableOver(node, (of) => (peersOf.get(of) ?? []).filter((peer) => honestNodes.has(peer)))
  const stillDeceived = (): number => {
    const held = [...nodes].flatMap(([holder, { records }]) =>
      records.list('contact').filter(({ node, digest }) => world.backdated.has(digest) && isRevokedAt(holder, node)),
    )
    return held.length
  }

  const watchPut = (holder: string, row: RecordRow, before: HeldRecord | undefined): void => {
    trace.update(`${clock.now()} ${holder} ${row.digest}\n`)
    run.onHeld(holder, row)
    const waitingFor = waiting.get(row.digest)
    if (waitingFor?.delete(holder) === true && waitingFor.size === 0) waiting.delete(row.digest)
    if (!honestNodes.has(row.node)) return
    if (world.backdated.has(row.digest) && holder !== row.node && !isRevokedAt(holder, row.node)) return
    const isOlder = before !== undefined && row.seq < before.seq
    if (row.kind === 'proof' || isOlder || !world.genuine.has(row.digest)) fooled += 1
  }

  const nodes = new Map<string, SimNode>()
  const liars: Liar[] = []
  for (const identity of identities) {
    const { node } = identity
    const peers = peersOf.get(node) ?? []
    if (lying.has(identity)) {
      const liar = makeLiar({ world, liar: identity, at: liars.length, peers, honest, clock, random })
      liars.push(liar)
      answering.set(node, liar)
      continue
    }
    const skewMs = Math.round((random.fraction() * 2 - 1) * options.skewSeconds * 1000)
    const simNode = makeSimNode({
      self: node,
      peers,
      base: world.base,
      shared: world.shared,
      clock: { now: () => clock.now() + skewMs },
      timers: clock,
      random: simRandom(`${options.seed}|${node}`),
      ask: network.askAs(node),
      fanout: options.fanout,
      introducers: world.introducers.map((introducer) => introducer.node),
      vouchesNeeded: options.vouchesNeeded ?? 2,
      ...(options.merge === undefined ? {} : { merge: options.merge }),
      onPut: (row, before) => {
        watchPut(node, row, before)
      },
      onDelete: (held) => {
        const isOver = held.exp <= clock.now() / 1000 + options.skewSeconds
        if (honestNodes.has(held.node) && !isOver && !revocations.has(held.node)) fooled += 1
      },
    })
    nodes.set(node, simNode)
    answering.set(node, {
      answersTo: (asker) => simNode.answers(asker),
      viewFor: () => ({
        tree: simNode.records.tree,
        read: ({ digest }) => Promise.resolve(world.shared.texts.get(digest)),
      }),
    })
  }

  return Object.assign(run, {
    clock,
    random,
    nodes,
    honest,
    healsAt,
    startAll() {
      for (const { gossip } of nodes.values()) {
        // Nodes were not all started at one time.
        clock.after(random.fraction() * roundMs, () => {
          gossip.start()
        })
      }
    },
    async stop() {
      const stopped = Promise.all([...nodes.values()].map(({ gossip }) => gossip.stop()))
      await clock.runUntil(clock.now() + roundMs)
      await stopped
    },
    async revokeStolen() {
      for (const owner of robbed) {
        const revocation = revocationOf(owner, Math.floor(clock.now() / 1000))
        revocations.set(owner.node, revocation)
        waiting.set(revocation.contact.digest, new Set(reachableFrom(owner.node)))
        for (const record of [revocation.chain, revocation.contact]) {
          world.genuine.add(record.digest)
          await nodes.get(owner.node)?.publish(record)
        }
      }
    },
    isRevokedEverywhere: () => waiting.size === 0,
    reachableFrom,
    fooled: () => fooled + stillDeceived(),
    shownLiars: () => {
      const strangers = world.invented.map(({ node }) => node)
      const shownBy = (node: SimNode): number => strangers.filter((stranger) => node.isShown(stranger)).length
      return [...nodes.values()].reduce((sum, node) => sum + shownBy(node), 0)
    },
    proofs: () => [...nodes.values()].reduce((sum, { records }) => sum + records.list('proof').length, 0),
    trace: () => trace.copy().digest('hex'),
    bytes: () => network.bytes(),
  })
}
