import { systemTimers, type Timers } from '../../base/clock.js'
import { systemDefer, type Defer } from '../../base/defer.js'
import type { ExchangeError } from '../../base/errors.js'
import type { KeyRows } from '../../crypto/key-rows.js'
import { makeKeyStatements } from '../sql/key-file-statements.js'
import { makeMigrations } from '../sql/migrations.js'
import { openKeyFile } from './key-file.js'
import { sqliteEngine } from './sqlite-engine.js'

export interface SqliteKeyRowsOptions {
  /** Path of keys.db, or `:memory:`. */
  readonly path: string
  readonly defer?: Defer
  readonly timers?: Timers
  /** Called once if disk or file are broken; every write after it fails. The process should end. */
  readonly onBroken?: (error: ExchangeError) => void
}

/** @throws ExchangeError permissions-weak, pragma-wrong, schema-newer, storage-failed */
export async function openSqliteKeyRows({
  path,
  defer = systemDefer,
  timers = systemTimers,
  onBroken = () => {},
}: SqliteKeyRowsOptions): Promise<KeyRows> {
  const file = await openKeyFile({
    path,
    applicationId,
    migrations: makeMigrations(sqliteEngine.types).keys,
    statements: makeKeyStatements(sqliteEngine),
    defer,
    timers,
    onBroken,
  })
  return {
    insert: (row) => file.insert(row.id, row),
    find: (id) => file.find(id),
    list: (kind) => file.list({ kind }),
    destroy: (id) => file.destroy(id),
    close: () => file.close(),
  }
}

/** "TRMk" */
const applicationId = 0x54_52_4d_6b
