import { lookup } from 'node:dns/promises'
import { connect, type Socket } from 'node:net'
import { Pool } from 'undici'
import type { Timers } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { exchange } from './exchange.js'
import { makeGuardedConnect, type Dial, type Resolve } from './guarded-connect.js'
import { readPeerTarget, type PeerTarget } from './peer-target.js'
import type { Transport } from './port.js'
import { transportLimits, type TransportLimits } from './transport-limits.js'

export interface UndiciTransportDeps {
  readonly timers: Timers
  readonly resolve?: Resolve
  readonly dial?: Dial
  /** PEM certificates trusted instead of the system's. */
  readonly ca?: readonly string[]
  readonly limits?: Partial<TransportLimits>
}

/** The transport over HTTP/1.1 with keep-alive. Rules about addresses: peer-target, guarded-connect, address-guard. */
export function makeUndiciTransport(deps: UndiciTransportDeps): Transport {
  const { timers, resolve = resolveBySystem, dial = dialTcp, ca } = deps
  const limits = { ...transportLimits, ...deps.limits }
  /** In order of last use. */
  const pools = new Map<string, Pool>()
  const sockets = new Set<Socket>()
  const stops = new Set<AbortController>()
  let isClosed = false

  function poolFor(target: PeerTarget): Pool {
    // The pin is part of the key: a connection made under a pin never serves a request without it.
    const key = `${target.origin} ${target.isPinned ? 'pinned' : 'public'}`
    const pool = pools.get(key) ?? openPool(target)
    pools.delete(key)
    pools.set(key, pool)
    if (pools.size > limits.maxPools) closeOldestPool()
    return pool
  }

  function openPool(target: PeerTarget): Pool {
    const { connectTimeoutMs } = limits
    return new Pool(target.origin, {
      connect: makeGuardedConnect({ target, resolve, dial: dialTracked, timers, connectTimeoutMs, ...(ca && { ca }) }),
      connections: limits.maxConnectionsPerPool,
      pipelining: 1,
      headersTimeout: limits.silenceTimeoutMs,
      bodyTimeout: limits.silenceTimeoutMs,
      keepAliveTimeout: limits.idleTimeoutMs,
      keepAliveMaxTimeout: limits.idleTimeoutMs,
      maxHeaderSize: limits.maxHeaderBytes,
    })
  }

  /** Requests under way on it end first; new ones open a new pool. */
  function closeOldestPool(): void {
    for (const [key, pool] of pools) {
      pools.delete(key)
      pool.close(() => undefined)
      return
    }
  }

  /** undici forgets a client whose connection failed, so the sockets are kept here for close(). */
  function dialTracked(address: string, port: number): Socket {
    if (isClosed) throw closed()
    const socket = dial(address, port)
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    return socket
  }

  return {
    async send(request, signal) {
      const target = readPeerTarget(request.url, request.pinnedAddress)
      if (isClosed) throw closed()
      if (signal?.aborted) throw cancelled(signal)
      const stop = new AbortController()
      const cancel = () => {
        if (signal) stop.abort(cancelled(signal))
      }
      const cancelDeadline = timers.after(request.timeoutMs, () => {
        stop.abort(new ExchangeError('peer-timeout', { limit: request.timeoutMs }))
      })
      stops.add(stop)
      signal?.addEventListener('abort', cancel)
      try {
        const { maxInterimAnswers } = limits
        const dispatcher = poolFor(target)
        return await exchange(request, { dispatcher, path: target.path, stop: stop.signal, maxInterimAnswers })
      } finally {
        cancelDeadline()
        stops.delete(stop)
        signal?.removeEventListener('abort', cancel)
      }
    },

    async close() {
      isClosed = true
      for (const stop of stops) stop.abort(closed())
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
      pools.clear()
      await Promise.all([...sockets].map(destroyed))
    },
  }
}

async function resolveBySystem(host: string): Promise<readonly string[]> {
  const answers = await lookup(host, { all: true, verbatim: true })
  return answers.map(({ address }) => address)
}

function dialTcp(address: string, port: number): Socket {
  return connect({ host: address, port, noDelay: true, keepAlive: true })
}

function destroyed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => {
      resolve()
    })
    socket.destroy()
  })
}

function closed(): ExchangeError {
  return new ExchangeError('peer-unreachable', { reason: 'transport-closed', sent: false })
}

function cancelled(signal: AbortSignal): ExchangeError {
  return new ExchangeError('peer-unreachable', { reason: 'cancelled', sent: false }, { cause: signal.reason })
}
