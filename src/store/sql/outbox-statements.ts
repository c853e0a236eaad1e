import { sql, type Expression, type ExpressionBuilder, type Kysely, type SqlBool } from 'kysely'
import type { EffectOf } from '../batch.js'
import type { OutboxRow, WaitingRow } from '../rows.js'
import { outboxColumns } from './columns.js'
import type { SqlEngine } from './engine.js'
import { compileStatement, paramsOf, type Statement } from './statement.js'
import type { DataTables, Stored } from './tables.js'

export interface OutboxStatements {
  readonly insertOutbox: Statement<OutboxRow>
  readonly rescheduleOutbox: Statement<EffectOf<'rescheduleOutbox'>>
  readonly noteAttempt: Statement<EffectOf<'noteAttempt'>>
  readonly failOutbox: Statement<EffectOf<'failOutbox'>>
  readonly deleteOutbox: Statement<{ readonly id: string }>
  /** Only where the peer has failures: run it before they are set to 0. */
  readonly makePeerDue: Statement<EffectOf<'resetPeerBackoff'>>
  /** Rows of one urgency. Two runs instead of one sorted by urgency: each walks one stretch of the index and stops. */
  readonly dueOutbox: Statement<DueOutbox, Stored<OutboxRow>>
  readonly nextOutboxAt: Statement<Pick<DueOutbox, 'isUrgent' | 'exceptPeers'>, { readonly nextAt: number }>
  readonly outboxOf: Statement<{ readonly thread: string }, Stored<OutboxRow>>
  readonly listWaiting: Statement<
    { readonly limit: number },
    Omit<WaitingRow, 'events'> & { readonly events: number | null }
  >
}

export interface DueOutbox {
  readonly isUrgent: boolean
  readonly now: number
  readonly limit: number
  /** JSON array of node ids: a list of any length in one parameter. */
  readonly exceptPeers: string
}

export function makeOutboxStatements(db: Kysely<DataTables>, engine: SqlEngine): OutboxStatements {
  return {
    insertOutbox: compileStatement((param) => db.insertInto('outbox').values(paramsOf(param, outboxColumns))),
    rescheduleOutbox: compileStatement((param) =>
      db
        .updateTable('outbox')
        .set(paramsOf(param, ['attempts', 'nextAt', 'mayHaveArrived', 'mayBeOut', 'lastCode']))
        .where('id', '=', param('id'))
        .where('state', '=', 'waiting'),
    ),
    noteAttempt: compileStatement((param) =>
      db.updateTable('outbox').set({ mayBeOut: 1 }).where('id', '=', param('id')).where('state', '=', 'waiting'),
    ),
    failOutbox: compileStatement((param) =>
      db
        .updateTable('outbox')
        .set({ state: 'failed', lastCode: param('lastCode') })
        .where('id', '=', param('id'))
        .where('state', '=', 'waiting'),
    ),
    deleteOutbox: compileStatement((param) => db.deleteFrom('outbox').where('id', '=', param('id'))),
    makePeerDue: compileStatement((param) =>
      db
        .updateTable('outbox')
        .set({ nextAt: param('now') })
        .where('peer', '=', param('node'))
        .where('state', '=', 'waiting')
        .where('nextAt', '>', param('now'))
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('peers')
              .select(sql<number>`1`.as('found'))
              .where('node', '=', param('node'))
              .where('failures', '>', 0),
          ),
        ),
    ),
    dueOutbox: compileStatement((param) =>
      db
        .selectFrom('outbox as row')
        .select(outboxColumns)
        .where('state', '=', 'waiting')
        .where('isUrgent', '=', param('isUrgent'))
        .where('nextAt', '<=', param('now'))
        .where('peer', 'not in', engine.textsOf(param('exceptPeers')))
        .where(mayGoNow)
        .orderBy('nextAt')
        .orderBy('id')
        .limit(param('limit')),
    ),
    nextOutboxAt: compileStatement((param) =>
      db
        .selectFrom('outbox as row')
        .select('nextAt')
        .where('state', '=', 'waiting')
        .where('isUrgent', '=', param('isUrgent'))
        .where('peer', 'not in', engine.textsOf(param('exceptPeers')))
        .where(mayGoNow)
        .orderBy('nextAt')
        .limit(1),
    ),
    outboxOf: compileStatement((param) =>
      db.selectFrom('outbox').select(outboxColumns).where('thread', '=', param('thread')).orderBy('n').orderBy('id'),
    ),
    listWaiting: compileStatement((param) =>
      db
        .selectFrom('outbox as row')
        .select(['thread', 'peer', 'attempts', 'createdAt', 'nextAt', 'lastCode'])
        .select(({ selectFrom }) =>
          selectFrom('outbox as all')
            .select(({ fn }) => fn.countAll<number>().as('events'))
            .whereRef('all.thread', '=', 'row.thread')
            .where('all.state', '=', 'waiting')
            .as('events'),
        )
        .where('state', '=', 'waiting')
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('outbox as earlier')
                .select(sql<number>`1`.as('found'))
                .whereRef('earlier.thread', '=', 'row.thread')
                .where('earlier.state', '=', 'waiting')
                .whereRef('earlier.n', '<', 'row.n'),
            ),
          ),
        )
        .orderBy('nextAt')
        .orderBy('id')
        .limit(param('limit')),
    ),
  }
}

type WithRow = DataTables & { readonly row: DataTables['outbox'] }

/**
 * PROTOCOL 4: an event is not sent before the one that it follows. A failed row stops nothing: a person has it.
 * PROTOCOL 5: what passes a suspension waits for nothing but the offer that opens its thread, which the receiver has to know.
 */
function mayGoNow({ eb, and, or, not, exists, selectFrom }: ExpressionBuilder<WithRow, 'row'>): Expression<SqlBool> {
  const isPeerOpen = eb(
    'row.peer',
    'not in',
    selectFrom('peers').select('peers.node').where('peers.suspendedAt', 'is not', null),
  )
  return and([
    or([eb('row.passesSuspension', '=', 1), isPeerOpen]),
    not(
      exists(
        selectFrom('outbox as earlier')
          .select(sql<number>`1`.as('found'))
          .whereRef('earlier.thread', '=', 'row.thread')
          .where('earlier.state', '=', 'waiting')
          .whereRef('earlier.n', '<', 'row.n')
          .where((earlier) =>
            earlier.or([
              earlier('earlier.passesSuspension', '=', 1),
              earlier.and([
                isPeerOpen,
                earlier.or([earlier('row.passesSuspension', '=', 0), earlier('earlier.n', '=', 1)]),
              ]),
            ]),
          ),
      ),
    ),
  ])
}
