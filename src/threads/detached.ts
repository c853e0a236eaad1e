/**
 * A compact JWS without its payload (RFC 7515, appendix F): with its digest it proves who signed what, to whoever has the payload, and tells
 * nothing of a person.
 */
export function detached(jws: string): string {
  const [header, , signature] = jws.split('.')
  return `${header ?? ''}..${signature ?? ''}`
}
