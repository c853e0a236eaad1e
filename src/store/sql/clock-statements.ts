import type { Kysely } from 'kysely'
import type { DueClockRow, ThreadClockPage, ThreadClockRow } from '../clock-rows.js'
import { compileStatement, paramsOf, type Statement } from './statement.js'
import type { DataTables, Stored } from './tables.js'

interface OfVersion {
  readonly thread: string
  readonly version: number
}

export interface ClockStatements {
  readonly putThreadClock: Statement<ThreadClockRow & OfVersion>
  readonly settleClockAlarms: Statement<OfVersion & { readonly at: number; readonly by: string }>
  readonly deleteThreadClocks: Statement<OfVersion>
  readonly updateThreadClock: Statement<ThreadClockUpdate>
  readonly dueThreadClocks: Statement<{ readonly now: number; readonly limit: number }, Stored<DueClockRow>>
  /** The statement for the filters that the page has. */
  readonly listThreadClocks: (page: ThreadClockPage) => Statement<ThreadClockFilter, Stored<DueClockRow>>
}

type ThreadClockUpdate = Pick<ThreadClockRow, 'thread' | 'kind' | 'about' | 'reminders' | 'nextAt'> & {
  readonly expectReminders: number
}

/** Parameters of every form of listThreadClocks; a form reads only those it needs. */
export interface ThreadClockFilter {
  readonly limit: number
  readonly ofThread: string
  readonly ofKind: ThreadClockRow['kind']
  readonly until: number
  readonly dueAt: number
  readonly thread: string
  readonly kind: ThreadClockRow['kind']
  readonly about: string
}

const clockColumns = [
  'thread',
  'kind',
  'about',
  'alarm',
  'owedBy',
  'startedAt',
  'dueAt',
  'reminders',
  'nextAt',
] as const satisfies readonly (keyof ThreadClockRow)[]

export function makeClockStatements(db: Kysely<DataTables>): ClockStatements {
  const forms = [0, 1, 2, 3].map((form) => compileList(db, form))
  return {
    putThreadClock: compileStatement((param) =>
      db
        .insertInto('threadClocks')
        .values(paramsOf(param, [...clockColumns, 'version']))
        .onConflict((conflict) =>
          conflict
            .columns(['thread', 'kind', 'about'])
            .doUpdateSet(({ ref }) => ({ version: ref('excluded.version') })),
        ),
    ),
    settleClockAlarms: compileStatement((param) =>
      db
        .updateTable('alarms')
        .set({ acknowledgedAt: param('at'), acknowledgedBy: param('by') })
        .where('acknowledgedAt', 'is', null)
        .where('thread', '=', param('thread'))
        .where('code', 'in', (select) =>
          select
            .selectFrom('threadClocks')
            .select('threadClocks.alarm')
            .where('threadClocks.thread', '=', param('thread'))
            .groupBy('threadClocks.alarm')
            .having(({ fn }) => fn.max('threadClocks.version'), '<', param('version')),
        ),
    ),
    deleteThreadClocks: compileStatement((param) =>
      db.deleteFrom('threadClocks').where('thread', '=', param('thread')).where('version', '<', param('version')),
    ),
    updateThreadClock: compileStatement((param) =>
      db
        .updateTable('threadClocks')
        .set(paramsOf(param, ['reminders', 'nextAt']))
        .where('thread', '=', param('thread'))
        .where('kind', '=', param('kind'))
        .where('about', '=', param('about'))
        .where('reminders', '=', param('expectReminders')),
    ),
    dueThreadClocks: compileStatement((param) =>
      withThread(db)
        .where('threadClocks.nextAt', '<=', param('now'))
        .orderBy('threadClocks.nextAt')
        .orderBy('threadClocks.thread')
        .limit(param('limit')),
    ),
    listThreadClocks: ({ thread, kind }) => {
      const form = forms[(thread === undefined ? 0 : byThread) | (kind === undefined ? 0 : byKind)]
      if (form === undefined) throw new RangeError('listThreadClocks has four forms')
      return form
    },
  }
}

const byThread = 1
const byKind = 2

function withThread(db: Kysely<DataTables>) {
  return db
    .selectFrom('threadClocks')
    .innerJoin('threads', 'threads.thread', 'threadClocks.thread')
    .select(clockColumns.map((column) => `threadClocks.${column}` as const))
    .select(['threads.peer', 'threads.role', 'threads.state', 'threads.urgency', 'threads.type', 'threads.isExercise'])
}

function compileList(db: Kysely<DataTables>, form: number): Statement<ThreadClockFilter, Stored<DueClockRow>> {
  return compileStatement((param) => {
    let query = withThread(db)
      .where('threadClocks.dueAt', '<=', param('until'))
      .where(({ eb, refTuple, tuple }) =>
        eb(
          refTuple('threadClocks.dueAt', 'threadClocks.thread', 'threadClocks.kind', 'threadClocks.about'),
          '>',
          tuple(param('dueAt'), param('thread'), param('kind'), param('about')),
        ),
      )
    if (form & byThread) query = query.where('threadClocks.thread', '=', param('ofThread'))
    if (form & byKind) query = query.where('threadClocks.kind', '=', param('ofKind'))
    return query
      .orderBy('threadClocks.dueAt')
      .orderBy('threadClocks.thread')
      .orderBy('threadClocks.kind')
      .orderBy('threadClocks.about')
      .limit(param('limit'))
  })
}
