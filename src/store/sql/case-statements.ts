import { sql, type Kysely } from 'kysely'
import type { EffectOf } from '../batch.js'
import type {
  CaseEntryRow,
  CaseHintRow,
  CaseName,
  CasePage,
  CaseReadRow,
  CaseRow,
  CaseVaultRow,
  DueEntryRow,
} from '../case-rows.js'
import { compileStatement, paramsOf, type Statement } from './statement.js'
import type { DataTables } from './tables.js'

interface OfCase {
  readonly caseId: string
}

/** Parameters of every form of listCases; a form reads only those it needs. */
interface CaseFilter {
  readonly limit: number
  readonly state: string
  readonly updatedAt: number
  readonly id: string
}

export interface CaseStatements {
  readonly insertCase: Statement<CaseRow>
  readonly updateCase: Statement<EffectOf<'updateCase'>['set'] & Omit<EffectOf<'updateCase'>, 'do' | 'set'>>
  readonly emptyCase: Statement<EffectOf<'eraseCase'> & { readonly empty: Uint8Array }>
  readonly deleteCaseEntries: Statement<OfCase>
  readonly deleteCaseVault: Statement<OfCase>
  readonly deleteCaseHints: Statement<OfCase>
  readonly deleteCaseReads: Statement<OfCase>
  readonly insertCaseEntry: Statement<CaseEntryRow>
  readonly finishCaseEntry: Statement<EffectOf<'finishCaseEntry'>>
  readonly putCaseVault: Statement<CaseVaultRow>
  readonly insertCaseHint: Statement<CaseHintRow>
  readonly insertCaseRead: Statement<CaseReadRow>
  readonly findCase: Statement<{ readonly name: string }, CaseRow>
  /** The statement for the filters that the page has. */
  readonly listCases: (page: CasePage) => Statement<CaseFilter, CaseRow>
  readonly caseEntriesOf: Statement<OfCase, CaseEntryRow>
  readonly caseEntriesOfThread: Statement<{ readonly thread: string }, CaseEntryRow>
  readonly dueCaseEntries: Statement<{ readonly until: number; readonly limit: number }, DueEntryRow>
  readonly findCaseVault: Statement<OfCase, CaseVaultRow>
  readonly casesWithHint: Statement<{ readonly hash: string }, CaseName>
  readonly caseReadsOf: Statement<OfCase & { readonly limit: number }, CaseReadRow>
  readonly dueCases: Statement<{ readonly now: number }, CaseRow>
}

const caseColumns = [
  'id',
  'code',
  'state',
  'keyId',
  'version',
  'openedAt',
  'updatedAt',
  'closedAt',
  'retainDays',
  'retainUntil',
  'erasedAt',
  'erasureNonce',
  'content',
] as const satisfies readonly (keyof CaseRow)[]
const entryColumns = [
  'id',
  'caseId',
  'seq',
  'kind',
  'at',
  'by',
  'dueAt',
  'doneAt',
  'thread',
  'content',
] as const satisfies readonly (keyof CaseEntryRow)[]
const vaultColumns = ['caseId', 'updatedAt', 'by', 'content'] as const satisfies readonly (keyof CaseVaultRow)[]
const readColumns = ['id', 'caseId', 'at', 'by', 'content'] as const satisfies readonly (keyof CaseReadRow)[]

