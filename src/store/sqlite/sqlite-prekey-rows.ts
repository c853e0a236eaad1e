import { systemTimers, type Timers } from '../../base/clock.js'
import { systemDefer, type Defer } from '../../base/defer.js'
import type { ExchangeError } from '../../base/errors.js'
import type { PrekeyRows } from '../../crypto/key-rows.js'
import { makePrekeyStatements } from '../sql/key-file-statements.js'
import { makeMigrations } from '../sql/migrations.js'
import { openKeyFile } from './key-file.js'
import { sqliteEngine } from './sqlite-engine.js'

export interface SqlitePrekeyRowsOptions {
  /** Path of prekeys.db, or `:memory:`. */
  readonly path: string
  readonly defer?: Defer
  readonly timers?: Timers
  /** Called once if disk or file are broken; every write after it fails. The process should end. */
  readonly onBroken?: (error: ExchangeError) => void
}

/** @throws ExchangeError permissions-weak, pragma-wrong, schema-newer, storage-failed */
export async function openSqlitePrekeyRows({
  path,
  defer = systemDefer,
  timers = systemTimers,
  onBroken = () => {},
}: SqlitePrekeyRowsOptions): Promise<PrekeyRows> {
  const file = await openKeyFile({
    path,
    applicationId,
    migrations: makeMigrations(sqliteEngine.types).prekeys,
    statements: makePrekeyStatements(sqliteEngine),
    defer,
    timers,
    onBroken,
  })
  return {
    insert: (row) => file.insert(row.kid, row),
    find: (kid) => file.find(kid),
    list: () => file.list({}),
    destroy: (kid) => file.destroy(kid),
    close: () => file.close(),
  }
}

/** "TRMp" */
const applicationId = 0x54_52_4d_70
