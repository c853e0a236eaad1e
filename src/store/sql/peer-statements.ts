import type { Kysely } from 'kysely'
import type { EffectOf } from '../batch.js'
import type { PeerRow } from '../rows.js'
import { peerColumns } from './columns.js'
import { compileStatement, paramsOf, type Statement } from './statement.js'
import type { DataTables } from './tables.js'

export interface PeerStatements {
  readonly insertPeer: Statement<PeerRow>
  readonly updatePeerCard: Statement<CardUpdate>
  readonly setPeerSuspension: Statement<SuspensionUpdate>
  readonly readmitPeer: Statement<EffectOf<'readmitPeer'>['row']>
  readonly setAgreementSuspension: Statement<EffectOf<'setAgreementSuspension'>>
  readonly setPeerBackoff: Statement<EffectOf<'setPeerBackoff'>>
  readonly resetPeerBackoff: Statement<EffectOf<'resetPeerBackoff'>>
  readonly findPeer: Statement<{ readonly node: string }, PeerRow>
  readonly listPeers: Statement<object, PeerRow>
}

export type CardUpdate = EffectOf<'updatePeerCard'>['row'] & {
  readonly expectStatements: string
  readonly expectCard: string
}

export type SuspensionUpdate = EffectOf<'setPeerSuspension'>['set'] & Omit<EffectOf<'setPeerSuspension'>, 'do' | 'set'>

export function makePeerStatements(db: Kysely<DataTables>): PeerStatements {
  return {
    insertPeer: compileStatement((param) => db.insertInto('peers').values(paramsOf(param, peerColumns))),
    updatePeerCard: compileStatement((param) =>
      db
        .updateTable('peers')
        .set(paramsOf(param, cardColumns))
        .where('node', '=', param('node'))
        .where('statements', '=', param('expectStatements'))
        .where('card', '=', param('expectCard')),
    ),
    setPeerSuspension: compileStatement((param) =>
      db
        .updateTable('peers')
        .set(paramsOf(param, ['suspendedAt', 'suspendedFor']))
        .where('node', '=', param('node'))
        .where('suspendedFor', 'is not distinct from', param('expect')),
    ),
    readmitPeer: compileStatement((param) =>
      db
        .updateTable('peers')
        .set(paramsOf(param, readmittedColumns))
        .where('node', '=', param('node'))
        .where('suspendedFor', '=', 'removed'),
    ),
    setAgreementSuspension: compileStatement((param) =>
      db
        .updateTable('peers')
        .set({ agreementSuspendedByUs: param('byUs'), agreementSuspendedByPeer: param('byPeer') })
        .where('node', '=', param('node')),
    ),
    setPeerBackoff: compileStatement((param) =>
      db
        .updateTable('peers')
        .set(paramsOf(param, ['failures', 'retryAt']))
        .where('node', '=', param('node')),
    ),
    resetPeerBackoff: compileStatement((param) =>
      db
        .updateTable('peers')
        .set({ failures: 0, retryAt: 0 })
        .where('node', '=', param('node'))
        .where('failures', '>', 0),
    ),
    findPeer: compileStatement((param) => db.selectFrom('peers').select(peerColumns).where('node', '=', param('node'))),
    listPeers: compileStatement(() => db.selectFrom('peers').select(peerColumns).orderBy('addedAt').orderBy('node')),
  }
}

/** What a card tells. The pinned address and suspensions are not its business. */
const cardColumns = [
  'label',
  'country',
  'organisation',
  'url',
  'statements',
  'card',
  'cardSeq',
  'cardExp',
  'cardFetchedAt',
] as const

/** What a new pairing settles. The agreements outlive a removal, and so does their suspension. */
const readmittedColumns = [
  ...cardColumns,
  'pinnedAddress',
  'addedAt',
  'suspendedAt',
  'suspendedFor',
  'failures',
  'retryAt',
] as const
