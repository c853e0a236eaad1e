import type { Test } from 'tap'
import type { Effect } from '../../src/store/batch.js'
import type { Store } from '../../src/store/port.js'
import { caseEntryRow, caseRow } from '../support/case-rows.js'
import { runEffectCases, type EffectCase } from './effect-case.js'
import type { MakeStoreHome } from './store.contract.js'

const bytes = Uint8Array.of(9, 8, 7)
const opened: Effect = { do: 'insertCase', row: caseRow() }
const other: Effect = { do: 'insertCase', row: caseRow({ id: 'case-2', code: '2026-015' }) }
const entry: Effect = { do: 'insertCaseEntry', row: caseEntryRow() }
const task: Effect = {
  do: 'insertCaseEntry',
  row: caseEntryRow({ kind: 'reminder', dueAt: 5_000, thread: 'thread-1' }),
}
const vault: Effect = { do: 'putCaseVault', row: { caseId: 'case-1', updatedAt: 1, by: 'One', content: bytes } }
const hint: Effect = { do: 'insertCaseHint', row: { caseId: 'case-1', hash: 'hash-1' } }
const read: Effect = { do: 'insertCaseRead', row: { id: 'read-1', caseId: 'case-1', at: 3, by: 'One', content: bytes } }
const erase: Effect = { do: 'eraseCase', id: 'case-1', expectVersion: 1, at: 9_000, nonce: 'nonce' }
const set = {
  state: 'closed',
  updatedAt: 2,
  closedAt: 2,
  retainDays: 3,
  retainUntil: 4,
  content: Uint8Array.of(4),
} as const

/** Without the bytes, which engines give in classes of their own. */
const plainCase = async (store: Store): Promise<unknown> => {
  const row = await store.findCase('case-1')
  return row === undefined ? undefined : { ...row, content: [...row.content] }
}
const remains = async (store: Store): Promise<unknown> => ({
  case: await plainCase(store),
  entries: await store.caseEntriesOf('case-1'),
  vault: await store.findCaseVault('case-1'),
  alike: await store.casesWithHint('hash-1'),
  reads: await store.caseReadsOf('case-1', 9),
})
const plain = { ...caseRow(), content: [0, 1, 254, 255] }

const cases: readonly EffectCase[] = [
  { name: 'insertCase: a new one', before: [], effect: opened, holds: true, read: plainCase, then: plain },
  { name: 'insertCase: a known id', before: [opened], effect: opened, holds: false },
  {
    name: 'insertCase: a code that another case has',
    before: [other],
    effect: { do: 'insertCase', row: caseRow({ code: '2026-015' }) },
    holds: false,
  },
  {
    name: 'updateCase: from the version that was read',
    before: [opened, other],
    effect: { do: 'updateCase', id: 'case-1', expectVersion: 1, set },
    holds: true,
    read: plainCase,
    then: { ...plain, ...set, version: 2, content: [4] },
  },
  {
    name: 'updateCase: from another version',
    before: [opened],
    effect: { do: 'updateCase', id: 'case-1', expectVersion: 2, set },
    holds: false,
  },
  { name: 'insertCaseEntry: the next one', before: [opened], effect: entry, holds: true },
  {
    name: 'insertCaseEntry: a place that is taken',
    before: [opened, entry],
    effect: { do: 'insertCaseEntry', row: caseEntryRow({ id: 'entry-2' }) },
    holds: false,
  },
  {
    name: 'finishCaseEntry: one that is open',
    before: [opened, task],
    effect: { do: 'finishCaseEntry', caseId: 'case-1', id: 'entry-1', at: 8 },
    holds: true,
    read: async (s) => (await s.caseEntriesOf('case-1')).map(({ doneAt }) => doneAt),
    then: [8],
  },
  {
    name: 'finishCaseEntry: one of another case',
    before: [opened, other, task],
    effect: { do: 'finishCaseEntry', caseId: 'case-2', id: 'entry-1', at: 8 },
    holds: false,
  },
  {
    name: 'putCaseVault: takes the place of what was there',
    before: [opened, vault],
    effect: { do: 'putCaseVault', row: { caseId: 'case-1', updatedAt: 2, by: 'Two', content: Uint8Array.of(1) } },
    holds: true,
    read: async (s) => [...((await s.findCaseVault('case-1'))?.content ?? [])],
    then: [1],
  },
  {
    name: 'insertCaseHint: the same again changes nothing',
    before: [opened, hint],
    effect: hint,
    holds: true,
    read: (s) => s.casesWithHint('hash-1'),
    then: [{ id: 'case-1', code: '2026-014' }],
  },
  { name: 'insertCaseRead: a known id', before: [opened, read], effect: read, holds: false },
  {
    name: 'eraseCase: nothing is left but that it was there',
    before: [opened, task, vault, hint, read],
    effect: erase,
    holds: true,
    read: remains,
    then: {
      case: {
        id: 'case-1',
        code: null,
        state: 'erased',
        version: 2,
        retainUntil: null,
        erasedAt: 9_000,
        erasureNonce: 'nonce',
        content: [],
      },
      entries: [],
      vault: undefined,
      alike: [],
      reads: [],
    },
  },
  {
    name: 'eraseCase: one that changed since it was read',
    before: [opened, entry, { do: 'updateCase', id: 'case-1', expectVersion: 1, set }],
    effect: erase,
    holds: false,
  },
]

