import type { Database, Statement as PreparedStatement } from 'better-sqlite3'
import type { SqlValue, Statement } from '../sql/statement.js'
import type { Breakage } from './breakage.js'

/** Runs constant SQL texts; each is prepared once a connection. */
export interface Prepared {
  /**
   * All rows that the statement yields.
   * @throws ExchangeError storage-failed
   */
  query<In, Row>(statement: Statement<In, Row>, input: In): readonly Row[]
  /**
   * The number of rows changed.
   * @throws SqliteError, because the caller decides what a taken key means
   */
  run(sql: string, values?: readonly SqlValue[]): number
}

export function makePrepared(connection: Database, breakage: Breakage): Prepared {
  const statements = new Map<string, PreparedStatement<[readonly SqlValue[]]>>()

  const prepare = (sql: string): PreparedStatement<[readonly SqlValue[]]> => {
    const known = statements.get(sql)
    if (known !== undefined) return known
    const statement = connection.prepare<[readonly SqlValue[]]>(sql)
    statements.set(sql, statement)
    return statement
  }

  return {
    query<In, Row>(statement: Statement<In, Row>, input: In) {
      try {
        // SQLite does not know the type of its rows; the compiled statement does.
        return prepare(statement.sql).all(statement.bind(input)) as readonly Row[]
      } catch (error) {
        throw breakage.note(error)
      }
    },
    run: (sql, values = []) => prepare(sql).run(values).changes,
  }
}
