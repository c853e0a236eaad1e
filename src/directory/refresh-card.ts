import { ExchangeError, codeOf, type ProblemCode } from '../base/errors.js'
import { toSeconds, type Clock } from '../base/clock.js'
import type { Logger } from '../base/logger.js'
import { isExampleKey } from '../crypto/example-keys.js'
import { keyThumbprint } from '../crypto/public-key.js'
import type { PeerRow } from '../store/rows.js'
import type { Store } from '../store/port.js'
import type { Transport } from '../transport/port.js'
import { endBackoffNow } from './backoff.js'
import { parseNodeDocument, verifyNodeDocument, type VerifiedNode } from './node-document.js'
import type { PeerDirectory } from './peer-directory.js'

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
  const { identityKey, signingKeys } = found.statements
  const kids = [keyThumbprint('Ed25519', identityKey), ...signingKeys.map(({ kid }) => kid)]
  if (!allowExampleKeys && kids.some(isExampleKey))
    throw new ExchangeError('example-key-refused', { peer: found.card.node })
  return found
}

export interface CardRefresherDeps extends FetchDeps {
  readonly store: Store
  readonly directory: PeerDirectory
  readonly log: Logger
}

export interface CardRefresher {
  /** Fetches one peer's card now; calls for a peer under way share one request. Never rejects. */
  refresh(node: string): Promise<ProblemCode | undefined>
  /** Starts a fetch unless one was tried in the last seconds; returns at once. */
  request(node: string): void
  /** Refreshes every peer whose card is older than a day. */
  refreshOld(): Promise<void>
  /** Resolves when no fetch is under way. */
  settle(): Promise<void>
}

/** Keeps the cards of paired nodes fresh. A card never goes back, whoever serves it (PROTOCOL 1). */
export function makeCardRefresher(deps: CardRefresherDeps): CardRefresher {
  const { directory, clock, log } = deps
  const underWay = new Map<string, Promise<ProblemCode | undefined>>()
  const triedAt = new Map<string, number>()

  const refresh = (node: string): Promise<ProblemCode | undefined> => {
    const running = underWay.get(node)
    if (running !== undefined) return running
    triedAt.set(node, clock.now())
    const run = refreshCard(deps, node)
      .then(
        () => undefined,
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
      const old = directory.list().filter(({ row }) => clock.now() - row.cardFetchedAt >= refreshAfterMs)
      for (const { row } of old) await refresh(row.node)
    },
    async settle() {
      await Promise.all(underWay.values())
    },
  }
}

async function refreshCard(deps: CardRefresherDeps, node: string): Promise<void> {
  const { store, directory, clock } = deps
  const peer = directory.find(node)
  if (peer === undefined) throw new ExchangeError('peer-unknown')
  const found = await fetchNodeDocument(deps, peer.row)
  if (found.card.node !== node) throw new ExchangeError('node-id-mismatch', { peer: node })
  checkExtends(found.statementTexts, peer.row)
  if (found.card.seq < peer.row.cardSeq) throw new ExchangeError('card-rollback', { peer: node, seq: found.card.seq })
  if (found.card.seq === peer.row.cardSeq && found.cardText !== peer.row.card) {
    throw new ExchangeError('card-equivocation', { peer: node, seq: found.card.seq })
  }
  const result = await store.commit([{ do: 'updatePeerCard', row: cardColumns(found, clock.now()) }])
  if (!result.ok) throw new ExchangeError('card-rollback', { peer: node, seq: found.card.seq })
  await directory.reload(node)
  // A new card means that the node is back (PROTOCOL 9).
  if (found.card.seq > peer.row.cardSeq) await endBackoffNow(deps, directory.find(node))
}

/** PROTOCOL 1: the chain of statements only grows. A shorter one would bring a revoked key back. */
function checkExtends(found: readonly string[], { node, statements }: PeerRow): void {
  const known = JSON.parse(statements) as readonly string[]
  const isExtended = known.every((text, at) => found[at] === text)
  if (!isExtended) throw new ExchangeError('statement-invalid', { peer: node, member: 'prev' })
}

/** The columns of a peer row that come from its verified node document. */
export function cardColumns(
  { card, cardText, statementTexts }: VerifiedNode,
  fetchedAt: number,
): Pick<
  PeerRow,
  | 'node'
  | 'label'
  | 'country'
  | 'organisation'
  | 'url'
  | 'statements'
  | 'card'
  | 'cardSeq'
  | 'cardExp'
  | 'cardFetchedAt'
> {
  return {
    node: card.node,
    label: card.label,
    country: card.country,
    organisation: card.organisation,
    url: card.url,
    statements: JSON.stringify(statementTexts),
    card: cardText,
    cardSeq: card.seq,
    cardExp: card.exp,
    cardFetchedAt: fetchedAt,
  }
}
