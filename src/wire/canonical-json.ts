import canonicalizeModule from 'canonicalize'
import { ExchangeError } from '../base/errors.js'

/**
 * The one text of a JSON value (RFC 8785): what is hashed, and what is signed where two parties write the same thing.
 * Undefined members, holes, dates, functions and the like are refused, never left out: what is signed is all there is.
 *
 * @throws internal with reason `not-json`: our own code passed something that is not JSON.
 */
export function canonicalJson(value: unknown): string {
  refuseNonJson(value)
  // The package is CommonJS whose types claim an ES default export; under NodeNext the import is the function itself.
  const serialize = canonicalizeModule as unknown as (value: unknown) => string
  return serialize(value)
}

function refuseNonJson(value: unknown): void {
  if (value === null || typeof value === 'boolean') return
  if (typeof value === 'number' && Number.isFinite(value)) return
  // RFC 8785 3.2.2.2: a lone surrogate has no UTF-8, so it has no canonical form.
  if (typeof value === 'string' && !/\p{Surrogate}/u.test(value)) return
  if (Array.isArray(value)) {
    // for...of also visits holes, as undefined.
    for (const item of value) refuseNonJson(item)
    return
  }
  if (isPlainObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      refuseNonJson(name)
      refuseNonJson(member)
    }
    return
  }
  throw new ExchangeError('internal', { reason: 'not-json' })
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
