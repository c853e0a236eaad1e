import { systemClock, systemTimers, toSeconds, type Clock, type Timers } from './base/clock.js'
import { ExchangeError } from './base/errors.js'
import { makeLogger, type Logger } from './base/logger.js'
import { systemRandom, type Random } from './base/random.js'
import { software } from './base/version.js'
import type { Config } from './config/config.js'
import { filesOf } from './config/data-folder.js'
import type { Secrets } from './config/secrets.js'
import { parseKeyEncryptionKey } from './crypto/key-encryption-key.js'
import type { KeyRows } from './crypto/key-rows.js'
import { assertKeySeparation, openKeyStore, type KeyStore } from './crypto/key-store.js'
import { keyThumbprint } from './crypto/public-key.js'
import { endBackoffNow } from './directory/backoff.js'
import { verifyStatements, isInForce, type VerifiedStatements } from './directory/key-statement.js'
import { openOwnCard } from './directory/own-card.js'
import { openPeerDirectory } from './directory/peer-directory.js'
import { makeCardRefresher } from './directory/refresh-card.js'
import { makeUpkeep } from './directory/upkeep.js'
import { buildListeners, type Listeners } from './http/listeners.js'
import type { IssueToken } from './http/api/issue-token.js'
import { makeEvidenceBudget } from './inbound/evidence-budget.js'
import { makePeerLimits } from './inbound/limit-peer.js'
import { makeReceive } from './inbound/receive.js'
import { applyReceipt } from './outbound/apply-receipt.js'
import { makeWorker } from './outbound/worker.js'
import type { Store } from './store/port.js'
import { lockDataFolder } from './store/sqlite/data-folder-lock.js'
import { openSqliteKeyRows } from './store/sqlite/sqlite-key-rows.js'
import { openSqlitePrekeyRows } from './store/sqlite/sqlite-prekey-rows.js'
import { openSqliteStore } from './store/sqlite/sqlite-store.js'
import type { NodeDocument } from './wire/generated/types.js'
import type { Transport } from './transport/port.js'
import { makeUndiciTransport } from './transport/undici-transport.js'

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
  /** What holds for tests and commands that look at the store itself. */
  readonly store: Store
}

/**
 * The composition root: wires every part of a node.
 *
 * @throws ExchangeError node-running, not-initialised, pragma-wrong, schema-newer, kek-missing, kek-wrong, key-missing,
 * key-shared, example-key-refused, statement-invalid
 */
export async function createNode(options: NodeOptions): Promise<Node> {
  const { config, secrets, overrides = {} } = options
  const { clock = systemClock, timers = systemTimers, random = systemRandom } = overrides
  const allowExampleKeys = options.allowExampleKeys === true
  const log = overrides.log ?? makeLogger(config.log.level)
  const closing: (() => unknown)[] = []
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).reverse()) await step()
  }

  try {
    const files = filesOf(options.dataFolder)
    const lock = lockDataFolder(options.dataFolder)
    closing.push(() => {
      lock.release()
    })
    const onBroken = (error: ExchangeError): void => {
      log.error({ code: error.code }, 'storage broken')
      options.onBroken?.()
    }
    const sqliteStore = await openSqliteStore({ path: files.data, onBroken })
    closing.push(() => sqliteStore.close())
    const keyRows = await openSqliteKeyRows({ path: files.keys, onBroken })
    closing.push(() => {
      keyRows.close()
    })
    const prekeyRows = await openSqlitePrekeyRows({ path: files.prekeys, onBroken })
    closing.push(() => {
      prekeyRows.close()
    })
    const store = overrides.wrapStore?.(sqliteStore) ?? sqliteStore

    const self = await store.readMeta('node-id')
    const statementTexts = JSON.parse((await store.readMeta('key-statements')) ?? '[]') as readonly string[]
    if (self === undefined) throw new ExchangeError('not-initialised')
    const keys = openKeyStore(
      {
        keyRows: overrides.wrapKeyRows?.(keyRows) ?? keyRows,
        prekeyRows,
        kek: parseKeyEncryptionKey(secrets.keyEncryptionKey.reveal()),
        clock,
        random,
        nodeId: self,
      },
      { allowExampleKeys },
    )
    closing.push(() => {
      keys.close()
    })
    const statements = checkOwnStatements(self, statementTexts, keys)
    await keys.rotatePrekeys(toSeconds(clock.now()))

    const { label, country, organisation, url } = config
    const about = { node: self, label, country, organisation, url }
    const ownCard = await openOwnCard({ store, keys, clock, statements: statementTexts, about })
    const directory = await openPeerDirectory(store)
    const transport = overrides.transport ?? makeUndiciTransport({ timers })
    closing.push(() => transport.close())
    const refresher = makeCardRefresher({ store, directory, transport, clock, log, allowExampleKeys })

    const exchangeDeps = { self, store, keys, directory, refresher, transport, clock, random, log, allowExampleKeys }
    const worker = makeWorker({ ...exchangeDeps, timers })
    closing.push(() => worker.stop())
    const upkeep = makeUpkeep({ keys, ownCard, refresher, store, clock, timers, log })
    closing.push(() => {
      upkeep.stop()
    })
    const receive = makeReceive({
      ...exchangeDeps,
      software,
      evidence: makeEvidenceBudget(),
      limits: makePeerLimits({ clock, perMinute: config.rateLimits.perPeerPerMinute }),
      applyReceipt: async (receipt) => {
        await applyReceipt(exchangeDeps, receipt)
        worker.nudge()
      },
      onAccepted: () => {
        worker.nudge()
      },
      onReturned: () => {
        worker.nudge()
      },
    })
    const ownSigningKey = (kid: string, at: number) =>
      statements.signingKeys.find((key) => key.kid === kid && isInForce(key, at))?.key
    const { listeners, issueToken } = await buildListeners({
      ...exchangeDeps,
      config,
      ownCard,
      ownSigningKey,
      receive,
      onQueued: () => {
        worker.nudge()
      },
    })
    closing.push(() => listeners.close())

    return {
      id: self,
      listeners,
      issueToken,
      store,
      async start() {
        const addresses = await listeners.listen()
        // A start is a person's doing, or the end of an outage that may have been ours: everybody is tried at once.
        for (const peer of directory.list()) await endBackoffNow(exchangeDeps, peer)
        worker.start()
        await upkeep.start()
        log.info({ node: self, federation: addresses.federation, local: addresses.local }, 'node started')
        return addresses
      },
      async settle() {
        await upkeep.settle()
        await refresher.settle()
        await worker.settle()
      },
      document: () => ownCard.document(),
      upkeep: () => upkeep.run(),
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Our own statements must be ours, list the key we sign with, and no key may have two jobs. */
function checkOwnStatements(self: string, texts: readonly string[], keys: KeyStore): VerifiedStatements {
  const statements = verifyStatements(texts)
  if (statements.node !== self) throw new ExchangeError('statement-invalid', { member: 'node' })
  const { kid } = keys.signer()
  if (!statements.signingKeys.some((key) => key.kid === kid))
    throw new ExchangeError('statement-invalid', { member: 'signing' })
  const identity = { use: 'identity' as const, kid: keyThumbprint('Ed25519', statements.identityKey) }
  assertKeySeparation([...keys.nodeKeyThumbprints(), identity])
  return statements
}
