import type { Kysely } from 'kysely'
import type { EffectOf } from '../batch.js'
import type { PeerRow } from '../rows.js'
import { peerColumns } from './columns.js'
import { compileStatement, paramsOf, type Statement } from './statement.js'
import type { DataTables } from './tables.js'

export interface PeerStatements {
  readonly insertPeer: Statement<PeerRow>
  readonly updatePeerCard: Statement<EffectOf<'updatePeerCard'>['row']>
  readonly setPeerBackoff: Statement<EffectOf<'setPeerBackoff'>>
  readonly resetPeerBackoff: Statement<EffectOf<'resetPeerBackoff'>>
  readonly findPeer: Statement<{ readonly node: string }, PeerRow>
  readonly listPeers: Statement<object, PeerRow>
}

export function makePeerStatements(db: Kysely<DataTables>): PeerStatements {
  return {
    insertPeer: compileStatement((param) => db.insertInto('peers').values(paramsOf(param, peerColumns))),
    updatePeerCard: compileStatement((param) =>
      db
        .updateTable('peers')
        .set(paramsOf(param, cardColumns))
        .where('node', '=', param('node'))
        .where('cardSeq', '<=', param('cardSeq')),
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

/** What a card tells. The pinned address and the agreement are not its business. */
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
