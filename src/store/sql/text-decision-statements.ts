import type { Kysely } from 'kysely'
import type { TextDecisionRow } from '../rows.js'
import { textDecisionColumns } from './columns.js'
import { compileStatement, paramsOf, type Statement } from './statement.js'
import type { DataTables } from './tables.js'

interface OfThread {
  readonly thread: string
}

export interface TextDecisionStatements {
  readonly insertTextDecision: Statement<TextDecisionRow>
  readonly deleteTextDecisions: Statement<OfThread>
  readonly textDecisionsOf: Statement<OfThread, TextDecisionRow>
}

export function makeTextDecisionStatements(db: Kysely<DataTables>): TextDecisionStatements {
  return {
    insertTextDecision: compileStatement((param) =>
      db.insertInto('textDecisions').values(paramsOf(param, textDecisionColumns)),
    ),
    deleteTextDecisions: compileStatement((param) =>
      db.deleteFrom('textDecisions').where('thread', '=', param('thread')),
    ),
    textDecisionsOf: compileStatement((param) =>
      db.selectFrom('textDecisions').select(textDecisionColumns).where('thread', '=', param('thread')).orderBy('event'),
    ),
  }
}
