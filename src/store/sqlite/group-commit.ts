import type { Database } from 'better-sqlite3'
import type { Defer } from '../../base/defer.js'
import { ExchangeError } from '../../base/errors.js'
import type { Step } from '../sql/batch-steps.js'
import type { Breakage } from './breakage.js'
import type { Prepared } from './prepared.js'
import { sqliteCode } from './storage-failed.js'
import { makeWalKeeper } from './wal-keeper.js'

/**
 * Writes batches of steps, many in one transaction (architecture, decision 2). A batch waits for no timer: it goes with
 * what else came in before the process turned to the disk.
 */
export interface GroupCommit {
  /**
   * Resolves when the batch is on the disk, or with the step whose precondition failed: then nothing of it was kept.
   * @throws ExchangeError storage-failed
   */
  submit(steps: readonly Step[]): Promise<Step | undefined>
  /** Writes what waits, and refuses everything after. */
  end(): void
}

export interface GroupCommitDeps {
  readonly connection: Database
  readonly prepared: Prepared
  readonly defer: Defer
  /** Nothing is written after it. */
  readonly breakage: Breakage
}

/** Batches in one transaction at most, so that one fsync does not keep the event loop for long. */
const maxBatches = 128

export function makeGroupCommit({ connection, prepared, breakage, defer }: GroupCommitDeps): GroupCommit {
  const walKeeper = makeWalKeeper(connection)
  const waiting: WaitingBatch[] = []
  let isScheduled = false
  let hasEnded = false

  const schedule = (): void => {
    if (isScheduled) return
    isScheduled = true
    defer(() => {
      isScheduled = false
      drain()
      if (waiting.length > 0) schedule()
    })
  }

  const drain = (): void => {
    const group = waiting.splice(0, maxBatches)
    if (group.length === 0) return
    try {
      refuseAfterBreakage(breakage)
      const outcomes = writeTogether(connection, prepared, group)
      for (const { batch, failed } of outcomes) batch.resolve(failed)
      walKeeper.afterCommit()
    } catch (error) {
      const failure = breakage.note(error)
      // A promise that was resolved above does not hear this.
      for (const batch of group) batch.reject(failure)
    }
  }

  return {
    submit: (steps) =>
      new Promise((resolve, reject) => {
        if (hasEnded) throw new ExchangeError('storage-failed', { reason: 'closed' })
        refuseAfterBreakage(breakage)
        waiting.push({ steps, resolve, reject })
        schedule()
      }),
    end() {
      while (waiting.length > 0) drain()
      hasEnded = true
    },
  }
}

function refuseAfterBreakage(breakage: Breakage): void {
  const found = breakage.found()
  if (found !== undefined) throw found
}

interface WaitingBatch {
  readonly steps: readonly Step[]
  readonly resolve: (failed: Step | undefined) => void
  readonly reject: (error: ExchangeError) => void
}

interface Outcome {
  readonly batch: WaitingBatch
  readonly failed: Step | undefined
}

/** One transaction, one savepoint a batch. When it returns, COMMIT has returned: the WAL is on the disk. */
function writeTogether(connection: Database, prepared: Prepared, group: readonly WaitingBatch[]): readonly Outcome[] {
  prepared.run('BEGIN IMMEDIATE')
  try {
    const outcomes = group.map((batch) => ({ batch, failed: writeBatch(prepared, batch.steps) }))
    prepared.run('COMMIT')
    return outcomes
  } catch (error) {
    rollBack(connection, prepared)
    throw error
  }
}

function rollBack(connection: Database, prepared: Prepared): void {
  // SQLite rolls back by itself after some faults.
  if (!connection.inTransaction) return
  try {
    prepared.run('ROLLBACK')
  } catch {
    // The fault that led here is the one to tell. With the transaction still open no other can begin.
  }
}

function writeBatch(prepared: Prepared, steps: readonly Step[]): Step | undefined {
  prepared.run('SAVEPOINT batch')
  const failed = steps.find((step) => !isMet(prepared, step))
  if (failed !== undefined) prepared.run('ROLLBACK TO batch')
  prepared.run('RELEASE batch')
  return failed
}

/** Runs the step; false if its precondition does not hold. */
function isMet(prepared: Prepared, step: Step): boolean {
  try {
    const changed = prepared.run(step.sql, step.values)
    return step.rows === 'any' || changed === 1
  } catch (error) {
    if (isKeyTaken(error)) return false
    throw error
  }
}

function isKeyTaken(error: unknown): boolean {
  const code = sqliteCode(error)
  return code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY'
}
