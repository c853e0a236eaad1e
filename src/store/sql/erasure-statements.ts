import { sql, type Kysely } from 'kysely'
import type { EffectOf } from '../batch.js'
import type { ErasureRow, ThreadLinkRow, TombstoneRow, TrimRow } from '../erasure-rows.js'
import { compileStatement, paramsOf, type Statement } from './statement.js'
import type { DataTables } from './tables.js'

interface DeadKeyRow {
  readonly keyId: string
  readonly at: number
}
interface OfThread {
  readonly thread: string
}

export interface ErasureStatements {
  readonly insertThreadLink: Statement<ThreadLinkRow>
  readonly findThreadLink: Statement<OfThread, ThreadLinkRow>
  readonly linksTo: Statement<{ readonly parent: string }, ThreadLinkRow>
  readonly insertErasure: Statement<ErasureRow>
  readonly updateErasure: Statement<EffectOf<'updateErasure'>['set'] & OfThread>
  readonly findErasure: Statement<OfThread, ErasureRow>
  readonly openErasures: Statement<{ readonly now: number }, ErasureRow>
  readonly putTrim: Statement<TrimRow>
  readonly deleteTrim: Statement<OfThread>
  readonly dueTrims: Statement<{ readonly now: number }, TrimRow>
  readonly insertTombstone: Statement<TombstoneRow>
  readonly findTombstone: Statement<OfThread, TombstoneRow>
  readonly rekeyThread: Statement<EffectOf<'rekeyThread'>>
  readonly rewriteContent: Statement<EffectOf<'rewriteContent'>>
  readonly insertDeadKey: Statement<DeadKeyRow>
  readonly deleteDeadKey: Statement<Pick<DeadKeyRow, 'keyId'>>
  readonly listDeadKeys: Statement<unknown, DeadKeyRow>
}

const linkColumns = ['thread', 'parent'] as const satisfies readonly (keyof ThreadLinkRow)[]
const tombstoneColumns = ['thread', 'peer', 'at'] as const satisfies readonly (keyof TombstoneRow)[]
const erasureColumns = [
  'thread',
  'cause',
  'dueAt',
  'erasedAt',
  'remaining',
  'certifiedOnward',
] as const satisfies readonly (keyof ErasureRow)[]

/** The person's word, or an error, stands above every other cause: it goes on to those behind. */
const isRaised = sql<boolean>`excluded."cause" IN ('consentWithdrawn', 'void') AND "erasures"."cause" NOT IN ('consentWithdrawn', 'void')`

export function makeErasureStatements(db: Kysely<DataTables>): ErasureStatements {
  return {
    insertThreadLink: compileStatement((param) => db.insertInto('threadLinks').values(paramsOf(param, linkColumns))),
    findThreadLink: compileStatement((param) =>
      db.selectFrom('threadLinks').select(linkColumns).where('thread', '=', param('thread')),
    ),
    linksTo: compileStatement((param) =>
      db.selectFrom('threadLinks').select(linkColumns).where('parent', '=', param('parent')).orderBy('thread'),
    ),
    insertErasure: compileStatement((param) =>
      db
        .insertInto('erasures')
        .values(paramsOf(param, erasureColumns))
        .onConflict((conflict) =>
          conflict.column('thread').doUpdateSet(({ eb, ref }) => ({
            cause: eb.case().when(isRaised).then(ref('excluded.cause')).else(ref('erasures.cause')).end(),
            dueAt: eb
              .case()
              .when('erasures.dueAt', '<', ref('excluded.dueAt'))
              .then(ref('erasures.dueAt'))
              .else(ref('excluded.dueAt'))
              .end(),
            // What was certified under another cause is certified anew.
            certifiedOnward: eb.case().when(isRaised).then(sql.lit(null)).else(ref('erasures.certifiedOnward')).end(),
          })),
        ),
    ),
    updateErasure: compileStatement((param) =>
      db
        .updateTable('erasures')
        .set(paramsOf(param, ['dueAt', 'erasedAt', 'remaining', 'certifiedOnward']))
        .where('thread', '=', param('thread')),
    ),
    findErasure: compileStatement((param) =>
      db.selectFrom('erasures').select(erasureColumns).where('thread', '=', param('thread')),
    ),
    openErasures: compileStatement((param) =>
      db
        .selectFrom('erasures')
        .select(erasureColumns)
        .where(({ or, eb }) => or([eb('certifiedOnward', 'is', null), eb('certifiedOnward', '>', sql.lit(0))]))
        .where('dueAt', '<=', param('now'))
        .orderBy('dueAt')
        .orderBy('thread'),
    ),
    putTrim: compileStatement((param) =>
      db
        .insertInto('trims')
        .values(paramsOf(param, ['thread', 'dueAt']))
        .onConflict((conflict) =>
          conflict.column('thread').doUpdateSet(({ eb, ref }) => ({
            dueAt: eb
              .case()
              .when('trims.dueAt', '<', ref('excluded.dueAt'))
              .then(ref('trims.dueAt'))
              .else(ref('excluded.dueAt'))
              .end(),
          })),
        ),
    ),
    deleteTrim: compileStatement((param) => db.deleteFrom('trims').where('thread', '=', param('thread'))),
    dueTrims: compileStatement((param) =>
      db
        .selectFrom('trims')
        .select(['thread', 'dueAt'])
        .where('dueAt', '<=', param('now'))
        .orderBy('dueAt')
        .orderBy('thread'),
    ),
    insertTombstone: compileStatement((param) => db.insertInto('tombstones').values(paramsOf(param, tombstoneColumns))),
    findTombstone: compileStatement((param) =>
      db.selectFrom('tombstones').select(tombstoneColumns).where('thread', '=', param('thread')),
    ),
    rekeyThread: compileStatement((param) =>
      db
        .updateTable('threads')
        .set(paramsOf(param, ['keyId']))
        .set((eb) => ({ version: eb('version', '+', 1) }))
        .where('thread', '=', param('thread'))
        .where('version', '=', param('expectVersion')),
    ),
    rewriteContent: compileStatement((param) =>
      db
        .updateTable('events')
        .set(paramsOf(param, ['content', 'size']))
        .where('author', '=', param('author'))
        .where('id', '=', param('id')),
    ),
    insertDeadKey: compileStatement((param) => db.insertInto('deadKeys').values(paramsOf(param, ['keyId', 'at']))),
    deleteDeadKey: compileStatement((param) => db.deleteFrom('deadKeys').where('keyId', '=', param('keyId'))),
    listDeadKeys: compileStatement(() => db.selectFrom('deadKeys').select(['keyId', 'at']).orderBy('at')),
  }
}
