import type { ErasureCertifyBody } from '../wire/generated/types.js'

/** A referral of this node that continues another one that it holds: what is withdrawn there is withdrawn here. */
export interface ThreadLinkRow {
  readonly thread: string
  readonly parent: string
}

/** A thread whose content has to go, and when it went. */
export interface ErasureRow {
  readonly thread: string
  readonly cause: ErasureCertifyBody['cause']
  /** Epoch milliseconds. */
  readonly dueAt: number
  readonly erasedAt: number | null
  /** What a person stated about copies outside the node; null until then. */
  readonly remaining: ErasureCertifyBody['remaining'] | null
  /** Onward holders without a certificate when this node last certified; null before its first certificate. */
  readonly certifiedOnward: number | null
}

/** Whether everybody to whom the case was referred on has to give it up as well. */
export function isForEverybody(cause: ErasureRow['cause']): boolean {
  return cause === 'consentWithdrawn' || cause === 'void'
}

/** When part of a thread's content has to go next: times of a journey, sections that a consent covers no more. */
export interface TrimRow {
  readonly thread: string
  /** Epoch milliseconds. */
  readonly dueAt: number
}

/** A withdrawal came before its referral: nothing else is ever taken in this thread. */
export interface TombstoneRow {
  readonly thread: string
  readonly peer: string
  readonly at: number
}
