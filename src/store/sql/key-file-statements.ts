import { Kysely } from 'kysely'
import type { SqlEngine } from './engine.js'
import { compileStatement, paramsOf, type Statement } from './statement.js'

/** Layout of keys.db and prekeys.db: one table each, of wrapped keys under an id. */
export interface KeyTables {
  readonly keys: KeyTable
  readonly prekeys: PrekeyTable
}

export interface KeyTable {
  readonly id: string
  readonly kind: 'node' | 'data'
  readonly wrapped: Uint8Array
  readonly createdAt: number
}

export interface PrekeyTable {
  readonly kid: string
  readonly key: string
  readonly wrapped: Uint8Array
  readonly notBefore: number
  readonly notAfter: number
  readonly destroyAt: number
}

/** What is done to a file of keys. `zeros` is as long as the wrapped key, so that it takes the same place. */
export interface KeyFileStatements<Row, Filter> {
  readonly insert: Statement<Row>
  readonly find: Statement<{ readonly id: string }, Row>
  readonly list: Statement<Filter, Row>
  readonly overwrite: Statement<{ readonly id: string; readonly zeros: Uint8Array }>
  readonly remove: Statement<{ readonly id: string }>
}

export type KeyFilter = Pick<KeyTable, 'kind'>

export function makeKeyStatements({ dialect }: SqlEngine): KeyFileStatements<KeyTable, KeyFilter> {
  const db = new Kysely<KeyTables>({ dialect })
  const rows = db.selectFrom('keys').select(keyColumns)
  return {
    insert: compileStatement((param) => db.insertInto('keys').values(paramsOf(param, keyColumns))),
    find: compileStatement((param) => rows.where('id', '=', param('id'))),
    list: compileStatement((param) => rows.where('kind', '=', param('kind')).orderBy('createdAt').orderBy('id')),
    overwrite: compileStatement((param) =>
      db
        .updateTable('keys')
        .set({ wrapped: param('zeros') })
        .where('id', '=', param('id')),
    ),
    remove: compileStatement((param) => db.deleteFrom('keys').where('id', '=', param('id'))),
  }
}

export function makePrekeyStatements({ dialect }: SqlEngine): KeyFileStatements<PrekeyTable, object> {
  const db = new Kysely<KeyTables>({ dialect })
  const rows = db.selectFrom('prekeys').select(prekeyColumns)
  return {
    insert: compileStatement((param) => db.insertInto('prekeys').values(paramsOf(param, prekeyColumns))),
    find: compileStatement((param) => rows.where('kid', '=', param('id'))),
    list: compileStatement(() => rows.orderBy('notBefore').orderBy('kid')),
    overwrite: compileStatement((param) =>
      db
        .updateTable('prekeys')
        .set({ wrapped: param('zeros') })
        .where('kid', '=', param('id')),
    ),
    remove: compileStatement((param) => db.deleteFrom('prekeys').where('kid', '=', param('id'))),
  }
}

const keyColumns = ['id', 'kind', 'wrapped', 'createdAt'] as const satisfies readonly (keyof KeyTable)[]
const prekeyColumns = [
  'kid',
  'key',
  'wrapped',
  'notBefore',
  'notAfter',
  'destroyAt',
] as const satisfies readonly (keyof PrekeyTable)[]
