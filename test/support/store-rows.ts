import type {
  EventRow,
  GivenReceiptRow,
  GotReceiptRow,
  OutboxRow,
  PeerRow,
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
    statements: '[]',
    card: 'card-1',
    cardSeq: 10,
    cardExp: 2_000_000_000,
    cardFetchedAt: 1_000,
    agreement: 'agreement-1',
    failures: 0,
    retryAt: 0,
    ...set,
  }
}

export function threadRow(set: Partial<ThreadRow> = {}): ThreadRow {
  return {
    thread: 'thread-1',
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
    state: 'waiting',
    attempts: 0,
    createdAt: 1_000,
    nextAt: 1_000,
    exp: 1_702_000_000,
    mayHaveArrived: false,
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
