import type { KeyStore } from '../crypto/key-store.js'
import type { Effect } from '../store/batch.js'
import type { DataKey } from '../crypto/at-rest.js'
import type { LoadedEvent, LoadedThread } from './load-thread.js'
import type { Remains, StoredRemains } from './remains.js'
import { decryptContent, encryptContent, kidOf } from './thread-content.js'

/** What is left of an event; undefined: all of it. */
export type Reduce = (event: LoadedEvent) => Remains | undefined

export interface Rewrite {
  readonly effects: readonly Effect[]
  /** The key that covers the content from now on. */
  readonly key: DataKey
  /** The key that has to be destroyed after the commit. */
  readonly deadKey: string
}

/**
 * PROTOCOL 5: destroys content for good. What remains is encrypted under a new key; the old one is written down as dead in the
 * same batch and destroyed after it, so that no copy of data.db, however old, can be read with what is left of keys.db.
 *
 * @param expectVersion version of the thread when the batch comes to this point
 */
export async function rewriteThread(
  { keys, now }: { readonly keys: KeyStore; readonly now: number },
  { row, events }: Pick<LoadedThread, 'row' | 'events'>,
  expectVersion: number,
  reduce: Reduce,
): Promise<Rewrite> {
  const key = await keys.takeDataKey()
  const contents = events.map((event): Effect => {
    const { author, id } = event.row
    const remains = reduce(event)
    const before = decryptContent(keys, row, event.row)
    const stored: StoredRemains | undefined = remains === undefined ? undefined : { ...remains, kid: kidOf(before) }
    const text = stored === undefined ? before : JSON.stringify(stored)
    const content = encryptContent(key, author, id, text)
    return { do: 'rewriteContent', author, id, content, size: text.length }
  })
  return {
    key,
    deadKey: row.keyId,
    effects: [
      { do: 'rekeyThread', thread: row.thread, expectVersion, keyId: key.id },
      ...contents,
      { do: 'insertDeadKey', keyId: row.keyId, at: now },
    ],
  }
}
