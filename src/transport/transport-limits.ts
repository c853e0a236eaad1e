/** What a transport allows any peer, whoever it is (security list F-04). */
export interface TransportLimits {
  /** Peers with open pools; beyond it the pool that was used longest ago is closed. */
  readonly maxPools: number
  readonly maxConnectionsPerPool: number
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
  maxPools: 64,
  maxConnectionsPerPool: 3,
  connectTimeoutMs: 10_000,
  silenceTimeoutMs: 10_000,
  idleTimeoutMs: 10_000,
  maxHeaderBytes: 8192,
  maxInterimAnswers: 8,
}
