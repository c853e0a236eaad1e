import { chmodSync, closeSync, openSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import Database from 'better-sqlite3'
import { ExchangeError } from '../../base/errors.js'
import type { Migration } from '../sql/migration.js'
import { applyPragmas, durablePragmas } from './pragmas.js'
import { migrateDatabase, refuseNewerSchema } from './migrate-database.js'
import { storageFailed } from './storage-failed.js'

export interface DatabaseFile {
  /** Path, or `:memory:` for a database that goes with its connection. */
  readonly path: string
  /** Tells data.db, keys.db and prekeys.db apart, should somebody swap or mix up the files. */
  readonly applicationId: number
  readonly migrations: readonly Migration[]
  /** How long a statement blocks the process while another one holds the file, in milliseconds. */
  readonly busyTimeoutMs: number
}

/**
 * Opens a database file with the settings that durability and erasure depend on, and brings its schema up to date.
 * Architecture, decision 2: every setting is set and read back on every connection.
 *
 * @throws ExchangeError permissions-weak, pragma-wrong, schema-newer, storage-failed
 */
export async function openDatabase(file: DatabaseFile): Promise<Database.Database> {
  const isInMemory = file.path === ':memory:'
  let connection: Database.Database | undefined
  try {
    if (!isInMemory) claimFile(file.path)
    connection = new Database(file.path, { timeout: file.busyTimeoutMs })
    refuseForeignFile(connection, file.applicationId)
    refuseNewerSchema(connection, file.migrations)
    applyPragmas(connection, durablePragmas({ ...file, isInMemory }))
    await migrateDatabase(connection, file.migrations)
    return connection
  } catch (error) {
    connection?.close()
    throw storageFailed(error)
  }
}

/** Creates the file for its owner alone; SQLite gives the WAL the same mode. An existing file must have it already. */
export function claimFile(path: string): void {
  try {
    // Only a new file is opened: closing any descriptor of a file drops the locks of this process on it (POSIX).
    closeSync(openSync(path, 'wx', 0o600))
    // A mask of the process can take rights away from what was asked for.
    chmodSync(path, 0o600)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  for (const name of [path, `${path}-wal`, `${path}-shm`]) {
    const mode = statSync(name, { throwIfNoEntry: false })?.mode ?? 0
    if ((mode & 0o077) !== 0) throw new ExchangeError('permissions-weak', { file: basename(name) })
  }
}

/** A file of another kind is refused before anything in it changes. */
function refuseForeignFile(connection: Database.Database, applicationId: number): void {
  const found = connection.pragma('application_id', { simple: true })
  const isNew = found === 0 && connection.prepare('SELECT 1 FROM sqlite_schema').get() === undefined
  if (found !== applicationId && !isNew) throw new ExchangeError('pragma-wrong', { pragma: 'application_id' })
}
