import type { Batch } from './batch.js'
import type {
  AgreementRow,
  AlarmRow,
  DeskChoiceRow,
  EventRow,
  GivenReceiptRow,
  GotReceiptRow,
  InvitationRow,
  OutboxRow,
  PairingRow,
  PeerRow,
  RecordHead,
  RecordRow,
  TextDecisionRow,
  ThreadRow,
  TokenRow,
  WaitingRow,
} from './rows.js'
import type { CaseEntryRow, CaseName, CasePage, CaseReadRow, CaseRow, CaseVaultRow, DueEntryRow } from './case-rows.js'
import type { DueClockRow, ThreadClockPage } from './clock-rows.js'
import type { ErasureRow, ThreadLinkRow, TombstoneRow, TrimRow } from './erasure-rows.js'

/**
 * What the node keeps (data.db). Reads see everything committed before the call. `commit` is the only way to write:
 * all effects of a batch happen, or none (architecture, decisions 1 and 2). When its promise resolves with
 * `committed`, the batch is on disk (fsync). Adapters may put several batches into one transaction, each in a
 * savepoint of its own: a failed precondition of one never touches another.
 */
export interface Store {
  /**
   * @throws ExchangeError storage-failed: the batch is not kept, except after a fault while the disk took it: then a
   * restart tells; internal: a value in the batch is none that a database takes, nothing was tried
   */
  commit(batch: Batch): Promise<CommitResult>

  findPeer(node: string): Promise<PeerRow | undefined>
  listPeers(): Promise<readonly PeerRow[]>

  /** Agreements with a peer: by place, then validFrom, then digest. */
  agreementsOf(peer: string): Promise<readonly AgreementRow[]>
  findAgreement(digest: string): Promise<AgreementRow | undefined>

  /** All records of the directory without their texts, of one kind if given, by kind, node, id. */
  listRecordHeads(kind?: RecordRow['kind']): Promise<readonly RecordHead[]>
  /** Records of one kind of one node, by id. */
  listRecordsOf(kind: RecordRow['kind'], node: string): Promise<readonly RecordRow[]>
  /** All records with their texts, which other nodes may have made many and long: for tests. */
  listRecords(kind?: RecordRow['kind']): Promise<readonly RecordRow[]>
  findRecord(kind: RecordRow['kind'], node: string, id: string): Promise<RecordRow | undefined>

  findInvitation(id: string): Promise<InvitationRow | undefined>
  /** Newest first. */
  listInvitations(): Promise<readonly InvitationRow[]>
  findPairing(id: string): Promise<PairingRow | undefined>
  findPairingOf(role: PairingRow['role'], invitation: string): Promise<PairingRow | undefined>
  /** Newest first. */
  listPairings(): Promise<readonly PairingRow[]>

  /** Newest first; those that nobody acknowledged yet, or all. */
  listAlarms(page: {
    readonly limit: number
    readonly onlyOpen: boolean
    /** The last one of the page before. */
    readonly after?: Pick<AlarmRow, 'at' | 'id'>
  }): Promise<readonly AlarmRow[]>
  findDeskChoice(thread: string): Promise<DeskChoiceRow | undefined>
  /** By event. */
  textDecisionsOf(thread: string): Promise<readonly TextDecisionRow[]>
  /** The event of this author that was stored last. */
  findLastEvent(author: string): Promise<EventRow | undefined>

  findThreadLink(thread: string): Promise<ThreadLinkRow | undefined>
  /** Referrals of this node that continue this one. */
  linksTo(parent: string): Promise<readonly ThreadLinkRow[]>
  findErasure(thread: string): Promise<ErasureRow | undefined>
  /** Due by `now`, and not yet certified with no onward holder left; oldest first. */
  openErasures(now: number): Promise<readonly ErasureRow[]>
  /** Due by `now`, oldest first. */
  dueTrims(now: number): Promise<readonly TrimRow[]>
  /** Clocks whose nextAt is not after `now`, oldest first. */
  dueThreadClocks(now: number, limit: number): Promise<readonly DueClockRow[]>
  /** By (dueAt, thread, kind, about); strictly after `after` if given. */
  listThreadClocks(page: ThreadClockPage): Promise<readonly DueClockRow[]>
  findTombstone(thread: string): Promise<TombstoneRow | undefined>
  /** Data keys that have to be destroyed. */
  listDeadKeys(): Promise<readonly { readonly keyId: string; readonly at: number }[]>

