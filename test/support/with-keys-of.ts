import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Clock } from '../../src/base/clock.js'
import { filesOf } from '../../src/config/data-folder.js'
import { parseKeyEncryptionKey } from '../../src/crypto/key-encryption-key.js'
import { openKeyStore, type KeyStore } from '../../src/crypto/key-store.js'
import { openSqliteKeyRows } from '../../src/store/sqlite/sqlite-key-rows.js'
import { openSqlitePrekeyRows } from '../../src/store/sqlite/sqlite-prekey-rows.js'
import { seededRandom } from './seeded-random.js'
import type { TestNode } from './test-federation.js'

/** What somebody can do who has the data folder and the key-encryption key: every key of the node. */
export async function withKeysOf<T>(node: TestNode, clock: Clock, use: (keys: KeyStore) => T): Promise<T> {
  const files = filesOf(node.folder)
  const keyRows = await openSqliteKeyRows({ path: files.keys })
  const prekeyRows = await openSqlitePrekeyRows({ path: files.prekeys })
  try {
    const kek = parseKeyEncryptionKey(readFileSync(path.join(node.folder, 'credential', 'kek')))
    return use(openKeyStore({ keyRows, prekeyRows, kek, clock, random: seededRandom('intruder'), nodeId: node.id }))
  } finally {
    keyRows.close()
    prekeyRows.close()
  }
}
