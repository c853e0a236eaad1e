import { systemClock, systemTimers, toSeconds } from './base/clock.js'
import { ExchangeError } from './base/errors.js'
import { makeLogger } from './base/logger.js'
import { systemRandom } from './base/random.js'
import { software } from './base/version.js'
import { makeRetentionDays } from './agreements/retention-days.js'
import { runDailyRetention } from './cases/run-retention.js'
import { resumeWithdrawals } from './cases/withdraw-referrals.js'
import { filesOf } from './config/data-folder.js'
import { parseKeyEncryptionKey } from './crypto/key-encryption-key.js'
import { openKeyStore } from './crypto/key-store.js'
import { endBackoffNow } from './directory/backoff.js'
import { makeContactBook } from './directory/contacts/contact-book.js'
import { openHeldRecords } from './directory/gossip/held-records.js'
import { makeNodeGossip } from './directory/gossip/node-gossip.js'
import { watchRecords } from './directory/gossip/watch-records.js'
import { makeKeepProof } from './directory/keep-proof.js'
import { reclaimOwnRecord, renewOwnRecords } from './directory/own-records.js'
import { openOwnCard } from './directory/own-card.js'
import { openOwnStatements } from './directory/own-statements.js'
import { openPeerDirectory } from './directory/peer-directory.js'
import { makeCardRefresher } from './directory/refresh-card.js'
import { makeUpkeep } from './directory/upkeep.js'
import { buildListeners } from './http/listeners.js'
import { makeWithdrawIn } from './http/api/withdraw-in.js'
import { makeAnnouncementBudget } from './inbound/announcement-budget.js'
import { makeAnnouncementHandler } from './inbound/answer-announcement.js'
import { makeDirectoryQueryHandlers } from './inbound/answer-directory-queries.js'
import { makeNodeQueryHandlers } from './inbound/answer-node-queries.js'
import { makeOnwardQueryHandlers } from './inbound/answer-onward-queries.js'
import { makePairingQueryHandlers } from './inbound/answer-pairing.js'
import { makeEvidenceBudget } from './inbound/evidence-budget.js'
import { makePeerLimits } from './inbound/limit-peer.js'
import { makePairingBudget } from './inbound/pairing-budget.js'
import { flagByNewerRules } from './inbound/flag-by-newer-rules.js'
import { makeReceive } from './inbound/receive.js'
import { shareContact } from './outbound/agree.js'
import type { Node, NodeOptions } from './node-options.js'
import { makeAnnouncer } from './outbound/announce.js'
import { applyReceipt } from './outbound/apply-receipt.js'
import { identityRuleset } from './policy/identity/ruleset.js'
import { endOnwardReferral } from './outbound/end-onward-referral.js'
import { makeThreadRounds } from './outbound/thread-rounds.js'
import { ask } from './outbound/ask.js'
import { judgeOnNewKeys } from './outbound/judge-on-new-keys.js'
import { makeWorker } from './outbound/worker.js'
import type { SignatureCounts } from './threads/signature-counts.js'
import { lockDataFolder } from './store/sqlite/data-folder-lock.js'
import { openSqliteKeyRows } from './store/sqlite/sqlite-key-rows.js'
import { openSqlitePrekeyRows } from './store/sqlite/sqlite-prekey-rows.js'
import { openSqliteStore } from './store/sqlite/sqlite-store.js'
import { makeUndiciTransport } from './transport/undici-transport.js'

/**
 * The composition root: wires every part of a node.
 *
 * @throws ExchangeError node-running, not-initialised, pragma-wrong, schema-newer, kek-missing, kek-wrong, key-missing,
 * key-shared, example-key-refused, statement-invalid
 */
export async function createNode(options: NodeOptions): Promise<Node> {
  const { config, secrets, overrides = {} } = options
  const { clock = systemClock, timers = systemTimers, random = systemRandom, ruleset = identityRuleset } = overrides
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
      ...{ self, country, store, keys, directory, refresher, transport, clock, random, log },
      ...{ allowExampleKeys, ruleset },
    }
    const announcer = makeAnnouncer({ ...askDeps, ownCard, statements, timers })
    const exchangeDeps = { ...askDeps, signatureCounts, introduce: (node: string) => announcer.introduce(node) }
    const worker = makeWorker({ ...exchangeDeps, timers })
    closing.push(() => worker.stop())
    const onQueued = (): void => {
      worker.nudge()
    }
    const ownSigningKey = (kid: string, at: number) => statements.signingKey(kid, at)
    const ownKeyCounts = (kid: string, at: number) => statements.countsOnArrival(kid, at)
    const gossip = makeNodeGossip({
      ...refreshDeps,
      ...{ self, records, statements, timers, ...config.directory },
      ask: (peer, question) => ask(exchangeDeps, peer, question),
      requestCard: (node) => {
        refresher.request(node)
      },
      reclaim: (record) => reclaimOwnRecord(ownContacts, record),
    })
    closing.push(() => gossip.stop())
    const contacts = makeContactBook({ store, isShown: (node) => gossip.isShown(node) })
    const submitDeps = {
      ...{ ...exchangeDeps, ownSigningKey, ownKeyCounts, contacts },
      onQueued: (type?: string) => {
        onQueued()
        if (type !== undefined) rounds.tellOf(type)
      },
      mayInitialsLeave: config.sending.initials,
    }
    const ownContacts = {
      ...submitDeps,
      shareContact: async (peer: string, contact: string): Promise<void> => {
        await shareContact(submitDeps, peer, contact)
      },
    }
    const rounds = makeThreadRounds({ ...submitDeps, timers })
    closing.push(() => rounds.stop())
    const renewRecords = () => renewOwnRecords(ownContacts)
    const retire = async (): Promise<void> => {
      const days = makeRetentionDays(submitDeps, clock.now())
      const report = await runDailyRetention({ ...submitDeps, retentionDays: days })
      const [cases, threads] = [report?.cases.length ?? 0, report?.threads.length ?? 0]
      if (cases + threads > 0) log.info({ cases, threads }, 'retention over')
    }
    const upkeep = makeUpkeep({
      ...{ keys, ownCard, refresher, renewRecords, retire, store, clock, timers, log },
      resumeWithdrawals: () => resumeWithdrawals({ ...submitDeps, withdrawIn: makeWithdrawIn(submitDeps) }),
    })
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
        ...makeOnwardQueryHandlers((asker, referral) => endOnwardReferral(submitDeps, asker, referral)),
      },
      evidence: makeEvidenceBudget(),
      pairingBudget: makePairingBudget(clock),
      limits: makePeerLimits({ clock, perMinute: config.rateLimits.perPeerPerMinute }),
      applyReceipt: async (receipt) => {
        await applyReceipt(exchangeDeps, receipt)
        onQueued()
      },
      onAccepted: (_, type) => {
        onQueued()
        rounds.nudgeFor(type)
      },
      onReturned: onQueued,
    })
    const { listeners, issueToken } = await buildListeners({
      ...ownContacts,
      refreshDirectory: () => gossip.run(),
      renewRecords,
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
        await flagByNewerRules(submitDeps)
        const addresses = await listeners.listen()
        // A start is a person's doing, or the end of an outage that may have been ours: everybody is tried at once.
        for (const peer of directory.list()) await endBackoffNow(exchangeDeps, peer)
        // What a stop interrupted is ended before anything is sent: a certificate says that the key is gone.
        await rounds.start()
        worker.start()
        await upkeep.start()
        gossip.start()
        log.info({ node: self, federation: addresses.federation, local: addresses.local }, 'node started')
        return addresses
      },
      async settle() {
        await upkeep.settle()
        await rounds.run()
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
