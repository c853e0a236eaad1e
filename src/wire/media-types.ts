/** Media types of the federation. */

/** A sealed message in compact serialisation (RFC 7515, 7516). */
export const envelopeMediaType = 'application/jose'
/** Problem details (RFC 9457). */
export const problemMediaType = 'application/problem+json'
