import type { KeyObject } from 'node:crypto'
import { toSeconds, type Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import type { Random } from '../base/random.js'
import type { DataKey } from './at-rest.js'
import { makeDataKeys, type DataKeys } from './data-keys.js'
import { isExampleKey } from './example-keys.js'
import type { KeyRows, PrekeyRows } from './key-rows.js'
import {
  createNodeKey,
  loadNodeKeys,
  nodeKeyUses,
  type NodeKey,
  type NodeKeySeeds,
  type NodeKeyUse,
} from './node-keys.js'
import { makePrekeyRing, type PrekeyLife, type PrekeyRing, type Rotation } from './prekey-ring.js'
import { makeSigner, type Signer } from './signer.js'
import { makeSpareKeys, type SpareKeys } from './spare-keys.js'

/** A key and the job it has. */
export interface KeyThumbprint {
  readonly use: NodeKeyUse | 'identity'
  readonly kid: string
}

/** Signs and checks local API tokens; never used between nodes. */
export interface ApiKey {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly kid: string
}

/** The keys of this node. After close() every call throws key-missing. */
export interface KeyStore {
  /** Signs with the newest signing key. */
  signer(): Signer
  /** Raw public key, base64url. */
  logKeyPublic(): string
  /** Raw public key, base64url. */
  witnessKeyPublic(): string
  apiKey(): ApiKey
  /** All node keys, old ones included. */
  nodeKeyThumbprints(): readonly KeyThumbprint[]

  /** The key that covers content of `id`; undefined if it was never made or is destroyed. */
  dataKey(id: string): DataKey | undefined
  /** Durable when the promise resolves. An id that has a key is an error of the rows. */
  createDataKey(id: string): Promise<DataKey>
  /** A new durable key with an id of its own, for a thread; usually without waiting for the disk. */
  takeDataKey(): Promise<DataKey>
  /** From the call on the key is unusable; when the promise resolves the file no longer holds it. */
  destroyDataKey(id: string): Promise<void>

  /** What the card lists at this time, newest last. */
  currentPrekeys(nowSeconds: number): readonly PrekeyLife[]
  /** The private half, also of a prekey past its use, until its time of destruction. */
  openPrekey(kid: string): KeyObject | undefined
  /** Makes a prekey when the newest is 7 days old and destroys those of 30 days. Call it at start and often. */
  rotatePrekeys(nowSeconds: number): Promise<Rotation>

  /** Drops every key from memory. The rows stay open: they belong to the caller. */
  close(): void
}

export interface KeyFiles {
  readonly keyRows: KeyRows
  readonly prekeyRows: PrekeyRows
  readonly kek: KeyObject
  readonly clock: Clock
  readonly random: Random
  readonly nodeId: string
}

/** Data key of what belongs to the node and not to a thread, such as contacts. */
const nodeDataKey = 'node'

/**
 * Opens the keys of an initialised node. Unwraps all node keys, so a wrong key-encryption key shows at start.
 *
 * @param options.allowExampleKeys set by the demo's composition only
 * @throws ExchangeError key-missing, kek-wrong, key-shared, example-key-refused
 */
export function openKeyStore(files: KeyFiles, options: { readonly allowExampleKeys?: boolean } = {}): KeyStore {
  const nodeKeys = loadNodeKeys(files)
  assertKeySeparation(nodeKeys)
  if (options.allowExampleKeys !== true) refuseExampleKeys(nodeKeys)
  return assembleKeyStore(files, nodeKeys)
}

/**
 * Fills the key files of a new node: signing, log, witness and API key, the data key `node` and the first prekey.
 *
 * @param seeds fixed node keys for the demo; fresh ones if left out
 * @throws ExchangeError already-initialised
 */
export async function createNodeKeys(files: KeyFiles & { readonly seeds?: NodeKeySeeds }): Promise<void> {
  if (files.keyRows.list('node').length > 0) throw new ExchangeError('already-initialised')
  for (const use of nodeKeyUses) await createNodeKey(files, use, files.seeds?.[use])
  await makeDataKeys(files).create(nodeDataKey)
  await makePrekeyRing(files).rotate(toSeconds(files.clock.now()))
}

/**
 * No two jobs share a key, or a signature made for one could be passed off as one made for the other (PROTOCOL 1).
 *
 * @throws ExchangeError key-shared
 */
export function assertKeySeparation(thumbprints: readonly KeyThumbprint[]): void {
  const useOf = new Map<string, string>()
  for (const { use, kid } of thumbprints) {
    const other = useOf.get(kid) ?? use
    if (other !== use) throw new ExchangeError('key-shared', { kid, uses: [other, use] })
    useOf.set(kid, use)
  }
}

function refuseExampleKeys(nodeKeys: readonly NodeKey[]): void {
  const example = nodeKeys.find(({ kid }) => isExampleKey(kid))
  if (example !== undefined) throw new ExchangeError('example-key-refused', { use: example.use, kid: example.kid })
}

interface OpenKeys {
  readonly nodeKeys: readonly NodeKey[]
  readonly signer: Signer
  readonly dataKeys: DataKeys
  readonly spareKeys: SpareKeys
  readonly prekeys: PrekeyRing
}

function assembleKeyStore(files: KeyFiles, nodeKeys: readonly NodeKey[]): KeyStore {
  const dataKeys = makeDataKeys(files)
  let keys: OpenKeys | undefined = {
    nodeKeys,
    signer: makeSigner(newestOf(nodeKeys, 'signing').privateKey),
    dataKeys,
    spareKeys: makeSpareKeys({ dataKeys, random: files.random }),
    prekeys: makePrekeyRing(files),
  }
  function open(): OpenKeys {
    if (keys === undefined) throw new ExchangeError('key-missing', { reason: 'closed' })
    return keys
  }
  return {
    signer: () => open().signer,
    logKeyPublic: () => newestOf(open().nodeKeys, 'log').x,
    witnessKeyPublic: () => newestOf(open().nodeKeys, 'witness').x,
    apiKey() {
      const { privateKey, publicKey, kid } = newestOf(open().nodeKeys, 'api')
      return { privateKey, publicKey, kid }
    },
    nodeKeyThumbprints: () => open().nodeKeys.map(({ use, kid }) => ({ use, kid })),
    dataKey: (id) => open().dataKeys.find(id),
    createDataKey: async (id) => open().dataKeys.create(id),
    takeDataKey: async () => open().spareKeys.take(),
    destroyDataKey: async (id) => open().dataKeys.destroy(id),
    currentPrekeys: (nowSeconds) => open().prekeys.usable(nowSeconds),
    openPrekey: (kid) => open().prekeys.open(kid),
    rotatePrekeys: async (nowSeconds) => open().prekeys.rotate(nowSeconds),
    close() {
      // Secret bytes were overwritten as soon as they were imported; the key objects go with their last reference.
      keys = undefined
    },
  }
}

function newestOf(nodeKeys: readonly NodeKey[], use: NodeKeyUse): NodeKey {
  const newest = nodeKeys.findLast((key) => key.use === use)
  if (newest === undefined) throw new ExchangeError('key-missing', { use })
  return newest
}
