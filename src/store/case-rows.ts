/**
 * Rows of local cases. They never leave the node. `content` is ciphertext under the key of the case; code, times and
 * states stay readable for filters (THREAT-MODEL).
 */
export interface CaseRow {
  readonly id: string
  /** What the office calls the case; null once it is erased. */
  readonly code: string | null
  readonly state: 'open' | 'closed' | 'erased'
  /** Id of the data key in keys.db that covers everything of the case. */
  readonly keyId: string
  /** Grows with every change; the precondition of every batch on the case. */
  readonly version: number
  readonly openedAt: number
  readonly updatedAt: number
  readonly closedAt: number | null
  /** Days that it is kept after closure; null where no rule was given. */
  readonly retainDays: number | null
  /** From then on it is due for erasure, once it is closed. */
  readonly retainUntil: number | null
  readonly erasedAt: number | null
  /** Nonce of the log leaf that tells of the erasure: it proves that this case was erased then, and nothing else. */
  readonly erasureNonce: string | null
  readonly content: Uint8Array
}

/** One thing that was put into a case. */
export interface CaseEntryRow {
  readonly id: string
  readonly caseId: string
  /** From 1, without gaps. */
  readonly seq: number
  readonly kind: 'note' | 'document' | 'reminder' | 'followUp' | 'consent' | 'link' | 'disclosure'
  readonly at: number
  /** Label of the token with which it was written. */
  readonly by: string
  readonly dueAt: number | null
  readonly doneAt: number | null
  /** Referral thread that it is about, if one. */
  readonly thread: string | null
  readonly content: Uint8Array
}

/** Identity data of a case. */
export interface CaseVaultRow {
  readonly caseId: string
  readonly updatedAt: number
  readonly by: string
  readonly content: Uint8Array
}

/** Keyed hash of something that may show that two cases are about one person. */
export interface CaseHintRow {
  readonly caseId: string
  readonly hash: string
}

/** Somebody read a case. */
export interface CaseReadRow {
  readonly id: string
  readonly caseId: string
  readonly at: number
  readonly by: string
  /** What was read, and the nonce of its log leaf. */
  readonly content: Uint8Array
}

/** A case as it is told of without its content. */
export type CaseName = Pick<CaseRow, 'id' | 'code'>

/** Something of a case that somebody has to do. */
export interface DueEntryRow extends Pick<CaseEntryRow, 'id' | 'caseId' | 'kind'> {
  readonly dueAt: number
  readonly code: string
}

export interface CasePage {
  readonly limit: number
  readonly state?: CaseRow['state']
  readonly after?: { readonly updatedAt: number; readonly id: string }
}
