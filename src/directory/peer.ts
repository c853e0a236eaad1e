import type { KeyObject } from 'node:crypto'
import { clockToleranceSeconds } from '../wire/limits.js'
import { parseStrictJson } from '../wire/strict-json.js'
import type { PrekeyPublic } from '../crypto/envelope.js'
import { importX25519, keyThumbprint } from '../crypto/public-key.js'
import { agreementAt, type AgreementNow } from '../referral/agreement.js'
import type { AgreementRow, PeerRow } from '../store/rows.js'
import { acceptedAgreements } from '../agreements/accepted-agreements.js'
import { countsOnArrival, isInForce, verifyStatements, type VerifiedStatements } from './key-statement.js'
import { cardEndsAt, countingCard, type VerifiedNode } from './node-document.js'

/** A paired node with its keys imported, ready for use on every message. */
export interface Peer {
  readonly row: PeerRow
  /** Signing keys by kid that were ever listed. */
  hasSigningKey(kid: string): boolean
  /** The signing key with this kid if a signature made at `at` (seconds) counts. */
  signingKey(kid: string, at: number): KeyObject | undefined
  /** The signing key with this kid if a message that arrives now and was signed at `iat` (seconds) counts. */
  arrivalKey(kid: string, iat: number): KeyObject | undefined
  /** Any signing key with this kid, whatever its life: to verify first and judge the time of signing after. */
  signingKeyWhenever(kid: string): KeyObject | undefined
  /** False where the key that signed the card was revoked since: a new card is needed. */
  readonly hasCountingCard: boolean
  /** Its key statements, verified. */
  readonly statements: VerifiedStatements
  /** Sequence of its latest key statement. */
  readonly statementSeq: number
  /** The agreement under which referrals go between the two nodes at `now` (seconds). */
  agreementAt(now: number): AgreementNow
  /** The newest prekey to seal to at `now` (seconds); undefined if the card ended or has none in use. */
  prekey(now: number): PrekeyPublic | undefined
}

/**
 * Imports what a stored peer row holds. Runs once a card, not once a message: key checks are dear.
 *
 * @param known the same peer as it was before: keys that did not change are not checked again
 * @param found what the row was made of, where that was verified just now
 */
export function makePeer(
  row: PeerRow,
  agreements: readonly AgreementRow[],
  { known, found }: { readonly known?: Peer | undefined; readonly found?: VerifiedNode } = {},
): Peer {
  const accepted = acceptedAgreements(agreements)
  const isSuspended = row.agreementSuspendedByUs !== null || row.agreementSuspendedByPeer !== null
  const keys = known?.row.statements === row.statements && known.row.card === row.card ? known : importKeys(row, found)
  return { ...keys, row, agreementAt: (now) => agreementAt(accepted, isSuspended, now) }
}

function importKeys(row: PeerRow, found: VerifiedNode | undefined): Omit<Peer, 'row' | 'agreementAt'> {
  const statements = found?.statements ?? verifyRow(row)
  const card = found?.card ?? countingCard(row.card, statements)
  const endsAt = card === undefined ? 0 : cardEndsAt(card)
  const prekeys = (card?.prekeys ?? [])
    .map(({ key, notBefore, notAfter }) => ({
      notBefore,
      notAfter,
      sealTo: { kid: keyThumbprint('X25519', key), key, publicKey: importX25519(key) },
    }))
    .sort((a, b) => b.notBefore - a.notBefore)
  const signingKeys = new Map(statements.signingKeys.map((key) => [key.kid, key]))
  return {
    hasCountingCard: card !== undefined,
    statements,
    statementSeq: statements.seq,
    hasSigningKey: (kid) => signingKeys.has(kid),
    signingKey(kid, at) {
      const key = signingKeys.get(kid)
      return key !== undefined && isInForce(key, at) ? key.key : undefined
    },
    arrivalKey(kid, iat) {
      const key = signingKeys.get(kid)
      return key !== undefined && countsOnArrival(key, iat) ? key.key : undefined
    },
    signingKeyWhenever: (kid) => signingKeys.get(kid)?.key,
    prekey(now) {
      if (now >= endsAt) return undefined
      // The peer's clock may be ahead of ours by the tolerance.
      return prekeys.find((life) => life.notBefore <= now + clockToleranceSeconds && now < life.notAfter)?.sealTo
    },
  }
}

function verifyRow({ statements }: PeerRow): VerifiedStatements {
  return verifyStatements(parseStrictJson(Buffer.from(statements)) as readonly string[])
}
