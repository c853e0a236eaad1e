import type { Batch, Effect } from '../batch.js'
import type { SqlValue, Statement } from './statement.js'
import type { Statements } from './statements.js'

/** One write, ready to run. */
export interface Step {
  readonly sql: string
  readonly values: readonly SqlValue[]
  /** `one`: any other number of changed rows is a failed precondition, and so is a row whose key is taken. */
  readonly rows: 'one' | 'any'
  /** Position in the batch of the effect that it belongs to. */
  readonly effect: number
}

/**
 * The writes of a batch, in its order, with their values taken out of the rows.
 * @throws ExchangeError internal, if a row holds a value that no database takes
 */
export function batchSteps(statements: Statements, batch: Batch): readonly Step[] {
  return batch.flatMap((effect, position) =>
    writesOf(statements, effect).map((write) => ({ ...write, effect: position })),
  )
}

type Write = Omit<Step, 'effect'>

function writesOf(statements: Statements, effect: Effect): readonly Write[] {
  switch (effect.do) {
    case 'insertPeer':
      return [one(statements.insertPeer, effect.row)]
    case 'updatePeerCard':
      return [
        one(statements.updatePeerCard, {
          ...effect.row,
          expectStatements: effect.expect.statements,
          expectCard: effect.expect.card,
        }),
      ]
    case 'setPeerSuspension':
      return [one(statements.setPeerSuspension, { ...effect.set, node: effect.node, expect: effect.expect })]
    case 'readmitPeer':
      return [one(statements.readmitPeer, effect.row)]
    case 'setAgreementSuspension':
      return [one(statements.setAgreementSuspension, effect)]
    case 'replaceAgreements':
      return [
        any(statements.deleteAgreements, effect),
        ...effect.rows.map((row) => one(statements.insertAgreement, row)),
      ]
    case 'putRecord':
      return effect.expect === null
        ? [one(statements.insertRecord, effect.row)]
        : [one(statements.replaceRecord, { ...effect.row, expect: effect.expect })]
    case 'deleteRecord':
      return [any(statements.deleteRecord, effect)]
    case 'insertInvitation':
      return [one(statements.insertInvitation, effect.row)]
    case 'useInvitation':
      return [one(statements.useInvitation, effect)]
    case 'revokeInvitation':
      return [one(statements.revokeInvitation, effect)]
    case 'purgePairings':
      return [any(statements.purgeInvitations, effect), any(statements.purgePairings, effect)]
    case 'insertPairing':
      return [one(statements.insertPairing, effect.row)]
    case 'revealPairing':
      return [one(statements.revealPairing, effect)]
    case 'deletePairing':
      return [one(statements.deletePairing, effect)]
    case 'raiseAlarm':
      return [any(statements.raiseAlarm, effect.row)]
    case 'acknowledgeAlarm':
      return [one(statements.acknowledgeAlarm, effect)]
    case 'insertDeskChoice':
      return [one(statements.insertDeskChoice, effect.row)]
    case 'insertTextDecision':
      return [one(statements.insertTextDecision, effect.row)]
    case 'deleteTextDecisions':
      return [any(statements.deleteTextDecisions, effect)]
    case 'setPeerBackoff':
      return [one(statements.setPeerBackoff, effect)]
    case 'resetPeerBackoff':
      return [any(statements.makePeerDue, effect), any(statements.resetPeerBackoff, effect)]
    case 'insertThread':
      return [one(statements.insertThread, effect.row)]
    case 'updateThread':
      return [
        one(statements.updateThread, { ...effect.set, thread: effect.thread, expectVersion: effect.expectVersion }),
      ]
    case 'setThreadClocks':
      return [
        ...effect.rows.map((row) => one(statements.putThreadClock, { ...row, version: effect.version })),
        any(statements.settleClockAlarms, effect),
        any(statements.deleteThreadClocks, effect),
      ]
    case 'updateThreadClock':
      return [
        one(statements.updateThreadClock, { ...effect.clock, ...effect.set, expectReminders: effect.expectReminders }),
      ]
    case 'insertThreadLink':
      return [one(statements.insertThreadLink, effect.row)]
    case 'insertErasure':
      return [any(statements.insertErasure, effect.row)]
    case 'updateErasure':
      return [one(statements.updateErasure, { ...effect.set, thread: effect.thread })]
    case 'putTrim':
      return [one(statements.putTrim, effect.row)]
    case 'deleteTrim':
      return [any(statements.deleteTrim, effect)]
    case 'insertTombstone':
      return [one(statements.insertTombstone, effect.row)]
    case 'rekeyThread':
      return [one(statements.rekeyThread, effect)]
    case 'rewriteContent':
      return [one(statements.rewriteContent, effect)]
    case 'insertDeadKey':
      return [one(statements.insertDeadKey, effect)]
    case 'deleteDeadKey':
      return [any(statements.deleteDeadKey, effect)]
    case 'insertCase':
      return [one(statements.insertCase, effect.row)]
    case 'updateCase':
      return [one(statements.updateCase, { ...effect.set, id: effect.id, expectVersion: effect.expectVersion })]
    case 'eraseCase':
      return [
        one(statements.emptyCase, { ...effect, empty: new Uint8Array(0) }),
        any(statements.deleteCaseEntries, { caseId: effect.id }),
        any(statements.deleteCaseVault, { caseId: effect.id }),
        any(statements.deleteCaseHints, { caseId: effect.id }),
        any(statements.deleteCaseReads, { caseId: effect.id }),
      ]
    case 'insertCaseEntry':
      return [one(statements.insertCaseEntry, effect.row)]
    case 'finishCaseEntry':
      return [one(statements.finishCaseEntry, effect)]
    case 'putCaseVault':
      return [one(statements.putCaseVault, effect.row)]
    case 'insertCaseHint':
      return [any(statements.insertCaseHint, effect.row)]
    case 'insertCaseRead':
      return [one(statements.insertCaseRead, effect.row)]
    case 'insertEvent':
      return [one(statements.insertEvent, effect.row)]
    case 'setEventVerdict':
      return [one(statements.setEventVerdict, effect)]
    case 'deleteEvent':
      return [one(statements.deleteEvent, effect)]
    case 'insertGivenReceipt':
      return [one(statements.insertGivenReceipt, effect.row)]
    case 'insertGotReceipt':
      return [one(statements.insertGotReceipt, effect.row)]
    case 'insertOutbox':
      return [one(statements.insertOutbox, effect.row)]
    case 'rescheduleOutbox':
      return [one(statements.rescheduleOutbox, effect)]
    case 'noteAttempt':
      return [one(statements.noteAttempt, effect)]
    case 'failOutbox':
      return [one(statements.failOutbox, effect)]
    case 'deleteOutbox':
      return [one(statements.deleteOutbox, effect)]
    case 'insertLeaf':
      return [one(statements.insertLeaf, effect)]
    case 'insertConflict':
      return [any(statements.insertConflict, effect)]
    case 'insertToken':
      return [one(statements.insertToken, effect.row)]
    case 'revokeToken':
      return [one(statements.revokeToken, effect)]
    case 'setMeta':
      return effect.expect === null
        ? [one(statements.insertMeta, effect)]
        : [one(statements.replaceMeta, { name: effect.name, value: effect.value, expect: effect.expect })]
    case 'purgeGivenReceipts':
      return [any(statements.purgeGivenReceipts, effect)]
  }
}

function one<In>(statement: Statement<In>, input: In): Write {
  return { sql: statement.sql, values: statement.bind(input), rows: 'one' }
}

function any<In>(statement: Statement<In>, input: In): Write {
  return { sql: statement.sql, values: statement.bind(input), rows: 'any' }
}
