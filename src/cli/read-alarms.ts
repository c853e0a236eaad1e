import type { AlarmView } from '../wire/generated/types.js'
import { validateAlarmList } from '../wire/generated/validators.js'
import type { LocalApi } from './local-api.js'
import type { Failure } from './outcome.js'

/** All alarms of the node, page after page, newest first. @param isAll those that were acknowledged too */
export async function readAlarms(api: LocalApi, isAll: boolean): Promise<readonly AlarmView[] | Failure> {
  const alarms: AlarmView[] = []
  let after: string | undefined
  do {
    const query = new URLSearchParams({
      ...(isAll ? { all: 'true' } : {}),
      ...(after === undefined ? {} : { after }),
    }).toString()
    const path = query === '' ? '/api/v1/alarms' : `/api/v1/alarms?${query}`
    const answer = await api.ask({ method: 'GET', path, answer: validateAlarmList })
    if (!answer.ok) return answer
    alarms.push(...answer.body.alarms)
    after = answer.body.next
  } while (after !== undefined)
  return alarms
}
