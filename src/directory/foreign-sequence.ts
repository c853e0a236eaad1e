import type { Store } from '../store/port.js'
import type { RecordRow } from '../store/rows.js'

/** Highest sequence of a record that somebody else signed in our name under an id of which we hold none; undefined if none. */
export async function readForeignSequence(
  store: Pick<Store, 'readMeta'>,
  kind: RecordRow['kind'],
): Promise<number | undefined> {
  const text = await store.readMeta(metaOf(kind))
  return text === undefined ? undefined : Number(text)
}

/** Keeps it, so that a person can end such a record: what ends it has to stand above it. */
export async function noteForeignSequence(store: Store, kind: RecordRow['kind'], seq: number): Promise<void> {
  const before = await readForeignSequence(store, kind)
  if (before !== undefined && before >= seq) return
  const expect = before === undefined ? null : String(before)
  // Where it fails somebody wrote another one at this moment: the record comes again with the next round.
  await store.commit([{ do: 'setMeta', name: metaOf(kind), value: String(seq), expect }])
}

function metaOf(kind: RecordRow['kind']): string {
  return `foreign-sequence/${kind}`
}
