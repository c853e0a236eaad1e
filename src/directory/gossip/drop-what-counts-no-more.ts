import { toSeconds } from '../../base/clock.js'
import { parseContact } from '../contacts/verify-contact.js'
import { isInForce, type VerifiedStatements } from '../key-statement.js'
import type { RecordName } from './directory-record.js'
import { knownChain, readHeld, type KnownChainDeps } from './known-chain.js'

/**
 * After the chain of a node changed: what a key signed since it was stolen goes, whatever its sequence, and what was proven
 * with it. Contacts that have ended or that are for this node alone are shown to people: they go as well.
 */
export async function dropWhatCountsNoMore(deps: KnownChainDeps, node: string): Promise<void> {
  const { records, verifier, clock } = deps
  const contacts = await records.contactsOf(node)
  const others = (['vouch', 'proof'] as const).flatMap((kind) => records.list(kind, node))
  if (contacts.length + others.length === 0) return
  const known = await knownChain(deps, node)
  if (known === undefined) return
  const gone: RecordName[] = contacts.filter(({ text }) => !isContactInForce(text, known.statements))
  for (const held of others) {
    const record = await readHeld(deps, held)
    if (record === undefined) continue
    if (verifier.record(record, known, true, toSeconds(clock.now())) !== 'counts') gone.push(held)
  }
  if (gone.length > 0) await records.remove(gone)
}

/** Its signature was checked when it came; what may have ended is the key. */
function isContactInForce(text: string, { signingKeys }: VerifiedStatements): boolean {
  const { jws, contact } = parseContact(text)
  const key = signingKeys.find(({ kid }) => kid === jws.kid)
  return key !== undefined && isInForce(key, contact.iat)
}
