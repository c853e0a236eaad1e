import { ExchangeError, codeOf, type ProblemCode } from '../base/errors.js'
import { toSeconds, type Clock } from '../base/clock.js'
import type { Transport } from '../transport/port.js'
import { parseNodeDocument, verifyNodeDocument, type VerifiedNode } from './node-document.js'
import { refuseExampleKeys } from './refuse-example-keys.js'
import { takeDocument, type TakeDocumentDeps, type Taken } from './take-document.js'

const maxDocumentBytes = 1024 * 1024
const fetchTimeoutMs = 10_000
const refreshAfterMs = 86_400_000
const askAgainAfterMs = 5_000

export interface FetchDeps {
  readonly transport: Transport
  readonly clock: Clock
  /** True in the demo only: everybody can sign with the keys of keys.example. */
  readonly allowExampleKeys: boolean
}

/**
 * Fetches and verifies the node document at a base URL.
 *
 * @throws ExchangeError example-key-refused, and the codes of transport, statements and cards
 */
export async function fetchNodeDocument(
  { transport, clock, allowExampleKeys }: FetchDeps,
  peer: { readonly url: string; readonly pinnedAddress: string | null },
): Promise<VerifiedNode> {
  const answer = await transport.send({
    url: new URL('/.well-known/trm-node', peer.url).href,
    method: 'GET',
    maxAnswerBytes: maxDocumentBytes,
    timeoutMs: fetchTimeoutMs,
    ...(peer.pinnedAddress === null ? {} : { pinnedAddress: peer.pinnedAddress }),
  })
  if (answer.status !== 200) throw new ExchangeError('peer-answer-invalid', { status: answer.status })
  const found = verifyNodeDocument(parseNodeDocument(answer.body), toSeconds(clock.now()))
  if (!allowExampleKeys) refuseExampleKeys(found)
  return found
}

export type CardRefresherDeps = FetchDeps & TakeDocumentDeps

export interface CardRefresher {
  /** Fetches one peer's card now; calls for a peer under way share one request. Never rejects. */
  refresh(node: string): Promise<ProblemCode | undefined>
  /** Starts a fetch unless one was tried in the last seconds; returns at once. */
  request(node: string): void
  /** Refreshes every peer whose card is older than a day or does not count, or whose identity change has waited. */
  refreshOld(): Promise<void>
  /** Resolves when no fetch is under way. */
  settle(): Promise<void>
}

/** Keeps the cards of paired nodes fresh. A card never goes back, whoever serves it (PROTOCOL 1). */
export function makeCardRefresher(deps: CardRefresherDeps): CardRefresher {
  const { directory, clock, log } = deps
  const underWay = new Map<string, Promise<ProblemCode | undefined>>()
  const triedAt = new Map<string, number>()
  /** Epoch milliseconds from which an identity change counts that was seen before. */
  const pendingUntil = new Map<string, number>()

  const refresh = (node: string): Promise<ProblemCode | undefined> => {
    const running = underWay.get(node)
    if (running !== undefined) return running
    triedAt.set(node, clock.now())
    const run = refreshCard(deps, node)
      .then(
        (taken) => {
          if (taken.pendingUntil === undefined) pendingUntil.delete(node)
          else pendingUntil.set(node, taken.pendingUntil)
          if (taken.problem === undefined) return undefined
          log.warn({ peer: node, code: taken.problem }, 'card not refreshed')
          return taken.problem
        },
        (error: unknown) => {
          const code = codeOf(error)
          log.warn({ peer: node, code }, 'card not refreshed')
          return code
        },
      )
      .finally(() => underWay.delete(node))
    underWay.set(node, run)
    return run
  }

  return {
    refresh,
    request(node) {
      const last = triedAt.get(node)
      if (last === undefined || clock.now() - last >= askAgainAfterMs) void refresh(node)
    },
    async refreshOld() {
      const now = clock.now()
      const old = directory
        .list()
        .filter(
          ({ row, hasCountingCard }) =>
            row.suspendedFor !== 'removed' &&
            (now - row.cardFetchedAt >= refreshAfterMs ||
              !hasCountingCard ||
              now >= (pendingUntil.get(row.node) ?? Number.POSITIVE_INFINITY)),
        )
      for (const { row } of old) await refresh(row.node)
    },
    async settle() {
      await Promise.all(underWay.values())
    },
  }
}

async function refreshCard(deps: CardRefresherDeps, node: string): Promise<Taken> {
  const peer = deps.directory.find(node)
  if (peer === undefined) throw new ExchangeError('peer-unknown')
  const found = await fetchNodeDocument(deps, peer.row)
  return takeDocument(deps, node, found)
}
