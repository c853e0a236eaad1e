import type { ColumnTypes } from './engine.js'
import type { Migration } from './migration.js'

/** The third step of data.db: chains of referrals, what has to be erased, and what was withdrawn before it came. */
export function dataErasure({ integer, tableEnd }: ColumnTypes): Migration {
  return {
    name: '0003-erasure',
    statements: [
      `CREATE TABLE "threadLinks" (
        "thread" TEXT NOT NULL PRIMARY KEY REFERENCES "threads" ("thread"),
        "parent" TEXT NOT NULL REFERENCES "threads" ("thread")
      )${tableEnd}`,
      `CREATE INDEX "threadLinksByParent" ON "threadLinks" ("parent", "thread")`,
      `CREATE TABLE "erasures" (
        "thread" TEXT NOT NULL PRIMARY KEY REFERENCES "threads" ("thread"),
        "cause" TEXT NOT NULL,
        "dueAt" ${integer} NOT NULL,
        "erasedAt" ${integer},
        "remaining" TEXT,
        "certifiedOnward" ${integer}
      )${tableEnd}`,
      `CREATE INDEX "openErasures" ON "erasures" ("dueAt", "thread")
        WHERE ("certifiedOnward" IS NULL OR "certifiedOnward" > 0)`,
      `CREATE TABLE "trims" (
        "thread" TEXT NOT NULL PRIMARY KEY REFERENCES "threads" ("thread"),
        "dueAt" ${integer} NOT NULL
      )${tableEnd}`,
      `CREATE INDEX "trimsByDue" ON "trims" ("dueAt", "thread")`,
      `CREATE TABLE "tombstones" (
        "thread" TEXT NOT NULL PRIMARY KEY,
        "peer" TEXT NOT NULL,
        "at" ${integer} NOT NULL
      )${tableEnd}`,
      `CREATE TABLE "deadKeys" (
        "keyId" TEXT NOT NULL PRIMARY KEY,
        "at" ${integer} NOT NULL
      )${tableEnd}`,
    ],
  }
}
