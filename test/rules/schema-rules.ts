import type { ProblemCodeEntry } from '../codegen/generate.js'
import { describesValue, makeAjv, resolveReference, schemaBase, type SchemaFile } from '../codegen/schema-files.js'
import { isSchemaNode, subschemas, type SchemaNode } from '../codegen/subschemas.js'

/** One rule for one schema file; returns its faults as `<file><pointer>: <fault>`. */
export type SchemaRule = (file: SchemaFile, files: readonly SchemaFile[]) => readonly string[]

/**
 * The frame carries bodies of all types; the schema of the type closes them. Labels and mappings are files of this
 * repository, keyed by codes: test/unit/labels.test.ts holds their names against the code lists.
 */
const openByDesign = [
  'event/frame.schema.json#/properties/body',
  'labels.schema.json#/properties/titles',
  'labels.schema.json#/properties/lists',
  'labels.schema.json#/properties/lists/additionalProperties',
  'mappings.schema.json#/properties/lists',
  'mappings.schema.json#/properties/lists/additionalProperties',
]

const levels: readonly unknown[] = ['direct', 'indirect', 'none']

/** Every file says its dialect, its address and what it is. */
export const isIdentified: SchemaRule = ({ file, schema }) => {
  const faults: string[] = []
  if (schema['$schema'] !== 'https://json-schema.org/draft/2020-12/schema') faults.push(`${file}: other dialect`)
  if (schema.$id !== `${schemaBase}${file}`) faults.push(`${file}: $id is not its path`)
  if (!isText(schema.title)) faults.push(`${file}: no title`)
  if (!isText(schema['description'])) faults.push(`${file}: no description`)
  return faults
}

/** Nothing unknown gets in. Member names are ours alone, so that a pointer to a fault repeats no text of the sender. */
export const isClosed: SchemaRule = (file) =>
  described(file)
    .filter(({ place, schema }) => isOfType(schema, 'object') && !openByDesign.includes(place))
    .filter(({ schema }) => schema['additionalProperties'] !== false || schema['patternProperties'] !== undefined)
    .map(({ place }) => `${place}: object not closed`)

/** Every value has a type and an end. */
export const isBounded: SchemaRule = (file) =>
  described(file).flatMap(({ place, schema }) => {
    if (schema['enum'] !== undefined || 'const' in schema || schema['$ref'] !== undefined) return []
    const faults: string[] = []
    if (isOfType(schema, 'string') && schema['maxLength'] === undefined) faults.push('string without maxLength')
    if (isOfType(schema, 'array') && schema['maxItems'] === undefined) faults.push('array without maxItems')
    if (isOfType(schema, 'integer') || isOfType(schema, 'number')) {
      if (schema['minimum'] === undefined || schema['maximum'] === undefined) faults.push('number without both bounds')
    }
    const isDefinitions = schema['$defs'] !== undefined
    const says = ['type', 'oneOf', 'anyOf', 'allOf'].some((keyword) => schema[keyword] !== undefined)
    if (!says && !isDefinitions) faults.push('no type')
    return faults.map((fault) => `${place}: ${fault}`)
  })

/** Every member and every definition says what it means. */
export const isDescribed: SchemaRule = (file) =>
  described(file)
    .filter(({ place, member }) => member !== undefined || /\/\$defs\/[^/]+$/.test(place))
    .filter(({ schema }) => !isText(schema['description']))
    .map(({ place }) => `${place}: no description`)

/** Below event/ every leaf says whether it is personal data; members of the frame are about messages, not persons. */
export const hasPiiMarks: SchemaRule = (file, files) => {
  if (!file.file.startsWith('event/')) return []
  const frame = files.find(({ name }) => name === 'EventFrame')
  const frameMembers = Object.keys(frame?.schema['properties'] ?? {}).join('|')
  const inFrame = new RegExp(`^event/(frame|event)[.]schema[.]json#(/oneOf/\\d+)?/properties/(${frameMembers})(/|$)`)
  return described(file)
    .filter(({ place }) => !inFrame.test(place) && /\/(properties\/[^/]+|items)$/.test(place))
    .filter(({ schema }) => isLeaf(files, file, schema) && !levels.includes(schema['x-pii']))
    .map(({ place }) => `${place}: leaf without x-pii`)
}

