import type { Kysely } from 'kysely'
import type { EffectOf } from '../batch.js'
import type { EventRow } from '../rows.js'
import { eventColumns } from './columns.js'
import { compileStatement, paramsOf, type Statement } from './statement.js'
import type { DataTables } from './tables.js'

export interface EventStatements {
  readonly insertEvent: Statement<EventRow>
  readonly setEventVerdict: Statement<EffectOf<'setEventVerdict'>>
  readonly deleteEvent: Statement<EffectOf<'deleteEvent'>>
  readonly insertConflict: Statement<EffectOf<'insertConflict'>>
  readonly insertLeaf: Statement<EffectOf<'insertLeaf'>>
  readonly findEvent: Statement<{ readonly author: string; readonly id: string }, EventRow>
  readonly findLastEvent: Statement<{ readonly author: string }, EventRow>
  readonly eventsOf: Statement<{ readonly thread: string }, EventRow>
}

export function makeEventStatements(db: Kysely<DataTables>): EventStatements {
  return {
    insertEvent: compileStatement((param) => db.insertInto('events').values(paramsOf(param, eventColumns))),
    setEventVerdict: compileStatement((param) =>
      db
        .updateTable('events')
        .set(paramsOf(param, ['verdict', 'code']))
        .where('author', '=', param('author'))
        .where('id', '=', param('id')),
    ),
    deleteEvent: compileStatement((param) =>
      db.deleteFrom('events').where('author', '=', param('author')).where('id', '=', param('id')),
    ),
    insertConflict: compileStatement((param) =>
      db
        .insertInto('conflicts')
        .values(paramsOf(param, ['author', 'id', 'otherDigest', 'at', 'content']))
        .onConflict((conflict) => conflict.columns(['author', 'id']).doNothing()),
    ),
    insertLeaf: compileStatement((param) => db.insertInto('leaves').values(paramsOf(param, ['hash', 'at']))),
    findEvent: compileStatement((param) =>
      db.selectFrom('events').select(eventColumns).where('author', '=', param('author')).where('id', '=', param('id')),
    ),
    findLastEvent: compileStatement((param) =>
      db
        .selectFrom('events')
        .select(eventColumns)
        .where('author', '=', param('author'))
        .orderBy('storedAt', 'desc')
        .orderBy('id', 'desc')
        .limit(1),
    ),
    eventsOf: compileStatement((param) =>
      db
        .selectFrom('events')
        .select(eventColumns)
        .where('thread', '=', param('thread'))
        .orderBy('storedAt')
        .orderBy('id')
        .orderBy('author'),
    ),
  }
}
