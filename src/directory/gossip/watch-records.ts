import type { Store } from '../../store/port.js'
import type { RecordName } from './directory-record.js'
import type { HeldRecords } from './held-records.js'

/** The store, with the memory of the directory kept right: whoever writes a record, it is read anew. */
export function watchRecords(store: Store, records: Pick<HeldRecords, 'reload'>): Store {
  return {
    ...store,
    async commit(batch) {
      const result = await store.commit(batch)
      const written = batch.flatMap((effect): readonly RecordName[] =>
        effect.do === 'putRecord' ? [effect.row] : effect.do === 'deleteRecord' ? [effect] : [],
      )
      if (result.ok) for (const name of written) await records.reload(name)
      return result
    },
  }
}
