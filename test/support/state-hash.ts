import { createHash } from 'node:crypto'
import path from 'node:path'
import Database from 'better-sqlite3'

/** Everything that a node keeps: every row of every table of its three databases. */
export interface State {
  /** Over all rows and columns. */
  readonly hash: string
  readonly rows: ReadonlyMap<string, RowState>
}

interface RowState {
  /** Over what no counter changes. */
  readonly hash: string
  /** Backoff and deliveries, as text. */
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

const grows = new Set(['data.db/givenReceipts', 'data.db/leaves', 'data.db/conflicts', 'data.db/sqlite_sequence'])

/** Architecture, decision 6: after authentication a refusal adds receipt, leaf and evidence, and moves counters. */
export const refused: Rule = ({ kind, table }) => kind === 'counted' || (kind === 'added' && grows.has(table))

const counterColumns: Readonly<Record<string, readonly string[]>> = {
  peers: ['failures', 'retryAt'],
  outbox: ['attempts', 'nextAt', 'mayHaveArrived', 'mayBeOut', 'lastCode'],
  // The arrival of the last leaf.
  sqlite_sequence: ['seq'],
}

type Row = Readonly<Record<string, unknown>>

/** Reads the databases of a node, running or not, from its data folder. */
export function readState(folder: string): State {
  const rows = new Map<string, RowState>()
  const keysInUse = new Set<unknown>(['node'])
  readTables(folder, 'data.db', rows, ({ keyId }) => {
    if (keyId !== undefined) keysInUse.add(keyId)
    return true
  })
  // Data keys are made ahead. One that covers nothing yet is no trace of anything.
  readTables(folder, 'keys.db', rows, ({ kind, id }) => kind !== 'data' || keysInUse.has(id))
  readTables(folder, 'prekeys.db', rows, () => true)
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

function readTables(folder: string, file: string, rows: Map<string, RowState>, counts: (row: Row) => boolean): void {
  const database = new Database(path.join(folder, file), { readonly: true })
  try {
    const tables = database
      .prepare<[], { readonly name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
      .all()
    for (const { name } of tables) {
      const columns = database.pragma(`table_info("${name}")`) as readonly Column[]
      const read = database.prepare<[], Row>(`SELECT * FROM "${name}"`)
      for (const row of read.iterate()) if (counts(row)) rows.set(...stateOf(`${file}/${name}`, columns, row))
    }
  } finally {
    database.close()
  }
}

interface Column {
  readonly name: string
  readonly pk: number
}

function stateOf(table: string, columns: readonly Column[], row: Row): [string, RowState] {
  const counters = counterColumns[table.split('/')[1] ?? ''] ?? []
  const fixed = columns.filter(({ name }) => !counters.includes(name))
  const keys = columns.filter(({ pk }) => pk > 0)
  const hash = createHash('sha256')
  for (const { name } of fixed) hash.update(textOf(row[name])).update('\0')
  const key = JSON.stringify((keys.length > 0 ? keys : fixed).map(({ name }) => textOf(row[name])))
  const state = { hash: hash.digest('base64url'), counters: counters.map((name) => textOf(row[name])).join(' ') }
  return [`${table} ${key}`, state]
}

function textOf(value: unknown): string {
  return Buffer.isBuffer(value) ? value.toString('hex') : String(value)
}

/** Tells, each time it is asked, whether anything was committed to data.db since it was asked last. */
export interface CommitWatch extends Disposable {
  (): boolean
}

/** Watches a running node; far cheaper than reading its state. */
export function watchCommits(folder: string): CommitWatch {
  const database = new Database(path.join(folder, 'data.db'), { readonly: true })
  const version = (): unknown => database.pragma('data_version', { simple: true })
  let seen = version()
  const watch = (): boolean => {
    const now = version()
    const isChanged = now !== seen
    seen = now
    return isChanged
  }
  return Object.assign(watch, {
    [Symbol.dispose]() {
      database.close()
    },
  })
}
