/** Outgoing HTTP to one peer. The only way out of the node; SSRF rules live behind it (security list F-01 to F-04). */
export interface Transport {
  /**
   * Sends one request and reads the whole answer.
   * @throws ExchangeError peer-address-refused, peer-unreachable, peer-timeout, peer-redirect, peer-answer-too-large,
   * peer-answer-invalid; `details.sent` tells whether a byte of the request may have left
   */
  send(request: TransportRequest, signal?: AbortSignal): Promise<TransportAnswer>
  close(): Promise<void>
}

export interface TransportRequest {
  /** Absolute http or https URL. http only where `pinnedAddress` names its host and port. */
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly contentType?: string
  readonly body?: Uint8Array
  /** `host:port` that a person pinned for this peer: the only private or loopback address that is reached. */
  readonly pinnedAddress?: string
  /** Most bytes of body read. */
  readonly maxAnswerBytes: number
  /** Deadline for everything, name resolution included. */
  readonly timeoutMs: number
}

export interface TransportAnswer {
  readonly status: number
  readonly contentType: string
  /** Seconds from Retry-After, if the peer sent one. */
  readonly retryAfterSeconds?: number
  readonly body: Uint8Array
}

/**
 * Whether the request may have reached the peer although no answer came: a timeout or a broken connection after the
 * first byte was sent. Then only the peer's receipt tells what happened.
 */
export function mayHaveArrived(details: Readonly<Record<string, unknown>>): boolean {
  return details['sent'] === true
}
