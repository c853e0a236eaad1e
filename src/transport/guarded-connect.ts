import { isIP, type Socket } from 'node:net'
import { connect as startTls } from 'node:tls'
import type { buildConnector } from 'undici'
import type { Timers } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { isReachable } from './address-guard.js'
import { reasonOf } from './failure-reason.js'
import type { PeerTarget } from './peer-target.js'

/** All IP addresses of a DNS name, in the order to try. */
export type Resolve = (host: string) => Promise<readonly string[]>

/** Starts a TCP connection to an IP address; the name never gets here. */
export type Dial = (address: string, port: number) => Socket

export interface GuardedConnectDeps {
  readonly target: PeerTarget
  readonly resolve: Resolve
  readonly dial: Dial
  readonly timers: Timers
  /** Limit of each of the three phases: name, TCP, TLS. */
  readonly connectTimeoutMs: number
  /** Ends an attempt; connections that are made already are not concerned. */
  readonly stop: AbortSignal
  /** PEM certificates trusted instead of the system's. */
  readonly ca?: readonly string[]
}

/**
 * The connector of one peer's client (security list F-01, F-02): one resolution per connection, every answer must be
 * reachable, the connection goes to an address of that answer, and the socket's far end is checked before the first byte,
 * TLS hello included. It ignores what undici asks for and connects to `target` only.
 * Failures are peer-address-refused, peer-unreachable and peer-timeout with `sent: false`.
 */
export function makeGuardedConnect(deps: GuardedConnectDeps): buildConnector.connector {
  return (_options, callback) => {
    connectTo(deps).then(
      (socket) => {
        callback(null, socket)
      },
      (error: unknown) => {
        callback(error instanceof ExchangeError ? error : unreachable(error), null)
      },
    )
  }
}

/** A name with hundreds of addresses would hold a request for as many attempts. */
const maxDials = 4

async function connectTo(deps: GuardedConnectDeps): Promise<Socket> {
  const { target, resolve, connectTimeoutMs } = deps
  const isLiteral = isIP(target.host) !== 0
  const addresses = isLiteral ? [target.host] : await within(connectTimeoutMs, resolve(target.host), deps)
  // One bad answer spoils all: a mixed set is what a rebinding name server sends.
  if (!addresses.every((address) => isReachable(address, target.isPinned))) throw refused()
  const socket = await dialFirst(addresses.slice(0, maxDials), deps)
  return target.isTls ? await secure(socket, deps) : socket
}

async function dialFirst(addresses: readonly string[], deps: GuardedConnectDeps): Promise<Socket> {
  const { target, dial, connectTimeoutMs, stop } = deps
  let failure: unknown = new ExchangeError('peer-unreachable', { reason: 'no-address', sent: false })
  for (const address of addresses) {
    if (stop.aborted) break
    const socket = dial(address, target.port)
    try {
      await within(connectTimeoutMs / addresses.length, opened(socket, 'connect'), deps)
    } catch (error) {
      socket.destroy()
      failure = error
      continue
    }
    if (socket.remoteAddress === address && isReachable(address, target.isPinned)) return socket
    socket.destroy()
    throw refused()
  }
  throw failure
}

async function secure(socket: Socket, deps: GuardedConnectDeps): Promise<Socket> {
  const { target, connectTimeoutMs, ca } = deps
  const tlsSocket = startTls({
    socket,
    // An IP literal is matched against the certificate, but never sent as server name (RFC 6066, 3).
    host: target.host,
    ...(isIP(target.host) === 0 && { servername: target.host }),
    ...(ca && { ca: [...ca] }),
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
  })
  try {
    await within(connectTimeoutMs, opened(tlsSocket, 'secureConnect'), deps)
    return tlsSocket
  } catch (error) {
    tlsSocket.destroy()
    throw error
  }
}

/** The error listener stays for the life of the socket: until undici adds its own, an error would end the process. */
function opened(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve)
    socket.on('error', reject)
    socket.once('close', () => {
      reject(new ExchangeError('peer-unreachable', { reason: 'closed', sent: false }))
    })
  })
}

/** The work's result, unless the limit or `stop` comes first; the work itself goes on. */
function within<T>(limitMs: number, work: Promise<T>, { timers, stop }: GuardedConnectDeps): Promise<T> {
  return new Promise((resolve, reject) => {
    const abandon = () => {
      cancelLimit()
      reject(new ExchangeError('peer-unreachable', { reason: 'abandoned', sent: false }))
    }
    const cancelLimit = timers.after(limitMs, () => {
      reject(new ExchangeError('peer-timeout', { limit: limitMs, sent: false }))
    })
    stop.addEventListener('abort', abandon)
    void work.then(resolve, reject).finally(() => {
      cancelLimit()
      stop.removeEventListener('abort', abandon)
    })
  })
}

function refused(): ExchangeError {
  return new ExchangeError('peer-address-refused', { rule: 'address', sent: false })
}

function unreachable(cause: unknown): ExchangeError {
  return new ExchangeError('peer-unreachable', { reason: reasonOf(cause), sent: false }, { cause })
}
