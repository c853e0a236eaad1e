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
  rowIdOf,
  type NodeKey,
  type NodeKeySeeds,
  type NodeKeyUse,
} from './node-keys.js'
import { makePrekeyRing, type PrekeyLife, type PrekeyRing, type Rotation } from './prekey-ring.js'
import { makeSigner, type Signer } from './signer.js'
import { chooseSigningKey, type SigningLife } from './signing-choice.js'
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

/** What the latest key statement of this node says of the keys that it lists. */
export interface StatedKeys {
  readonly signing: readonly SigningLife[]
  /** Raw public key, base64url. */
  readonly witness: string
}

/** The public half of a node key. */
export interface NewKey {
  readonly kid: string
  /** Raw public key, base64url. */
  readonly publicKey: string
}

/** The keys of this node. After close() every call throws key-missing. */
export interface KeyStore {
  /** Signs with the key that is in force now by the node's own statements; before goBy() with the newest. */
  signer(): Signer
  /** From now on signing and witness key are chosen by this statement. */
  goBy(stated: StatedKeys): void
  /**
   * A new key for a statement to come; durable when the promise resolves. Earlier ones of this use that no statement ever
   * listed are destroyed: a request that was not signed is replaced by the next.
   */
  prepareKey(use: 'signing' | 'witness', listed: ReadonlySet<string>): Promise<NewKey>
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
  readonly signers: ReadonlyMap<string, Signer>
  readonly stated: StatedKeys | undefined
  readonly dataKeys: DataKeys
  readonly spareKeys: SpareKeys
  readonly prekeys: PrekeyRing
}

function assembleKeyStore(files: KeyFiles, nodeKeys: readonly NodeKey[]): KeyStore {
  const dataKeys = makeDataKeys(files)
  let keys: OpenKeys | undefined = {
    nodeKeys,
    signers: signersOf(nodeKeys),
    stated: undefined,
    dataKeys,
    spareKeys: makeSpareKeys({ dataKeys, random: files.random }),
    prekeys: makePrekeyRing(files),
  }
  function open(): OpenKeys {
    if (keys === undefined) throw new ExchangeError('key-missing', { reason: 'closed' })
    return keys
  }
  return {
    signer: () => signerOf(open(), toSeconds(files.clock.now())),
    goBy(stated) {
      keys = { ...open(), stated }
    },
    async prepareKey(use, listed) {
      const unlisted = open().nodeKeys.filter((key) => key.use === use && !listed.has(key.kid))
      const made = await createNodeKey(files, use)
      for (const { kid } of unlisted) await files.keyRows.destroy(rowIdOf(use, kid))
      const kept = open().nodeKeys.filter((key) => !unlisted.includes(key))
      const nodeKeys = [...kept, made]
      keys = { ...open(), nodeKeys, signers: signersOf(nodeKeys) }
      return { kid: made.kid, publicKey: made.x }
    },
    logKeyPublic: () => newestOf(open().nodeKeys, 'log').x,
    witnessKeyPublic: () => open().stated?.witness ?? newestOf(open().nodeKeys, 'witness').x,
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

function signersOf(nodeKeys: readonly NodeKey[]): ReadonlyMap<string, Signer> {
  const signing = nodeKeys.filter(({ use }) => use === 'signing')
  return new Map(signing.map(({ kid, privateKey }) => [kid, makeSigner(privateKey)]))
}

function signerOf({ nodeKeys, signers, stated }: OpenKeys, now: number): Signer {
  const held = stated?.signing.filter(({ kid }) => signers.has(kid)) ?? []
  const kid = stated === undefined ? newestOf(nodeKeys, 'signing').kid : chooseSigningKey(held, now)
  const signer = kid === undefined ? undefined : signers.get(kid)
  if (signer === undefined) throw new ExchangeError('key-missing', { use: 'signing' })
  return signer
}

function newestOf(nodeKeys: readonly NodeKey[], use: NodeKeyUse): NodeKey {
  const newest = nodeKeys.findLast((key) => key.use === use)
  if (newest === undefined) throw new ExchangeError('key-missing', { use })
  return newest
}
