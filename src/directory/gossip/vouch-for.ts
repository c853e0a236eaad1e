import { toSeconds, type Clock } from '../../base/clock.js'
import { ExchangeError } from '../../base/errors.js'
import type { KeyStore } from '../../crypto/key-store.js'
import type { Store } from '../../store/port.js'
import type { RecordRow } from '../../store/rows.js'
import { noteForeignSequence, readForeignSequence } from '../foreign-sequence.js'
import type { PeerDirectory } from '../peer-directory.js'
import { readRecord, type ReadRecord } from './read-record.js'
import { parseVouch, signVouch } from './vouch.js'

export interface VouchForDeps {
  readonly self: string
  readonly store: Store
  readonly keys: Pick<KeyStore, 'signer'>
  readonly directory: PeerDirectory
  readonly clock: Clock
}

export type OwnVouchesDeps = Omit<VouchForDeps, 'directory'> & {
  /** Whether readers take what the own key with this kid signed at a time (seconds), if it comes to them now. */
  readonly ownKeyCounts: (kid: string, at: number) => boolean
}

/**
 * Vouches for a peer, or takes that back: the word of this node spreads with the directory (PROTOCOL 7). A word that is not
 * held is taken back too, where somebody else gave such ones in our name.
 *
 * @returns the record; undefined where there was nothing to take back
 * @throws ExchangeError peer-unknown, peer-suspended, conflict
 */
export async function vouchFor(deps: VouchForDeps, node: string, isEnded: boolean): Promise<ReadRecord | undefined> {
  const { self, store, directory } = deps
  const held = await store.findRecord('vouch', self, node)
  const foreign = held === undefined ? await readForeignSequence(store, 'vouch') : undefined
  if (isEnded) {
    const isNothing = held === undefined ? foreign === undefined : readRecord('vouch', held.text).isEnded
    if (isNothing) return undefined
  } else {
    const peer = directory.find(node)
    if (peer === undefined) throw new ExchangeError('peer-unknown', { peer: node })
    if (peer.row.suspendedAt !== null) throw new ExchangeError('peer-suspended', { peer: node })
  }
  return signOwn(deps, { node, held, isEnded, above: foreign ?? 0 })
}

/**
 * Signs anew the own words that readers take no more because their key was revoked. Each ends when it would have ended.
 *
 * @throws ExchangeError signing-key-ended, conflict, storage-failed
 */
export async function renewOwnVouches(deps: OwnVouchesDeps): Promise<void> {
  const now = toSeconds(deps.clock.now())
  for (const held of await deps.store.listRecordsOf('vouch', deps.self)) {
    const { jws, vouch } = parseVouch(held.text)
    if (vouch.exp > now && !deps.ownKeyCounts(jws.kid, vouch.iat)) await signAnew(deps, held, 0)
  }
}

/**
 * Says again what this node said of another one, above what somebody else said with our key; of a node of which it said
 * nothing a person has to.
 *
 * @throws ExchangeError signing-key-ended, conflict, storage-failed
 */
export async function reclaimVouch(
  deps: OwnVouchesDeps,
  { id, seq }: { readonly id: string; readonly seq: number },
): Promise<void> {
  const held = await deps.store.findRecord('vouch', deps.self, id)
  if (held === undefined) await noteForeignSequence(deps.store, 'vouch', seq)
  else await signAnew(deps, held, seq)
}

async function signAnew(deps: OwnVouchesDeps, held: RecordRow, above: number): Promise<void> {
  const now = toSeconds(deps.clock.now())
  if (!deps.ownKeyCounts(deps.keys.signer().kid, now)) throw new ExchangeError('signing-key-ended')
  const { vouch } = parseVouch(held.text)
  const until = vouch.ended || vouch.exp <= now ? undefined : vouch.exp
  await signOwn(deps, { node: held.id, held, isEnded: vouch.ended, above, ...(until === undefined ? {} : { until }) })
}

async function signOwn(
  { self, store, keys, clock }: Omit<VouchForDeps, 'directory'>,
  {
    node,
    held,
    isEnded,
    above,
    until,
  }: {
    readonly node: string
    readonly held: RecordRow | undefined
    readonly isEnded: boolean
    readonly above: number
    readonly until?: number
  },
): Promise<ReadRecord> {
  const now = toSeconds(clock.now())
  const seq = Math.max((held?.seq ?? 0) + 1, above + 1, now)
  const about = { from: self, node, seq, isEnded, now }
  const text = signVouch(keys.signer(), until === undefined ? about : { ...about, until })
  const record = readRecord('vouch', text)
  const { kind, id, digest, exp } = record
  const row = { kind, node: self, id, seq, digest, exp, text, visibility: 'federation', source: null } as const
  const result = await store.commit([
    { do: 'putRecord', row: { ...row, storedAt: clock.now() }, expect: held?.digest ?? null },
  ])
  if (!result.ok) throw new ExchangeError('conflict', { peer: node })
  return record
}
