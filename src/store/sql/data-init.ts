import type { ColumnTypes } from './engine.js'
import type { Migration } from './migration.js'

/**
 * The first schema of data.db. Names are quoted so that PostgreSQL keeps their capitals. Checks cover closed lists of
 * this program only: a value that a peer chooses must never be able to fail a transaction of others.
 */
export function dataInit({ integer, bytes, counted, tableEnd }: ColumnTypes): Migration {
  const oneOf = (column: string, ...values: readonly string[]): string =>
    `CHECK ("${column}" IN (${values.map((value) => `'${value}'`).join(', ')}))`
  const isFlag = (column: string): string => `CHECK ("${column}" IN (0, 1))`

  return {
    name: '0001-init',
    statements: [
      `CREATE TABLE "peers" (
        "node" TEXT NOT NULL PRIMARY KEY,
        "label" TEXT NOT NULL,
        "country" TEXT NOT NULL,
        "organisation" TEXT NOT NULL,
        "url" TEXT NOT NULL,
        "pinnedAddress" TEXT,
        "addedAt" ${integer} NOT NULL,
        "suspendedAt" ${integer},
        "statements" TEXT NOT NULL,
        "card" TEXT NOT NULL,
        "cardSeq" ${integer} NOT NULL,
        "cardExp" ${integer} NOT NULL,
        "cardFetchedAt" ${integer} NOT NULL,
        "agreement" TEXT,
        "failures" ${integer} NOT NULL,
        "retryAt" ${integer} NOT NULL
      )${tableEnd}`,

      `CREATE TABLE "threads" (
        "thread" TEXT NOT NULL PRIMARY KEY,
        "root" TEXT NOT NULL,
        "peer" TEXT NOT NULL REFERENCES "peers" ("node"),
        "role" TEXT NOT NULL ${oneOf('role', 'sender', 'receiver')},
        "state" TEXT NOT NULL,
        "urgency" TEXT NOT NULL,
        "type" TEXT NOT NULL,
        "isExercise" ${integer} NOT NULL ${isFlag('isExercise')},
        "keyId" TEXT NOT NULL,
        "openedAt" ${integer} NOT NULL,
        "updatedAt" ${integer} NOT NULL,
        "version" ${integer} NOT NULL,
        "ownN" ${integer} NOT NULL,
        "ownDigest" TEXT,
        "peerN" ${integer} NOT NULL,
        "peerDigest" TEXT,
        "attention" TEXT
      )${tableEnd}`,
      `CREATE INDEX "threadsByUpdate" ON "threads" ("updatedAt", "thread")`,
      `CREATE INDEX "threadsByPeer" ON "threads" ("peer", "updatedAt", "thread")`,
      `CREATE INDEX "threadsByState" ON "threads" ("state", "updatedAt", "thread")`,

      `CREATE TABLE "events" (
        "author" TEXT NOT NULL,
        "id" TEXT NOT NULL,
        "thread" TEXT NOT NULL REFERENCES "threads" ("thread"),
        "n" ${integer} NOT NULL,
        "direction" TEXT NOT NULL ${oneOf('direction', 'in', 'out')},
        "type" TEXT NOT NULL,
        "digest" TEXT NOT NULL,
        "iat" ${integer} NOT NULL,
        "exp" ${integer} NOT NULL,
        "storedAt" ${integer} NOT NULL,
        "verdict" TEXT NOT NULL ${oneOf('verdict', 'pending', 'accepted', 'refused')},
        "code" TEXT,
        "leaf" TEXT NOT NULL,
        "size" ${integer} NOT NULL,
        "content" ${bytes} NOT NULL,
        PRIMARY KEY ("author", "id"),
        UNIQUE ("thread", "author", "n")
      )${tableEnd}`,

      `CREATE TABLE "givenReceipts" (
        "author" TEXT NOT NULL,
        "id" TEXT NOT NULL,
        "digest" TEXT NOT NULL,
        "thread" TEXT,
        "n" ${integer},
        "verdict" TEXT NOT NULL ${oneOf('verdict', 'accepted', 'refused')},
        "code" TEXT,
        "givenAt" ${integer} NOT NULL,
        "keepUntil" ${integer} NOT NULL,
        "receipt" TEXT NOT NULL,
        PRIMARY KEY ("author", "id"),
        UNIQUE ("thread", "author", "n")
      )${tableEnd}`,
      `CREATE INDEX "givenReceiptsByEnd" ON "givenReceipts" ("keepUntil")`,

      `CREATE TABLE "gotReceipts" (
        "id" TEXT NOT NULL PRIMARY KEY,
        "peer" TEXT NOT NULL,
        "thread" TEXT NOT NULL REFERENCES "threads" ("thread"),
        "n" ${integer} NOT NULL,
        "digest" TEXT NOT NULL,
        "verdict" TEXT NOT NULL ${oneOf('verdict', 'accepted', 'refused')},
        "code" TEXT,
        "ownN" ${integer} NOT NULL,
        "gotAt" ${integer} NOT NULL,
        "receipt" TEXT NOT NULL
      )${tableEnd}`,
      `CREATE INDEX "gotReceiptsByNumber" ON "gotReceipts" ("thread", "n")`,

      `CREATE TABLE "outbox" (
        "id" TEXT NOT NULL PRIMARY KEY,
        "peer" TEXT NOT NULL,
        "thread" TEXT NOT NULL REFERENCES "threads" ("thread"),
        "n" ${integer} NOT NULL,
        "isUrgent" ${integer} NOT NULL ${isFlag('isUrgent')},
        "state" TEXT NOT NULL ${oneOf('state', 'waiting', 'failed')},
        "attempts" ${integer} NOT NULL,
        "createdAt" ${integer} NOT NULL,
        "nextAt" ${integer} NOT NULL,
        "exp" ${integer} NOT NULL,
        "mayHaveArrived" ${integer} NOT NULL ${isFlag('mayHaveArrived')},
        "lastCode" TEXT
      )${tableEnd}`,
      `CREATE INDEX "outboxByTime" ON "outbox" ("state", "isUrgent", "nextAt", "id")`,
      `CREATE INDEX "outboxByThread" ON "outbox" ("thread", "n")`,
      `CREATE INDEX "outboxByPeer" ON "outbox" ("peer")`,

      `CREATE TABLE "leaves" (
        "arrival" ${counted},
        "hash" TEXT NOT NULL UNIQUE,
        "at" ${integer} NOT NULL
      )${tableEnd}`,

      `CREATE TABLE "conflicts" (
        "author" TEXT NOT NULL,
        "id" TEXT NOT NULL,
        "otherDigest" TEXT NOT NULL,
        "at" ${integer} NOT NULL,
        "content" ${bytes} NOT NULL,
        PRIMARY KEY ("author", "id")
      )${tableEnd}`,

      `CREATE TABLE "tokens" (
        "jti" TEXT NOT NULL PRIMARY KEY,
        "label" TEXT NOT NULL,
        "scopes" TEXT NOT NULL,
        "createdAt" ${integer} NOT NULL,
        "exp" ${integer} NOT NULL,
        "revokedAt" ${integer}
      )${tableEnd}`,

      `CREATE TABLE "meta" (
        "name" TEXT NOT NULL PRIMARY KEY,
        "value" TEXT NOT NULL
      )${tableEnd}`,
    ],
  }
}
