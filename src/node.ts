import { systemClock, systemTimers, toSeconds, type Clock, type Timers } from './base/clock.js'
import { ExchangeError } from './base/errors.js'
import { makeLogger, type Logger } from './base/logger.js'
import { systemRandom, type Random } from './base/random.js'
import { software } from './base/version.js'
import { retentionDays } from './agreements/retention-days.js'
import { runDailyRetention } from './cases/run-retention.js'
import type { Config } from './config/config.js'
import { filesOf } from './config/data-folder.js'
import type { Secrets } from './config/secrets.js'
import { parseKeyEncryptionKey } from './crypto/key-encryption-key.js'
import type { KeyRows } from './crypto/key-rows.js'
import { openKeyStore } from './crypto/key-store.js'
import { endBackoffNow } from './directory/backoff.js'
import { makeContactBook } from './directory/contacts/contact-book.js'
import { renewOwnContacts } from './directory/contacts/own-contacts.js'
import { openHeldRecords } from './directory/gossip/held-records.js'
import { makeNodeGossip } from './directory/gossip/node-gossip.js'
import { watchRecords } from './directory/gossip/watch-records.js'
import { makeKeepProof } from './directory/keep-proof.js'
import { openOwnCard } from './directory/own-card.js'
import { openOwnStatements } from './directory/own-statements.js'
import { openPeerDirectory, type PeerDirectory } from './directory/peer-directory.js'
import { makeCardRefresher } from './directory/refresh-card.js'
import { makeUpkeep } from './directory/upkeep.js'
import { buildListeners, type Listeners } from './http/listeners.js'
import type { IssueToken } from './http/api/issue-token.js'
import { makeAnnouncementBudget } from './inbound/announcement-budget.js'
import { makeAnnouncementHandler } from './inbound/answer-announcement.js'
import { makeDirectoryQueryHandlers } from './inbound/answer-directory-queries.js'
import { makeNodeQueryHandlers } from './inbound/answer-node-queries.js'
import { makePairingQueryHandlers } from './inbound/answer-pairing.js'
import { makeEvidenceBudget } from './inbound/evidence-budget.js'
import { makePeerLimits } from './inbound/limit-peer.js'
import { makePairingBudget } from './inbound/pairing-budget.js'
import { makeReceive } from './inbound/receive.js'
import { shareContact } from './outbound/agree.js'
import { makeAnnouncer } from './outbound/announce.js'
import { applyReceipt } from './outbound/apply-receipt.js'
import { makeErasureRound } from './outbound/erasure-round.js'
import { endsUse } from './referral/ends-use.js'
import { ask } from './outbound/ask.js'
import { judgeOnNewKeys } from './outbound/judge-on-new-keys.js'
import { makeWorker } from './outbound/worker.js'
import type { Store } from './store/port.js'
import type { SignatureCounts } from './threads/signature-counts.js'
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
  /** One round of gossip now: three peers are asked for what they hold of the directory. */
  gossip(): Promise<void>
  /** What holds for tests and commands that look at the store itself. */
  readonly store: Store
  readonly directory: PeerDirectory
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
    const kept = overrides.wrapStore?.(sqliteStore) ?? sqliteStore

    const self = await kept.readMeta('node-id')
    if (self === undefined) throw new ExchangeError('not-initialised')
    const records = await openHeldRecords({ self, store: kept, clock })
    const store = watchRecords(kept, records)
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
    const ownStatements = await openOwnStatements({ store, keys, self })
    await keys.rotatePrekeys(toSeconds(clock.now()))

    const { label, country, organisation, url } = config
    const about = { node: self, label, country, organisation, url }
    const peers = await openPeerDirectory(store)
    const signatureCounts: SignatureCounts = (author, kid, at) =>
      (author === self ? ownStatements : peers.find(author))?.signingKey(kid, at) !== undefined
    const judge = judgeOnNewKeys({
      ...{ self, store, keys, clock, random, log, signatureCounts },
      ...{ directory: peers, statements: ownStatements },
    })
    const { directory, statements } = judge
    const ownCard = await openOwnCard({ store, keys, clock, statements, about })
    const transport = overrides.transport ?? makeUndiciTransport({ timers })
    closing.push(() => transport.close())
    const keepProof = makeKeepProof({ store, clock })
    const refreshDeps = { store, directory, transport, clock, random, log, allowExampleKeys, keepProof }
    const refresher = makeCardRefresher(refreshDeps)

    const askDeps = {
      self,
      country,
      store,
      keys,
      directory,
      refresher,
      transport,
      clock,
      random,
      log,
      allowExampleKeys,
    }
    const announcer = makeAnnouncer({ ...askDeps, ownCard, statements, timers })
    const exchangeDeps = { ...askDeps, signatureCounts, introduce: (node: string) => announcer.introduce(node) }
    const worker = makeWorker({ ...exchangeDeps, timers })
    closing.push(() => worker.stop())
    const ownSigningKey = (kid: string, at: number) => statements.signingKey(kid, at)
    const gossip = makeNodeGossip({
      ...refreshDeps,
      ...{ self, records, statements, timers, ...config.directory },
      ask: (peer, question) => ask(exchangeDeps, peer, question),
      requestCard: (node) => {
        refresher.request(node)
      },
    })
    closing.push(() => gossip.stop())
    const contacts = makeContactBook({ store, isShown: (node) => gossip.isShown(node) })
    const onQueued = (): void => {
      worker.nudge()
    }
    const submitDeps = { ...exchangeDeps, ownSigningKey, contacts, onQueued }
    const ownContacts = {
      ...submitDeps,
      shareContact: async (peer: string, contact: string): Promise<void> => {
        await shareContact(submitDeps, peer, contact)
      },
    }
    const erasures = makeErasureRound({ ...submitDeps, timers })
    closing.push(() => erasures.stop())
    const renewContacts = () => renewOwnContacts(ownContacts)
    const retire = async (): Promise<void> => {
      const report = await runDailyRetention({ ...submitDeps, retentionDays: (row) => retentionDays(submitDeps, row) })
      const [cases, threads] = [report?.cases.length ?? 0, report?.threads.length ?? 0]
      if (cases + threads > 0) log.info({ cases, threads }, 'retention over')
    }
    const upkeep = makeUpkeep({ keys, ownCard, refresher, renewContacts, retire, store, clock, timers, log })
    closing.push(() => {
      upkeep.stop()
    })
    const announcements = makeAnnouncementBudget(clock)
    const receive = makeReceive({
      ...exchangeDeps,
      ...{ keepProof, announcements },
      handlers: {
        ...makeNodeQueryHandlers({ store, clock, software }),
        ...makeAnnouncementHandler({ ...refreshDeps, announcements }),
        ...makeDirectoryQueryHandlers({ records, clock }),
        ...makePairingQueryHandlers({ ...exchangeDeps, ownCard }),
      },
      evidence: makeEvidenceBudget(),
      pairingBudget: makePairingBudget(clock),
      limits: makePeerLimits({ clock, perMinute: config.rateLimits.perPeerPerMinute }),
      applyReceipt: async (receipt) => {
        await applyReceipt(exchangeDeps, receipt)
        worker.nudge()
      },
      onAccepted: (_, type) => {
        worker.nudge()
        if (endsUse(type)) erasures.nudge()
      },
      onReturned: () => {
        worker.nudge()
      },
    })
    const { listeners, issueToken } = await buildListeners({
      ...ownContacts,
      refreshDirectory: () => gossip.run(),
      announce: async () => {
        await gossip.takeOwnChains()
        return announcer.tellAll()
      },
      config,
      ownCard,
      statements,
      receive,
    })
    closing.push(() => listeners.close())

    return {
      id: self,
      listeners,
      issueToken,
      store,
      directory,
      async start() {
        await judge.run()
        const addresses = await listeners.listen()
        // A start is a person's doing, or the end of an outage that may have been ours: everybody is tried at once.
        for (const peer of directory.list()) await endBackoffNow(exchangeDeps, peer)
        // What a stop interrupted is ended before anything is sent: a certificate says that the key is gone.
        await erasures.start()
        worker.start()
        await upkeep.start()
        gossip.start()
        log.info({ node: self, federation: addresses.federation, local: addresses.local }, 'node started')
        return addresses
      },
      async settle() {
        await upkeep.settle()
        await erasures.run()
        await gossip.settle()
        await refresher.settle()
        await worker.settle()
      },
      document: () => ownCard.document(),
      upkeep: () => upkeep.run(),
      gossip: () => gossip.run(),
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
