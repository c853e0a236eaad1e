import { ExchangeError } from '../base/errors.js'
import { parseCompactJws } from '../wire/compact.js'
import { validateReceipt } from '../wire/generated/validators.js'
import { parseStrictJson } from '../wire/strict-json.js'
import { verifyJws } from '../crypto/signer.js'
import { isInForce, isStolen, type SigningKey } from './key-statement.js'

/** The signing key of a node by kid, whether it is in force or not. */
export type FindSigningKey = (node: string, kid: string) => SigningKey | undefined

/** Why a receipt does not verify. */
export type ReceiptFault = 'keyStolen' | 'keyNotInForce' | 'keyUnknown' | 'altered'

/**
 * Whether a stored receipt is what it claims: signed by the node that gave it with a key that was in force, for that
 * event. Reads the bytes anew, so that an altered row shows.
 *
 * @returns undefined where it verifies
 */
export function faultOfReceipt(
  findKey: FindSigningKey,
  text: string,
  claim: { readonly givenBy: string; readonly event: string; readonly digest: string },
): ReceiptFault | undefined {
  try {
    const jws = parseCompactJws(text, ['trm-receipt+jwt'])
    const receipt = parseStrictJson(jws.payload)
    if (!validateReceipt(receipt)) return 'altered'
    const { from, event, iat } = receipt
    if (from !== claim.givenBy || event.id !== claim.event || event.digest !== claim.digest) return 'altered'
    const key = findKey(claim.givenBy, jws.kid)
    if (key === undefined) return 'keyUnknown'
    if (!verifyJws(jws, key.key)) return 'altered'
    if (isInForce(key, iat)) return undefined
    return isStolen(key) ? 'keyStolen' : 'keyNotInForce'
  } catch (error) {
    if (error instanceof ExchangeError) return 'altered'
    throw error
  }
}
