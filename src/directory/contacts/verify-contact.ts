import { ExchangeError } from '../../base/errors.js'
import type { Contact } from '../../wire/generated/types.js'
import { validateContact } from '../../wire/generated/validators.js'
import type { CompactJws } from '../../wire/compact.js'
import {
  clockToleranceSeconds,
  maxContactLifeSeconds,
  maxSequenceLeadSeconds,
  maxTombstoneLifeSeconds,
} from '../../wire/limits.js'
import { verifyJws } from '../../crypto/signer.js'
import { countsOnArrival, type VerifiedStatements } from '../key-statement.js'
import { readSignedJson } from '../read-signed-json.js'

/**
 * Verifies a contact record or its tombstone (PROTOCOL 7): signed by its owner with a key that counts on what
 * arrives now, its life within the limits, neither `iat` nor `seq` ahead of our clock. Whether it has ended is judged where it is used; so is
 * what its desks say.
 *
 * @param statements of the node that the record names
 * @param nowSeconds our clock
 * @throws ExchangeError contact-invalid with the `member` at fault
 */
export function verifyContact(text: string, statements: VerifiedStatements, nowSeconds: number): Contact {
  const { jws, contact } = parseContact(text)
  if (contact.node !== statements.node) throw invalid('node')
  if (contact.iat > nowSeconds + clockToleranceSeconds) throw invalid('iat')
  // A sequence far ahead of the clock would keep every later record of its owner away for good.
  if (contact.seq > nowSeconds + maxSequenceLeadSeconds) throw invalid('seq')
  const maxLife = 'ended' in contact ? maxTombstoneLifeSeconds : maxContactLifeSeconds
  if (contact.exp <= contact.iat || contact.exp > contact.iat + maxLife) throw invalid('exp')
  const key = statements.signingKeys.find(({ kid }) => kid === jws.kid)
  if (key === undefined || !countsOnArrival(key, contact.iat)) throw invalid('kid')
  if (!verifyJws(jws, key.key)) throw invalid('signature')
  return contact
}

/** Reads a record whose signature was checked when it was stored. @throws ExchangeError contact-invalid */
export function parseContact(text: string): { readonly jws: CompactJws; readonly contact: Contact } {
  const { jws, value: contact } = readSignedJson(text, 'trm-contact+jwt', 'contact-invalid')
  if (!validateContact(contact)) throw invalid('schema')
  return { jws, contact }
}

function invalid(member: string): ExchangeError {
  return new ExchangeError('contact-invalid', { member })
}
