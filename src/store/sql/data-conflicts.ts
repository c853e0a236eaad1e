import type { Migration } from './migration.js'

/** The ninth step of data.db: what was kept of contradictions so far held their content, which no erasure reached. */
export function dataConflicts(): Migration {
  return { name: '0009-conflicts', statements: [`DELETE FROM "conflicts"`] }
}
