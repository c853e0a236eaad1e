import type { Kysely } from 'kysely'
import type { EffectOf } from '../batch.js'
import type { RecordRow } from '../rows.js'
import { recordColumns } from './columns.js'
import { compileStatement, paramsOf, type Statement } from './statement.js'
import type { DataTables } from './tables.js'

export interface RecordStatements {
  readonly insertRecord: Statement<RecordRow>
  readonly replaceRecord: Statement<RecordRow & { readonly expect: string }>
  readonly deleteRecord: Statement<EffectOf<'deleteRecord'>>
  readonly listRecords: Statement<object, RecordRow>
  readonly listRecordsOfKind: Statement<Pick<RecordRow, 'kind'>, RecordRow>
  readonly findRecord: Statement<Pick<RecordRow, 'kind' | 'node' | 'id'>, RecordRow>
}

export function makeRecordStatements(db: Kysely<DataTables>): RecordStatements {
  const records = db.selectFrom('records').select(recordColumns)
  const inOrder = records.orderBy('kind').orderBy('node').orderBy('id')
  return {
    insertRecord: compileStatement((param) => db.insertInto('records').values(paramsOf(param, recordColumns))),
    replaceRecord: compileStatement((param) =>
      db
        .updateTable('records')
        .set(paramsOf(param, changingColumns))
        .where('kind', '=', param('kind'))
        .where('node', '=', param('node'))
        .where('id', '=', param('id'))
        .where('digest', '=', param('expect')),
    ),
    deleteRecord: compileStatement((param) =>
      db
        .deleteFrom('records')
        .where('kind', '=', param('kind'))
        .where('node', '=', param('node'))
        .where('id', '=', param('id')),
    ),
    listRecords: compileStatement(() => inOrder),
    listRecordsOfKind: compileStatement((param) => inOrder.where('kind', '=', param('kind'))),
    findRecord: compileStatement((param) =>
      records.where('kind', '=', param('kind')).where('node', '=', param('node')).where('id', '=', param('id')),
    ),
  }
}

/** All but the key. */
const changingColumns = ['seq', 'digest', 'exp', 'visibility', 'text', 'source', 'storedAt'] as const
