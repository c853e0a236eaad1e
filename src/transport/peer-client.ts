import { Client } from 'undici'
import { makeGuardedConnect, type GuardedConnectDeps } from './guarded-connect.js'
import type { TransportLimits } from './transport-limits.js'

/** One HTTP client of one peer, with at most one connection and one request at a time. */
export interface PeerClient {
  readonly dispatcher: Client
  /** Ends its connection, also one that is still being made. */
  destroy(): Promise<void>
}

export type PeerClientDeps = Omit<GuardedConnectDeps, 'connectTimeoutMs' | 'stop'> & {
  readonly limits: TransportLimits
}

/** Opens a client; it connects at its first request, and again where the peer closed the idle connection. */
export function openPeerClient({ limits, ...deps }: PeerClientDeps): PeerClient {
  const life = new AbortController()
  const connect = makeGuardedConnect({ ...deps, connectTimeoutMs: limits.connectTimeoutMs, stop: life.signal })
  const dispatcher = new Client(deps.target.origin, {
    connect,
    pipelining: 1,
    headersTimeout: limits.silenceTimeoutMs,
    bodyTimeout: limits.silenceTimeoutMs,
    keepAliveTimeout: limits.idleTimeoutMs,
    keepAliveMaxTimeout: limits.idleTimeoutMs,
    maxHeaderSize: limits.maxHeaderBytes,
  })
  return {
    dispatcher,
    async destroy() {
      // undici itself would let a connection attempt run to its end.
      life.abort()
      await dispatcher.destroy()
    },
  }
}
