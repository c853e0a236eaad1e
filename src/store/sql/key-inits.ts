import type { ColumnTypes } from './engine.js'
import type { Migration } from './migration.js'

/** The first schema of keys.db. */
export function keysInit({ integer, bytes, tableEnd }: ColumnTypes): Migration {
  return {
    name: '0001-init',
    statements: [
      `CREATE TABLE "keys" (
        "id" TEXT NOT NULL PRIMARY KEY,
        "kind" TEXT NOT NULL CHECK ("kind" IN ('node', 'data')),
        "wrapped" ${bytes} NOT NULL,
        "createdAt" ${integer} NOT NULL
      )${tableEnd}`,
      `CREATE INDEX "keysByKind" ON "keys" ("kind", "createdAt", "id")`,
    ],
  }
}

/** The first schema of prekeys.db. */
export function prekeysInit({ integer, bytes, tableEnd }: ColumnTypes): Migration {
  return {
    name: '0001-init',
    statements: [
      `CREATE TABLE "prekeys" (
        "kid" TEXT NOT NULL PRIMARY KEY,
        "key" TEXT NOT NULL,
        "wrapped" ${bytes} NOT NULL,
        "notBefore" ${integer} NOT NULL,
        "notAfter" ${integer} NOT NULL,
        "destroyAt" ${integer} NOT NULL
      )${tableEnd}`,
    ],
  }
}
