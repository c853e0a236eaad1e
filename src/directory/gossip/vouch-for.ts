import { toSeconds, type Clock } from '../../base/clock.js'
import { ExchangeError } from '../../base/errors.js'
import type { KeyStore } from '../../crypto/key-store.js'
import type { Store } from '../../store/port.js'
import type { PeerDirectory } from '../peer-directory.js'
import { readRecord, type ReadRecord } from './read-record.js'
import { signVouch } from './vouch.js'

export interface VouchForDeps {
  readonly self: string
  readonly store: Store
  readonly keys: KeyStore
  readonly directory: PeerDirectory
  readonly clock: Clock
}

/**
 * Vouches for a peer, or takes that back: the word of this node spreads with the directory (PROTOCOL 7).
 *
 * @returns the record; undefined where there was nothing to take back
 * @throws ExchangeError peer-unknown, peer-suspended, signing-key-ended, conflict
 */
export async function vouchFor(
  { self, store, keys, directory, clock }: VouchForDeps,
  node: string,
  isEnded: boolean,
): Promise<ReadRecord | undefined> {
  const now = toSeconds(clock.now())
  const held = await store.findRecord('vouch', self, node)
  if (isEnded) {
    if (held === undefined || readRecord('vouch', held.text).isEnded) return undefined
  } else {
    const peer = directory.find(node)
    if (peer === undefined) throw new ExchangeError('peer-unknown', { peer: node })
    if (peer.row.suspendedAt !== null) throw new ExchangeError('peer-suspended', { peer: node })
  }
  const seq = Math.max((held?.seq ?? 0) + 1, now)
  const record = readRecord('vouch', signVouch(keys.signer(), { from: self, node, seq, isEnded, now }))
  const { kind, id, digest, exp, text } = record
  const row = { kind, node: self, id, seq, digest, exp, text, visibility: 'federation', source: null } as const
  const result = await store.commit([
    { do: 'putRecord', row: { ...row, storedAt: clock.now() }, expect: held?.digest ?? null },
  ])
  if (!result.ok) throw new ExchangeError('conflict', { peer: node })
  return record
}