export function makeCaseStatements(db: Kysely<DataTables>): CaseStatements {
  const lists = [0, 1, 2, 3].map((form) => compileListCases(db, form))
  return {
    insertCase: compileStatement((param) => db.insertInto('cases').values(paramsOf(param, caseColumns))),
    updateCase: compileStatement((param) =>
      db
        .updateTable('cases')
        .set(paramsOf(param, ['state', 'updatedAt', 'closedAt', 'retainDays', 'retainUntil', 'content']))
        .set((eb) => ({ version: eb('version', '+', 1) }))
        .where('id', '=', param('id'))
        .where('version', '=', param('expectVersion')),
    ),
    emptyCase: compileStatement((param) =>
      db
        .updateTable('cases')
        .set({ code: null, state: 'erased', retainDays: null, retainUntil: null })
        .set({ erasedAt: param('at'), updatedAt: param('at'), erasureNonce: param('nonce'), content: param('empty') })
        .set((eb) => ({ version: eb('version', '+', 1) }))
        .where('id', '=', param('id'))
        .where('version', '=', param('expectVersion')),
    ),
    deleteCaseEntries: compileStatement((param) => db.deleteFrom('caseEntries').where('caseId', '=', param('caseId'))),
    deleteCaseVault: compileStatement((param) => db.deleteFrom('caseVaults').where('caseId', '=', param('caseId'))),
    deleteCaseHints: compileStatement((param) => db.deleteFrom('caseHints').where('caseId', '=', param('caseId'))),
    deleteCaseReads: compileStatement((param) => db.deleteFrom('caseReads').where('caseId', '=', param('caseId'))),
    insertCaseEntry: compileStatement((param) => db.insertInto('caseEntries').values(paramsOf(param, entryColumns))),
    finishCaseEntry: compileStatement((param) =>
      db
        .updateTable('caseEntries')
        .set({ doneAt: param('at') })
        .where('caseId', '=', param('caseId'))
        .where('id', '=', param('id'))
        .where('doneAt', 'is', null),
    ),
    putCaseVault: compileStatement((param) =>
      db
        .insertInto('caseVaults')
        .values(paramsOf(param, vaultColumns))
        .onConflict((conflict) =>
          conflict.column('caseId').doUpdateSet(paramsOf(param, ['updatedAt', 'by', 'content'])),
        ),
    ),
    insertCaseHint: compileStatement((param) =>
      db
        .insertInto('caseHints')
        .values(paramsOf(param, ['caseId', 'hash']))
        .onConflict((conflict) => conflict.columns(['caseId', 'hash']).doNothing()),
    ),
    insertCaseRead: compileStatement((param) => db.insertInto('caseReads').values(paramsOf(param, readColumns))),
    findCase: compileStatement((param) =>
      db
        .selectFrom('cases')
        .select(caseColumns)
        .where(({ or, eb }) => or([eb('id', '=', param('name')), eb('code', '=', param('name'))])),
    ),
    listCases: ({ state, after }) => {
      const list = lists[(state === undefined ? 0 : byState) | (after === undefined ? 0 : afterKey)]
      if (list === undefined) throw new RangeError('listCases has four forms')
      return list
    },
    caseEntriesOf: compileStatement((param) =>
      db.selectFrom('caseEntries').select(entryColumns).where('caseId', '=', param('caseId')).orderBy('seq'),
    ),
    caseEntriesOfThread: compileStatement((param) =>
      db.selectFrom('caseEntries').select(entryColumns).where('thread', '=', param('thread')).orderBy('caseId'),
    ),
    dueCaseEntries: compileStatement((param) =>
      db
        .selectFrom('caseEntries')
        .innerJoin('cases', 'cases.id', 'caseEntries.caseId')
        .select(['caseEntries.id', 'caseEntries.caseId', 'caseEntries.kind'])
        // Both are there: the comparison below finds no null, and an erased case has no entries.
        .select([sql.ref<number>('caseEntries.dueAt').as('dueAt'), sql.ref<string>('cases.code').as('code')])
        .where('caseEntries.dueAt', '<=', param('until'))
        .where('caseEntries.doneAt', 'is', null)
        .orderBy('caseEntries.dueAt')
        .orderBy('caseEntries.id')
        .limit(param('limit')),
    ),
    findCaseVault: compileStatement((param) =>
      db.selectFrom('caseVaults').select(vaultColumns).where('caseId', '=', param('caseId')),
    ),
    casesWithHint: compileStatement((param) =>
      db
        .selectFrom('caseHints')
        .innerJoin('cases', 'cases.id', 'caseHints.caseId')
        .select(['cases.id', 'cases.code'])
        .where('caseHints.hash', '=', param('hash'))
        .orderBy('cases.id'),
    ),
    caseReadsOf: compileStatement((param) =>
      db
        .selectFrom('caseReads')
        .select(readColumns)
        .where('caseId', '=', param('caseId'))
        .orderBy('at', 'desc')
        .orderBy('id')
        .limit(param('limit')),
    ),
    dueCases: compileStatement((param) =>
      db
        .selectFrom('cases')
        .select(caseColumns)
        .where('retainUntil', '<=', param('now'))
        .where('erasedAt', 'is', null)
        .orderBy('retainUntil')
        .orderBy('id'),
    ),
  }
}

const byState = 1
const afterKey = 2

function compileListCases(db: Kysely<DataTables>, form: number): Statement<CaseFilter, CaseRow> {
  return compileStatement((param) => {
    let query = db.selectFrom('cases').select(caseColumns)
    if (form & byState) query = query.where(sql.ref<string>('state'), '=', param('state'))
    if (form & afterKey) {
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('updatedAt', 'id'), '<', tuple(param('updatedAt'), param('id'))),
      )
    }
    return query.orderBy('updatedAt', 'desc').orderBy('id', 'desc').limit(param('limit'))
  })
}
