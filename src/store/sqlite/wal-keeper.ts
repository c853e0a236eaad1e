import type { Database } from 'better-sqlite3'

/** Moves what is committed from the WAL into the database file, so that the WAL does not grow for ever. */
export interface WalKeeper {
  /**
   * To be called after each commit; cheap while the WAL is small.
   * @throws Error of SQLite: the disk did not take the pages. SQLite's own checkpoint would hide it, try again, be told
   * by the system that all is well, and drop the only good copy.
   */
  afterCommit(): void
}

/** Pages in the WAL before they are moved; 4 MiB. */
const fullAtPages = 1000

export function makeWalKeeper(connection: Database): WalKeeper {
  const look = connection.prepare<[], Checkpoint>('PRAGMA wal_checkpoint(NOOP)')
  const move = connection.prepare<[], Checkpoint>('PRAGMA wal_checkpoint(PASSIVE)')
  let moveAtPages = fullAtPages
  return {
    afterCommit() {
      const pages = look.get()?.log ?? 0
      if (pages < fullAtPages) moveAtPages = fullAtPages
      if (pages < moveAtPages) return
      const { log = 0, checkpointed = 0 } = move.get() ?? {}
      // Another reader, such as a backup, keeps pages in place: do not try at each commit until it ends.
      moveAtPages = checkpointed < log ? log + fullAtPages : fullAtPages
    },
  }
}

interface Checkpoint {
  readonly busy: number
  readonly log: number
  readonly checkpointed: number
}
