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
  readonly updatedAt: number
  readonly thread: string
}

export function makeThreadStatements(db: Kysely<DataTables>): ThreadStatements {
  const forms = [0, 1, 2, 3, 4, 5, 6, 7].map((form) => compileListThreads(db, form))
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
    listThreads: (page) => {
      const form = forms[formOf(page)]
      if (form === undefined) throw new RangeError('listThreads has eight forms')
      return form
    },
  }
}

const changingColumns = ['state', 'updatedAt', 'ownN', 'ownDigest', 'peerN', 'peerDigest', 'attention'] as const

const byPeer = 1
const byState = 2
const afterKey = 4

function formOf({ peer, state, after }: ThreadPage): number {
  return (peer === undefined ? 0 : byPeer) | (state === undefined ? 0 : byState) | (after === undefined ? 0 : afterKey)
}

function compileListThreads(db: Kysely<DataTables>, form: number): Statement<ThreadFilter, Stored<ThreadRow>> {
  return compileStatement((param) => {
    let query = db.selectFrom('threads').select(threadColumns).where('kind', '=', 'referral')
    if (form & byPeer) query = query.where('peer', '=', param('peer'))
    if (form & byState) query = query.where(sql.ref<string>('state'), '=', param('state'))
    if (form & afterKey) {
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('updatedAt', 'thread'), '<', tuple(param('updatedAt'), param('thread'))),
      )
    }
    return query.orderBy('updatedAt', 'desc').orderBy('thread', 'desc').limit(param('limit'))
  })
}
