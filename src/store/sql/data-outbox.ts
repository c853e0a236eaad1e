import type { ColumnTypes } from './engine.js'
import type { Migration } from './migration.js'

/** The eighth step of data.db: whether bytes of a waiting event may have left. Of what waited before nobody knows. */
export function dataOutbox({ integer }: ColumnTypes): Migration {
  const column = `"mayBeOut" ${integer} NOT NULL DEFAULT 1 CHECK ("mayBeOut" IN (0, 1))`
  return { name: '0008-outbox', statements: [`ALTER TABLE "outbox" ADD COLUMN ${column}`] }
}
