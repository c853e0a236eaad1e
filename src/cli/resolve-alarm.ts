import type { AlarmView } from '../wire/generated/types.js'
import { failure, usageFailure } from './failure.js'
import type { LocalApi } from './local-api.js'
import type { Failure } from './outcome.js'
import { readAlarms } from './read-alarms.js'

const beginningPattern = /^[0-9a-f-]{4,36}$/

/** The alarm that a person means: its id, or a beginning of it that no other one has. */
export async function resolveAlarm(
  api: LocalApi,
  name: string,
): Promise<{ readonly ok: true; readonly alarm: AlarmView } | Failure> {
  const beginning = name.toLowerCase()
  if (!beginningPattern.test(beginning)) return failure('alarm-not-found')
  const alarms = await readAlarms(api, true)
  if ('ok' in alarms) return alarms
  const [found, ...others] = alarms.filter(({ id }) => id.startsWith(beginning))
  if (found === undefined) return failure('alarm-not-found')
  if (others.length === 0) return { ok: true, alarm: found }
  return usageFailure('More than one alarm begins so. Write more of it: trm alarm list --all')
}
