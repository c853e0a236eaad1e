import { DummyDriver, sql, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { SqlEngine } from '../sql/engine.js'

export const sqliteEngine: SqlEngine = {
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
  types: {
    integer: 'INTEGER',
    bytes: 'BLOB',
    // AUTOINCREMENT: a number is never given twice, even if the newest row goes.
    counted: 'INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT',
    // Without STRICT a column takes values of any type.
    tableEnd: ' STRICT',
  },
  textsOf: (jsonArray) => sql`(SELECT "value" FROM json_each(${jsonArray}))`,
}
