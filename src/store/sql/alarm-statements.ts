import { sql, type Kysely } from 'kysely'
import type { EffectOf } from '../batch.js'
import type { AlarmRow } from '../rows.js'
import { alarmColumns } from './columns.js'
import { compileStatement, paramsOf, type Statement } from './statement.js'
import type { DataTables } from './tables.js'

export interface AlarmStatements {
  readonly raiseAlarm: Statement<AlarmRow>
  readonly acknowledgeAlarm: Statement<EffectOf<'acknowledgeAlarm'>>
  readonly listAlarms: Statement<{ readonly limit: number }, AlarmRow>
  readonly listOpenAlarms: Statement<{ readonly limit: number }, AlarmRow>
}

export function makeAlarmStatements(db: Kysely<DataTables>): AlarmStatements {
  const newestFirst = db.selectFrom('alarms').select(alarmColumns).orderBy('at', 'desc').orderBy('id', 'desc')
  return {
    raiseAlarm: compileStatement((param) =>
      db
        .insertInto('alarms')
        .values(paramsOf(param, alarmColumns))
        // The words of the index openAlarms: one alarm waits for each code, node and thread.
        .onConflict((conflict) =>
          conflict
            .expression(sql`"code", coalesce("node", ''), coalesce("thread", '')`)
            .where('acknowledgedAt', 'is', null)
            .doNothing(),
        ),
    ),
    acknowledgeAlarm: compileStatement((param) =>
      db
        .updateTable('alarms')
        .set({ acknowledgedAt: param('at'), acknowledgedBy: param('by') })
        .where('id', '=', param('id'))
        .where('acknowledgedAt', 'is', null),
    ),
    listAlarms: compileStatement((param) => newestFirst.limit(param('limit'))),
    listOpenAlarms: compileStatement((param) => newestFirst.where('acknowledgedAt', 'is', null).limit(param('limit'))),
  }
}
