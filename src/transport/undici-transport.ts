import { lookup } from 'node:dns/promises'
import { connect, type Socket } from 'node:net'
import type { Timers } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { makeClientPool, type ClientPool } from './client-pool.js'
import { exchange } from './exchange.js'
import type { Dial, Resolve } from './guarded-connect.js'
import { openPeerClient } from './peer-client.js'
import { readPeerTarget, type PeerTarget } from './peer-target.js'
import type { Transport, TransportAnswer, TransportRequest } from './port.js'
import { transportLimits, type TransportLimits } from './transport-limits.js'

export interface UndiciTransportDeps {
  readonly timers: Timers
  readonly resolve?: Resolve
  readonly dial?: Dial
  /** PEM certificates trusted instead of the system's. */
  readonly ca?: readonly string[]
  readonly limits?: Partial<TransportLimits>
}

/** The transport over HTTP/1.1 with keep-alive. Where it may go is decided by peer-target and guarded-connect. */
export function makeUndiciTransport(deps: UndiciTransportDeps): Transport {
  const { timers, resolve = resolveBySystem, dial = dialTcp, ca } = deps
  const limits = { ...transportLimits, ...deps.limits }
  /** In order of last use. */
  const pools = new Map<string, ClientPool>()
  const running = new Map<AbortController, Promise<TransportAnswer>>()
  let isClosed = false

  function poolFor(target: PeerTarget): ClientPool {
    // The pin is part of the key: a connection made under a pin never serves a request without it.
    const key = `${target.origin} ${target.isPinned ? 'pinned' : 'public'}`
    const open = () => openPeerClient({ target, resolve, dial, timers, limits, ...(ca && { ca }) })
    const pool = pools.get(key) ?? makeClientPool(limits.maxConnectionsPerPeer, open)
    pools.delete(key)
    pools.set(key, pool)
    return pool
  }

  async function retireOldest(): Promise<void> {
    const [oldest] = pools
    if (oldest === undefined || pools.size <= limits.maxPeers) return
    const [key, pool] = oldest
    pools.delete(key)
    await pool.retire()
  }

  async function sendTo(target: PeerTarget, request: TransportRequest, stop: AbortSignal): Promise<TransportAnswer> {
    const pool = poolFor(target)
    await retireOldest()
    const { maxInterimAnswers } = limits
    return pool.use(stop, ({ dispatcher }) =>
      exchange(request, { dispatcher, path: target.path, stop, maxInterimAnswers }),
    )
  }

  return {
    async send(request, signal) {
      const target = readPeerTarget(request.url, request.pinnedAddress)
      if (isClosed) throw unreachable('transport-closed')
      if (signal?.aborted === true) throw unreachable('cancelled')
      const stop = new AbortController()
      const cancel = () => {
        stop.abort(unreachable('cancelled'))
      }
      const cancelDeadline = timers.after(request.timeoutMs, () => {
        stop.abort(new ExchangeError('peer-timeout', { limit: request.timeoutMs, sent: false }))
      })
      signal?.addEventListener('abort', cancel)
      const answer = sendTo(target, request, stop.signal)
      running.set(stop, answer)
      try {
        return await answer
      } finally {
        running.delete(stop)
        cancelDeadline()
        signal?.removeEventListener('abort', cancel)
      }
    },

    async close() {
      isClosed = true
      for (const stop of running.keys()) stop.abort(unreachable('transport-closed'))
      await Promise.allSettled(running.values())
      await Promise.all([...pools.values()].map((pool) => pool.retire()))
      pools.clear()
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

function unreachable(reason: string): ExchangeError {
  return new ExchangeError('peer-unreachable', { reason, sent: false })
}
