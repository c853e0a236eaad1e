import type { KeyObject } from 'node:crypto'
import { ExchangeError } from '../base/errors.js'
import { parseCompactJws } from '../wire/compact.js'
import { validateReceipt } from '../wire/generated/validators.js'
import { parseStrictJson } from '../wire/strict-json.js'
import { verifyJws } from '../crypto/signer.js'

/** The signing key of a node by kid, if a signature made at this time (seconds) counts. */
export type FindSigningKey = (node: string, kid: string, at: number) => KeyObject | undefined

/**
 * Whether a stored receipt is what it claims: signed by the node that gave it with a key that was in force, for that
 * event. Reads the bytes anew, so that an altered row shows.
 */
export function verifyReceipt(
  findKey: FindSigningKey,
  text: string,
  claim: { readonly givenBy: string; readonly event: string; readonly digest: string },
): boolean {
  try {
    const jws = parseCompactJws(text, ['trm-receipt+jwt'])
    const receipt = parseStrictJson(jws.payload)
    if (!validateReceipt(receipt)) return false
    const key = findKey(claim.givenBy, jws.kid, receipt.iat)
    return (
      key !== undefined &&
      verifyJws(jws, key) &&
      receipt.from === claim.givenBy &&
      receipt.event.id === claim.event &&
      receipt.event.digest === claim.digest
    )
  } catch (error) {
    if (error instanceof ExchangeError) return false
    throw error
  }
}
