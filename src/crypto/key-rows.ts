/**
 * Rows of the two key files. Values are wrapped under the key-encryption key before they come here.
 * A promise that resolves means: durable (fsync), because a key must outlive the data it covers.
 */
export interface KeyRows {
  /** Inserts; an existing id is an error (keys are never overwritten). */
  insert(row: KeyRow): Promise<void>
  find(id: string): KeyRow | undefined
  list(kind: KeyRow['kind']): readonly KeyRow[]
  /** Overwrites and removes the row; resolves when the file and its WAL no longer hold the bytes. */
  destroy(id: string): Promise<void>
  close(): void
}

/** A wrapped key. `node` keys are the node's own (id = `<use>:<kid>`), `data` keys cover content (id = thread id or `node`). */
export interface KeyRow {
  readonly id: string
  readonly kind: 'node' | 'data'
  readonly wrapped: Uint8Array
  readonly createdAt: number
}

/** prekeys.db: never copied, never backed up. Same durability rules. */
export interface PrekeyRows {
  insert(row: PrekeyRow): Promise<void>
  find(kid: string): PrekeyRow | undefined
  list(): readonly PrekeyRow[]
  destroy(kid: string): Promise<void>
  close(): void
}

export interface PrekeyRow {
  readonly kid: string
  /** Raw public key, base64url. */
  readonly key: string
  readonly wrapped: Uint8Array
  /** Seconds since the epoch. */
  readonly notBefore: number
  readonly notAfter: number
  /** When the private half is destroyed, seconds since the epoch. */
  readonly destroyAt: number
}
