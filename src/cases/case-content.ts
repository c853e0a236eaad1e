import type { DataKey } from '../crypto/at-rest.js'
import type { Plan } from '../sop/change-plan.js'
import type { CaseEntryRow } from '../store/case-rows.js'
import type { AddDocumentRequest, RecordDisclosureRequest } from '../wire/generated/types.js'

/** What a case holds itself. */
export interface CaseContent {
  /** Code of the person in the consents of this case; no receiver ever sees it. */
  readonly subjectCode: string
  readonly plan: Plan
}

/** What entries hold, by kind. */
export interface EntryContents {
  readonly note: { readonly text: string }
  readonly document: AddDocumentRequest
  readonly reminder: { readonly text: string }
  readonly followUp: { readonly text: string }
  readonly consent: { readonly jws: string; readonly nonce: string }
  readonly link: ReferralLink
  readonly disclosure: RecordDisclosureRequest
}

/** A referral of the case, and what proves that its grant came from a consent. */
export interface ReferralLink {
  readonly recipient?: string
  readonly personCode?: string
  readonly consent?: string
  /** Salt of the evidence in the grant. */
  readonly salt?: string
}

/** An entry, decrypted. */
export type CaseEntry = {
  readonly [Kind in keyof EntryContents]: {
    readonly kind: Kind
    readonly row: CaseEntryRow
    readonly content: EntryContents[Kind]
  }
}[keyof EntryContents]

/** What binds a ciphertext to its row: content moved to another row, or another case, does not decrypt. */
export function caseLabel(part: 'case' | 'entry' | 'vault' | 'read', caseId: string, id = ''): string {
  return `${part}|${caseId}|${id}`
}

/** A value as it lies in data.db. */
export function encryptValue(key: DataKey, label: string, value: object): Uint8Array {
  return key.encrypt(Buffer.from(JSON.stringify(value)), label)
}

/** @throws ExchangeError content-unreadable where the key was destroyed or the row altered */
export function decryptValue(key: DataKey, label: string, content: Uint8Array): unknown {
  return JSON.parse(Buffer.from(key.decrypt(content, label)).toString('utf8'))
}
