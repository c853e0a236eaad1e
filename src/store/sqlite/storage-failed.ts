import Database from 'better-sqlite3'
import { ExchangeError } from '../../base/errors.js'

/** Any fault of SQLite as the one error of the store. The message of SQLite names columns, never values. */
export function storageFailed(error: unknown): ExchangeError {
  if (error instanceof ExchangeError) return error
  return new ExchangeError('storage-failed', { sqlite: sqliteCode(error) ?? 'none' }, { cause: error })
}

/** The extended result code, as in `SQLITE_IOERR_FSYNC`; undefined if the error is not SQLite's. */
export function sqliteCode(error: unknown): string | undefined {
  return error instanceof Database.SqliteError ? error.code : undefined
}
