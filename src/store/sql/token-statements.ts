import type { Kysely } from 'kysely'
import type { EffectOf } from '../batch.js'
import type { TokenRow } from '../rows.js'
import { tokenColumns } from './columns.js'
import { compileStatement, paramsOf, type Statement } from './statement.js'
import type { DataTables } from './tables.js'

export interface TokenStatements {
  readonly insertToken: Statement<TokenRow>
  readonly revokeToken: Statement<EffectOf<'revokeToken'>>
  readonly findToken: Statement<{ readonly jti: string }, TokenRow>
  readonly listTokens: Statement<object, TokenRow>
}

export function makeTokenStatements(db: Kysely<DataTables>): TokenStatements {
  return {
    insertToken: compileStatement((param) => db.insertInto('tokens').values(paramsOf(param, tokenColumns))),
    revokeToken: compileStatement((param) =>
      db
        .updateTable('tokens')
        .set({ revokedAt: param('at') })
        .where('jti', '=', param('jti'))
        .where('revokedAt', 'is', null),
    ),
    findToken: compileStatement((param) =>
      db.selectFrom('tokens').select(tokenColumns).where('jti', '=', param('jti')),
    ),
    listTokens: compileStatement(() =>
      db.selectFrom('tokens').select(tokenColumns).orderBy('createdAt').orderBy('jti'),
    ),
  }
}
