import type { HeldRecord } from './directory-record.js'

/** Records that have ended and are kept for their readers: they are passed on no more, and still go before what is older. */
export interface EndedRecords {
  get(key: string): HeldRecord | undefined
  put(record: HeldRecord): void
  delete(key: string): void
  all(): Iterable<HeldRecord>
  /** Those of a kind of one signer. */
  of(kind: HeldRecord['kind'], node: string): readonly HeldRecord[]
}

export function makeEndedRecords(): EndedRecords {
  const records = new Map<string, HeldRecord>()
  const bySigner = new Map<string, Set<string>>()
  const signerOf = ({ kind, node }: Pick<HeldRecord, 'kind' | 'node'>): string => `${kind}|${node}`
  return {
    get: (key) => records.get(key),
    put(record) {
      records.set(record.key, record)
      const keys = bySigner.get(signerOf(record)) ?? new Set()
      bySigner.set(signerOf(record), keys.add(record.key))
    },
    delete(key) {
      const record = records.get(key)
      if (record === undefined) return
      records.delete(key)
      const keys = bySigner.get(signerOf(record))
      keys?.delete(key)
      if (keys?.size === 0) bySigner.delete(signerOf(record))
    },
    all: () => records.values(),
    of: (kind, node) => [...(bySigner.get(signerOf({ kind, node })) ?? [])].flatMap((key) => records.get(key) ?? []),
  }
}
