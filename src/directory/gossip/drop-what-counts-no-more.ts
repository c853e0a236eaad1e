import { toSeconds } from '../../base/clock.js'
import { parseContact } from '../contacts/verify-contact.js'
import { countsOnArrival, type VerifiedStatements } from '../key-statement.js'
import type { RecordName } from './directory-record.js'
import type { KnownChain } from './equivocation-proof.js'
import { knownChain, readHeld, type KnownChainDeps } from './known-chain.js'
import { parseVouch } from './vouch.js'

export interface DropDeps extends KnownChainDeps {
  readonly self: string
}

/** Drops what is held of a node and counts no more by the part of its chain that counts now. @throws ExchangeError storage-failed */
export async function dropWhatCountsNoMore(deps: DropDeps, node: string): Promise<void> {
  const known = await knownChain(deps, node)
  const gone = known === undefined ? [] : await whatCountsNoMore(deps, known)
  if (gone.length > 0) await deps.records.remove(gone)
}

/**
 * What is held of a node and would not be taken if it arrived now (PROTOCOL 7.3.5): its thief dates what it signs as it
 * likes, so nothing of a stolen key stays, whatever its time and sequence, nor what was proven with it. Two nodes that know
 * the same chain hold the same, whichever came first. Contacts that have ended or that are for this node alone are shown
 * to people: they go as well. Records of this node are not dropped but signed anew.
 */
export async function whatCountsNoMore(deps: DropDeps, known: KnownChain): Promise<readonly RecordName[]> {
  const { self, records, verifier, clock } = deps
  const { statements } = known
  const { node } = statements
  const gone: RecordName[] = []
  if (node !== self) {
    for (const { kind, id, text } of await records.contactsOf(node)) {
      const { jws, contact } = parseContact(text)
      if (!hasCountingKey(statements, jws.kid, contact.iat)) gone.push({ kind, node, id })
    }
    for (const held of records.list('vouch', node)) {
      const text = await records.read(held)
      if (text === undefined) continue
      const { jws, vouch } = parseVouch(text)
      if (!hasCountingKey(statements, jws.kid, vouch.iat)) gone.push(held)
    }
  }
  for (const held of records.list('proof', node)) {
    const proof = await readHeld(deps, held)
    if (proof !== undefined && verifier.record(proof, known, toSeconds(clock.now())) !== 'counts') gone.push(held)
  }
  return gone
}

/** The signature was checked when the record came; what may have ended is the key. */
function hasCountingKey({ signingKeys }: VerifiedStatements, kid: string, iat: number): boolean {
  const key = signingKeys.find((listed) => listed.kid === kid)
  return key !== undefined && countsOnArrival(key, iat)
}
