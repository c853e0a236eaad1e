import type { ColumnTypes } from './engine.js'
import type { Migration } from './migration.js'

/** The fifth step of data.db: what people decided about the texts that they sent. */
export function dataTexts({ integer, tableEnd }: ColumnTypes): Migration {
  return {
    name: '0005-texts',
    statements: [
      `CREATE TABLE "textDecisions" (
        "event" TEXT NOT NULL PRIMARY KEY,
        "thread" TEXT NOT NULL REFERENCES "threads" ("thread"),
        "at" ${integer} NOT NULL,
        "by" TEXT NOT NULL,
        "reason" TEXT,
        "accepted" TEXT NOT NULL,
        "leftOut" TEXT NOT NULL
      )${tableEnd}`,
      `CREATE INDEX "textDecisionsByThread" ON "textDecisions" ("thread", "event")`,
    ],
  }
}
