import { join } from 'node:path'
import Database from 'better-sqlite3'
import { ExchangeError } from '../../base/errors.js'
import { claimFile } from './open-database.js'
import { sqliteCode, storageFailed } from './storage-failed.js'

/** Held for the life of a process: the proof that no other one works on the data folder. */
export interface DataFolderLock {
  release(): void
}

/**
 * Takes the folder for this process alone, by an exclusive transaction on a database of its own that never ends. The
 * system ends it with the process, however that dies; nothing stale can be left behind. Not for network file systems.
 *
 * @throws ExchangeError node-running, permissions-weak, storage-failed
 */
export function lockDataFolder(folder: string): DataFolderLock {
  const path = join(folder, 'node.lock')
  let connection: Database.Database | undefined
  try {
    claimFile(path)
    connection = new Database(path, { timeout: 0 })
    connection.exec('BEGIN EXCLUSIVE')
    const held = connection
    return { release: () => held.close() }
  } catch (error) {
    connection?.close()
    if (sqliteCode(error) === 'SQLITE_BUSY') throw new ExchangeError('node-running', {}, { cause: error })
    throw storageFailed(error)
  }
}
