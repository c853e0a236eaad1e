import type { Timers } from '../../base/clock.js'
import { systemDefer } from '../../base/defer.js'
import { newUuid } from '../../base/ids.js'
import { toSeconds } from '../../base/clock.js'
import { traceOf } from '../../base/logger.js'
import type { EquivocationProof } from '../../wire/generated/types.js'
import { raiseAlarm } from '../raise-alarm.js'
import { freezePeer } from '../freeze-peer.js'
import type { OwnStatements } from '../own-statements.js'
import { takeChain, type TakeDocumentDeps } from '../take-document.js'
import type { RecordName } from './directory-record.js'
import type { AskDirectory } from './directory-questions.js'
import { makeGossip, type Gossip } from './gossip.js'
import type { HeldRecords } from './held-records.js'
import { makeUnknownCeiling } from './unknown-ceiling.js'
import { makeVerifier } from './verifier.js'
import { isShown, isVouchedFor, type VisibilityDeps } from './visibility.js'

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
  /** Signs our own record of this name anew, above the sequence of one that somebody else made with our key. */
  readonly reclaim: (record: RecordName & { readonly seq: number }) => Promise<void>
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
  const { self, store, directory, clock, random, records, statements, log } = deps
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
  const isNamed = (node: string): boolean => directory.find(node) !== undefined || deps.introducers.includes(node)
  /** Anybody can make nodes that contradict themselves: only of those that people deal with they have to hear. */
  const isOfInterest = (node: string): boolean =>
    node === self || isNamed(node) || isVouchedFor(visibility, records.tree, node, toSeconds(clock.now()))

  const gossip = makeGossip({
    ...deps,
    verifier: makeVerifier(remembered),
    ceiling: makeUnknownCeiling(),
    defer: systemDefer,
    isKnown: (node) => isNamed(node) || shown(node),
    async onEquivocation({ node, kind }) {
      if (isOfInterest(node)) await freezePeer(deps, node, codeOfProof[kind])
    },
    async onChain(node, chain) {
      if (directory.find(node) === undefined) return
      await takeChain(deps, node, chain)
      if (directory.find(node)?.hasCountingCard === false) deps.requestCard(node)
    },
    async onForeignOwn(code, { kind, node, id, seq }) {
      log.error({ code, kind, id }, 'somebody else signs with our key')
      await store.commit([raiseAlarm({ id: newUuid(random), at: clock.now(), code, node: null })])
      // The rest of what the peer gives is looked at all the same.
      await deps.reclaim({ kind, node, id, seq }).catch((error: unknown) => {
        log.error({ kind, id, ...traceOf(error) }, 'own record not signed anew')
      })
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
