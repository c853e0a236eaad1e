import type { Kysely } from 'kysely'
import type { EffectOf } from '../batch.js'
import type { InvitationRow, PairingRow } from '../rows.js'
import { invitationColumns, pairingColumns } from './columns.js'
import { compileStatement, paramsOf, type Statement } from './statement.js'
import type { DataTables } from './tables.js'

export interface PairingStatements {
  readonly insertInvitation: Statement<InvitationRow>
  readonly useInvitation: Statement<EffectOf<'useInvitation'>>
  readonly revokeInvitation: Statement<EffectOf<'revokeInvitation'>>
  readonly purgeInvitations: Statement<EffectOf<'purgePairings'>>
  readonly findInvitation: Statement<{ readonly id: string }, InvitationRow>
  readonly listInvitations: Statement<object, InvitationRow>
  readonly insertPairing: Statement<PairingRow>
  readonly revealPairing: Statement<EffectOf<'revealPairing'>>
  readonly deletePairing: Statement<{ readonly id: string }>
  readonly purgePairings: Statement<EffectOf<'purgePairings'>>
  readonly findPairing: Statement<{ readonly id: string }, PairingRow>
  readonly findPairingOf: Statement<Pick<PairingRow, 'role' | 'invitation'>, PairingRow>
  readonly listPairings: Statement<object, PairingRow>
}

/** Invitations, and the pairings that they lead to. */
export function makePairingStatements(db: Kysely<DataTables>): PairingStatements {
  const invitations = db.selectFrom('invitations').select(invitationColumns)
  const pairings = db.selectFrom('pairings').select(pairingColumns)
  const openInvitation = db.updateTable('invitations').where('usedBy', 'is', null).where('revokedAt', 'is', null)
  return {
    insertInvitation: compileStatement((param) =>
      db.insertInto('invitations').values(paramsOf(param, invitationColumns)),
    ),
    useInvitation: compileStatement((param) =>
      openInvitation.set({ usedBy: param('node') }).where('id', '=', param('id')),
    ),
    revokeInvitation: compileStatement((param) =>
      openInvitation.set({ revokedAt: param('at') }).where('id', '=', param('id')),
    ),
    purgeInvitations: compileStatement((param) =>
      db.deleteFrom('invitations').where('expiresAt', '<', param('before')),
    ),
    findInvitation: compileStatement((param) => invitations.where('id', '=', param('id'))),
    listInvitations: compileStatement(() => invitations.orderBy('createdAt', 'desc').orderBy('id', 'desc')),
    insertPairing: compileStatement((param) => db.insertInto('pairings').values(paramsOf(param, pairingColumns))),
    revealPairing: compileStatement((param) =>
      db
        .updateTable('pairings')
        .set(paramsOf(param, ['theirNonce', 'digits']))
        .where('id', '=', param('id'))
        .where('digits', 'is', null),
    ),
    deletePairing: compileStatement((param) => db.deleteFrom('pairings').where('id', '=', param('id'))),
    purgePairings: compileStatement((param) => db.deleteFrom('pairings').where('expiresAt', '<', param('before'))),
    findPairing: compileStatement((param) => pairings.where('id', '=', param('id'))),
    findPairingOf: compileStatement((param) =>
      pairings.where('role', '=', param('role')).where('invitation', '=', param('invitation')),
    ),
    listPairings: compileStatement(() => pairings.orderBy('createdAt', 'desc').orderBy('id', 'desc')),
  }
}
