import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { systemClock } from '../../src/base/clock.js'
import { systemRandom } from '../../src/base/random.js'
import { filesOf } from '../../src/config/data-folder.js'
import type { DataKey } from '../../src/crypto/at-rest.js'
import { makeDataKeys } from '../../src/crypto/data-keys.js'
import { parseKeyEncryptionKey } from '../../src/crypto/key-encryption-key.js'
import type { EventRow, GivenReceiptRow, GotReceiptRow, OutboxRow, ThreadRow } from '../../src/store/rows.js'
import { openSqliteKeyRows } from '../../src/store/sqlite/sqlite-key-rows.js'
import type { Event, Receipt } from '../../src/wire/generated/types.js'
import { digestOf, signingKeysOf, verifiedPayload } from './signed-text.js'

/** Everything that a stopped node keeps of its exchanges, read from its files and not through the store. */
export interface HeldNode {
  readonly id: string
  readonly events: readonly HeldEvent[]
  readonly threads: readonly ThreadRow[]
  readonly given: readonly GivenReceiptRow[]
  readonly got: readonly GotReceiptRow[]
  readonly outbox: readonly Pick<OutboxRow, 'id' | 'state' | 'lastCode'>[]
  readonly leaves: readonly string[]
  readonly conflicts: number
  /** What SQLite finds wrong with the files. */
  readonly damage: readonly string[]
  /** The receipt in a compact JWS, if this node signed it. */
  receiptOf(text: string): Receipt | undefined
  /** The event in a compact JWS, if this node signed it. */
  eventOf(text: string): Event | undefined
}

export interface HeldEvent {
  readonly row: EventRow
  /** The decrypted message; undefined where it does not decrypt, or is not the one whose digest the row has. */
  readonly text: string | undefined
}

export async function readHeldNode(folder: string): Promise<HeldNode> {
  const files = filesOf(folder)
  const data = new Database(files.data, { readonly: true })
  const keyRows = await openSqliteKeyRows({ path: files.keys })
  try {
    const all = <Row>(sql: string): readonly Row[] => data.prepare<[], Row>(sql).all()
    const meta = new Map(
      all<{ name: string; value: string }>('SELECT * FROM meta').map(({ name, value }) => [name, value]),
    )
    const id = meta.get('node-id') ?? ''
    const signingKeys = signingKeysOf(JSON.parse(meta.get('key-statements') ?? '[]') as readonly string[])
    const kek = parseKeyEncryptionKey(readFileSync(files.credential))
    const keys = makeDataKeys({ keyRows, kek, nodeId: id, clock: systemClock, random: systemRandom })
    const threads = all<ThreadRow>('SELECT * FROM threads')
    const keyIds = new Map(threads.map(({ thread, keyId }) => [thread, keyId]))
    return {
      id,
      events: all<EventRow>('SELECT * FROM events').map((row) => {
        return { row, text: textOf(row, keys.find(keyIds.get(row.thread) ?? '')) }
      }),
      threads,
      given: all('SELECT * FROM givenReceipts'),
      got: all('SELECT * FROM gotReceipts'),
      outbox: all('SELECT id, state, lastCode FROM outbox'),
      leaves: all<{ hash: string }>('SELECT hash FROM leaves').map(({ hash }) => hash),
      conflicts: all('SELECT 1 FROM conflicts').length,
      damage: [...all('PRAGMA integrity_check'), ...all('PRAGMA foreign_key_check')]
        .map((found) => JSON.stringify(found))
        .filter((found) => found !== '{"integrity_check":"ok"}'),
      receiptOf: (text) => verifiedPayload(text, 'trm-receipt+jwt', signingKeys) as Receipt | undefined,
      eventOf: (text) => verifiedPayload(text, 'trm-event+jwt', signingKeys) as Event | undefined,
    }
  } finally {
    data.close()
    keyRows.close()
  }
}

function textOf(row: EventRow, key: DataKey | undefined): string | undefined {
  try {
    const bytes = key?.decrypt(row.content, `event|${row.author}|${row.id}`)
    const text = Buffer.from(bytes ?? []).toString('latin1')
    return digestOf(text) === row.digest ? text : undefined
  } catch {
    return undefined
  }
}