/** Effects and queries of local cases. */
export function storeCasesContract(t: Test, makeHome: MakeStoreHome): void {
  t.test('every effect on a case does what its comment says', (t) => runEffectCases(t, makeHome, cases))

  t.test('cases, entries and reads come in their order', async (t) => {
    const store = await (await makeHome(t, 'passing')).open()
    t.teardown(() => store.close())
    const rows = [
      caseRow({ id: 'b', code: 'B-1', updatedAt: 2 }),
      caseRow({ id: 'a', code: 'A-1', updatedAt: 2, state: 'closed', retainUntil: 7 }),
      caseRow({ id: 'c', code: 'C-1', updatedAt: 3, retainUntil: 5 }),
    ]
    const due = [
      caseEntryRow({ id: 'e2', caseId: 'a', seq: 2, kind: 'followUp', dueAt: 4, thread: 't' }),
      caseEntryRow({ id: 'e1', caseId: 'a', seq: 1, kind: 'reminder', dueAt: 6 }),
      caseEntryRow({ id: 'e3', caseId: 'b', dueAt: 5, doneAt: 5, thread: 't' }),
    ]
    const reads = [1, 3, 2].map((at) => ({ id: `r${at}`, caseId: 'a', at, by: 'One', content: bytes }))
    t.strictSame(
      await store.commit([
        ...rows.map((row): Effect => ({ do: 'insertCase', row })),
        ...due.map((row): Effect => ({ do: 'insertCaseEntry', row })),
        ...reads.map((row): Effect => ({ do: 'insertCaseRead', row })),
      ]),
      { ok: true },
    )
    const ids = (found: readonly { readonly id: string }[]): string => found.map(({ id }) => id).join('')
    t.equal(ids(await store.listCases({ limit: 9 })), 'cba')
    t.equal(ids(await store.listCases({ limit: 1, after: { updatedAt: 3, id: 'c' } })), 'b')
    t.equal(ids(await store.listCases({ limit: 9, state: 'open' })), 'cb')
    t.equal(ids(await store.listCases({ limit: 9, state: 'open', after: { updatedAt: 3, id: 'c' } })), 'b')
    t.equal((await store.findCase('A-1'))?.id, 'a')
    t.equal(ids(await store.caseEntriesOf('a')), 'e1e2')
    t.equal(ids(await store.caseEntriesOfThread('t')), 'e2e3')
    t.strictSame(await store.dueCaseEntries(5, 9), [{ id: 'e2', caseId: 'a', kind: 'followUp', dueAt: 4, code: 'A-1' }])
    t.equal(ids(await store.dueCaseEntries(9, 9)), 'e2e1')
    t.equal(ids(await store.caseReadsOf('a', 2)), 'r3r2')
    t.equal(ids(await store.dueCases(5)), 'c')
    t.equal(ids(await store.dueCases(9)), 'ca')
  })
}
