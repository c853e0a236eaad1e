import { systemDefer, type Defer } from '../../base/defer.js'
import type { ExchangeError } from '../../base/errors.js'
import type { Store } from '../port.js'
import { batchSteps } from '../sql/batch-steps.js'
import { makeMigrations } from '../sql/migrations.js'
import { makeStatements } from '../sql/statements.js'
import { makeStoreReads } from '../sql/store-reads.js'
import { makeBreakage } from './breakage.js'
import { makeGroupCommit } from './group-commit.js'
import { openDatabase } from './open-database.js'
import { makePrepared } from './prepared.js'
import { sqliteEngine } from './sqlite-engine.js'

export interface SqliteStoreOptions {
  /** Path of data.db, or `:memory:`. */
  readonly path: string
  readonly defer?: Defer
  /** Called once if disk or file are broken; every commit after it fails. The process should end. */
  readonly onBroken?: (error: ExchangeError) => void
}

/**
 * Opens the store of a single node on SQLite. Calls into SQLite are synchronous, so a query never sees half a batch.
 * @throws ExchangeError permissions-weak, pragma-wrong, schema-newer, storage-failed
 */
export async function openSqliteStore({
  path,
  defer = systemDefer,
  onBroken = () => {},
}: SqliteStoreOptions): Promise<Store> {
  const migrations = makeMigrations(sqliteEngine.types).data
  const connection = await openDatabase({ path, applicationId, migrations, busyTimeoutMs })
  const statements = makeStatements(sqliteEngine)
  const breakage = makeBreakage(onBroken)
  const prepared = makePrepared(connection, breakage)
  const group = makeGroupCommit({ connection, prepared, breakage, defer })
  const reads = makeStoreReads(
    statements,
    (statement, input) =>
      new Promise((resolve) => {
        resolve(prepared.query(statement, input))
      }),
  )

  return {
    ...reads,
    async commit(batch) {
      const failed = await group.submit(batchSteps(statements, batch))
      return failed === undefined ? { ok: true } : { ok: false, failedEffect: failed.effect }
    },
    close: () =>
      new Promise((resolve) => {
        group.end()
        connection.close()
        resolve()
      }),
  }
}

/** "TRMd" */
const applicationId = 0x54_52_4d_64
const busyTimeoutMs = 1_000
