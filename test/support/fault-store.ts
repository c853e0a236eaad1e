import { ExchangeError } from '../../src/base/errors.js'
import type { KeyRows } from '../../src/crypto/key-rows.js'
import type { Store } from '../../src/store/port.js'

/** Which write fails, counted from 1 over store and keys together, and whether the disk has it nevertheless. */
export interface Fault {
  readonly write: number
  readonly when: 'before' | 'after'
}

export interface FaultStore {
  readonly store: Store
  readonly keyRows: KeyRows
  /** The writes so far, in order: what a table of faults enumerates after one run without any. */
  readonly writes: readonly FaultWrite[]
}

export type FaultWrite = 'commit' | 'insertKey' | 'destroyKey'

/** Store and keys of which exactly one write fails with storage-failed; every other call goes through. */
export function faultStore(inner: { readonly store: Store; readonly keyRows: KeyRows }, fault?: Fault): FaultStore {
  const writes: FaultWrite[] = []

  const pass = async <T>(write: FaultWrite, run: () => Promise<T>): Promise<T> => {
    const position = writes.push(write)
    const failing = fault?.write === position ? fault.when : undefined
    if (failing === 'before') throw broken(position)
    const result = await run()
    if (failing === 'after') throw broken(position)
    return result
  }

  return {
    writes,
    store: { ...inner.store, commit: (batch) => pass('commit', () => inner.store.commit(batch)) },
    keyRows: {
      ...inner.keyRows,
      insert: (row) => pass('insertKey', () => inner.keyRows.insert(row)),
      destroy: (id) => pass('destroyKey', () => inner.keyRows.destroy(id)),
    },
  }
}

function broken(write: number): ExchangeError {
  return new ExchangeError('storage-failed', { write })
}
