import type { Kysely } from 'kysely'
import { compileStatement, paramsOf, type Statement } from './statement.js'
import { dataTableNames, type DataTables } from './tables.js'

export interface MetaStatements {
  readonly insertMeta: Statement<{ readonly name: string; readonly value: string }>
  readonly replaceMeta: Statement<{ readonly name: string; readonly value: string; readonly expect: string }>
  readonly readMeta: Statement<{ readonly name: string }, { readonly value: string }>
  /** By table name. */
  readonly counts: ReadonlyMap<string, Statement<object, { readonly rows: number }>>
}

export function makeMetaStatements(db: Kysely<DataTables>): MetaStatements {
  return {
    insertMeta: compileStatement((param) => db.insertInto('meta').values(paramsOf(param, ['name', 'value']))),
    replaceMeta: compileStatement((param) =>
      db
        .updateTable('meta')
        .set({ value: param('value') })
        .where('name', '=', param('name'))
        .where('value', '=', param('expect')),
    ),
    readMeta: compileStatement((param) => db.selectFrom('meta').select('value').where('name', '=', param('name'))),
    counts: new Map(
      dataTableNames.map((table) => [
        table,
        compileStatement(() => db.selectFrom(table).select((eb) => eb.fn.countAll<number>().as('rows'))),
      ]),
    ),
  }
}
