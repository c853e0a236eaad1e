import { sql, type Kysely } from 'kysely'
import type { EffectOf } from '../batch.js'
import type { RecordHead, RecordRow } from '../rows.js'
import { recordColumns } from './columns.js'
import { compileStatement, paramsOf, type Statement } from './statement.js'
import type { DataTables } from './tables.js'

export interface RecordStatements {
  readonly insertRecord: Statement<RecordRow>
  readonly replaceRecord: Statement<RecordRow & { readonly expect: string }>
  readonly deleteRecord: Statement<EffectOf<'deleteRecord'>>
  readonly listRecordHeads: Statement<object, RecordHead>
  readonly listRecordHeadsOfKind: Statement<Pick<RecordRow, 'kind'>, RecordHead>
  readonly listRecordsOf: Statement<Pick<RecordRow, 'kind' | 'node'>, RecordRow>
  readonly listRecords: Statement<object, RecordRow>
  readonly listRecordsOfKind: Statement<Pick<RecordRow, 'kind'>, RecordRow>
  readonly findRecord: Statement<Pick<RecordRow, 'kind' | 'node' | 'id'>, RecordRow>
}

export function makeRecordStatements(db: Kysely<DataTables>): RecordStatements {
  const records = db.selectFrom('records').select(recordColumns)
  const inOrder = records.orderBy('kind').orderBy('node').orderBy('id')
  const heads = db
    .selectFrom('records')
    .select(headColumns)
    // The database knows it without reading the text.
    .select(sql<number>`octet_length("text")`.as('characters'))
    .orderBy('kind')
    .orderBy('node')
    .orderBy('id')
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
    listRecordHeads: compileStatement(() => heads),
    listRecordHeadsOfKind: compileStatement((param) => heads.where('kind', '=', param('kind'))),
    listRecordsOf: compileStatement((param) =>
      inOrder.where('kind', '=', param('kind')).where('node', '=', param('node')),
    ),
    listRecords: compileStatement(() => inOrder),
    listRecordsOfKind: compileStatement((param) => inOrder.where('kind', '=', param('kind'))),
    findRecord: compileStatement((param) =>
      records.where('kind', '=', param('kind')).where('node', '=', param('node')).where('id', '=', param('id')),
    ),
  }
}

const headColumns = ['kind', 'node', 'id', 'seq', 'digest', 'exp', 'visibility', 'source', 'storedAt'] as const
/** All but the key. */
const changingColumns = ['seq', 'digest', 'exp', 'visibility', 'text', 'source', 'storedAt'] as const
