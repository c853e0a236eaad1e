import { createHash } from 'node:crypto'
import path from 'node:path'
import Database from 'better-sqlite3'

/** Everything that a node keeps: a line a row, over every table of its three databases. */
export interface State {
  /** Over all rows and columns. */
  readonly hash: string
  readonly rows: ReadonlyMap<string, RowState>
}

interface RowState {
  /** Over what no counter changes. */
  readonly hash: string
  /** Backoff and times of the next attempt, as text. */
  readonly counters: string
}

export interface Change {
  readonly kind: 'added' | 'removed' | 'changed' | 'counted'
  /** File and table, such as `data.db/threads`. */
  readonly table: string
  /** Values of the primary key, as JSON. */
  readonly key: string
}

/** Which changes may happen. */
export type Rule = (change: Change) => boolean

/** PROTOCOL 2: what is not authenticated leaves no trace. */
export const untouched: Rule = () => false

/** Architecture, decision 6: after authentication a refusal adds receipt, leaf and evidence, and moves counters. */
export const refused: Rule = ({ kind, table }) => kind === 'counted' || (kind === 'added' && grows.has(table))

const grows = new Set(['data.db/givenReceipts', 'data.db/leaves', 'data.db/conflicts', 'data.db/sqlite_sequence'])

const files = ['data.db', 'keys.db', 'prekeys.db']
const counterColumns: Readonly<Record<string, readonly string[]>> = {
  peers: ['failures', 'retryAt'],
  outbox: ['nextAt'],
  // The arrival of the last leaf.
  sqlite_sequence: ['seq'],
}

/** Reads the databases of a node, running or not, from a data folder. */
export function readState(folder: string): State {
  const rows = new Map<string, RowState>()
  for (const file of files) readDatabase(path.join(folder, file), file, rows)
  const all = createHash('sha256')
  for (const [name, { hash, counters }] of rows) all.update(`${name}|${hash}|${counters}\n`)
  return { hash: all.digest('base64url'), rows }
}

/** The changes between two readings that the rule does not allow, each in words. */
export function forbiddenChanges(before: State, after: State, rule: Rule): readonly string[] {
  return changesBetween(before, after)
    .filter((change) => !rule(change))
    .map(({ kind, table, key }) => `${kind} ${table} ${key}`)
}

function changesBetween(before: State, after: State): readonly Change[] {
  const changes: Change[] = []
  for (const [name, row] of after.rows) {
    const old = before.rows.get(name)
    if (old === undefined) changes.push(changeOf('added', name))
    else if (old.hash !== row.hash) changes.push(changeOf('changed', name))
    else if (old.counters !== row.counters) changes.push(changeOf('counted', name))
  }
  for (const name of before.rows.keys()) if (!after.rows.has(name)) changes.push(changeOf('removed', name))
  return changes
}

function changeOf(kind: Change['kind'], name: string): Change {
  const [table = '', key = ''] = name.split(/ (.*)/s)
  return { kind, table, key }
}

function readDatabase(file: string, label: string, rows: Map<string, RowState>): void {
  const database = new Database(file, { readonly: true })
  try {
    const tables = database
      .prepare<[], { readonly name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
      .all()
    for (const { name } of tables) readTable(database, name, `${label}/${name}`, rows)
  } finally {
    database.close()
  }
}

function readTable(database: Database.Database, table: string, label: string, rows: Map<string, RowState>): void {
  const columns = database.pragma(`table_info("${table}")`) as readonly { readonly name: string; readonly pk: number }[]
  const names = columns.map(({ name }) => name)
  const keys = columns.filter(({ pk }) => pk > 0).map(({ name }) => name)
  const counters = counterColumns[table] ?? []
  const fixed = names.filter((name) => !counters.includes(name))
  const read = database.prepare<[], Record<string, unknown>>(`SELECT * FROM "${table}"`)
  for (const row of read.iterate()) {
    const hash = createHash('sha256')
    for (const name of fixed) hash.update(textOf(row[name])).update('\0')
    const key = JSON.stringify((keys.length > 0 ? keys : fixed).map((name) => textOf(row[name])))
    rows.set(`${label} ${key}`, {
      hash: hash.digest('base64url'),
      counters: counters.map((name) => textOf(row[name])).join(' '),
    })
  }
}

function textOf(value: unknown): string {
  return Buffer.isBuffer(value) ? value.toString('hex') : String(value)
}

/** Tells, each time it is asked, whether anything was committed since it was asked last. */
export interface CommitWatch extends Disposable {
  (): boolean
}

/** Watches all databases of a running node; much cheaper than reading them. */
export function watchCommits(folder: string): CommitWatch {
  const databases = files.map((file) => new Database(path.join(folder, file), { readonly: true }))
  const versions = (): string =>
    databases.map((database) => String(database.pragma('data_version', { simple: true }))).join()
  let seen = versions()
  const watch = (): boolean => {
    const now = versions()
    const isChanged = now !== seen
    seen = now
    return isChanged
  }
  return Object.assign(watch, {
    [Symbol.dispose]() {
      for (const database of databases) database.close()
    },
  })
}
