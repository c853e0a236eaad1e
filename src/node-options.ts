import type { Clock, Timers } from './base/clock.js'
import type { Logger } from './base/logger.js'
import type { Random } from './base/random.js'
import type { Config } from './config/config.js'
import type { Secrets } from './config/secrets.js'
import type { KeyRows } from './crypto/key-rows.js'
import type { PeerDirectory } from './directory/peer-directory.js'
import type { IssueToken } from './http/api/issue-token.js'
import type { Listeners } from './http/listeners.js'
import type { Ruleset } from './policy/identity/ruleset-version.js'
import type { Store } from './store/port.js'
import type { Transport } from './transport/port.js'
import type { NodeDocument } from './wire/generated/types.js'

/** Parts of the outside world, and wrappers that tests put around the parts of a node. */
export interface NodeOverrides {
  readonly clock?: Clock
  readonly timers?: Timers
  readonly random?: Random
  readonly log?: Logger
  readonly wrapStore?: (store: Store) => Store
  readonly wrapKeyRows?: (rows: KeyRows) => KeyRows
  /** Instead of the real network. The node closes it. */
  readonly transport?: Transport
  /** Instead of the rules of this program. */
  readonly ruleset?: Ruleset
}

export interface NodeOptions {
  readonly dataFolder: string
  readonly config: Config
  readonly secrets: Secrets
  /** True in the demo's composition only: its keys are public. */
  readonly allowExampleKeys?: boolean
  /** Disk or file are broken: nothing can be kept any more, the process should end. */
  readonly onBroken?: () => void
  readonly overrides?: NodeOverrides
}

/** A node, opened but not listening. Owns the data folder until it is disposed. */
export interface Node extends AsyncDisposable {
  readonly id: string
  readonly listeners: Listeners
  readonly issueToken: IssueToken
  /** Starts both listeners, the outbox worker and the upkeep. */
  start(): Promise<{ readonly federation: string; readonly local: string }>
  /** Resolves when nothing is due in the outbox and no attempt, card fetch or upkeep is under way. */
  settle(): Promise<void>
  /** What the node publishes of itself: key statements and card. */
  document(): NodeDocument
  /** One round of upkeep now: prekeys, card, peers' cards, old receipts. */
  upkeep(): Promise<void>
  /** One round of gossip now: three peers are asked for what they hold of the directory. */
  gossip(): Promise<void>
  /** What holds for tests and commands that look at the store itself. */
  readonly store: Store
  readonly directory: PeerDirectory
}
