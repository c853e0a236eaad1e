import type { Clock } from '../base/clock.js'
import { newUuid } from '../base/ids.js'
import type { ProblemCode } from '../base/errors.js'
import type { Random } from '../base/random.js'
import type { Effect } from '../store/batch.js'
import type { ThreadRow } from '../store/rows.js'

/** Tells a person what happened in a thread; once, until somebody acknowledges it. */
export function threadAlarm(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  { thread, peer }: Pick<ThreadRow, 'thread' | 'peer'>,
  code: ProblemCode,
): Effect {
  const about = { id: newUuid(random), at: clock.now(), code, node: peer, thread }
  return { do: 'raiseAlarm', row: { ...about, acknowledgedAt: null, acknowledgedBy: null } }
}
