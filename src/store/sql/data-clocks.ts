import type { ColumnTypes } from './engine.js'
import type { Migration } from './migration.js'

/** The fifth step of data.db: what is owed in referral threads. */
export function dataClocks({ integer, tableEnd }: ColumnTypes): Migration {
  return {
    name: '0006-clocks',
    statements: [
      `CREATE TABLE "threadClocks" (
        "thread" TEXT NOT NULL REFERENCES "threads" ("thread"),
        "kind" TEXT NOT NULL,
        "about" TEXT NOT NULL,
        "alarm" TEXT NOT NULL,
        "owedBy" TEXT NOT NULL,
        "startedAt" ${integer} NOT NULL,
        "dueAt" ${integer} NOT NULL,
        "reminders" ${integer} NOT NULL,
        "nextAt" ${integer},
        "version" ${integer} NOT NULL,
        PRIMARY KEY ("thread", "kind", "about")
      )${tableEnd}`,
      `CREATE INDEX "threadClocksByNext" ON "threadClocks" ("nextAt", "thread") WHERE "nextAt" IS NOT NULL`,
      `CREATE INDEX "threadClocksByDue" ON "threadClocks" ("dueAt", "thread", "kind", "about")`,
      `CREATE INDEX "threadClocksByKind" ON "threadClocks" ("kind", "dueAt", "thread", "about")`,
      `CREATE INDEX "openAlarmsByThread" ON "alarms" ("thread", "code") WHERE "acknowledgedAt" IS NULL`,
    ],
  }
}
