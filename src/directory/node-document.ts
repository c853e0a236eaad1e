import { ExchangeError } from '../base/errors.js'
import type { Card, NodeDocument } from '../wire/generated/types.js'
import { validateCard, validateNodeDocument } from '../wire/generated/validators.js'
import { clockToleranceSeconds, maxCardLifeSeconds } from '../wire/limits.js'
import { parseStrictJson } from '../wire/strict-json.js'
import { importEd25519, importX25519 } from '../crypto/public-key.js'
import { verifyJws } from '../crypto/signer.js'
import { checkChainSize } from './check-chain-size.js'
import { countsOnArrival, verifyStatements, type VerifiedStatements } from './key-statement.js'
import { isLogOriginOf, protocolVersions, suites } from './own-card.js'
import { readSignedJson } from './read-signed-json.js'

/** A node document whose every signature was checked. */
export interface VerifiedNode {
  readonly statements: VerifiedStatements
  readonly statementTexts: readonly string[]
  readonly card: Card
  readonly cardText: string
}

/** Reads the answer of `GET /.well-known/trm-node`. @throws ExchangeError card-invalid */
export function parseNodeDocument(bytes: Uint8Array): NodeDocument {
  const value = readJson(bytes)
  if (!validateNodeDocument(value)) throw new ExchangeError('card-invalid', { member: 'document' })
  return value
}

/** Undefined, which no schema takes, where the bytes are no JSON: a web page that answers at the address is no card. */
function readJson(bytes: Uint8Array): unknown {
  try {
    return parseStrictJson(bytes)
  } catch {
    return undefined
  }
}

/**
 * Verifies a node document: the statements among themselves, the card by a signing key that was in force when it was
 * signed, its life (PROTOCOL 1: seven days at most, whatever the card says), and that both nodes speak one suite.
 *
 * @param nowSeconds our clock
 * @throws ExchangeError statement-invalid, card-invalid, card-expired, key-unsafe
 */
export function verifyNodeDocument(document: NodeDocument, nowSeconds: number): VerifiedNode {
  checkChainSize(document.statements)
  const statements = verifyStatements(document.statements)
  const card = verifyCard(document.card, statements)
  // A sequence far ahead of the clock would keep every later card of the node away for good.
  if (card.seq > nowSeconds + maxCardLifeSeconds) throw new ExchangeError('card-invalid', { member: 'seq' })
  if (card.iat > nowSeconds + clockToleranceSeconds) throw new ExchangeError('card-invalid', { member: 'iat' })
  if (cardEndsAt(card) <= nowSeconds) throw new ExchangeError('card-expired', { seq: card.seq })
  if (!suites.some((suite) => card.suites.includes(suite)))
    throw new ExchangeError('card-invalid', { member: 'suites' })
  if (!protocolVersions.some((version) => card.versions.includes(version))) {
    throw new ExchangeError('card-invalid', { member: 'versions' })
  }
  return { statements, statementTexts: document.statements, card, cardText: document.card }
}

/** When a card ends to count, in seconds: its own `exp`, but never more than seven days after `iat`. */
export function cardEndsAt(card: Pick<Card, 'iat' | 'exp'>): number {
  return Math.min(card.exp, card.iat + maxCardLifeSeconds)
}

/**
 * Verifies a card against statements that were verified before; its age is not judged. A card of a key that was stolen
 * or given up never counts: whoever has the key can sign one of any date.
 *
 * @throws ExchangeError card-invalid, key-unsafe, and the parser's codes
 */
export function verifyCard(text: string, statements: VerifiedStatements): Card {
  const { jws, value: card } = readSignedJson(text, 'trm-card+jwt', 'card-invalid')
  if (!validateCard(card)) throw new ExchangeError('card-invalid', { member: 'schema' })
  // The schema knows the form of a URL, not what a URL parser makes of it.
  if (!URL.canParse(card.url)) throw new ExchangeError('card-invalid', { member: 'url' })
  if (card.node !== statements.node) throw new ExchangeError('card-invalid', { member: 'node' })
  const key = statements.signingKeys.find(({ kid }) => kid === jws.kid)
  if (key === undefined || !countsOnArrival(key, card.iat)) throw new ExchangeError('card-invalid', { member: 'kid' })
  if (!verifyJws(jws, key.key)) throw new ExchangeError('card-invalid', { member: 'signature' })
  if (!isLogOriginOf(card.node, card.log.origin)) throw new ExchangeError('card-invalid', { member: 'log' })
  importEd25519(card.log.key)
  // Before the card is kept: a peer row whose keys cannot be imported would keep the node from starting.
  for (const { key } of card.prekeys) importX25519(key)
  return card
}

/** The card if it counts under these statements; a card that was held may not any more. */
export function countingCard(text: string, statements: VerifiedStatements): Card | undefined {
  try {
    return verifyCard(text, statements)
  } catch (error) {
    if (error instanceof ExchangeError) return undefined
    throw error
  }
}
