import { connect } from 'node:net'
import { systemTimers } from '../../src/base/clock.js'
import { ExchangeError } from '../../src/base/errors.js'
import type { Dial, Resolve } from '../../src/transport/guarded-connect.js'
import type { Transport, TransportRequest } from '../../src/transport/port.js'
import { makeUndiciTransport, type UndiciTransportDeps } from '../../src/transport/undici-transport.js'
import { startHostileServer, type Behaviour, type HostileServer, type HostileServerOptions } from './hostile-server.js'

/** The test that a server or transport belongs to; its end ends them. */
interface Owner {
  teardown(run: () => Promise<void>): void
}

export const peerName = 'receiver.example'

/** A public address that stands for the peer. No test connects to it: where it is dialled, the dial is a stand-in. */
export const publicAddress = '8.8.8.8'

export async function serve(owner: Owner, behave: Behaviour, options?: HostileServerOptions): Promise<HostileServer> {
  const server = await startHostileServer(behave, options)
  owner.teardown(() => server.close())
  return server
}

/** A transport on real time that never asks the system's resolver. */
export function openTransport(owner: Owner, deps: Partial<UndiciTransportDeps> = {}): Transport {
  const transport = makeUndiciTransport({ timers: systemTimers, resolve: answers(), ...deps })
  owner.teardown(() => transport.close())
  return transport
}

export function get(url: string, more: Partial<TransportRequest> = {}): TransportRequest {
  return { url, method: 'GET', maxAnswerBytes: 1000, timeoutMs: 5000, ...more }
}

/** A request to a local server over http, under its pin. */
export function getPinned({ address }: HostileServer, more: Partial<TransportRequest> = {}): TransportRequest {
  return get(`http://${address}/`, { pinnedAddress: address, ...more })
}

/** What a request failed with, `sent` and all; a request that succeeds fails the test. */
export async function failureOf(work: Promise<unknown>): Promise<ExchangeError> {
  const error = await work.then(
    () => new Error('the request succeeded'),
    (error: unknown) => error,
  )
  if (error instanceof ExchangeError) return error
  throw error
}

/** A resolver that gives the first set of addresses to the first question and so on; the last set stays. */
export function answers(...sets: readonly (readonly string[])[]): Resolve {
  let asked = 0
  return () => {
    const set = sets[Math.min(asked, sets.length - 1)] ?? []
    asked += 1
    return Promise.resolve(set)
  }
}

/** Connects to the local server whatever address is asked for, and records what was asked. */
export function dialInstead(server: HostileServer, dialled: string[] = []): Dial {
  return (address) => {
    dialled.push(address)
    return connect(server.port, '127.0.0.1')
  }
}

/** The same with a socket that says it reached that address: the local server plays a peer on the internet. */
export function dialAsInternet(server: HostileServer, dialled: string[] = []): Dial {
  const dial = dialInstead(server, dialled)
  return (address, port) => Object.defineProperty(dial(address, port), 'remoteAddress', { value: address })
}
