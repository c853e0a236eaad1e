import type { Database } from 'better-sqlite3'
import type { Timers } from '../../base/clock.js'
import type { Defer } from '../../base/defer.js'
import { ExchangeError } from '../../base/errors.js'
import type { Step } from '../sql/batch-steps.js'
import type { KeyFileStatements } from '../sql/key-file-statements.js'
import type { Migration } from '../sql/migration.js'
import type { Statement } from '../sql/statement.js'
import { makeBreakage } from './breakage.js'
import { makeGroupCommit } from './group-commit.js'
import { openDatabase } from './open-database.js'
import { makePrepared } from './prepared.js'

export interface KeyFileOptions<Row, Filter> {
  /** Path of the file, or `:memory:`. */
  readonly path: string
  readonly applicationId: number
  readonly migrations: readonly Migration[]
  readonly statements: KeyFileStatements<Row, Filter>
  readonly defer: Defer
  readonly timers: Timers
  readonly onBroken: (error: ExchangeError) => void
}

/** A file of wrapped keys: what keys.db and prekeys.db have in common. */
export interface KeyFile<Row, Filter> {
  /** @throws ExchangeError storage-failed, with reason `key-exists` if the id is taken */
  insert(id: string, row: Row): Promise<void>
  /** @throws ExchangeError storage-failed */
  find(id: string): Row | undefined
  /** @throws ExchangeError storage-failed */
  list(filter: Filter): readonly Row[]
  /** @throws ExchangeError storage-failed, with reason `wal-busy` if a reader keeps the WAL: then call it again */
  destroy(id: string): Promise<void>
  close(): void
}

/** @throws ExchangeError permissions-weak, pragma-wrong, schema-newer, storage-failed */
export async function openKeyFile<Row extends { readonly wrapped: Uint8Array }, Filter>(
  options: KeyFileOptions<Row, Filter>,
): Promise<KeyFile<Row, Filter>> {
  const { statements, defer, timers, onBroken } = options
  const connection = await openDatabase({ ...options, busyTimeoutMs })
  const breakage = makeBreakage(onBroken)
  const prepared = makePrepared(connection, breakage)
  const group = makeGroupCommit({ connection, prepared, breakage, defer })

  const write = <In>(statement: Statement<In>, input: In): Step => ({
    sql: statement.sql,
    values: statement.bind(input),
    rows: 'one',
    effect: 0,
  })

  return {
    async insert(id, row) {
      const failed = await group.submit([write(statements.insert, row)])
      if (failed !== undefined) throw new ExchangeError('storage-failed', { key: id, reason: 'key-exists' })
    },
    find: (id) => prepared.query(statements.find, { id })[0],
    list: (filter) => prepared.query(statements.list, filter),
    async destroy(id) {
      const row = prepared.query(statements.find, { id })[0]
      if (row !== undefined) {
        const zeros = new Uint8Array(row.wrapped.length)
        // A step that finds no row any more: another call has destroyed the key meanwhile.
        await group.submit([write(statements.overwrite, { id, zeros }), write(statements.remove, { id })])
      }
      // Also without a row: a crash after the removal leaves the bytes in the WAL, and the caller tries again at start.
      try {
        await emptyWal(connection, timers)
      } catch (error) {
        throw breakage.note(error)
      }
    },
    close() {
      group.end()
      connection.close()
    },
  }
}

/** Short: emptying the WAL blocks the process for as long as a reader is in the way. */
const busyTimeoutMs = 50
const emptyTries = 20
const pauseMs = 500

/** The WAL keeps every older version of a page until it is truncated, and a reader delays that (security list, finding 6). */
async function emptyWal(connection: Database, timers: Timers): Promise<void> {
  const truncate = connection.prepare<[], { busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)')
  for (let round = 0; round < emptyTries; round += 1) {
    if (round > 0) await pause(timers)
    if (truncate.get()?.busy === 0) return
  }
  throw new ExchangeError('storage-failed', { reason: 'wal-busy' })
}

function pause(timers: Timers): Promise<void> {
  return new Promise((resolve) => {
    timers.after(pauseMs, resolve)
  })
}
