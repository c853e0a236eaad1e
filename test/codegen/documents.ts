/**
 * Writes the parts of README.md and federation/PROTOCOL.md that repeat a schema: the table between
 * `<!-- name:begin -->` and `<!-- name:end -->`. What stands outside the markers is written by hand.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { format, resolveConfig } from 'prettier'
import { protocolTables } from './protocol-tables.js'
import { table } from './tables.js'
import type { ProblemCodeFile } from './generate.js'
import { readSchemaJson, repository, resolveReference, schemaFiles, type SchemaFile } from './schema-files.js'

interface Setting {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly description?: string
  readonly properties?: Readonly<Record<string, Setting>>
  readonly required?: readonly string[]
  readonly items?: Setting
  readonly minimum?: number
  readonly maximum?: number
  readonly 'x-env'?: string
}

/** Path (relative to the repository) and whole new content of every document with a generated part. */
export async function documents(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    [
      'federation/PROTOCOL.md',
      await withSections('federation/PROTOCOL.md', { ...protocolTables, 'problem-codes': problemCodeTable }),
    ],
    ['README.md', await withSections('README.md', { configuration: configurationTable })],
  ])
}

function read(file: string): string {
  return readFileSync(path.join(repository, file), 'utf8')
}

/** The document with its sections anew, formatted as `npm run check:format` demands it. */
async function withSections(file: string, sections: Readonly<Record<string, () => string>>): Promise<string> {
  const next = Object.entries(sections).reduce((text, [name, write]) => {
    const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`]
    const [from, to] = [text.indexOf(begin), text.indexOf(end)]
    if (from < 0 || to < from) throw new Error(`${file} needs the markers ${begin} and ${end}`)
    return `${text.slice(0, from)}${begin}\n\n${write()}\n\n${text.slice(to)}`
  }, read(file))
  return format(next, { ...(await resolveConfig(path.join(repository, file))), parser: 'markdown' })
}

function problemCodeTable(): string {
  const rows = Object.entries(readSchemaJson<ProblemCodeFile>('problem-codes.json').codes)
  return table(
    ['Code', 'Status', 'Retry', 'Where', 'Meaning'],
    rows.map(([code, { status, retry, surface, title, description }]) => [
      `\`${code}\``,
      String(status),
      retry,
      surface.join(', '),
      `**${title}.** ${description}`,
    ]),
  )
}

function configurationTable(): string {
  const files = schemaFiles()
  const config = files.find(({ file }) => file === 'config.schema.json')
  if (config === undefined) throw new Error('schemas/config.schema.json is missing')
  const rows = settingRows({ files, config }, config.schema as Setting, { name: '', isRequired: true })
  return table(['Setting', 'Variable', 'Value', 'Default', 'Meaning'], rows)
}

interface ConfigSchema {
  readonly files: readonly SchemaFile[]
  readonly config: SchemaFile
}

/** One row for each setting below `node`; names are dotted paths, as the program prints them in its faults. */
function settingRows(
  schema: ConfigSchema,
  node: Setting,
  { name, isRequired }: { readonly name: string; readonly isRequired: boolean },
): readonly (readonly string[])[] {
  if (node.properties !== undefined) {
    return Object.entries(node.properties).flatMap(([member, child]) =>
      settingRows(schema, child, {
        name: name === '' ? member : `${name}.${member}`,
        isRequired: isRequired && (node.required?.includes(member) ?? false),
      }),
    )
  }
  const fallback = node.default === undefined ? (isRequired ? 'required' : '') : `\`${JSON.stringify(node.default)}\``
  const variable = node['x-env'] === undefined ? '' : `\`${node['x-env']}\``
  return [[`\`${name}\``, variable, valueOf(schema, node), fallback, node.description ?? '']]
}

/** What a setting may be, in words: `integer, 1 to 65535`, `info or warn`, `list of string`. */
function valueOf(schema: ConfigSchema, node: Setting): string {
  if (node.$ref !== undefined) {
    return valueOf(schema, resolveReference(schema.files, schema.config, node.$ref).schema)
  }
  if (node.items !== undefined) return `list of ${valueOf(schema, node.items)}`
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(', ')
  const type = node.type ?? 'any'
  return node.minimum === undefined || node.maximum === undefined ? type : `${type}, ${node.minimum} to ${node.maximum}`
}
