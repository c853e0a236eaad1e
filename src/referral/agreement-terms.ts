import type { Agreement } from '../wire/generated/types.js'

/** Longest life of an agreement: five years, leap days included. */
export const maxAgreementLifeSeconds = (5 * 365 + 2) * 86_400

/**
 * What the schema of an agreement cannot say (PROTOCOL 6). The member at fault, undefined if all is well.
 *
 * @param last digest of the agreement that the two nodes accepted last, null if none
 */
export function findTermFault(
  agreement: Agreement,
  between: readonly [string, string],
  last: string | null,
): 'parties' | 'replaces' | 'validUntil' | 'clauses' | undefined {
  const { parties, replaces, validFrom, validUntil, clauses } = agreement
  const [low, high] = [...between].sort()
  if (parties[0] !== low || parties[1] !== high) return 'parties'
  if (replaces !== last) return 'replaces'
  if (validUntil <= validFrom || validUntil - validFrom > maxAgreementLifeSeconds) return 'validUntil'
  const numbers = new Set(clauses.map(({ clause }) => clause))
  const isOfParties = clauses.every(({ senders }) => senders.every((sender) => between.includes(sender)))
  return numbers.size === clauses.length && isOfParties ? undefined : 'clauses'
}
