import { Kysely } from 'kysely'
import type { SqlEngine } from './engine.js'
import { makeEventStatements, type EventStatements } from './event-statements.js'
import { makeMetaStatements, type MetaStatements } from './meta-statements.js'
import { makeOutboxStatements, type OutboxStatements } from './outbox-statements.js'
import { makePeerStatements, type PeerStatements } from './peer-statements.js'
import { makeReceiptStatements, type ReceiptStatements } from './receipt-statements.js'
import type { DataTables } from './tables.js'
import { makeThreadStatements, type ThreadStatements } from './thread-statements.js'
import { makeTokenStatements, type TokenStatements } from './token-statements.js'

/** Every statement on data.db. */
export type Statements = PeerStatements &
  ThreadStatements &
  EventStatements &
  ReceiptStatements &
  OutboxStatements &
  TokenStatements &
  MetaStatements

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
  }
}
