import type {
  AgreementRow,
  AlarmRow,
  DeskChoiceRow,
  TextDecisionRow,
  EventRow,
  GivenReceiptRow,
  GotReceiptRow,
  InvitationRow,
  OutboxRow,
  PairingRow,
  PeerRow,
  RecordRow,
  ThreadRow,
  TokenRow,
} from '../rows.js'

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
  'suspendedFor',
  'statements',
  'card',
  'cardSeq',
  'cardExp',
  'cardFetchedAt',
  'agreementSuspendedByUs',
  'agreementSuspendedByPeer',
  'failures',
  'retryAt',
] as const satisfies readonly (keyof PeerRow)[]

export const threadColumns = [
  'thread',
  'kind',
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
  'heldAgainst',
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
  'passesSuspension',
  'state',
  'attempts',
  'createdAt',
  'nextAt',
  'exp',
  'mayHaveArrived',
  'mayBeOut',
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

export const agreementColumns = [
  'digest',
  'peer',
  'state',
  'proposer',
  'place',
  'validFrom',
  'validUntil',
  'proposerJws',
  'acceptorJws',
  'reason',
] as const satisfies readonly (keyof AgreementRow)[]

export const recordColumns = [
  'kind',
  'node',
  'id',
  'seq',
  'digest',
  'exp',
  'visibility',
  'text',
  'source',
  'storedAt',
] as const satisfies readonly (keyof RecordRow)[]

export const invitationColumns = [
  'id',
  'secret',
  'createdAt',
  'expiresAt',
  'usedBy',
  'revokedAt',
] as const satisfies readonly (keyof InvitationRow)[]

export const pairingColumns = [
  'id',
  'role',
  'invitation',
  'node',
  'document',
  'pinnedAddress',
  'ownNonce',
  'theirCommitment',
  'theirNonce',
  'digits',
  'createdAt',
  'expiresAt',
] as const satisfies readonly (keyof PairingRow)[]

export const alarmColumns = [
  'id',
  'at',
  'code',
  'node',
  'thread',
  'acknowledgedAt',
  'acknowledgedBy',
] as const satisfies readonly (keyof AlarmRow)[]

export const deskChoiceColumns = [
  'thread',
  'contact',
  'desk',
  'overrideReason',
  'overrideBy',
  'at',
] as const satisfies readonly (keyof DeskChoiceRow)[]

export const textDecisionColumns = [
  'event',
  'thread',
  'at',
  'by',
  'reason',
  'accepted',
  'leftOut',
] as const satisfies readonly (keyof TextDecisionRow)[]
