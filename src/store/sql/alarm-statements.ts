import { sql, type Kysely } from 'kysely'
import type { EffectOf } from '../batch.js'
import type { AlarmRow } from '../rows.js'
import { alarmColumns } from './columns.js'
import { compileStatement, paramsOf, type Statement } from './statement.js'
import type { DataTables } from './tables.js'

export interface AlarmStatements {
  readonly raiseAlarm: Statement<AlarmRow>
  readonly acknowledgeAlarm: Statement<EffectOf<'acknowledgeAlarm'>>
  readonly listAlarms: Statement<AlarmsPage, AlarmRow>
  readonly listOpenAlarms: Statement<AlarmsPage, AlarmRow>
}

/** So many after one; `at` and `id` of the one before them. */
type AlarmsPage = { readonly limit: number } & Pick<AlarmRow, 'at' | 'id'>

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
    listAlarms: compileStatement((param) =>
      newestFirst
        .where('at', '<=', param('at'))
        .where(({ eb, or }) => or([eb('at', '<', param('at')), eb('id', '<', param('id'))]))
        .limit(param('limit')),
    ),
    listOpenAlarms: compileStatement((param) =>
      newestFirst
        .where('acknowledgedAt', 'is', null)
        .where('at', '<=', param('at'))
        .where(({ eb, or }) => or([eb('at', '<', param('at')), eb('id', '<', param('id'))]))
        .limit(param('limit')),
    ),
  }
}
