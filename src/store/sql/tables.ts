import type { ErasureRow, ThreadLinkRow, TombstoneRow, TrimRow } from '../erasure-rows.js'
import type { ThreadClockRow } from '../clock-rows.js'
import type { Generated } from 'kysely'
import type { CaseEntryRow, CaseHintRow, CaseReadRow, CaseRow, CaseVaultRow } from '../case-rows.js'
import type {
  AgreementRow,
  AlarmRow,
  DeskChoiceRow,
  TextDecisionRow,
  EventRow,
  GivenReceiptRow,
  GotReceiptRow,
  InvitationRow,
  OutboxRow,
  PairingRow,
  PeerRow,
  RecordRow,
  ThreadRow,
  TokenRow,
} from '../rows.js'

/** A row as it lies in a table: booleans are the integers 0 and 1. */
export type Stored<Row> = { readonly [Column in keyof Row]: StoredValue<Row[Column]> }
export type StoredValue<Value> = Value extends boolean ? number : Value

export interface LeafTable {
  /** Given by the database, grows with every row: the order in which leaves wait for the log. */
  readonly arrival: Generated<number>
  readonly hash: string
  readonly at: number
}

export interface ConflictTable {
  readonly author: string
  readonly id: string
  readonly otherDigest: string
  readonly at: number
  readonly content: Uint8Array
}

export interface MetaTable {
  readonly name: string
  readonly value: string
}

/** The tables of data.db, for Kysely. Column names are the names of the port's rows. */
export interface DataTables {
  readonly peers: PeerRow
  readonly threads: Stored<ThreadRow>
  readonly events: EventRow
  readonly givenReceipts: GivenReceiptRow
  readonly gotReceipts: GotReceiptRow
  readonly outbox: Stored<OutboxRow>
  readonly leaves: LeafTable
  readonly conflicts: ConflictTable
  readonly tokens: TokenRow
  readonly meta: MetaTable
  readonly agreements: AgreementRow
  readonly records: RecordRow
  readonly invitations: InvitationRow
  readonly pairings: PairingRow
  readonly alarms: AlarmRow
  readonly deskChoices: DeskChoiceRow
  readonly textDecisions: TextDecisionRow
  readonly threadLinks: ThreadLinkRow
  readonly erasures: ErasureRow
  readonly trims: TrimRow
  readonly tombstones: TombstoneRow
  readonly deadKeys: { readonly keyId: string; readonly at: number }
  readonly cases: CaseRow
  readonly caseEntries: CaseEntryRow
  readonly caseVaults: CaseVaultRow
  readonly caseHints: CaseHintRow
  readonly caseReads: CaseReadRow
  /** `version`: that of the thread when the clock was last found to run. */
  readonly threadClocks: ThreadClockRow & { readonly version: number }
}

/** Every table of data.db, in the order in which they are counted and shown. */
export const dataTableNames = [
  'peers',
  'threads',
  'events',
  'givenReceipts',
  'gotReceipts',
  'outbox',
  'leaves',
  'conflicts',
  'tokens',
  'meta',
  'agreements',
  'records',
  'invitations',
  'pairings',
  'alarms',
  'deskChoices',
  'textDecisions',
  'threadLinks',
  'erasures',
  'trims',
  'tombstones',
  'deadKeys',
  'cases',
  'caseEntries',
  'caseVaults',
  'caseHints',
  'caseReads',
  'threadClocks',
] as const satisfies readonly (keyof DataTables)[]
