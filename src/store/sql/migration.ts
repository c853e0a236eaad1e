import { sql, type Migration as KyselyMigration } from 'kysely'

/**
 * One step of a schema. A released step never changes, and there is no way back: a fault is mended by the next step.
 * The test holds a checksum of every released step.
 */
export interface Migration {
  /** Four digits and words: the order of the names is the order of the steps. */
  readonly name: string
  readonly statements: readonly string[]
}

/** The list as Kysely's Migrator takes it. */
export function toKyselyMigrations(migrations: readonly Migration[]): Record<string, KyselyMigration> {
  return Object.fromEntries(
    migrations.map(({ name, statements }) => [
      name,
      {
        async up(db) {
          for (const statement of statements) await sql.raw(statement).execute(db)
        },
      } satisfies KyselyMigration,
    ]),
  )
}
