import type { Database } from 'better-sqlite3'
import { Kysely, Migrator, SqliteDriver, SqliteIntrospector, SqliteQueryCompiler, type DialectAdapter } from 'kysely'
import { ExchangeError } from '../../base/errors.js'
import { toKyselyMigrations, type Migration } from '../sql/migration.js'
import { storageFailed } from './storage-failed.js'

/**
 * Takes every step that the database has not taken, all in one transaction: a crash leaves the old schema or the new.
 * @throws ExchangeError storage-failed
 */
export async function migrateDatabase(connection: Database, migrations: readonly Migration[]): Promise<void> {
  // Never destroyed: that would close the connection, which stays in use.
  const db = new Kysely<unknown>({
    dialect: {
      createAdapter: () => transactionalAdapter,
      createDriver: () => new SqliteDriver({ database: connection }),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
  const provider = { getMigrations: () => Promise.resolve(toKyselyMigrations(migrations)) }
  const { error } = await new Migrator({ db, provider }).migrateToLatest()
  if (error !== undefined) throw storageFailed(error)
}

/**
 * Refuses a database that has taken a step that this program does not know: it was written by a newer one.
 * @throws ExchangeError schema-newer
 */
export function refuseNewerSchema(connection: Database, migrations: readonly Migration[]): void {
  const isEmpty = connection.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'kysely_migration'`).get() === undefined
  if (isEmpty) return
  const known = new Set(migrations.map(({ name }) => name))
  const taken = connection.prepare<[], { name: string }>('SELECT name FROM kysely_migration').all()
  const unknown = taken.find(({ name }) => !known.has(name))
  if (unknown !== undefined) throw new ExchangeError('schema-newer', { migration: unknown.name })
}

/** Kysely's own adapter for SQLite denies that SQLite can roll back a table definition. It can. */
const transactionalAdapter: DialectAdapter = {
  supportsCreateIfNotExists: true,
  supportsTransactionalDdl: true,
  supportsReturning: true,
  // One process alone has the data folder (node.lock).
  acquireMigrationLock: () => Promise.resolve(),
  releaseMigrationLock: () => Promise.resolve(),
}
