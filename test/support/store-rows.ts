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
} from '../../src/store/rows.js'

// Rows with plain values, for tests that care about one or two of them.

export function peerRow(set: Partial<PeerRow> = {}): PeerRow {
  return {
    node: 'peer-1',
    label: 'Receiving organisation',
    country: 'AT',
    organisation: 'A shelter',
    url: 'https://peer-1.example',
    pinnedAddress: null,
    addedAt: 1_000,
    suspendedAt: null,
    suspendedFor: null,
    statements: '[]',
    card: 'card-1',
    cardSeq: 10,
    cardExp: 2_000_000_000,
    cardFetchedAt: 1_000,
    agreementSuspendedByUs: null,
    agreementSuspendedByPeer: null,
    failures: 0,
    retryAt: 0,
    ...set,
  }
}

export function threadRow(set: Partial<ThreadRow> = {}): ThreadRow {
  return {
    thread: 'thread-1',
    kind: 'referral',
    root: 'thread-1',
    peer: 'peer-1',
    role: 'sender',
    state: 'offered',
    urgency: 'routine',
    type: 'shelter',
    isExercise: false,
    keyId: 'key-1',
    openedAt: 1_000,
    updatedAt: 1_000,
    version: 1,
    ownN: 0,
    ownDigest: null,
    peerN: 0,
    peerDigest: null,
    attention: null,
    ...set,
  }
}

export function eventRow(set: Partial<EventRow> = {}): EventRow {
  return {
    author: 'self',
    id: 'event-1',
    thread: 'thread-1',
    n: 1,
    direction: 'out',
    type: 'referral.offer',
    digest: 'digest-1',
    iat: 1_700_000_000,
    exp: 1_702_000_000,
    storedAt: 1_700_000_000_123,
    heldAgainst: null,
    verdict: 'pending',
    code: null,
    leaf: 'leaf-1',
    size: 4,
    content: Uint8Array.of(0, 1, 254, 255),
    ...set,
  }
}

export function givenReceiptRow(set: Partial<GivenReceiptRow> = {}): GivenReceiptRow {
  return {
    author: 'peer-1',
    id: 'event-1',
    digest: 'digest-1',
    thread: 'thread-1',
    n: 1,
    verdict: 'accepted',
    code: null,
    givenAt: 1_000,
    keepUntil: 5_000,
    receipt: 'receipt-1',
    ...set,
  }
}

export function gotReceiptRow(set: Partial<GotReceiptRow> = {}): GotReceiptRow {
  return {
    id: 'event-1',
    peer: 'peer-1',
    thread: 'thread-1',
    n: 1,
    digest: 'digest-1',
    verdict: 'accepted',
    code: null,
    ownN: 0,
    gotAt: 1_000,
    receipt: 'receipt-1',
    ...set,
  }
}

export function outboxRow(set: Partial<OutboxRow> = {}): OutboxRow {
  return {
    id: 'event-1',
    peer: 'peer-1',
    thread: 'thread-1',
    n: 1,
    isUrgent: false,
    passesSuspension: false,
    state: 'waiting',
    attempts: 0,
    createdAt: 1_000,
    nextAt: 1_000,
    exp: 1_702_000_000,
    mayHaveArrived: false,
    mayBeOut: false,
    lastCode: null,
    ...set,
  }
}

export function tokenRow(set: Partial<TokenRow> = {}): TokenRow {
  return {
    jti: 'token-1',
    label: 'Case system',
    scopes: 'read write',
    createdAt: 1_000,
    exp: 2_000,
    revokedAt: null,
    ...set,
  }
}

export function agreementRow(set: Partial<AgreementRow> = {}): AgreementRow {
  return {
    digest: 'agreement-1',
    peer: 'peer-1',
    state: 'proposed',
    proposer: 'peer-1',
    place: 0,
    validFrom: 1_700_000_000,
    validUntil: 1_800_000_000,
    proposerJws: 'proposer-jws',
    acceptorJws: null,
    reason: null,
    ...set,
  }
}

export function recordRow(set: Partial<RecordRow> = {}): RecordRow {
  return {
    kind: 'contact',
    node: 'node-1',
    id: 'contact-1',
    seq: 1,
    digest: 'digest-1',
    exp: 1_800_000_000,
    visibility: 'federation',
    text: 'contact-jws',
    source: 'peer-1',
    storedAt: 1_000,
    ...set,
  }
}

export function invitationRow(set: Partial<InvitationRow> = {}): InvitationRow {
  return {
    id: '7K3M9QWX',
    secret: Uint8Array.of(0, 1, 254, 255),
    createdAt: 1_000,
    expiresAt: 5_000,
    usedBy: null,
    revokedAt: null,
    ...set,
  }
}

export function pairingRow(set: Partial<PairingRow> = {}): PairingRow {
  return {
    id: 'pairing-1',
    role: 'inviter',
    invitation: '7K3M9QWX',
    node: 'node-1',
    document: '{}',
    pinnedAddress: null,
    ownNonce: 'own-nonce',
    theirCommitment: 'their-commitment',
    theirNonce: null,
    digits: null,
    createdAt: 1_000,
    expiresAt: 5_000,
    ...set,
  }
}

export function alarmRow(set: Partial<AlarmRow> = {}): AlarmRow {
  return {
    id: 'alarm-1',
    at: 1_000,
    code: 'card-equivocation',
    node: 'peer-1',
    thread: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    ...set,
  }
}

export function textDecisionRow(set: Partial<TextDecisionRow> = {}): TextDecisionRow {
  return {
    event: 'event-1',
    thread: 'thread-1',
    at: 1_000,
    by: 'label',
    reason: null,
    accepted: '[]',
    leftOut: '[]',
    ...set,
  }
}

export function deskChoiceRow(set: Partial<DeskChoiceRow> = {}): DeskChoiceRow {
  return {
    thread: 'thread-1',
    contact: 'contact-1',
    desk: 'desk-1',
    overrideReason: null,
    overrideBy: null,
    at: 1_000,
    ...set,
  }
}
