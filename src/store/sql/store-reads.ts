import type { Store } from '../port.js'
import type { DueClockRow } from '../clock-rows.js'
import type { OutboxRow, ThreadRow } from '../rows.js'
import type { Statement } from './statement.js'
import type { Statements } from './statements.js'
import type { Stored } from './tables.js'

/** All queries of the store: the part of it that knows no engine. */
export type StoreReads = Omit<Store, 'commit' | 'close'>

/** Runs a query on what is committed. */
export type RunQuery = <In, Row>(statement: Statement<In, Row>, input: In) => Promise<readonly Row[]>

/** The queries of the port over any engine that can run a statement. */
export function makeStoreReads(statements: Statements, run: RunQuery): StoreReads {
  const first = async <In, Row>(statement: Statement<In, Row>, input: In): Promise<Row | undefined> =>
    (await run(statement, input))[0]

  return {
    findPeer: (node) => first(statements.findPeer, { node }),
    listPeers: () => run(statements.listPeers, {}),

    agreementsOf: (peer) => run(statements.agreementsOf, { peer }),
    findAgreement: (digest) => first(statements.findAgreement, { digest }),

    listRecordHeads: (kind) =>
      kind === undefined ? run(statements.listRecordHeads, {}) : run(statements.listRecordHeadsOfKind, { kind }),
    listRecordsOf: (kind, node) => run(statements.listRecordsOf, { kind, node }),
    listRecords: (kind) =>
      kind === undefined ? run(statements.listRecords, {}) : run(statements.listRecordsOfKind, { kind }),
    findRecord: (kind, node, id) => first(statements.findRecord, { kind, node, id }),

    findInvitation: (id) => first(statements.findInvitation, { id }),
    listInvitations: () => run(statements.listInvitations, {}),
    findPairing: (id) => first(statements.findPairing, { id }),
    findPairingOf: (role, invitation) => first(statements.findPairingOf, { role, invitation }),
    listPairings: () => run(statements.listPairings, {}),

    listAlarms: ({ limit, onlyOpen, after = { at: Number.MAX_SAFE_INTEGER, id: '' } }) =>
      run(onlyOpen ? statements.listOpenAlarms : statements.listAlarms, { limit, at: after.at, id: after.id }),
    findThreadLink: (thread) => first(statements.findThreadLink, { thread }),
    linksTo: (parent) => run(statements.linksTo, { parent }),
    findErasure: (thread) => first(statements.findErasure, { thread }),
    openErasures: (now) => run(statements.openErasures, { now }),
    dueTrims: (now) => run(statements.dueTrims, { now }),
    findTombstone: (thread) => first(statements.findTombstone, { thread }),
    dueThreadClocks: async (now, limit) => (await run(statements.dueThreadClocks, { now, limit })).map(toClockRow),
    async listThreadClocks(page) {
      const { limit, thread = '', kind = 'open', until = Number.MAX_SAFE_INTEGER } = page
      const after = page.after ?? ({ dueAt: -1, thread: '', kind: 'open', about: '' } as const)
      const filter = { limit, until, ofThread: thread, ofKind: kind, ...after }
      return (await run(statements.listThreadClocks(page), filter)).map(toClockRow)
    },
    listDeadKeys: () => run(statements.listDeadKeys, {}),
    findDeskChoice: (thread) => first(statements.findDeskChoice, { thread }),
    textDecisionsOf: (thread) => run(statements.textDecisionsOf, { thread }),

    findCase: (name) => first(statements.findCase, { name }),
    listCases(page) {
      const { limit, state = '', after = { updatedAt: 0, id: '' } } = page
      return run(statements.listCases(page), { limit, state, ...after })
    },
    caseEntriesOf: (caseId) => run(statements.caseEntriesOf, { caseId }),
    caseEntriesOfThread: (thread) => run(statements.caseEntriesOfThread, { thread }),
    dueCaseEntries: (until, limit) => run(statements.dueCaseEntries, { until, limit }),
    findCaseVault: (caseId) => first(statements.findCaseVault, { caseId }),
    casesWithHint: (hash) => run(statements.casesWithHint, { hash }),
    caseReadsOf: (caseId, limit) => run(statements.caseReadsOf, { caseId, limit }),
    dueCases: (now) => run(statements.dueCases, { now }),

    async findThread(thread) {
      const row = await first(statements.findThread, { thread })
      return row === undefined ? undefined : toThreadRow(row)
    },
    async listThreads(page) {
      const { limit, peer = '', state = '', role = '', urgency = '', after = { updatedAt: 0, thread: '' } } = page
      const filter = { limit, peer, state, role, urgency, ...after }
      return (await run(statements.listThreads(page), filter)).map(toThreadRow)
    },
    async threadsBeginning(beginning, limit) {
      // No id holds a letter beyond f.
      const range = { beginning, end: `${beginning}g`, limit }
      return (await run(statements.threadsBeginning, range)).map(toThreadRow)
    },
    eventsOf: (thread) => run(statements.eventsOf, { thread }),
    findEvent: (author, id) => first(statements.findEvent, { author, id }),
    findLastEvent: (author) => first(statements.findLastEvent, { author }),

    findGivenReceipt: (author, id) => first(statements.findGivenReceipt, { author, id }),
    findGivenReceiptByNumber: (thread, author, n) => first(statements.findGivenReceiptByNumber, { thread, author, n }),
    findLastGiven: (thread, author) => first(statements.findLastGiven, { thread, author }),
    async countGivenSince(thread, author, since) {
      // PostgreSQL counts in 64 bits and answers with text.
      return Number((await first(statements.countGivenSince, { thread, author, since }))?.rows)
    },
    givenReceiptsOf: (thread) => run(statements.givenReceiptsOf, { thread }),
    gotReceiptsOf: (thread) => run(statements.gotReceiptsOf, { thread }),
    findGotReceipt: (id) => first(statements.findGotReceipt, { id }),
    async highestReceiptedBefore(thread, n) {
      return (await first(statements.highestReceiptedBefore, { thread, n }))?.n ?? 0
    },

    async dueOutbox(now, limit, exceptPeers) {
      const due = { now, exceptPeers: JSON.stringify(exceptPeers) }
      const urgent = await run(statements.dueOutbox, { ...due, isUrgent: true, limit })
      const room = limit - urgent.length
      const others = room > 0 ? await run(statements.dueOutbox, { ...due, isUrgent: false, limit: room }) : []
      return [...urgent, ...others].map(toOutboxRow)
    },
    async nextOutboxAt(exceptPeers = []) {
      const except = JSON.stringify(exceptPeers)
      const urgent = await first(statements.nextOutboxAt, { isUrgent: true, exceptPeers: except })
      const other = await first(statements.nextOutboxAt, { isUrgent: false, exceptPeers: except })
      const times = [urgent, other].flatMap((row) => (row === undefined ? [] : [row.nextAt]))
      return times.length === 0 ? undefined : Math.min(...times)
    },
    listWaiting: async (limit) =>
      // PostgreSQL counts in 64 bits and answers with text.
      (await run(statements.listWaiting, { limit })).map((row) => ({ ...row, events: Number(row.events) })),
    outboxOf: async (thread) => (await run(statements.outboxOf, { thread })).map(toOutboxRow),

    findToken: (jti) => first(statements.findToken, { jti }),
    listTokens: () => run(statements.listTokens, {}),
    readMeta: async (name) => (await first(statements.readMeta, { name }))?.value,
    async counts() {
      const counted: Record<string, number> = {}
      for (const [table, statement] of statements.counts) {
        // PostgreSQL counts in 64 bits and answers with text.
        counted[table] = Number((await first(statement, {}))?.rows)
      }
      return counted
    },
  }
}

function toThreadRow(row: Stored<ThreadRow>): ThreadRow {
  return { ...row, isExercise: row.isExercise === 1 }
}

function toClockRow(row: Stored<DueClockRow>): DueClockRow {
  return { ...row, isExercise: row.isExercise === 1 }
}

function toOutboxRow(row: Stored<OutboxRow>): OutboxRow {
  return {
    ...row,
    isUrgent: row.isUrgent === 1,
    passesSuspension: row.passesSuspension === 1,
    mayHaveArrived: row.mayHaveArrived === 1,
    mayBeOut: row.mayBeOut === 1,
  }
}
