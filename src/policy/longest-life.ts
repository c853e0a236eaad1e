import { endsUse } from '../referral/ends-use.js'
import { maxEndOfUseLifeSeconds, maxEventLifeSeconds } from '../wire/limits.js'

/** PROTOCOL 4.1: how long an event of this type may live, in seconds. Nobody gives up what takes consent back because a node was away. */
export function longestLife(type: unknown): number {
  const takesBack = type === 'consent.update' || (typeof type === 'string' && endsUse(type))
  return takesBack ? maxEndOfUseLifeSeconds : maxEventLifeSeconds
}
