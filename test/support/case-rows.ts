import type { CaseEntryRow, CaseRow } from '../../src/store/case-rows.js'

// Rows with plain values, for tests that care about one or two of them.

export function caseRow(set: Partial<CaseRow> = {}): CaseRow {
  return {
    id: 'case-1',
    code: '2026-014',
    state: 'open',
    keyId: 'key-1',
    version: 1,
    openedAt: 1_000,
    updatedAt: 1_000,
    closedAt: null,
    retainDays: null,
    retainUntil: null,
    erasedAt: null,
    erasureNonce: null,
    content: Uint8Array.of(0, 1, 254, 255),
    ...set,
  }
}

export function caseEntryRow(set: Partial<CaseEntryRow> = {}): CaseEntryRow {
  return {
    id: 'entry-1',
    caseId: 'case-1',
    seq: 1,
    kind: 'note',
    at: 1_000,
    by: 'Case system',
    dueAt: null,
    doneAt: null,
    thread: null,
    content: Uint8Array.of(7),
    ...set,
  }
}