  /** By id or code. */
  findCase(name: string): Promise<CaseRow | undefined>
  /** Newest first by (updatedAt, id); strictly older than `after` if given. */
  listCases(page: CasePage): Promise<readonly CaseRow[]>
  /** By seq. */
  caseEntriesOf(caseId: string): Promise<readonly CaseEntryRow[]>
  /** By case. */
  caseEntriesOfThread(thread: string): Promise<readonly CaseEntryRow[]>
  /** What is to be done by `until`, of all cases; oldest first. */
  dueCaseEntries(until: number, limit: number): Promise<readonly DueEntryRow[]>
  findCaseVault(caseId: string): Promise<CaseVaultRow | undefined>
  casesWithHint(hash: string): Promise<readonly CaseName[]>
  /** Newest first. */
  caseReadsOf(caseId: string, limit: number): Promise<readonly CaseReadRow[]>
  /** Not erased, and retainUntil is over at `now`; oldest first. */
  dueCases(now: number): Promise<readonly CaseRow[]>

  findThread(thread: string): Promise<ThreadRow | undefined>
  /** Referral threads only. Newest first by (updatedAt, thread); strictly older than `after` if given. */
  listThreads(page: ThreadPage): Promise<readonly ThreadRow[]>
  /** Referral threads whose id begins so, ordered by id. */
  threadsBeginning(beginning: string, limit: number): Promise<readonly ThreadRow[]>
  /** All events kept of a thread, both authors, ordered by storedAt then id. */
  eventsOf(thread: string): Promise<readonly EventRow[]>
  findEvent(author: string, id: string): Promise<EventRow | undefined>

  findGivenReceipt(author: string, id: string): Promise<GivenReceiptRow | undefined>
  findGivenReceiptByNumber(thread: string, author: string, n: number): Promise<GivenReceiptRow | undefined>
  /** The highest `n` with a given receipt of this author in the thread, with its digest. */
  findLastGiven(thread: string, author: string): Promise<GivenReceiptRow | undefined>
  /** How many receipts were given to this author in the thread at or after `since` (epoch milliseconds). */
  countGivenSince(thread: string, author: string, since: number): Promise<number>
  findGotReceipt(id: string): Promise<GotReceiptRow | undefined>
  /** All receipts given in a thread, ordered by n; the same for those got. */
  givenReceiptsOf(thread: string): Promise<readonly GivenReceiptRow[]>
  gotReceiptsOf(thread: string): Promise<readonly GotReceiptRow[]>
  /** Highest number of ours in `thread` that the peer has accepted in a receipt whose `ownN` is below `n`; 0 if none. */
  highestReceiptedBefore(thread: string, n: number): Promise<number>

  /**
   * Outbox rows in state `waiting` with nextAt <= now that have no earlier waiting row of the same thread; urgent
   * first, then by nextAt; peers in `exceptPeers` left out. A row that passes a suspension waits only for earlier rows that
   * pass as well and for number 1. Of a suspended peer only rows that pass go, and number 1 stands in no way.
   */
  dueOutbox(now: number, limit: number, exceptPeers: readonly string[]): Promise<readonly OutboxRow[]>
  /** Smallest nextAt of a waiting head-of-thread row, or undefined; peers in `exceptPeers` left out. */
  nextOutboxAt(exceptPeers?: readonly string[]): Promise<number | undefined>
  outboxOf(thread: string): Promise<readonly OutboxRow[]>
  /** Of each thread with waiting rows the first of them, by nextAt, and how many there are. */
  listWaiting(limit: number): Promise<readonly WaitingRow[]>

  findToken(jti: string): Promise<TokenRow | undefined>
  listTokens(): Promise<readonly TokenRow[]>
  /** Small named values: node id, card sequence, schema facts. */
  readMeta(name: string): Promise<string | undefined>
  /** Row counts by table, for doctor, metrics and tests. */
  counts(): Promise<Readonly<Record<string, number>>>

  close(): Promise<void>
}

export interface ThreadPage {
  readonly limit: number
  readonly after?: { readonly updatedAt: number; readonly thread: string }
  readonly peer?: string
  readonly state?: string
  readonly role?: ThreadRow['role']
  readonly urgency?: string
  /** Only those of which something has not reached the peer yet. */
  readonly isWaiting?: true
}

export type CommitResult =
  | { readonly ok: true }
  /** The effect at this position did not meet its precondition; nothing of the batch was kept: reload, decide again. */
  | { readonly ok: false; readonly failedEffect: number }
