import type { ThreadState } from '../referral/transition-table.js'

/**
 * Rows of data.db. Times are epoch milliseconds unless the name says otherwise (`iat`, `exp`: seconds, as on the wire).
 * `content` is ciphertext under a key of keys.db; everything else is readable by the operator (THREAT-MODEL).
 */
export interface PeerRow {
  readonly node: string
  readonly label: string
  readonly country: string
  readonly organisation: string
  readonly url: string
  /** `host:port` pinned by a person; null for public peers. A card never sets it. */
  readonly pinnedAddress: string | null
  readonly addedAt: number
  readonly suspendedAt: number | null
  /** JSON array of compact JWS, oldest first. */
  readonly statements: string
  /** Compact JWS. */
  readonly card: string
  readonly cardSeq: number
  readonly cardExp: number
  readonly cardFetchedAt: number
  /** Digest of the agreement in force, null while there is none. */
  readonly agreement: string | null
  /** Consecutive failed attempts, and the time before which nothing is sent; reset by any authentic message. */
  readonly failures: number
  readonly retryAt: number
}

export interface ThreadRow {
  readonly thread: string
  readonly root: string
  readonly peer: string
  /** Our part: sender offered the referral, receiver was asked. */
  readonly role: 'sender' | 'receiver'
  readonly state: ThreadState
  readonly urgency: string
  readonly type: string
  readonly isExercise: boolean
  /** Id of the data key in keys.db that covers the content of the thread. */
  readonly keyId: string
  readonly openedAt: number
  readonly updatedAt: number
  /** Grows with every change; the precondition of every batch on the thread. */
  readonly version: number
  /** Our own last number in the thread and its digest; 0 and null before the first. */
  readonly ownN: number
  readonly ownDigest: string | null
  /** The peer's last accepted or finally refused event that we know. */
  readonly peerN: number
  readonly peerDigest: string | null
  /** Problem code that a person must look at, null if none. */
  readonly attention: string | null
}

export interface EventRow {
  readonly author: string
  readonly id: string
  readonly thread: string
  readonly n: number
  readonly direction: 'in' | 'out'
  readonly type: string
  readonly digest: string
  readonly iat: number
  readonly exp: number
  readonly storedAt: number
  /** Our own events are pending until the peer's receipt; inbound events are kept only if accepted. */
  readonly verdict: 'pending' | 'accepted' | 'refused'
  readonly code: string | null
  /** RFC 6962 leaf hash, base64url. */
  readonly leaf: string
  /** Size of the JWS in bytes. */
  readonly size: number
  /** The compact JWS, encrypted under the thread's key. */
  readonly content: Uint8Array
}

/** A receipt we gave: at once the dedupe row of the event and the bytes that answer a repetition. */
export interface GivenReceiptRow {
  readonly author: string
  readonly id: string
  readonly digest: string
  /** null where not even the frame of the event was readable. */
  readonly thread: string | null
  readonly n: number | null
  readonly verdict: 'accepted' | 'refused'
  readonly code: string | null
  readonly givenAt: number
  /** The row is purged after this many seconds since the epoch. */
  readonly keepUntil: number
  /** The compact JWS of the receipt. */
  readonly receipt: string
}

/** The receipt we got for one of our events. */
export interface GotReceiptRow {
  /** Id of our event. */
  readonly id: string
  readonly peer: string
  readonly thread: string
  /** Our number of the receipted event. */
  readonly n: number
  readonly digest: string
  readonly verdict: 'accepted' | 'refused'
  readonly code: string | null
  /** The peer's own last number in the thread when it gave the receipt. */
  readonly ownN: number
  readonly gotAt: number
  readonly receipt: string
}

export interface OutboxRow {
  readonly id: string
  readonly peer: string
  readonly thread: string
  readonly n: number
  readonly isUrgent: boolean
  readonly state: 'waiting' | 'failed'
  readonly attempts: number
  readonly createdAt: number
  readonly nextAt: number
  readonly exp: number
  /** An attempt may have arrived although no answer came. */
  readonly mayHaveArrived: boolean
  readonly lastCode: string | null
}

export interface TokenRow {
  readonly jti: string
  readonly label: string
  /** Space-separated scopes. */
  readonly scopes: string
  readonly createdAt: number
  readonly exp: number
  readonly revokedAt: number | null
}
