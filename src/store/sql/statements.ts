import { Kysely } from 'kysely'
import { makeAgreementStatements, type AgreementStatements } from './agreement-statements.js'
import { makeAlarmStatements, type AlarmStatements } from './alarm-statements.js'
import { makeCaseStatements, type CaseStatements } from './case-statements.js'
import { makeClockStatements, type ClockStatements } from './clock-statements.js'
import { makeErasureStatements, type ErasureStatements } from './erasure-statements.js'
import { makeDeskChoiceStatements, type DeskChoiceStatements } from './desk-choice-statements.js'
import type { SqlEngine } from './engine.js'
import { makeEventStatements, type EventStatements } from './event-statements.js'
import { makeMetaStatements, type MetaStatements } from './meta-statements.js'
import { makeOutboxStatements, type OutboxStatements } from './outbox-statements.js'
import { makePairingStatements, type PairingStatements } from './pairing-statements.js'
import { makePeerStatements, type PeerStatements } from './peer-statements.js'
import { makeReceiptStatements, type ReceiptStatements } from './receipt-statements.js'
import { makeRecordStatements, type RecordStatements } from './record-statements.js'
import type { DataTables } from './tables.js'
import { makeTextDecisionStatements, type TextDecisionStatements } from './text-decision-statements.js'
import { makeThreadStatements, type ThreadStatements } from './thread-statements.js'
import { makeTokenStatements, type TokenStatements } from './token-statements.js'

/** Every statement on data.db. */
export type Statements = PeerStatements &
  ThreadStatements &
  EventStatements &
  ReceiptStatements &
  OutboxStatements &
  TokenStatements &
  MetaStatements &
  AgreementStatements &
  RecordStatements &
  PairingStatements &
  AlarmStatements &
  DeskChoiceStatements &
  TextDecisionStatements &
  ErasureStatements &
  CaseStatements &
  ClockStatements

/** Compiles all statements of the store for one engine; once a process is enough. */
export function makeStatements(engine: SqlEngine): Statements {
  const db = new Kysely<DataTables>({ dialect: engine.dialect })
  return {
    ...makePeerStatements(db),
    ...makeThreadStatements(db),
    ...makeEventStatements(db),
    ...makeReceiptStatements(db),
    ...makeOutboxStatements(db, engine),
    ...makeTokenStatements(db),
    ...makeMetaStatements(db),
    ...makeAgreementStatements(db),
    ...makeRecordStatements(db),
    ...makePairingStatements(db),
    ...makeAlarmStatements(db),
    ...makeDeskChoiceStatements(db),
    ...makeTextDecisionStatements(db),
    ...makeErasureStatements(db),
    ...makeCaseStatements(db),
    ...makeClockStatements(db),
  }
}
