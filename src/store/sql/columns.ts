import type { EventRow, GivenReceiptRow, GotReceiptRow, OutboxRow, PeerRow, ThreadRow, TokenRow } from '../rows.js'

// Inserts and selects name their columns. A list that lacks one fails to compile where a statement promises the whole row.

export const peerColumns = [
  'node',
  'label',
  'country',
  'organisation',
  'url',
  'pinnedAddress',
  'addedAt',
  'suspendedAt',
  'statements',
  'card',
  'cardSeq',
  'cardExp',
  'cardFetchedAt',
  'agreement',
  'failures',
  'retryAt',
] as const satisfies readonly (keyof PeerRow)[]

export const threadColumns = [
  'thread',
  'root',
  'peer',
  'role',
  'state',
  'urgency',
  'type',
  'isExercise',
  'keyId',
  'openedAt',
  'updatedAt',
  'version',
  'ownN',
  'ownDigest',
  'peerN',
  'peerDigest',
  'attention',
] as const satisfies readonly (keyof ThreadRow)[]

export const eventColumns = [
  'author',
  'id',
  'thread',
  'n',
  'direction',
  'type',
  'digest',
  'iat',
  'exp',
  'storedAt',
  'verdict',
  'code',
  'leaf',
  'size',
  'content',
] as const satisfies readonly (keyof EventRow)[]

export const givenReceiptColumns = [
  'author',
  'id',
  'digest',
  'thread',
  'n',
  'verdict',
  'code',
  'givenAt',
  'keepUntil',
  'receipt',
] as const satisfies readonly (keyof GivenReceiptRow)[]

export const gotReceiptColumns = [
  'id',
  'peer',
  'thread',
  'n',
  'digest',
  'verdict',
  'code',
  'ownN',
  'gotAt',
  'receipt',
] as const satisfies readonly (keyof GotReceiptRow)[]

export const outboxColumns = [
  'id',
  'peer',
  'thread',
  'n',
  'isUrgent',
  'state',
  'attempts',
  'createdAt',
  'nextAt',
  'exp',
  'mayHaveArrived',
  'lastCode',
] as const satisfies readonly (keyof OutboxRow)[]

export const tokenColumns = [
  'jti',
  'label',
  'scopes',
  'createdAt',
  'exp',
  'revokedAt',
] as const satisfies readonly (keyof TokenRow)[]
