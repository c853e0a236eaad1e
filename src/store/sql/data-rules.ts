import type { ColumnTypes } from './engine.js'
import type { Migration } from './migration.js'

/** The seventh step of data.db: by which identity rules a received event was judged, whatever its author claims. */
export function dataRules({ integer }: ColumnTypes): Migration {
  return { name: '0007-rules', statements: [`ALTER TABLE "events" ADD COLUMN "heldAgainst" ${integer}`] }
}
