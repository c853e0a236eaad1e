import type { LocalApi } from '../local-api.js'
import type { Failure } from '../outcome.js'
import { readAlarms } from '../read-alarms.js'
import type { Finding } from './finding.js'

/** What a person has to look at and nobody acknowledged yet. */
export async function checkAlarms(api: LocalApi): Promise<readonly Finding[] | Failure> {
  const alarms = await readAlarms(api, false)
  if ('ok' in alarms) return alarms
  const check = 'alarms'
  const { length } = alarms
  if (length === 0) return [{ level: 'ok', check, message: 'none waits' }]
  const message = `${length === 1 ? 'one waits' : `${length} wait`} for a person to look at`
  return [{ level: 'warn', check, message, mend: 'trm alarm list' }]
}
