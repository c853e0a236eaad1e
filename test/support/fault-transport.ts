import { ExchangeError } from '../../src/base/errors.js'
import type { Transport, TransportAnswer, TransportRequest } from '../../src/transport/port.js'

/** What happens to one request on its way. */
export type NetworkFault =
  /** Nothing arrives, as with an unplugged cable. */
  | 'lost'
  /** Nothing arrives, but bytes had left: only the peer knows. */
  | 'lost-in-doubt'
  /** The request arrives and is processed; the answer is lost. */
  | 'answer-lost'
  /** The request arrives twice; the second answer counts. */
  | 'doubled'

/** Decides for each request; undefined lets it pass. */
export type FaultPlan = (request: TransportRequest) => NetworkFault | undefined

/** A transport over the real one that loses, repeats and records. */
export class FaultTransport implements Transport {
  readonly sent: TransportRequest[] = []
  readonly #inner: Transport
  #plan: FaultPlan = () => undefined

  constructor(inner: Transport) {
    this.#inner = inner
  }

  /** Replaces the plan; without one everything passes. */
  plan(plan: FaultPlan = () => undefined): void {
    this.#plan = plan
  }

  async send(request: TransportRequest, signal?: AbortSignal): Promise<TransportAnswer> {
    this.sent.push(request)
    const fault = this.#plan(request)
    if (fault === 'lost') throw new ExchangeError('peer-unreachable', { sent: false })
    if (fault === 'lost-in-doubt') throw new ExchangeError('peer-timeout', { sent: true })
    const answer = await this.#inner.send(request, signal)
    if (fault === 'answer-lost') throw new ExchangeError('peer-timeout', { sent: true })
    return fault === 'doubled' ? this.#inner.send(request, signal) : answer
  }

  close(): Promise<void> {
    return this.#inner.close()
  }
}
