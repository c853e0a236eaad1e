import type { ThreadState } from '../referral/thread-states.js'

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
  /** Set while nothing but withdrawals, certificates and receipts passes, in either direction. */
  readonly suspendedAt: number | null
  /** Why: a code of a person, `equivocation`, or `removed`; null if not suspended. */
  readonly suspendedFor: string | null
  /** JSON array of compact JWS, oldest first. */
  readonly statements: string
  /** Compact JWS. */
  readonly card: string
  readonly cardSeq: number
  readonly cardExp: number
  readonly cardFetchedAt: number
  /** When the agreement was suspended by us, by the peer; null if it is not. */
  readonly agreementSuspendedByUs: number | null
  readonly agreementSuspendedByPeer: number | null
  /** Consecutive failed attempts, and the time before which nothing is sent; reset by any authentic message. */
  readonly failures: number
  readonly retryAt: number
}

export interface ThreadRow {
  readonly thread: string
  /** A referral, or the relationship of the two nodes: agreements and records for one partner. */
  readonly kind: 'referral' | 'relationship'
  readonly root: string
  readonly peer: string
  /** Our part: sender offered the referral, receiver was asked. In a relationship the lower node id is the sender. */
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
  /** Version of the identity rules that an inbound event was held against when it came; null for our own. */
  readonly heldAgainst: number | null
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
  /** Goes to a suspended peer as well, and before what waits there (PROTOCOL 5). */
  readonly passesSuspension: boolean
  readonly state: 'waiting' | 'failed'
  readonly attempts: number
  readonly createdAt: number
  readonly nextAt: number
  readonly exp: number
  /** An attempt may have arrived although no answer came. */
  readonly mayHaveArrived: boolean
  /** Bytes of it may have left this node, whatever became of them: nobody but this node is sure not to have it. */
  readonly mayBeOut: boolean
  readonly lastCode: string | null
}

/** What waits in one thread: the first row, and how many there are. */
export type WaitingRow = Pick<OutboxRow, 'thread' | 'peer' | 'attempts' | 'createdAt' | 'nextAt' | 'lastCode'> & {
  readonly events: number
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

/** An agreement of ours with a peer: what the fold of the relationship thread says of it. */
export interface AgreementRow {
  readonly digest: string
  readonly peer: string
  readonly state: 'proposed' | 'accepted' | 'declined'
  /** Node that proposed it. */
  readonly proposer: string
  /**
   * Order in which agreements were accepted, from 1; the last one that began is the one in force. 0 before. Declined and with
   * a place: taken back before its proposer saw the acceptance.
   */
  readonly place: number
  /** Seconds. */
  readonly validFrom: number
  readonly validUntil: number
  /** Compact JWS of typ trm-agreement+jwt by the proposer, and by the other party once accepted. */
  readonly proposerJws: string
  readonly acceptorJws: string | null
  /** Code of the one who declined. */
  readonly reason: string | null
}

/** A record of the gossiped directory (PROTOCOL 7), of any node, our own included. */
export interface RecordRow {
  readonly kind: 'statements' | 'contact' | 'vouch' | 'proof'
  /** The node that the record is about and that signed it; of a vouch the introducer. */
  readonly node: string
  /** Id within the node: of a contact its id, of a vouch the node vouched for; empty for statements and proof. */
  readonly id: string
  readonly seq: number
  /** base64url SHA-256 of `text`. */
  readonly digest: string
  /** Seconds. */
  readonly exp: number
  /** federation: goes to every peer that asks. bilateral: came in an event of its owner, or is ours for single partners. */
  readonly visibility: 'federation' | 'bilateral'
  /** Compact JWS; a chain of statements and a proof as JSON text. */
  readonly text: string
  /** Peer it came from; null if it is ours or a person's doing. */
  readonly source: string | null
  /** Of statements: when a change of the identity key in them was first seen here, 0 if they came with it. */
  readonly storedAt: number
}

/** A record without its text: what a node has in memory of all of them. */
export type RecordHead = Omit<RecordRow, 'text'> & {
  /** Of its text, which is ASCII. */
  readonly characters: number
}

export interface InvitationRow {
  /** First eight characters of the code. */
  readonly id: string
  /** The secret part, encrypted under the node key. */
  readonly secret: Uint8Array
  readonly createdAt: number
  readonly expiresAt: number
  /** Node that used it; null while nobody did. */
  readonly usedBy: string | null
  readonly revokedAt: number | null
}

/** A pairing under way (PROTOCOL 6), until it is confirmed, refused or its time is over. */
export interface PairingRow {
  readonly id: string
  /** inviter: waits for a person's digits after the other side joined. */
  readonly role: 'inviter' | 'joiner'
  /** Id of the invitation that it uses. */
  readonly invitation: string
  readonly node: string
  /** Node document of the other side as JSON text: statements and card. */
  readonly document: string
  readonly pinnedAddress: string | null
  /** base64url; ours, and the other side's commitment and nonce as far as they are known. */
  readonly ownNonce: string
  readonly theirCommitment: string
  readonly theirNonce: string | null
  /** Twelve digits, once both nonces are known. */
  readonly digits: string | null
  readonly createdAt: number
  readonly expiresAt: number
}

/** Something a person has to look at. Ids and codes only. */
export interface AlarmRow {
  readonly id: string
  readonly at: number
  /** Problem code. */
  readonly code: string
  /** Node that it is about; null for this one. */
  readonly node: string | null
  /** Thread that it is about, if one. */
  readonly thread: string | null
  readonly acknowledgedAt: number | null
  /** Label of the token with which it was acknowledged. */
  readonly acknowledgedBy: string | null
}

/** Which desk a referral went to, and by whose word if its record was stale. Never sent. */
export interface DeskChoiceRow {
  readonly thread: string
  readonly contact: string
  readonly desk: string
  /** Code of the reason for an override; null where the desk was fresh and open. */
  readonly overrideReason: string | null
  /** Label of the token of who overrode. */
  readonly overrideBy: string | null
  readonly at: number
}

/** What a person decided about the free texts of one of our events. Rules and places only; never sent, gone with the thread's content. */
export interface TextDecisionRow {
  /** Id of our event. */
  readonly event: string
  readonly thread: string
  readonly at: number
  /** Label of the token of who decided. */
  readonly by: string
  /** Code of the reason for which doubtful passages went; null where there were none. */
  readonly reason: string | null
  /** JSON array of what was doubtful: pointer below the body, rule, start, end in the text that was sent. */
  readonly accepted: string
  /** JSON array of the same of what was left out; places of the text as it was written. */
  readonly leftOut: string
}
