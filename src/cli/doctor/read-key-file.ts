import type { KeyObject } from 'node:crypto'
import { checkConfig } from '../../config/check-config.js'
import { filesOf } from '../../config/data-folder.js'
import { readSmallFile } from '../../config/read-data-folder.js'
import { parseKeyEncryptionKey } from '../../crypto/key-encryption-key.js'
import type { NodeSource } from './finding.js'

const maxConfigBytes = 65_536
const maxKeyFileBytes = 128

/**
 * The key-encryption key, also of a node whose settings have faults; undefined where there is none.
 *
 * @throws ExchangeError kek-missing if the file holds something else
 */
export async function readKeyFile({ dataFolder, environment }: NodeSource): Promise<KeyObject | undefined> {
  const config = await readSmallFile(filesOf(dataFolder).config, maxConfigBytes)
  const file = typeof config === 'string' ? new Uint8Array() : config.bytes
  const { keyEncryptionKeyFile } = checkConfig({ dataFolder, file, environment })
  const key = await readSmallFile(keyEncryptionKeyFile, maxKeyFileBytes)
  return typeof key === 'string' ? undefined : parseKeyEncryptionKey(key.bytes)
}
