import type { Database } from 'better-sqlite3'
import { ExchangeError } from '../../base/errors.js'

/** One setting: what is asked for, and what SQLite must answer when it is read back. */
export interface Pragma {
  readonly name: string
  readonly set: string
  /** undefined: SQLite has no answer in this kind of database. */
  readonly answer: string | number | undefined
}

export interface PragmaFacts {
  readonly applicationId: number
  readonly busyTimeoutMs: number
  readonly isInMemory: boolean
}

/** The settings of every connection, security list findings 5 and 6, S-02, S-05. */
export function durablePragmas({ applicationId, busyTimeoutMs, isInMemory }: PragmaFacts): readonly Pragma[] {
  return [
    { name: 'busy_timeout', set: String(busyTimeoutMs), answer: busyTimeoutMs },
    { name: 'trusted_schema', set: 'OFF', answer: 0 },
    { name: 'cell_size_check', set: 'ON', answer: 1 },
    { name: 'journal_mode', set: 'WAL', answer: isInMemory ? 'memory' : 'wal' },
    // A WAL database that is opened again falls back to NORMAL: a commit then returns before it is on the disk.
    { name: 'synchronous', set: 'FULL', answer: 2 },
    { name: 'foreign_keys', set: 'ON', answer: 1 },
    // FAST leaves deleted bytes in pages that become free.
    { name: 'secure_delete', set: 'ON', answer: 1 },
    // A torn page in a memory map would be read without the checks of a read call.
    { name: 'mmap_size', set: '0', answer: isInMemory ? undefined : 0 },
    { name: 'temp_store', set: 'MEMORY', answer: 2 },
    // SQLite hides the faults of its own checkpoints; WalKeeper makes them and sees them.
    { name: 'wal_autocheckpoint', set: '0', answer: 0 },
    { name: 'application_id', set: String(applicationId), answer: applicationId },
  ]
}

/**
 * Sets each one and reads it back.
 * @throws ExchangeError pragma-wrong, with the name of the first that SQLite did not take
 */
export function applyPragmas(connection: Database, pragmas: readonly Pragma[]): void {
  for (const { name, set } of pragmas) connection.pragma(`${name} = ${set}`)
  for (const { name, answer } of pragmas) {
    if (connection.pragma(name, { simple: true }) !== answer) throw new ExchangeError('pragma-wrong', { pragma: name })
  }
}
