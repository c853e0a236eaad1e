import type { Dialect, Expression, RawBuilder } from 'kysely'

/** What differs between the database engines. Everything else of the SQL is shared. */
export interface SqlEngine {
  /** Compiles statements; nothing is ever run through it. */
  readonly dialect: Dialect
  readonly types: ColumnTypes
  /** The members of a JSON array of texts, as a list for IN and NOT IN. */
  textsOf(jsonArray: Expression<string>): RawBuilder<string>
}

/** The words of a table definition that the engines do not share. */
export interface ColumnTypes {
  /** Whole numbers up to 2^53. */
  readonly integer: string
  readonly bytes: string
  /** A primary key that the database counts up. */
  readonly counted: string
  /** What follows the closing bracket of CREATE TABLE. */
  readonly tableEnd: string
}