/** What a reader needs to begin: one whole value of every schema of a value. */
export const hasExample: SchemaRule = (file) => {
  const { examples } = file.schema
  const isMissing = describesValue(file) && (!Array.isArray(examples) || examples.length === 0)
  return isMissing ? [`${file.file}: no example of the whole`] : []
}

/** Examples that their own schema refuses: they would teach the wrong thing. */
export function invalidExamples(files: readonly SchemaFile[]): readonly string[] {
  // One instance for all files: what they share is compiled once.
  const ajv = makeAjv(files.map(({ schema }) => schema))
  return files.flatMap((file) =>
    [...subschemas(file.schema)].flatMap(({ pointer, schema }) => {
      const { examples } = schema
      if (!Array.isArray(examples)) return []
      const validate = ajv.getSchema(`${file.schema.$id}${pointer}`)
      return examples.flatMap((example: unknown, index) =>
        validate?.(example) === true ? [] : [`${file.file}${pointer}/examples/${index}: not valid`],
      )
    }),
  )
}

const retries = ['never', 'later', 'after-fix']
const surfaces = ['federation', 'receipt', 'reply', 'api', 'transport', 'local', 'start']

/** Members that stand twice in one object of a JSON text, each with its line: parsers keep the last one and say nothing. */
export function duplicateMembers(text: string): readonly string[] {
  const found: string[] = []
  const open: Set<string>[] = []
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') open.push(new Set())
    else if (token === '}' || token === ']') open.pop()
    else if (token.endsWith(':')) {
      const name = String(JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)))
      if (open.at(-1)?.has(name) === true) found.push(`line ${text.slice(0, index).split('\n').length}: ${name}`)
      open.at(-1)?.add(name)
    }
  }
  return found
}

/** The faults of one row of the table of problem codes. */
export function problemCodeFaults(code: string, entry: ProblemCodeEntry): readonly string[] {
  const faults: string[] = []
  if (!/^[a-z]+(-[a-z]+)*$/.test(code) || code.length > 40) faults.push('not a code of a receipt')
  if (!Number.isInteger(entry.status) || entry.status < 400 || entry.status > 599) faults.push('no error status')
  if (!retries.includes(entry.retry)) faults.push('unknown retry')
  if (entry.surface.length === 0 || !entry.surface.every((surface) => surfaces.includes(surface))) {
    faults.push('unknown surface')
  }
  if (!isText(entry.title) || !isText(entry.description)) faults.push('no title or description')
  return faults.map((fault) => `${code}: ${fault}`)
}

interface Place {
  readonly place: string
  readonly schema: SchemaNode
  readonly member: string | undefined
}

function described({ file, schema }: SchemaFile): readonly Place[] {
  return [...subschemas(schema)]
    .filter(({ describes }) => describes)
    .map(({ pointer, schema: part, member }) => ({ place: `${file}${pointer}`, schema: part, member }))
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isOfType(schema: SchemaNode, type: string): boolean {
  return [schema['type']].flat().includes(type)
}

function isLeaf(files: readonly SchemaFile[], from: SchemaFile, schema: SchemaNode): boolean {
  const ref = schema['$ref']
  if (typeof ref === 'string') {
    const found = resolveReference(files, from, ref)
    return isLeaf(files, found.target, found.schema)
  }
  const branches = [schema['oneOf'], schema['anyOf']].flat().filter(isSchemaNode)
  if (branches.length > 0) return branches.every((branch) => isLeaf(files, from, branch))
  return !isOfType(schema, 'object') && !isOfType(schema, 'array')
}
