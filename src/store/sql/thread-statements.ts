import { sql, type Kysely } from 'kysely'
import type { EffectOf } from '../batch.js'
import type { ThreadPage } from '../port.js'
import type { ThreadRow } from '../rows.js'
import { threadColumns } from './columns.js'
import { compileStatement, paramsOf, type Statement } from './statement.js'
import type { DataTables, Stored } from './tables.js'

export interface ThreadStatements {
  readonly insertThread: Statement<ThreadRow>
  readonly updateThread: Statement<ThreadUpdate>
  readonly findThread: Statement<{ readonly thread: string }, Stored<ThreadRow>>
  /** The statement for the filters that the page has: one text each, so that each can use its index. */
  readonly listThreads: (page: ThreadPage) => Statement<ThreadFilter, Stored<ThreadRow>>
  readonly threadsBeginning: Statement<ThreadRange, Stored<ThreadRow>>
}

export type ThreadUpdate = EffectOf<'updateThread'>['set'] & {
  readonly thread: string
  readonly expectVersion: number
}

/** Parameters of every form of listThreads; a form reads only those it needs. */
export interface ThreadFilter {
  readonly limit: number
  readonly peer: string
  readonly state: string
  readonly role: string
  readonly urgency: string
  readonly updatedAt: number
  readonly thread: string
}

/** Ids from `beginning` on, up to `end`. */
export interface ThreadRange {
  readonly beginning: string
  readonly end: string
  readonly limit: number
}

export function makeThreadStatements(db: Kysely<DataTables>): ThreadStatements {
  const forms = new Map<string, Statement<ThreadFilter, Stored<ThreadRow>>>()
  return {
    insertThread: compileStatement((param) => db.insertInto('threads').values(paramsOf(param, threadColumns))),
    updateThread: compileStatement((param) =>
      db
        .updateTable('threads')
        .set(paramsOf(param, changingColumns))
        .set((eb) => ({ version: eb('version', '+', 1) }))
        .where('thread', '=', param('thread'))
        .where('version', '=', param('expectVersion')),
    ),
    findThread: compileStatement((param) =>
      db.selectFrom('threads').select(threadColumns).where('thread', '=', param('thread')),
    ),
    // Each form is compiled when it is first asked for: few of them ever are.
    listThreads: (page) => {
      const filters = filtersOf(page)
      const name = filters.join(' ')
      const form = forms.get(name) ?? compileListThreads(db, filters)
      forms.set(name, form)
      return form
    },
    threadsBeginning: compileStatement((param) =>
      db
        .selectFrom('threads')
        .select(threadColumns)
        .where(sql.ref<string>('thread'), '>=', param('beginning'))
        .where(sql.ref<string>('thread'), '<', param('end'))
        .where('kind', '=', 'referral')
        .orderBy('thread')
        .limit(param('limit')),
    ),
  }
}

const changingColumns = ['state', 'updatedAt', 'ownN', 'ownDigest', 'peerN', 'peerDigest', 'attention'] as const

const filterNames = ['peer', 'state', 'role', 'urgency', 'isWaiting', 'after'] as const

type FilterName = (typeof filterNames)[number]

function filtersOf(page: ThreadPage): readonly FilterName[] {
  return filterNames.filter((name) => page[name] !== undefined)
}

function compileListThreads(
  db: Kysely<DataTables>,
  filters: readonly FilterName[],
): Statement<ThreadFilter, Stored<ThreadRow>> {
  return compileStatement((param) => {
    let query = db.selectFrom('threads').select(threadColumns).where('kind', '=', 'referral')
    for (const name of ['peer', 'state', 'role', 'urgency'] as const) {
      if (filters.includes(name)) query = query.where(sql.ref<string>(name), '=', param(name))
    }
    if (filters.includes('isWaiting')) {
      query = query.where(({ exists, selectFrom }) =>
        exists(
          selectFrom('outbox')
            .select(sql<number>`1`.as('found'))
            .whereRef('outbox.thread', '=', 'threads.thread')
            .where('outbox.state', '=', 'waiting'),
        ),
      )
    }
    if (filters.includes('after')) {
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('updatedAt', 'thread'), '<', tuple(param('updatedAt'), param('thread'))),
      )
    }
    return query.orderBy('updatedAt', 'desc').orderBy('thread', 'desc').limit(param('limit'))
  })
}
