import { sql, type Compilable, type RawBuilder } from 'kysely'
import { ExchangeError } from '../../base/errors.js'
import type { StoredValue } from './tables.js'

export type SqlValue = string | number | Uint8Array | null

declare const rowType: unique symbol

/** One SQL text, compiled once. `In` has its parameters by name, `Row` is what it yields. */
export interface Statement<In, Row = unknown> {
  readonly sql: string
  /**
   * The parameters in the order of the text.
   * @throws ExchangeError internal, if a value is none that a database takes
   */
  bind(input: In): readonly SqlValue[]
  /** Never there: carries the type only. */
  readonly [rowType]?: Row
}

/** Stands for the parameter `name` while a statement is built. */
export type Param<In> = <Name extends keyof In & string>(name: Name) => RawBuilder<StoredValue<In[Name]>>

/**
 * Builds a statement with marks in place of values, so that Kysely works at start only: what runs later is a constant
 * text and a walk over the marks.
 */
export function compileStatement<In extends object, Row = unknown>(
  build: (param: Param<In>) => Compilable<Row>,
): Statement<In, Row> {
  const compiled = build((name) => sql`${new Mark(name)}`).compile()
  const slots = compiled.parameters.map((parameter) =>
    parameter instanceof Mark ? parameter : new Constant(toSqlValue(parameter, 'constant')),
  )
  return {
    sql: compiled.sql,
    bind(input) {
      return slots.map((slot) =>
        slot instanceof Mark ? toSqlValue(Reflect.get(input, slot.name), slot.name) : slot.value,
      )
    },
  }
}

/** One parameter for every column, under the name of the column: the values of an INSERT, the changes of an UPDATE. */
export function paramsOf<In, const Name extends keyof In & string>(
  param: Param<In>,
  names: readonly Name[],
): { readonly [Column in Name]: RawBuilder<StoredValue<In[Column]>> } {
  // Object.fromEntries forgets which names it was given.
  return Object.fromEntries(names.map((name) => [name, param(name)])) as {
    readonly [Column in Name]: RawBuilder<StoredValue<In[Column]>>
  }
}

class Mark {
  constructor(readonly name: string) {}
}

class Constant {
  constructor(readonly value: SqlValue) {}
}

function toSqlValue(value: unknown, name: string): SqlValue {
  if (value === null || typeof value === 'string' || value instanceof Uint8Array) return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw new ExchangeError('internal', { parameter: name, type: typeof value })
}
