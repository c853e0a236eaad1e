import type { KeyObject } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { toSeconds, type Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import type { Random } from '../base/random.js'
import { createIdentity, sealIdentityFile, type IdentitySeeds } from '../crypto/identity-file.js'
import { parseKeyEncryptionKey } from '../crypto/key-encryption-key.js'
import { createNodeKeys, openKeyStore } from '../crypto/key-store.js'
import { nodeIdOf } from '../crypto/node-id.js'
import type { NodeKeySeeds } from '../crypto/node-keys.js'
import { makeSigner } from '../crypto/signer.js'
import { signFirstStatement } from '../directory/key-statement.js'
import { openSqliteKeyRows } from '../store/sqlite/sqlite-key-rows.js'
import { openSqlitePrekeyRows } from '../store/sqlite/sqlite-prekey-rows.js'
import { openSqliteStore } from '../store/sqlite/sqlite-store.js'
import { filesOf } from '../config/data-folder.js'
import { writeDurably } from './write-durably.js'

const signingKeyDays = 365
const secondsPerDay = 86_400

export interface NodeToInitialise {
  readonly data: string
  /** Content of config.json. */
  readonly config: Readonly<Record<string, unknown>>
  readonly passphrase: string
  /** Path of the key-encryption key; made there if absent. */
  readonly keyEncryptionKeyFile: string
  readonly clock: Clock
  readonly random: Random
  /** Fixed keys of the demo nodes. */
  readonly seeds?: { readonly identity: IdentitySeeds; readonly node: NodeKeySeeds }
  /** Lower only where the identity files are thrown away, as in the demo and in tests. */
  readonly passphraseRounds?: number
}

export interface InitialisedNode {
  readonly id: string
  /** The passphrase-protected files that have to leave this machine, for two places. */
  readonly identityFile: string
  readonly nextIdentityFile: string
}

/**
 * Makes the data folder of a new node: configuration, key-encryption key, keys, prekeys, the first key statement and the
 * two identity files. Nothing is overwritten.
 *
 * @throws ExchangeError already-initialised, kek-missing, storage-failed
 */
export async function initialiseNode(options: NodeToInitialise): Promise<InitialisedNode> {
  const { data, clock, random, seeds } = options
  const files = filesOf(data)
  for (const file of [files.config, files.data, files.keys, files.identity, files.nextIdentity]) {
    if (existsSync(file)) throw new ExchangeError('already-initialised', { file: path.basename(file) })
  }
  mkdirSync(data, { recursive: true, mode: 0o700 })
  chmodSync(data, 0o700)
  const kek = parseKeyEncryptionKey(readOrMakeKek(options.keyEncryptionKeyFile, random))

  const identity = createIdentity(random, seeds?.identity)
  const id = nodeIdOf(identity.publicKey, identity.nextPublicKeyHash)
  const keyRows = await openSqliteKeyRows({ path: files.keys })
  const prekeyRows = await openSqlitePrekeyRows({ path: files.prekeys })
  const store = await openSqliteStore({ path: files.data })
  try {
    const keyFiles = { keyRows, prekeyRows, kek, clock, random, nodeId: id }
    await createNodeKeys(seeds === undefined ? keyFiles : { ...keyFiles, seeds: seeds.node })
    const keys = openKeyStore(keyFiles, { allowExampleKeys: seeds !== undefined })
    const issuedAt = toSeconds(clock.now())
    const statement = signFirstStatement(makeSigner(identity.privateKey), {
      nextKeyHash: identity.nextPublicKeyHash,
      issuedAt,
      signing: [
        { key: keys.signer().publicKey, notBefore: issuedAt, notAfter: issuedAt + signingKeyDays * secondsPerDay },
      ],
      witness: keys.witnessKeyPublic(),
    })
    // Before the node knows its id: a node without its identity files could never change a key.
    const sealed = async (file: string, key: KeyObject): Promise<void> => {
      writeDurably(file, `${await sealIdentityFile(key, options.passphrase, options.passphraseRounds)}\n`, 0o600)
    }
    await sealed(files.identity, identity.privateKey)
    await sealed(files.nextIdentity, identity.nextPrivateKey)
    const result = await store.commit([
      { do: 'setMeta', name: 'node-id', value: id, expect: null },
      { do: 'setMeta', name: 'key-statements', value: JSON.stringify([statement]), expect: null },
    ])
    if (!result.ok) throw new ExchangeError('already-initialised')
    keys.close()
  } finally {
    keyRows.close()
    prekeyRows.close()
    await store.close()
  }

  // Written last: a folder with a configuration is a folder that was initialised to the end.
  writeFileSync(files.config, `${JSON.stringify(options.config, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  return { id, identityFile: files.identity, nextIdentityFile: files.nextIdentity }
}

function readOrMakeKek(file: string, random: Random): Uint8Array {
  if (existsSync(file)) return readFileSync(file)
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  const bytes = random.bytes(32)
  writeDurably(file, bytes, 0o400)
  return bytes
}
