import type { Kysely } from 'kysely'
import type { AgreementRow } from '../rows.js'
import { agreementColumns } from './columns.js'
import { compileStatement, paramsOf, type Statement } from './statement.js'
import type { DataTables } from './tables.js'

export interface AgreementStatements {
  readonly insertAgreement: Statement<AgreementRow>
  readonly deleteAgreements: Statement<{ readonly peer: string }>
  readonly agreementsOf: Statement<{ readonly peer: string }, AgreementRow>
  readonly findAgreement: Statement<{ readonly digest: string }, AgreementRow>
}

export function makeAgreementStatements(db: Kysely<DataTables>): AgreementStatements {
  const agreements = db.selectFrom('agreements').select(agreementColumns)
  return {
    insertAgreement: compileStatement((param) => db.insertInto('agreements').values(paramsOf(param, agreementColumns))),
    deleteAgreements: compileStatement((param) => db.deleteFrom('agreements').where('peer', '=', param('peer'))),
    agreementsOf: compileStatement((param) =>
      agreements.where('peer', '=', param('peer')).orderBy('place').orderBy('validFrom').orderBy('digest'),
    ),
    findAgreement: compileStatement((param) => agreements.where('digest', '=', param('digest'))),
  }
}
