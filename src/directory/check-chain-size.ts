import { ExchangeError } from '../base/errors.js'
import { canonicalJson } from '../wire/canonical-json.js'

/** Longest chain of key statements, in characters of its text: it has to fit into one record (PROTOCOL 7). */
export const maxChainCharacters = 131_072

/**
 * Refuses a chain that could not spread: nodes that pair with it would hold what they cannot pass on.
 *
 * @throws ExchangeError statement-invalid
 */
export function checkChainSize(chain: readonly string[]): void {
  if (canonicalJson(chain).length > maxChainCharacters) {
    throw new ExchangeError('statement-invalid', { member: 'size', limit: maxChainCharacters })
  }
}
