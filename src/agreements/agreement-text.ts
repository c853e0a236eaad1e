import { ExchangeError } from '../base/errors.js'
import { canonicalJson } from '../wire/canonical-json.js'
import { parseCompactJws, type CompactJws } from '../wire/compact.js'
import { parseStrictJson } from '../wire/strict-json.js'
import type { Agreement } from '../wire/generated/types.js'
import { validateAgreement } from '../wire/generated/validators.js'
import { sha256Text } from '../crypto/sha256.js'
import { verifyJws, type Signer } from '../crypto/signer.js'
import type { KeyObject } from 'node:crypto'

/** One signature under an agreement, read but not verified. */
export interface SignedAgreement {
  readonly jws: CompactJws
  readonly agreement: Agreement
  /** SHA-256 of the canonical text, base64url: what events name. */
  readonly digest: string
}

/** Signs an agreement: a compact JWS of typ trm-agreement+jwt over its canonical JSON, the same bytes for both parties. */
export function signAgreement(signer: Signer, agreement: Agreement): string {
  // Members of a parsed canonical text stand in canonical order.
  return signer.sign('trm-agreement+jwt', JSON.parse(canonicalJson(agreement)) as object)
}

/** Digest of an agreement. */
export function agreementDigest(agreement: Agreement): string {
  return sha256Text(canonicalJson(agreement))
}

/** Reads a signed agreement. @throws ExchangeError agreement-invalid where it is none, or not in canonical form */
export function readAgreement(text: string): SignedAgreement {
  const { jws, value } = parse(text)
  if (!validateAgreement(value)) throw new ExchangeError('agreement-invalid', { member: 'schema' })
  const canonical = canonicalJson(value)
  if (!Buffer.from(canonical).equals(jws.payload)) throw new ExchangeError('agreement-invalid', { member: 'form' })
  return { jws, agreement: value, digest: sha256Text(canonical) }
}

/**
 * Checks that a party signed.
 *
 * @param findKey the party's signing key with a kid, if what it signs now counts
 * @throws ExchangeError agreement-signature
 */
export function checkAgreementSignature(
  { jws }: SignedAgreement,
  findKey: (kid: string) => KeyObject | undefined,
): void {
  const key = findKey(jws.kid)
  if (key === undefined || !verifyJws(jws, key)) throw new ExchangeError('agreement-signature')
}

function parse(text: string): { readonly jws: CompactJws; readonly value: unknown } {
  try {
    const jws = parseCompactJws(text, ['trm-agreement+jwt'])
    return { jws, value: parseStrictJson(jws.payload) }
  } catch (error) {
    throw new ExchangeError('agreement-invalid', { member: 'jws' }, { cause: error })
  }
}
