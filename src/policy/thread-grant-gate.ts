import type { Event, Grant } from '../wire/generated/types.js'
import { checkGrantPeriod, isCodesOnly } from './consent-gate.js'
import { freeTextsOf } from './free-texts.js'
import type { Refusal } from './refusal.js'

/**
 * PROTOCOL 5: what follows an offer travels under the offer's grant, and no further than it goes. What ends a referral
 * passes even where the grant has expired: an ended consent must not keep a thread open.
 */
export function checkThreadGrant(event: Event, grant: Grant, nowSeconds: number): Refusal | undefined {
  if (event.type === 'referral.offer') return undefined
  const pointers = [
    ...(event.grant === grant.id ? [] : ['/grant']),
    ...(event.type !== 'consent.withdraw' || event.body.grant === grant.id ? [] : ['/body/grant']),
  ]
  if (pointers.length > 0) return { code: 'grant-mismatch', details: { pointers } }
  if (event.type === 'referral.accept') {
    const expired = checkGrantPeriod(grant, nowSeconds)
    if (expired !== undefined) return { ...expired, details: { pointers: ['/grant'] } }
  }
  const texts = isCodesOnly(grant) ? freeTextsOf(event).map(({ pointer }) => pointer) : []
  if (texts.length === 0) return undefined
  const code = grant.lawfulBasis === 'explicitConsent' ? 'consent-too-narrow' : 'basis-codes-only'
  return { code, details: { pointers: texts } }
}
