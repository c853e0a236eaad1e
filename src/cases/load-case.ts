import { ExchangeError } from '../base/errors.js'
import type { DataKey } from '../crypto/at-rest.js'
import type { CaseEntryRow, CaseRow } from '../store/case-rows.js'
import { caseLabel, decryptValue, type CaseContent, type CaseEntry } from './case-content.js'
import type { CaseDeps } from './case-deps.js'

/** A case with everything but its vault. */
export interface LoadedCase {
  readonly row: CaseRow & { readonly code: string }
  readonly key: DataKey
  readonly content: CaseContent
  /** By seq. */
  readonly entries: readonly CaseEntry[]
}

/** Entries of one kind. */
export type EntryOf<Kind extends CaseEntry['kind']> = Extract<CaseEntry, { readonly kind: Kind }>

/** @param name id or code @throws ExchangeError case-not-found, case-erased, content-unreadable */
export async function loadCase({ store, keys }: Pick<CaseDeps, 'store' | 'keys'>, name: string): Promise<LoadedCase> {
  const row = await store.findCase(name)
  if (row === undefined) throw new ExchangeError('case-not-found')
  const { id, code, keyId } = row
  if (code === null) throw new ExchangeError('case-erased', { case: id })
  const key = keys.dataKey(keyId)
  if (key === undefined) throw new ExchangeError('content-unreadable', { case: id })
  return {
    row: { ...row, code },
    key,
    // Nothing but this folder writes these ciphertexts, and they are authentic.
    content: decryptValue(key, caseLabel('case', id), row.content) as CaseContent,
    entries: (await store.caseEntriesOf(id)).map((entry) => readEntry(key, entry)),
  }
}

/** The entries of a kind, oldest first. */
export function entriesOf<Kind extends CaseEntry['kind']>(
  { entries }: Pick<LoadedCase, 'entries'>,
  kind: Kind,
): readonly EntryOf<Kind>[] {
  return entries.filter((entry): entry is EntryOf<Kind> => entry.kind === kind)
}

function readEntry(key: DataKey, row: CaseEntryRow): CaseEntry {
  const content = decryptValue(key, caseLabel('entry', row.caseId, row.id), row.content)
  // The kind of the row says of which form the content was when it was written.
  return { kind: row.kind, row, content } as CaseEntry
}
