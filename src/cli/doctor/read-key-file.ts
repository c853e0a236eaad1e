import type { KeyObject } from 'node:crypto'
import { checkConfig } from '../../config/check-config.js'
import { filesOf } from '../../config/data-folder.js'
import { readSmallFile } from '../../config/read-data-folder.js'
import { parseKeyEncryptionKey } from '../../crypto/key-encryption-key.js'
import type { NodeSource } from './finding.js'

const maxConfigBytes = 65_536
const maxKeyFileBytes = 128

/** Where the key-encryption key lies, also of a node whose settings have faults. */
export async function locateKeyFile({ dataFolder, environment }: NodeSource): Promise<string> {
  const config = await readSmallFile(filesOf(dataFolder).config, maxConfigBytes)
  const file = typeof config === 'string' ? new Uint8Array() : config.bytes
  return checkConfig({ dataFolder, file, environment }).keyEncryptionKeyFile
}

/**
 * The key-encryption key; undefined where the file cannot be read, which the settings tell.
 *
 * @throws ExchangeError kek-missing if the file holds something else
 */
export async function readKeyFile(path: string): Promise<KeyObject | undefined> {
  const key = await readSmallFile(path, maxKeyFileBytes)
  return typeof key === 'string' ? undefined : parseKeyEncryptionKey(key.bytes)
}
