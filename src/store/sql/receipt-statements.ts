import type { Kysely } from 'kysely'
import type { GivenReceiptRow, GotReceiptRow } from '../rows.js'
import { givenReceiptColumns, gotReceiptColumns } from './columns.js'
import { compileStatement, paramsOf, type Statement } from './statement.js'
import type { DataTables } from './tables.js'

export interface ReceiptStatements {
  readonly insertGivenReceipt: Statement<GivenReceiptRow>
  readonly insertGotReceipt: Statement<GotReceiptRow>
  readonly purgeGivenReceipts: Statement<{ readonly nowSeconds: number }>
  readonly findGivenReceipt: Statement<{ readonly author: string; readonly id: string }, GivenReceiptRow>
  readonly findGivenReceiptByNumber: Statement<AuthorInThread & { readonly n: number }, GivenReceiptRow>
  readonly findLastGiven: Statement<AuthorInThread, GivenReceiptRow>
  readonly countGivenSince: Statement<AuthorInThread & { readonly since: number }, { readonly rows: number }>
  readonly givenReceiptsOf: Statement<{ readonly thread: string }, GivenReceiptRow>
  readonly gotReceiptsOf: Statement<{ readonly thread: string }, GotReceiptRow>
  readonly findGotReceipt: Statement<{ readonly id: string }, GotReceiptRow>
  readonly highestReceiptedBefore: Statement<{ readonly thread: string; readonly n: number }, { readonly n: number }>
}

interface AuthorInThread {
  readonly thread: string
  readonly author: string
}

export function makeReceiptStatements(db: Kysely<DataTables>): ReceiptStatements {
  const given = db.selectFrom('givenReceipts').select(givenReceiptColumns)
  const got = db.selectFrom('gotReceipts').select(gotReceiptColumns)
  return {
    insertGivenReceipt: compileStatement((param) =>
      db.insertInto('givenReceipts').values(paramsOf(param, givenReceiptColumns)),
    ),
    insertGotReceipt: compileStatement((param) =>
      db.insertInto('gotReceipts').values(paramsOf(param, gotReceiptColumns)),
    ),
    purgeGivenReceipts: compileStatement((param) =>
      db
        .deleteFrom('givenReceipts')
        .where('keepUntil', '<', param('nowSeconds'))
        // In a thread that is here they are its chain of numbers (the next event names the one before) and its evidence.
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('threads').select('threads.thread').whereRef('threads.thread', '=', 'givenReceipts.thread'),
            ),
          ),
        ),
    ),
    findGivenReceipt: compileStatement((param) =>
      given.where('author', '=', param('author')).where('id', '=', param('id')),
    ),
    findGivenReceiptByNumber: compileStatement((param) =>
      given.where('thread', '=', param('thread')).where('author', '=', param('author')).where('n', '=', param('n')),
    ),
    findLastGiven: compileStatement((param) =>
      given
        .where('thread', '=', param('thread'))
        .where('author', '=', param('author'))
        // NULL is last in SQLite and first in PostgreSQL.
        .where('n', 'is not', null)
        .orderBy('n', 'desc')
        .limit(1),
    ),
    countGivenSince: compileStatement((param) =>
      db
        .selectFrom('givenReceipts')
        .select(({ fn }) => fn.countAll<number>().as('rows'))
        .where('thread', '=', param('thread'))
        .where('author', '=', param('author'))
        .where('givenAt', '>=', param('since')),
    ),
    givenReceiptsOf: compileStatement((param) =>
      given.where('thread', '=', param('thread')).orderBy('n').orderBy('id'),
    ),
    gotReceiptsOf: compileStatement((param) => got.where('thread', '=', param('thread')).orderBy('n').orderBy('id')),
    findGotReceipt: compileStatement((param) => got.where('id', '=', param('id'))),
    // From the highest number down: the receipt of the newest event nearly always qualifies.
    highestReceiptedBefore: compileStatement((param) =>
      db
        .selectFrom('gotReceipts')
        .select('n')
        .where('thread', '=', param('thread'))
        .where('verdict', '=', 'accepted')
        .where('ownN', '<', param('n'))
        .orderBy('n', 'desc')
        .limit(1),
    ),
  }
}
