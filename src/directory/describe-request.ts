import { toTimestamp } from '../base/clock.js'
import { keyThumbprint } from '../crypto/public-key.js'
import type { KeyStatement, StatementRequest } from '../wire/generated/types.js'
import { fingerprintOf } from './fingerprint.js'
import { latestStatement } from './latest-statement.js'

/**
 * What signing a request does, in words for the person who holds the identity key. Compares it with the last statement of
 * the chain in the request, which must be verified: what the request calls itself counts for nothing.
 */
export function describeRequest(request: StatementRequest): readonly string[] {
  const before = latestStatement(request.statements)
  const known = new Map(before.signing.map((entry) => [entry.key, entry]))
  const listed = new Set(request.signing.map(({ key }) => key))
  return [
    `node          ${request.node} (${fingerprintOf(request.node)})`,
    `statement     number ${request.statements.length + 1} of its chain, of ${timeOf(request.iat)}`,
    ...(request.kind === 'identity'
      ? ['identity key  CHANGES to the next one; a new next one is made']
      : ['identity key  stays']),
    ...request.signing.flatMap((entry) => keyLines(entry, known.get(entry.key))),
    ...before.signing
      .filter(({ key }) => !listed.has(key))
      .map(({ key }) => `signing key   ${kidOf(key)} IS LEFT OUT: what it signed cannot be verified any more`),
    request.witness === before.witness ? 'witness key   stays' : `witness key   CHANGES to ${kidOf(request.witness)}`,
  ]
}

type Listed = KeyStatement['signing'][number]

function keyLines(entry: Listed, before: Listed | undefined): readonly string[] {
  const kid = kidOf(entry.key)
  const life = `${timeOf(entry.notBefore)} to ${timeOf(entry.notAfter)}`
  if (before === undefined) return [`signing key   NEW: ${kid}, ${life}`, ...endLines(entry)]
  if (JSON.stringify(before) === JSON.stringify(entry)) return [`signing key   stays: ${kid}`]
  const changed = before.notBefore === entry.notBefore && before.notAfter === entry.notAfter ? '' : `, ${life}`
  const ends = endLines(entry)
  return [
    `signing key   CHANGES: ${kid}${changed}`,
    ...(ends.length === 0 ? ['                is not revoked any more'] : ends),
  ]
}

function endLines({ revoked }: Listed): readonly string[] {
  if (revoked === undefined) return []
  const { reason, at, compromisedSince } = revoked
  const since = compromisedSince === undefined ? '' : `; nothing it signed since ${timeOf(compromisedSince)} counts`
  return [`                revoked as ${reason} at ${timeOf(at)}${since}`]
}

function kidOf(key: string): string {
  return keyThumbprint('Ed25519', key)
}

function timeOf(seconds: number): string {
  return toTimestamp(seconds * 1000)
}
