import { validateAlarmList } from '../../wire/generated/validators.js'
import type { LocalApi } from '../local-api.js'
import type { Failure } from '../outcome.js'
import type { Finding } from './finding.js'

/** What a person has to look at and nobody acknowledged yet. */
export async function checkAlarms(api: LocalApi): Promise<readonly Finding[] | Failure> {
  const answer = await api.ask({ method: 'GET', path: '/api/v1/alarms', answer: validateAlarmList })
  if (!answer.ok) return answer
  const check = 'alarms'
  const { length } = answer.body.alarms
  if (length === 0) return [{ level: 'ok', check, message: 'none waits' }]
  const message = `${length === 1 ? 'one waits' : `${length} wait`} for a person to look at`
  return [{ level: 'warn', check, message, mend: 'trm alarm list' }]
}
