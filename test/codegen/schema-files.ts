import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { schemaAt, type SchemaNode } from './subschemas.js'

export interface SchemaFile {
  /** Path below schemas/, with slashes. */
  readonly file: string
  /** The title as a type name. */
  readonly name: string
  readonly schema: SchemaNode & { readonly $id: string; readonly title: string }
}

export const repository = path.resolve(import.meta.dirname, '../..')

/** Where every $id starts. */
export const schemaBase = 'https://schemas.trm-federation.example/v1/'

/** A file below schemas/; the caller says what it holds. */
export function readSchemaJson<T>(file: string): T {
  return JSON.parse(readFileSync(path.join(repository, 'schemas', file), 'utf8')) as T
}

/** All `*.schema.json` below schemas/, by path. */
export function schemaFiles(): readonly SchemaFile[] {
  return readdirSync(path.join(repository, 'schemas'), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll(path.sep, '/'))
    .filter((file) => file.endsWith('.schema.json'))
    .sort()
    .map((file) => {
      const schema = readSchemaJson<SchemaFile['schema']>(file)
      return { file, name: typeName(schema.title), schema }
    })
}

function typeName(title: string): string {
  const name = title.replace(/[^A-Za-z0-9]+(.)?/g, (_, next: string | undefined) => (next ?? '').toUpperCase())
  return name.charAt(0).toUpperCase() + name.slice(1)
}

/** True for a schema of something; false for a file that only holds definitions. */
export function describesValue({ schema }: SchemaFile): boolean {
  return schema['$defs'] === undefined || schema['type'] !== undefined || schema['oneOf'] !== undefined
}

export interface Reference {
  readonly target: SchemaFile
  readonly pointer: string
  readonly schema: SchemaNode
}

/** What a $ref of a file points to. */
export function resolveReference(files: readonly SchemaFile[], from: SchemaFile, ref: string): Reference {
  const url = new URL(ref, from.schema.$id)
  const pointer = decodeURIComponent(url.hash)
  url.hash = ''
  const target = files.find(({ schema }) => schema.$id === url.href)
  if (target === undefined) throw new Error(`${from.file}: ${ref} points to no schema`)
  return { target, pointer, schema: schemaAt(target.schema, pointer) }
}

/** The ajv settings of the whole project: nothing is validated by changing it (architecture, decision 7). */
export function makeAjv(files: readonly SchemaNode[]): Ajv2020 {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: true,
    strictTuples: true,
    strictRequired: false,
    allowUnionTypes: true,
    allErrors: true,
    coerceTypes: false,
    useDefaults: false,
    removeAdditional: false,
    validateFormats: false,
    messages: false,
    code: { source: true, esm: true, lines: true },
  })
  ajv.addVocabulary(['x-pii', 'x-env'])
  for (const schema of files) ajv.addSchema(schema)
  return ajv
}
