import type { ExchangeError } from '../../base/errors.js'
import { sqliteCode, storageFailed } from './storage-failed.js'

/** Remembers whether the disk or the file of one connection has failed in a way that only a new process can mend. */
export interface Breakage {
  /** The fault as the error of the store; the first breakage is kept and told. */
  note(error: unknown): ExchangeError
  /** The breakage that was noted, if any: then nothing may be written. */
  found(): ExchangeError | undefined
}

/** @param onBroken called once */
export function makeBreakage(onBroken: (error: ExchangeError) => void): Breakage {
  let breakage: ExchangeError | undefined
  return {
    note(error) {
      const failure = storageFailed(error)
      if (breakage === undefined && isBreakage(sqliteCode(error) ?? '')) {
        breakage = failure
        onBroken(failure)
      }
      return failure
    },
    found: () => breakage,
  }
}

/**
 * After a failed read, write or fsync the system may have dropped pages and call the next fsync a success (S-03): the
 * process must end and recover from the file. A full disk is no such fault, it passes; SHMSIZE is how it shows in the
 * index of the WAL.
 */
function isBreakage(code: string): boolean {
  if (code === 'SQLITE_IOERR_SHMSIZE') return false
  return code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB'
}
