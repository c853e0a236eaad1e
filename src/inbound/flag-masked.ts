import { newUuid } from '../base/ids.js'
import type { Random } from '../base/random.js'
import { laterFinds } from '../policy/identity-firewall.js'
import type { Ruleset } from '../policy/identity/ruleset-version.js'
import type { Effect } from '../store/batch.js'
import type { Event } from '../wire/generated/types.js'

/** PROTOCOL 5.6: a person is told, without a word of it, that a received text holds what newer rules find. */
export function flagMasked(
  { ruleset, random }: { readonly ruleset: Ruleset; readonly random: Random },
  event: Pick<Event, 'type' | 'body' | 'from' | 'thread'>,
  version: number,
  at: number,
): readonly Effect[] {
  if (laterFinds(event, version, ruleset).length === 0) return []
  const { from: node, thread } = event
  const row = { id: newUuid(random), at, code: 'identity-masked', node, thread } as const
  return [{ do: 'raiseAlarm', row: { ...row, acknowledgedAt: null, acknowledgedBy: null } }]
}
