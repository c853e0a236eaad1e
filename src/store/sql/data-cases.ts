import type { ColumnTypes } from './engine.js'
import type { Migration } from './migration.js'

/** The fourth step of data.db: local cases. */
export function dataCases({ integer, bytes, tableEnd }: ColumnTypes): Migration {
  const ofCase = `"caseId" TEXT NOT NULL REFERENCES "cases" ("id")`
  return {
    name: '0004-cases',
    statements: [
      `CREATE TABLE "cases" (
        "id" TEXT NOT NULL PRIMARY KEY,
        "code" TEXT UNIQUE,
        "state" TEXT NOT NULL,
        "keyId" TEXT NOT NULL,
        "version" ${integer} NOT NULL,
        "openedAt" ${integer} NOT NULL,
        "updatedAt" ${integer} NOT NULL,
        "closedAt" ${integer},
        "retainDays" ${integer},
        "retainUntil" ${integer},
        "erasedAt" ${integer},
        "erasureNonce" TEXT,
        "content" ${bytes} NOT NULL
      )${tableEnd}`,
      `CREATE INDEX "casesByTime" ON "cases" ("updatedAt", "id")`,
      `CREATE INDEX "casesByState" ON "cases" ("state", "updatedAt", "id")`,
      `CREATE INDEX "casesByRetention" ON "cases" ("retainUntil", "id")`,
      `CREATE TABLE "caseEntries" (
        "id" TEXT NOT NULL PRIMARY KEY,
        ${ofCase},
        "seq" ${integer} NOT NULL,
        "kind" TEXT NOT NULL,
        "at" ${integer} NOT NULL,
        "by" TEXT NOT NULL,
        "dueAt" ${integer},
        "doneAt" ${integer},
        "thread" TEXT,
        "content" ${bytes} NOT NULL,
        UNIQUE ("caseId", "seq")
      )${tableEnd}`,
      `CREATE INDEX "caseEntriesByDue" ON "caseEntries" ("dueAt", "id")`,
      `CREATE INDEX "caseEntriesByThread" ON "caseEntries" ("thread", "caseId")`,
      `CREATE TABLE "caseVaults" (
        "caseId" TEXT NOT NULL PRIMARY KEY REFERENCES "cases" ("id"),
        "updatedAt" ${integer} NOT NULL,
        "by" TEXT NOT NULL,
        "content" ${bytes} NOT NULL
      )${tableEnd}`,
      `CREATE TABLE "caseHints" (
        ${ofCase},
        "hash" TEXT NOT NULL,
        PRIMARY KEY ("caseId", "hash")
      )${tableEnd}`,
      `CREATE INDEX "caseHintsByHash" ON "caseHints" ("hash", "caseId")`,
      `CREATE TABLE "caseReads" (
        "id" TEXT NOT NULL PRIMARY KEY,
        ${ofCase},
        "at" ${integer} NOT NULL,
        "by" TEXT NOT NULL,
        "content" ${bytes} NOT NULL
      )${tableEnd}`,
      `CREATE INDEX "caseReadsByTime" ON "caseReads" ("caseId", "at", "id")`,
    ],
  }
}
