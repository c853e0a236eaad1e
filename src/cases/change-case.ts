import { ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { Batch } from '../store/batch.js'
import type { CaseEntryRow, CaseRow } from '../store/case-rows.js'
import { caseLabel, encryptValue, type CaseContent, type EntryContents } from './case-content.js'
import type { CaseCall, CaseDeps } from './case-deps.js'
import { loadCase, type LoadedCase } from './load-case.js'

/** An entry to write. */
export type NewEntry = {
  readonly [Kind in keyof EntryContents]: { readonly kind: Kind; readonly content: EntryContents[Kind] } & Partial<
    Pick<CaseEntryRow, 'dueAt' | 'thread'>
  >
}[keyof EntryContents]

/** What is to change in a case. */
export interface CaseChange {
  readonly content?: CaseContent
  readonly row?: Partial<Pick<CaseRow, 'state' | 'closedAt' | 'retainDays' | 'retainUntil'>>
  readonly entries?: readonly NewEntry[]
  /** What happens with it, or not at all. */
  readonly alongside?: Batch
}

/** A case after a change, without its content. */
export interface Changed {
  readonly case: string
  readonly code: string
  /** Entries that were written. */
  readonly entries: string[]
}

/** Rounds of reload and decide again before the caller is told. */
const maxRounds = 5

/**
 * Changes a case by what it is now; returns the entries that were written.
 *
 * @throws ExchangeError case-not-found, case-erased, conflict, and what `decide` throws
 */
export async function changeCase(
  deps: CaseDeps,
  call: CaseCall,
  decide: (loaded: LoadedCase) => CaseChange | Promise<CaseChange>,
): Promise<Changed> {
  for (let round = 0; round < maxRounds; round += 1) {
    const loaded = await loadCase(deps, call.name)
    const batch = changeBatch(deps, loaded, call.by, await decide(loaded))
    const result = await deps.store.commit(batch)
    if (!result.ok) continue
    const entries = batch.flatMap((effect) => (effect.do === 'insertCaseEntry' ? [effect.row.id] : []))
    return { case: loaded.row.id, code: loaded.row.code, entries }
  }
  throw new ExchangeError('conflict')
}

/** The effects of a change; they hold only for the version that was loaded. */
export function changeBatch(
  { clock, random }: Pick<CaseDeps, 'clock' | 'random'>,
  { row, key, content, entries }: LoadedCase,
  by: string,
  change: CaseChange,
): Batch {
  const now = clock.now()
  const { state, closedAt, retainDays, retainUntil } = { ...row, ...change.row }
  const encrypted = encryptValue(key, caseLabel('case', row.id), change.content ?? content)
  return [
    {
      do: 'updateCase',
      id: row.id,
      expectVersion: row.version,
      set: { state, closedAt, retainDays, retainUntil, updatedAt: now, content: encrypted },
    },
    ...(change.entries ?? []).map((entry, index) => {
      const id = newUuid(random)
      const row_: CaseEntryRow = {
        id,
        caseId: row.id,
        seq: (entries.at(-1)?.row.seq ?? 0) + index + 1,
        kind: entry.kind,
        at: now,
        by,
        dueAt: entry.dueAt ?? null,
        doneAt: null,
        thread: entry.thread ?? null,
        content: encryptValue(key, caseLabel('entry', row.id, id), entry.content),
      }
      return { do: 'insertCaseEntry', row: row_ } as const
    }),
    ...(change.alongside ?? []),
  ]
}
