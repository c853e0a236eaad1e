import type { KeyRow, KeyRows, PrekeyRow, PrekeyRows } from '../../src/crypto/key-rows.js'

/** keys.db in memory. `rows` is open, so that a test can alter the file behind the program's back. */
export interface MemoryKeyRows extends KeyRows {
  readonly rows: Map<string, KeyRow>
}

export interface MemoryPrekeyRows extends PrekeyRows {
  readonly rows: Map<string, PrekeyRow>
}

export function memoryKeyRows(): MemoryKeyRows {
  const rows = new Map<string, KeyRow>()
  return {
    rows,
    insert: async (row) => insertNew(rows, row.id, row),
    find: (id) => rows.get(id),
    list: (kind) => [...rows.values()].filter((row) => row.kind === kind),
    destroy: async (id) => void rows.delete(id),
    close: () => {},
  }
}

export function memoryPrekeyRows(): MemoryPrekeyRows {
  const rows = new Map<string, PrekeyRow>()
  return {
    rows,
    insert: async (row) => insertNew(rows, row.kid, row),
    find: (kid) => rows.get(kid),
    list: () => [...rows.values()],
    destroy: async (kid) => void rows.delete(kid),
    close: () => {},
  }
}

function insertNew<T>(rows: Map<string, T>, key: string, row: T): void {
  if (rows.has(key)) throw new Error(`row ${key} exists`)
  rows.set(key, row)
}
