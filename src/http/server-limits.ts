import { maxEnvelopeBytes } from '../wire/limits.js'

/** What one client may cost the node before it is known (security list F-05, H-06). Times in milliseconds. */
export interface ServerLimits {
  /** Largest body where the route sets no other. */
  readonly bodyBytes: number
  /** Request line and headers together. */
  readonly headerBytes: number
  /** From the first byte of a request to the end of its headers. */
  readonly headersTimeoutMs: number
  /** From the first byte of a request to its last. */
  readonly requestTimeoutMs: number
  /** Silence on a connection that is not kept alive. */
  readonly silenceTimeoutMs: number
  /** Silence between two requests. Longer than the upstream timeout of a usual reverse proxy, which then closes first. */
  readonly keepAliveTimeoutMs: number
  /** How often the timeouts are looked at. */
  readonly checkEveryMs: number
  readonly requestsPerSocket: number
  readonly sockets: number
  readonly socketsPerAddress: number
  /** Mean delay of the event loop above which load is shed, and how often it is measured. */
  readonly eventLoopDelayMs: number
  readonly measureEveryMs: number
}

const common = {
  headerBytes: 8192,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 65_000,
  checkEveryMs: 2_000,
  requestsPerSocket: 1000,
  sockets: 1024,
  socketsPerAddress: 96,
  eventLoopDelayMs: 1500,
  measureEveryMs: 1000,
}

export const serverLimits: Readonly<Record<'federation' | 'local', ServerLimits>> = {
  federation: { ...common, bodyBytes: maxEnvelopeBytes, silenceTimeoutMs: 10_000 },
  // Some answers wait for a peer: longer than one attempt to reach it may take.
  local: { ...common, bodyBytes: 64 * 1024, silenceTimeoutMs: 60_000 },
}
