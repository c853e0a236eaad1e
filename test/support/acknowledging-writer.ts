// Child process of the crash test: commits as fast as it can and prints each id once the store has acknowledged it.
import { writeSync } from 'node:fs'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js'
import { eventRow, peerRow, threadRow } from './store-rows.js'

const [path = ''] = process.argv.slice(2)
const store = await openSqliteStore({ path })
await store.commit([{ do: 'insertPeer', row: peerRow() }])

let count = 0
async function write(): Promise<void> {
  for (;;) {
    const id = `event-${(count += 1)}`
    const row = eventRow({ id, thread: id, content: new Uint8Array(500) })
    const { ok } = await store.commit([
      { do: 'insertThread', row: threadRow({ thread: id }) },
      { do: 'insertEvent', row },
    ])
    if (ok) writeSync(1, `${id}\n`)
  }
}
await Promise.all(Array.from({ length: 8 }, write))
