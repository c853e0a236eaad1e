/** What a transport allows any peer, whoever it is (security list F-04). */
export interface TransportLimits {
  /** Peers whose connections are kept; beyond it those of the peer that was asked longest ago are closed. */
  readonly maxPeers: number
  readonly maxConnectionsPerPeer: number
  /** Limit of each phase of connecting: name, TCP, TLS. */
  readonly connectTimeoutMs: number
  /** Longest wait for the whole answer head, and for the next piece of the body. */
  readonly silenceTimeoutMs: number
  /** An idle connection is closed after this time, whatever Keep-Alive the peer asks for. */
  readonly idleTimeoutMs: number
  readonly maxHeaderBytes: number
  /** 1xx answers before the real one. */
  readonly maxInterimAnswers: number
}

export const transportLimits: TransportLimits = {
  maxPeers: 64,
  maxConnectionsPerPeer: 3,
  connectTimeoutMs: 10_000,
  silenceTimeoutMs: 10_000,
  idleTimeoutMs: 10_000,
  maxHeaderBytes: 8192,
  maxInterimAnswers: 8,
}
