import { ExchangeError } from '../base/errors.js'
import type { Random } from '../base/random.js'
import { findIdentityData } from '../policy/identity/find-identity-data.js'

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A random name for a case: nobody can tell anything by it. */
export function newCaseCode(random: Random): string {
  return `C-${[...random.bytes(6)].map((byte) => base32.charAt(byte & 31)).join('')}`
}

/**
 * A code stands in lists and in readable columns: what the identity firewall finds, or only suspects, is refused.
 *
 * @throws ExchangeError identity-found
 */
export function checkCaseCode(code: string): void {
  const found = findIdentityData(code)
  if (found.length === 0) return
  const pointers = found.map(({ rule, start, end }) => `/code ${rule} ${start}-${end}`)
  throw new ExchangeError('identity-found', { pointers })
}
