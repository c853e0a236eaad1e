import { ExchangeError } from '../../base/errors.js'
import type { Signer } from '../../crypto/signer.js'
import { verifyJws } from '../../crypto/signer.js'
import type { CompactJws } from '../../wire/compact.js'
import type { Vouch } from '../../wire/generated/types.js'
import { validateVouch } from '../../wire/generated/validators.js'
import { clockToleranceSeconds, maxSequenceLeadSeconds, maxTombstoneLifeSeconds } from '../../wire/limits.js'
import { countsOnArrival, type VerifiedStatements } from '../key-statement.js'
import { readSignedJson } from '../read-signed-json.js'

/** How long a vouch is signed for, in seconds. */
export const vouchLifeSeconds = 365 * 86_400
const maxVouchLifeSeconds = 366 * 86_400

/** The word of an introducer for a node, or the end of it (PROTOCOL 7): it makes the node visible, never trusted. */
export function signVouch(
  signer: Signer,
  {
    from,
    node,
    seq,
    isEnded,
    now,
    until,
  }: {
    readonly from: string
    readonly node: string
    readonly seq: number
    readonly isEnded: boolean
    readonly now: number
    /** When it ends; after its usual life unless given. */
    readonly until?: number
  },
): string {
  const exp = until ?? now + (isEnded ? maxTombstoneLifeSeconds : vouchLifeSeconds)
  return signer.sign('trm-vouch+jwt', { v: 1, from, node, seq, iat: now, exp, ended: isEnded } satisfies Vouch)
}

/** @throws ExchangeError record-invalid */
export function parseVouch(text: string): { readonly jws: CompactJws; readonly vouch: Vouch } {
  const { jws, value } = readSignedJson(text, 'trm-vouch+jwt', 'record-invalid')
  if (!validateVouch(value)) throw invalid('schema')
  return { jws, vouch: value }
}

/**
 * Verifies a vouch: signed by its introducer with a key that counted at `iat`, about another node, its life within the
 * limits, neither `iat` nor `seq` ahead of our clock.
 *
 * @throws ExchangeError record-invalid with the `member` at fault
 */
export function verifyVouch(text: string, statements: VerifiedStatements, nowSeconds: number): Vouch {
  const { jws, vouch } = parseVouch(text)
  if (vouch.from !== statements.node) throw invalid('from')
  if (vouch.node === vouch.from) throw invalid('node')
  if (vouch.iat > nowSeconds + clockToleranceSeconds) throw invalid('iat')
  // A sequence far ahead of the clock would keep every later word of the introducer away for good.
  if (vouch.seq > nowSeconds + maxSequenceLeadSeconds) throw invalid('seq')
  const maxLife = vouch.ended ? maxTombstoneLifeSeconds : maxVouchLifeSeconds
  if (vouch.exp <= vouch.iat || vouch.exp > vouch.iat + maxLife) throw invalid('exp')
  const key = statements.signingKeys.find(({ kid }) => kid === jws.kid)
  if (key === undefined || !countsOnArrival(key, vouch.iat)) throw invalid('kid')
  if (!verifyJws(jws, key.key)) throw invalid('signature')
  return vouch
}

function invalid(member: string): ExchangeError {
  return new ExchangeError('record-invalid', { member })
}
