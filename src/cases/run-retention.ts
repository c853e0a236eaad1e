import { toDay, toTimestamp } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { states, type ThreadState } from '../referral/thread-states.js'
import type { CaseRow } from '../store/case-rows.js'
import type { ThreadRow } from '../store/rows.js'
import type { RetentionReport } from '../wire/generated/types.js'
import { maxPageItems } from '../wire/limits.js'
import { holdersOf, isUnderWay } from './case-holders.js'
import type { CaseDeps } from './case-deps.js'
import { casesIn } from './cases-in.js'
import { eraseNow } from './erase-case.js'
import { loadCase } from './load-case.js'

export type RetentionDeps = CaseDeps & {
  /** Days after closure for which the agreement lets this node keep a referral; undefined where it names none, or not so many yet. */
  readonly retentionDays: (thread: ThreadRow) => Promise<number | undefined>
}

const dayMs = 86_400_000
/** Most rows of a report: the rest comes with the next run. */
const maxReported = 1000
const ended = Object.entries(states).flatMap(([state, { isFinal }]) => (isFinal ? [state as ThreadState] : []))

/** Erases what was kept long enough: cases by their own rule, referrals received by the agreement. */
export async function runRetention(
  deps: RetentionDeps,
  { dryRun }: { readonly dryRun: boolean },
): Promise<RetentionReport> {
  const now = deps.clock.now()
  const cases: RetentionReport['cases'] = []
  for (const row of (await deps.store.dueCases(now)).slice(0, maxReported)) {
    const { id, code, retainUntil } = row
    if (code === null || retainUntil === null) continue
    cases.push({ case: id, code, keptUntil: toTimestamp(retainUntil), outcome: await ofCase(deps, row, dryRun) })
  }
  const threads: RetentionReport['threads'] = []
  for (const { row, keptUntil } of (await dueThreads(deps, now)).slice(0, maxReported)) {
    if (!dryRun) await scheduleErasure(deps, row, now)
    const outcome = dryRun ? 'due' : 'scheduled'
    threads.push({ thread: row.thread, keptUntil: toTimestamp(keptUntil), outcome })
  }
  return { dryRun, cases, threads, withoutRule: await withoutRule(deps) }
}

/** Cases that nothing ends but somebody who erases them. */
async function withoutRule(deps: RetentionDeps): Promise<RetentionReport['withoutRule']> {
  const kept: RetentionReport['withoutRule'] = []
  for (const state of ['closed', 'open'] as const) {
    for await (const { id, code, retainDays, retainUntil } of casesIn(deps, state)) {
      if (kept.length >= maxReported) return kept
      if (retainDays === null && retainUntil === null) kept.push({ case: id, code, state })
    }
  }
  return kept
}

const lastRunName = 'retention-day'

/** The same once a calendar day. */
export async function runDailyRetention(deps: RetentionDeps): Promise<RetentionReport | undefined> {
  const [last, today] = [await deps.store.readMeta(lastRunName), toDay(deps.clock.now())]
  if (last === today) return undefined
  const report = await runRetention(deps, { dryRun: false })
  await deps.store.commit([{ do: 'setMeta', name: lastRunName, value: today, expect: last ?? null }])
  return report
}

type Outcome = RetentionReport['cases'][number]['outcome']

/** Nobody's case is erased while somebody works on it, here or at a receiver. */
async function ofCase(deps: RetentionDeps, row: CaseRow, dryRun: boolean): Promise<Outcome> {
  if (row.state !== 'closed') return 'stillOpen'
  try {
    const loaded = await loadCase(deps, row.id)
    if ((await holdersOf(deps, loaded)).some(isUnderWay)) return 'stillOpen'
    if (dryRun) return 'due'
    // Receivers of referrals that are over keep them by the agreement, not by this case.
    await eraseNow(deps, loaded)
    return 'erased'
  } catch (error) {
    // It changed meanwhile: the next run looks again.
    if (error instanceof ExchangeError && error.code === 'conflict') return 'due'
    throw error
  }
}

interface DueThread {
  readonly row: ThreadRow
  readonly keptUntil: number
}

async function dueThreads(deps: RetentionDeps, now: number): Promise<readonly DueThread[]> {
  const due: DueThread[] = []
  for (const state of ended) {
    let after: { readonly updatedAt: number; readonly thread: string } | undefined
    do {
      const page = { limit: maxPageItems, state, ...(after === undefined ? {} : { after }) }
      const rows = await deps.store.listThreads(page)
      for (const row of rows) {
        const keptUntil = await keptUntilOf(deps, row)
        if (keptUntil !== undefined && keptUntil <= now) due.push({ row, keptUntil })
      }
      after = rows.length < maxPageItems ? undefined : rows.at(-1)
    } while (after !== undefined)
  }
  return due
}

/** Undefined for what was sent, and for what is erased or about to be. */
async function keptUntilOf({ store, retentionDays }: RetentionDeps, row: ThreadRow): Promise<number | undefined> {
  if (row.role !== 'receiver' || (await store.findErasure(row.thread)) !== undefined) return undefined
  const days = await retentionDays(row)
  return days === undefined ? undefined : row.updatedAt + days * dayMs
}

async function scheduleErasure({ store }: RetentionDeps, { thread }: ThreadRow, dueAt: number): Promise<void> {
  const row = { thread, cause: 'retentionOver', dueAt, erasedAt: null, remaining: null, certifiedOnward: null } as const
  await store.commit([{ do: 'insertErasure', row }])
}
