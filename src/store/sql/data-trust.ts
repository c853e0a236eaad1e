import type { ColumnTypes } from './engine.js'
import type { Migration } from './migration.js'

/**
 * The second step of data.db: agreements, records of the directory, pairing, alarms and desk choices; threads of a
 * relationship beside referrals; what passes the suspension of a peer.
 */
export function dataTrust({ integer, bytes, tableEnd }: ColumnTypes): Migration {
  const oneOf = (column: string, ...values: readonly string[]): string =>
    `CHECK ("${column}" IN (${values.map((value) => `'${value}'`).join(', ')}))`

  return {
    name: '0002-trust',
    statements: [
      `ALTER TABLE "peers" DROP COLUMN "agreement"`,
      `ALTER TABLE "peers" ADD COLUMN "suspendedFor" TEXT`,
      `ALTER TABLE "peers" ADD COLUMN "agreementSuspendedByUs" ${integer}`,
      `ALTER TABLE "peers" ADD COLUMN "agreementSuspendedByPeer" ${integer}`,
      // Asked for each time rows of the outbox are looked for; nearly always empty.
      `CREATE INDEX "suspendedPeers" ON "peers" ("suspendedAt", "node") WHERE "suspendedAt" IS NOT NULL`,

      `ALTER TABLE "threads" ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'referral'
        ${oneOf('kind', 'referral', 'relationship')}`,
      `DROP INDEX "threadsByUpdate"`,
      `DROP INDEX "threadsByPeer"`,
      `DROP INDEX "threadsByState"`,
      `CREATE INDEX "threadsByUpdate" ON "threads" ("kind", "updatedAt", "thread")`,
      `CREATE INDEX "threadsByPeer" ON "threads" ("kind", "peer", "updatedAt", "thread")`,
      `CREATE INDEX "threadsByState" ON "threads" ("kind", "state", "updatedAt", "thread")`,

      `CREATE INDEX "eventsByAuthor" ON "events" ("author", "storedAt", "id")`,

      `ALTER TABLE "outbox" ADD COLUMN "passesSuspension" ${integer} NOT NULL DEFAULT 0
        CHECK ("passesSuspension" IN (0, 1))`,
      // Withdrawals that wait while the program is replaced.
      `UPDATE "outbox" SET "passesSuspension" = 1 WHERE EXISTS (
        SELECT 1 FROM "events"
        WHERE "events"."thread" = "outbox"."thread" AND "events"."id" = "outbox"."id"
          AND "events"."direction" = 'out' AND "events"."type" = 'consent.withdraw'
      )`,

      `CREATE TABLE "agreements" (
        "digest" TEXT NOT NULL PRIMARY KEY,
        "peer" TEXT NOT NULL REFERENCES "peers" ("node"),
        "state" TEXT NOT NULL ${oneOf('state', 'proposed', 'accepted', 'declined')},
        "proposer" TEXT NOT NULL,
        "place" ${integer} NOT NULL,
        "validFrom" ${integer} NOT NULL,
        "validUntil" ${integer} NOT NULL,
        "proposerJws" TEXT NOT NULL,
        "acceptorJws" TEXT,
        "reason" TEXT
      )${tableEnd}`,
      `CREATE INDEX "agreementsByPeer" ON "agreements" ("peer", "place", "validFrom", "digest")`,

      `CREATE TABLE "records" (
        "kind" TEXT NOT NULL ${oneOf('kind', 'statements', 'contact', 'vouch', 'proof')},
        "node" TEXT NOT NULL,
        "id" TEXT NOT NULL,
        "seq" ${integer} NOT NULL,
        "digest" TEXT NOT NULL,
        "exp" ${integer} NOT NULL,
        "visibility" TEXT NOT NULL ${oneOf('visibility', 'federation', 'bilateral')},
        "source" TEXT,
        "storedAt" ${integer} NOT NULL,
        "text" TEXT NOT NULL,
        PRIMARY KEY ("kind", "node", "id")
      )${tableEnd}`,

      `CREATE TABLE "invitations" (
        "id" TEXT NOT NULL PRIMARY KEY,
        "secret" ${bytes} NOT NULL,
        "createdAt" ${integer} NOT NULL,
        "expiresAt" ${integer} NOT NULL,
        "usedBy" TEXT,
        "revokedAt" ${integer}
      )${tableEnd}`,
      `CREATE INDEX "invitationsByEnd" ON "invitations" ("expiresAt")`,

      `CREATE TABLE "pairings" (
        "id" TEXT NOT NULL PRIMARY KEY,
        "role" TEXT NOT NULL ${oneOf('role', 'inviter', 'joiner')},
        "invitation" TEXT NOT NULL,
        "node" TEXT NOT NULL,
        "document" TEXT NOT NULL,
        "pinnedAddress" TEXT,
        "ownNonce" TEXT NOT NULL,
        "theirCommitment" TEXT NOT NULL,
        "theirNonce" TEXT,
        "digits" TEXT,
        "createdAt" ${integer} NOT NULL,
        "expiresAt" ${integer} NOT NULL,
        UNIQUE ("role", "invitation")
      )${tableEnd}`,
      `CREATE INDEX "pairingsByEnd" ON "pairings" ("expiresAt")`,

      `CREATE TABLE "alarms" (
        "id" TEXT NOT NULL PRIMARY KEY,
        "at" ${integer} NOT NULL,
        "code" TEXT NOT NULL,
        "node" TEXT,
        "thread" TEXT,
        "acknowledgedAt" ${integer},
        "acknowledgedBy" TEXT
      )${tableEnd}`,
      `CREATE INDEX "alarmsByTime" ON "alarms" ("at", "id")`,
      `CREATE INDEX "openAlarmsByTime" ON "alarms" ("at", "id") WHERE "acknowledgedAt" IS NULL`,
      // NULLs never equal each other in an index; no node or thread has the empty name.
      `CREATE UNIQUE INDEX "openAlarms" ON "alarms" ("code", coalesce("node", ''), coalesce("thread", ''))
        WHERE "acknowledgedAt" IS NULL`,

      `CREATE TABLE "deskChoices" (
        "thread" TEXT NOT NULL PRIMARY KEY REFERENCES "threads" ("thread"),
        "contact" TEXT NOT NULL,
        "desk" TEXT NOT NULL,
        "overrideReason" TEXT,
        "overrideBy" TEXT,
        "at" ${integer} NOT NULL
      )${tableEnd}`,
    ],
  }
}
