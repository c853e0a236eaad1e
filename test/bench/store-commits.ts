// Commits a second of the SQLite store with fsync: `npx tsx test/bench/store-commits.ts`.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Batch } from '../../src/store/batch.js'
import type { Store } from '../../src/store/port.js'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js'
import { eventRow, givenReceiptRow, peerRow, threadRow } from '../support/store-rows.js'

const seconds = 3

/** What receiving one event writes: four rows, 8 KiB of content. */
function receiveBatch(count: number): Batch {
  const thread = `thread-${count}`
  const author = 'peer-1'
  const id = `event-${count}`
  return [
    { do: 'insertThread', row: threadRow({ thread, root: thread, role: 'receiver' }) },
    { do: 'insertEvent', row: eventRow({ author, id, thread, direction: 'in', content: new Uint8Array(8_192) }) },
    { do: 'insertGivenReceipt', row: givenReceiptRow({ author, id, thread, receipt: 'x'.repeat(900) }) },
    { do: 'insertLeaf', hash: `leaf-${count}`, at: count },
  ]
}

async function measure(store: Store, writers: number, offset: number): Promise<number> {
  const end = performance.now() + seconds * 1_000
  let count = 0
  const write = async (): Promise<void> => {
    while (performance.now() < end) {
      count += 1
      await store.commit(receiveBatch(offset + count))
    }
  }
  await Promise.all(Array.from({ length: writers }, write))
  return count / seconds
}

const folder = mkdtempSync(join(tmpdir(), 'trm-bench-'))
try {
  const store = await openSqliteStore({ path: join(folder, 'data.db') })
  await store.commit([{ do: 'insertPeer', row: peerRow() }])
  for (const writers of [1, 4, 16, 64]) {
    const rate = await measure(store, writers, writers * 1_000_000)
    console.log(`${writers} writers: ${Math.round(rate)} commits/s`)
  }
  await store.close()
} finally {
  rmSync(folder, { recursive: true })
}
