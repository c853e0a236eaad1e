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
  RecordRow,
  TextDecisionRow,
  ThreadRow,
  TokenRow,
} from './rows.js'
import type { CaseEntryRow, CaseHintRow, CaseReadRow, CaseRow, CaseVaultRow } from './case-rows.js'
import type { ThreadClockRow } from './clock-rows.js'
import type { ErasureRow, ThreadLinkRow, TombstoneRow, TrimRow } from './erasure-rows.js'

/** What one flow changes, in order. Every effect says in its comment which row count it demands. */
export type Batch = readonly Effect[]

/** The effect with this name. */
export type EffectOf<Name extends Effect['do']> = Extract<Effect, { readonly do: Name }>

export type Effect =
  /** One row; the node must not be known. */
  | { readonly do: 'insertPeer'; readonly row: PeerRow }
  /** One row; only if the stored statements and card are those the decision was taken on. */
  | {
      readonly do: 'updatePeerCard'
      readonly expect: Pick<PeerRow, 'statements' | 'card'>
      readonly row: Pick<
        PeerRow,
        | 'node'
        | 'label'
        | 'country'
        | 'organisation'
        | 'url'
        | 'statements'
        | 'card'
        | 'cardSeq'
        | 'cardExp'
        | 'cardFetchedAt'
      >
    }
  /** One row; only if `suspendedFor` is `expect`. */
  | {
      readonly do: 'setPeerSuspension'
      readonly node: string
      readonly expect: string | null
      readonly set: Pick<PeerRow, 'suspendedAt' | 'suspendedFor'>
    }
  /** One row: a peer that was removed is paired anew. Only if `suspendedFor` is `removed`. */
  | { readonly do: 'readmitPeer'; readonly row: Omit<PeerRow, 'agreementSuspendedByUs' | 'agreementSuspendedByPeer'> }
  /** One row. */
  | {
      readonly do: 'setAgreementSuspension'
      readonly node: string
      readonly byUs: number | null
      readonly byPeer: number | null
    }
  /** Any count: all agreements with this peer become these. */
  | { readonly do: 'replaceAgreements'; readonly peer: string; readonly rows: readonly AgreementRow[] }
  /** One row; `expect` is the digest that is stored under (kind, node, id), null if there is none. */
  | { readonly do: 'putRecord'; readonly row: RecordRow; readonly expect: string | null }
  /** Any count. */
  | { readonly do: 'deleteRecord'; readonly kind: RecordRow['kind']; readonly node: string; readonly id: string }
  /** One row; the id must be new. */
  | { readonly do: 'insertInvitation'; readonly row: InvitationRow }
  /** One row: not used, not taken back. */
  | { readonly do: 'useInvitation'; readonly id: string; readonly node: string }
  /** One row: not used, not taken back. */
  | { readonly do: 'revokeInvitation'; readonly id: string; readonly at: number }
  /** Any count: invitations and pairings whose time was over before this. */
  | { readonly do: 'purgePairings'; readonly before: number }
  /** One row; the id must be new, and so must (role, invitation). */
  | { readonly do: 'insertPairing'; readonly row: PairingRow }
  /** One row whose digits are not known yet. */
  | { readonly do: 'revealPairing'; readonly id: string; readonly theirNonce: string; readonly digits: string }
  /** One row. */
  | { readonly do: 'deletePairing'; readonly id: string }
  /** Any count: nothing if an alarm with this code, node and thread waits to be acknowledged. */
  | { readonly do: 'raiseAlarm'; readonly row: AlarmRow }
  /** One row not yet acknowledged. */
  | { readonly do: 'acknowledgeAlarm'; readonly id: string; readonly at: number; readonly by: string }
  /** One row; the thread must be there. */
  | { readonly do: 'insertDeskChoice'; readonly row: DeskChoiceRow }
  /** One row; the thread must be there, the event must be new here. */
  | { readonly do: 'insertTextDecision'; readonly row: TextDecisionRow }
  /** Any count. */
  | { readonly do: 'deleteTextDecisions'; readonly thread: string }
  /** One row. */
  | { readonly do: 'setPeerBackoff'; readonly node: string; readonly failures: number; readonly retryAt: number }
  /** Any count. Nothing unless failures > 0; then they end, and waiting outbox rows of the peer are due: nextAt = min(nextAt, now). */
  | { readonly do: 'resetPeerBackoff'; readonly node: string; readonly now: number }
  /** One row; the thread must not be known, its peer must be. */
  | { readonly do: 'insertThread'; readonly row: ThreadRow }
  /** One row; only if the stored version is `expectVersion`; the new version is expectVersion + 1. */
  | {
      readonly do: 'updateThread'
      readonly thread: string
      readonly expectVersion: number
      readonly set: Pick<ThreadRow, 'state' | 'updatedAt' | 'ownN' | 'ownDigest' | 'peerN' | 'peerDigest' | 'attention'>
    }
  /**
   * Any count: the clocks of a thread as they are at this version of it. Those that run already stay as they are, and what was
   * told of them; those that are gone go, and their alarms are acknowledged, unless another clock has the same.
   */
  | {
      readonly do: 'setThreadClocks'
      readonly thread: string
      readonly version: number
      readonly rows: readonly ThreadClockRow[]
      readonly at: number
      /** Who acknowledges. */
      readonly by: string
    }
  /** One row; only if so many reminders were given. */
  | {
      readonly do: 'updateThreadClock'
      readonly clock: Pick<ThreadClockRow, 'thread' | 'kind' | 'about'>
      readonly expectReminders: number
      readonly set: Pick<ThreadClockRow, 'reminders' | 'nextAt'>
    }
  /** One row; the thread must be there, without a link. */
  | { readonly do: 'insertThreadLink'; readonly row: ThreadLinkRow }
  /**
   * One row. Where an erasure of this thread is known the earlier time counts; `consentWithdrawn` and `void` take the place of
   * another cause, and then nothing is certified yet.
   */
  | { readonly do: 'insertErasure'; readonly row: ErasureRow }
  /** One row. */
  | {
      readonly do: 'updateErasure'
      readonly thread: string
      readonly set: Pick<ErasureRow, 'dueAt' | 'erasedAt' | 'remaining' | 'certifiedOnward'>
    }
  /** One row; of two times for a thread the earlier one counts. */
  | { readonly do: 'putTrim'; readonly row: TrimRow }
  /** Any count. */
  | { readonly do: 'deleteTrim'; readonly thread: string }
  /** One row; the thread must be new. */
  | { readonly do: 'insertTombstone'; readonly row: TombstoneRow }
  /** One row; only if the stored version is `expectVersion`; the content lies under another key from now on. */
  | { readonly do: 'rekeyThread'; readonly thread: string; readonly expectVersion: number; readonly keyId: string }
  /** One row. */
  | {
      readonly do: 'rewriteContent'
      readonly author: string
      readonly id: string
      readonly content: Uint8Array
      readonly size: number
    }
  /** One row; a data key whose content is gone: it has to be destroyed in keys.db, now or after a restart. */
  | { readonly do: 'insertDeadKey'; readonly keyId: string; readonly at: number }
  /** Any count. */
  | { readonly do: 'deleteDeadKey'; readonly keyId: string }
  /** One row; id and code must be new. */
  | { readonly do: 'insertCase'; readonly row: CaseRow }
  /** One row; only if the stored version is `expectVersion`; the new version is expectVersion + 1. */
  | {
      readonly do: 'updateCase'
      readonly id: string
      readonly expectVersion: number
      readonly set: Pick<CaseRow, 'state' | 'updatedAt' | 'closedAt' | 'retainDays' | 'retainUntil' | 'content'>
    }
  /** One row, the version as for updateCase; and any count of entries, reads, hints and vault, which go. */
  | {
      readonly do: 'eraseCase'
      readonly id: string
      readonly expectVersion: number
      readonly at: number
      readonly nonce: string
    }
  /** One row; id and (caseId, seq) must be new. */
  | { readonly do: 'insertCaseEntry'; readonly row: CaseEntryRow }
  /** One row of this case that is not done. */
  | { readonly do: 'finishCaseEntry'; readonly caseId: string; readonly id: string; readonly at: number }
  /** One row, instead of the one that is there. */
  | { readonly do: 'putCaseVault'; readonly row: CaseVaultRow }
  /** Any count: nothing where the case has it. */
  | { readonly do: 'insertCaseHint'; readonly row: CaseHintRow }
  /** One row; the id must be new. */
  | { readonly do: 'insertCaseRead'; readonly row: CaseReadRow }
  /** One row; (author, id) and (thread, author, n) must be new. */
  | { readonly do: 'insertEvent'; readonly row: EventRow }
  /** One row. */
  | {
      readonly do: 'setEventVerdict'
      readonly author: string
      readonly id: string
      readonly verdict: 'accepted' | 'refused'
      readonly code: string | null
    }
  /** One row: an event that nobody else has, and nobody will. */
  | { readonly do: 'deleteEvent'; readonly author: string; readonly id: string }
  /** One row; (author, id) and (thread, author, n) must be new. */
  | { readonly do: 'insertGivenReceipt'; readonly row: GivenReceiptRow }
  /** One row; the event must have no receipt yet. */
  | { readonly do: 'insertGotReceipt'; readonly row: GotReceiptRow }
  /** One row. */
  | { readonly do: 'insertOutbox'; readonly row: OutboxRow }
  /** One row in state waiting. */
  | {
      readonly do: 'rescheduleOutbox'
      readonly id: string
      readonly attempts: number
      readonly nextAt: number
      readonly mayHaveArrived: boolean
      readonly mayBeOut: boolean
      readonly lastCode: string | null
    }
  /** One row in state waiting: its bytes are about to leave. */
  | { readonly do: 'noteAttempt'; readonly id: string }
  /** One row in state waiting: given up, a person must act. */
  | { readonly do: 'failOutbox'; readonly id: string; readonly lastCode: string }
  /** One row. */
  | { readonly do: 'deleteOutbox'; readonly id: string }
  /** One row; a leaf that waits for its index in the exchange log. The hash must be new. */
  | { readonly do: 'insertLeaf'; readonly hash: string; readonly at: number }
  /** Any count: two events of one identity, kept as proof; only the first contradiction per identity is kept. `content`: header and signature of the JWS that came second, encrypted under the node key, and nothing that it said; the first is the event, or known by the digest in its receipt. */
  | {
      readonly do: 'insertConflict'
      readonly author: string
      readonly id: string
      readonly otherDigest: string
      readonly at: number
      readonly content: Uint8Array
    }
  /** One row. */
  | { readonly do: 'insertToken'; readonly row: TokenRow }
  /** One row not yet revoked. */
  | { readonly do: 'revokeToken'; readonly jti: string; readonly at: number }
  /** One row; `expect` is the stored value before (null: absent). */
  | { readonly do: 'setMeta'; readonly name: string; readonly value: string; readonly expect: string | null }
  /** Any count: given receipts whose keepUntil (seconds) has passed, except those of threads that are here. */
  | { readonly do: 'purgeGivenReceipts'; readonly nowSeconds: number }
