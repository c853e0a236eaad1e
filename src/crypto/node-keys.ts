import type { KeyObject } from 'node:crypto'
import type { Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import type { Random } from '../base/random.js'
import { unwrapSecret, wrapSecret } from './key-encryption-key.js'
import type { KeyRow, KeyRows } from './key-rows.js'
import { keyPairFromSeed, seedBytes, type KeyPair } from './private-key.js'

/** The jobs of a node's own Ed25519 keys: messages and cards, checkpoints, cosignatures, local API tokens. */
export const nodeKeyUses = ['signing', 'log', 'witness', 'api'] as const
export type NodeKeyUse = (typeof nodeKeyUses)[number]

export interface NodeKey extends KeyPair {
  readonly use: NodeKeyUse
}

/** 32-byte seeds; given only where the keys must be known beforehand, as in the demo. */
export type NodeKeySeeds = Readonly<Record<NodeKeyUse, Uint8Array>>

export interface NodeKeyFile {
  readonly keyRows: KeyRows
  readonly kek: KeyObject
  readonly nodeId: string
}

/**
 * All node keys of the key file, per use the oldest first.
 *
 * @throws ExchangeError key-missing if a use has none, kek-wrong
 */
export function loadNodeKeys(file: NodeKeyFile): readonly NodeKey[] {
  const rows = [...file.keyRows.list('node')].sort((a, b) => a.createdAt - b.createdAt)
  return nodeKeyUses.flatMap((use) => {
    const keys = rows.filter(({ id }) => id.startsWith(`${use}:`)).map((row) => loadNodeKey(file, use, row))
    if (keys.length === 0) throw new ExchangeError('key-missing', { use })
    return keys
  })
}

/** Makes and keeps one key for `use`, and returns it; durable when the promise resolves. */
export async function createNodeKey(
  { keyRows, kek, nodeId, clock, random }: NodeKeyFile & { readonly clock: Clock; readonly random: Random },
  use: NodeKeyUse,
  givenSeed?: Uint8Array,
): Promise<NodeKey> {
  const seed = Uint8Array.from(givenSeed ?? random.bytes(seedBytes))
  const pair = keyPairFromSeed('Ed25519', seed)
  const id = rowIdOf(use, pair.kid)
  const wrapped = wrapSecret(kek, seed, { nodeId, kind: 'node', id }, random)
  seed.fill(0)
  await keyRows.insert({ id, kind: 'node', wrapped, createdAt: clock.now() })
  return { use, ...pair }
}

/** Id of the row of a node key. */
export function rowIdOf(use: NodeKeyUse, kid: string): string {
  return `${use}:${kid}`
}

function loadNodeKey({ kek, nodeId }: NodeKeyFile, use: NodeKeyUse, { id, wrapped }: KeyRow): NodeKey {
  const seed = unwrapSecret(kek, wrapped, { nodeId, kind: 'node', id })
  const pair = keyPairFromSeed('Ed25519', seed)
  seed.fill(0)
  return { use, ...pair }
}
