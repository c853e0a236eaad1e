import type { ThreadRow } from '../store/rows.js'

/** The row of a relationship thread before its first event. What only referrals have is the same in all of them. */
export function newRelationship(
  thread: string,
  peer: string,
  role: ThreadRow['role'],
  keyId: string,
  now: number,
): ThreadRow {
  return {
    thread,
    kind: 'relationship',
    root: thread,
    peer,
    role,
    state: 'unopened',
    urgency: 'standard',
    type: 'relationship',
    isExercise: false,
    keyId,
    openedAt: now,
    updatedAt: now,
    version: 1,
    ownN: 0,
    ownDigest: null,
    peerN: 0,
    peerDigest: null,
    attention: null,
  }
}
