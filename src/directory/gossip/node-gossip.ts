import type { Timers } from '../../base/clock.js'
import { systemDefer } from '../../base/defer.js'
import { newUuid } from '../../base/ids.js'
import { toSeconds } from '../../base/clock.js'
import type { EquivocationProof } from '../../wire/generated/types.js'
import { freezePeer } from '../freeze-peer.js'
import type { OwnStatements } from '../own-statements.js'
import { takeChain, type TakeDocumentDeps } from '../take-document.js'
import type { AskDirectory } from './directory-questions.js'
import { makeGossip, type Gossip } from './gossip.js'
import type { HeldRecords } from './held-records.js'
import { makeUnknownCeiling } from './unknown-ceiling.js'
import { makeVerifier } from './verifier.js'
import { isShown, type VisibilityDeps } from './visibility.js'

export type NodeGossipDeps = TakeDocumentDeps & {
  readonly self: string
  readonly records: HeldRecords
  readonly statements: OwnStatements
  readonly timers: Timers
  readonly ask: AskDirectory
  /** Settings of the node. */
  readonly introducers: readonly string[]
  readonly vouchesNeeded: number
  /** The card that is held of a peer may not count any more. */
  readonly requestCard: (node: string) => void
}

export interface NodeGossip extends Gossip {
  /** Whether people see the records of this node. */
  isShown(node: string): boolean
}

const codeOfProof = {
  card: 'card-equivocation',
  statement: 'statement-equivocation',
  contact: 'record-equivocation',
  vouch: 'record-equivocation',
} as const satisfies Record<EquivocationProof['kind'], string>
/** Records whose results are remembered. */
const remembered = 2000

/** The gossip of a node: what it learns changes its peers, freezes them, and alarms people. */
export function makeNodeGossip(deps: NodeGossipDeps): NodeGossip {
  const { self, store, directory, clock, random, records, statements } = deps
  const visibility: VisibilityDeps = {
    standing(node) {
      if (node === self) return 'self'
      const peer = directory.find(node)
      return peer === undefined ? 'unknown' : peer.row.suspendedAt === null ? 'paired' : 'suspended'
    },
    introducers: deps.introducers,
    vouchesNeeded: deps.vouchesNeeded,
  }
  const shown = (node: string): boolean => isShown(visibility, records.tree, node, toSeconds(clock.now()))

  const gossip = makeGossip({
    ...deps,
    verifier: makeVerifier(remembered),
    ceiling: makeUnknownCeiling(),
    defer: systemDefer,
    isKnown: (node) => directory.find(node) !== undefined || deps.introducers.includes(node) || shown(node),
    onEquivocation: ({ node, kind }) => freezePeer(deps, node, codeOfProof[kind]),
    async onChain(node, chain) {
      if (directory.find(node) === undefined) return
      await takeChain(deps, node, chain)
      if (directory.find(node)?.hasCountingCard === false) deps.requestCard(node)
    },
    async onForeignOwn(code) {
      const alarm = { id: newUuid(random), at: clock.now(), code, node: null, thread: null }
      await store.commit([{ do: 'raiseAlarm', row: { ...alarm, acknowledgedAt: null, acknowledgedBy: null } }])
    },
    askable: () =>
      directory
        .list()
        .filter(({ row }) => row.suspendedAt === null && row.retryAt <= clock.now())
        .map(({ row }) => row.node),
    ownChains: () => [
      { node: self, chain: statements.texts() },
      ...directory
        .list()
        .map(({ row }) => ({ node: row.node, chain: JSON.parse(row.statements) as readonly string[] })),
    ],
  })
  return { ...gossip, isShown: shown }
}
