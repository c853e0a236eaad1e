import { uuidOf } from '../base/ids.js'
import { sha256 } from '../crypto/sha256.js'

/**
 * Id of the one thread in which two nodes agree (decision 0011): both derive it, so both can write first. No referral has a
 * UUID of version 8, because anybody knows the ids of others' relationships (PROTOCOL 6.3).
 */
export function relationshipThread(one: string, other: string): string {
  const [low = '', high = ''] = [one, other].sort()
  return uuidOf(sha256(`trm-relationship/1|${low}|${high}`).subarray(0, 16), 8)
}

/** Part of a node in that thread: the lower id stands as the sender. */
export function relationshipRole(node: string, other: string): 'sender' | 'receiver' {
  return node < other ? 'sender' : 'receiver'
}
