import type { Effect } from '../store/batch.js'
import type { AlarmRow } from '../store/rows.js'

/** An alarm about a node that nobody has acknowledged yet. */
export function raiseAlarm(about: Pick<AlarmRow, 'id' | 'at' | 'code' | 'node'>): Effect {
  return { do: 'raiseAlarm', row: { ...about, thread: null, acknowledgedAt: null, acknowledgedBy: null } }
}
