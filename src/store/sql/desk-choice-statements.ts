import type { Kysely } from 'kysely'
import type { DeskChoiceRow } from '../rows.js'
import { deskChoiceColumns } from './columns.js'
import { compileStatement, paramsOf, type Statement } from './statement.js'
import type { DataTables } from './tables.js'

export interface DeskChoiceStatements {
  readonly insertDeskChoice: Statement<DeskChoiceRow>
  readonly findDeskChoice: Statement<{ readonly thread: string }, DeskChoiceRow>
}

export function makeDeskChoiceStatements(db: Kysely<DataTables>): DeskChoiceStatements {
  return {
    insertDeskChoice: compileStatement((param) =>
      db.insertInto('deskChoices').values(paramsOf(param, deskChoiceColumns)),
    ),
    findDeskChoice: compileStatement((param) =>
      db.selectFrom('deskChoices').select(deskChoiceColumns).where('thread', '=', param('thread')),
    ),
  }
}
