/** A JSON Schema that is not just true or false. */
export type SchemaNode = Record<string, unknown>

export interface Subschema {
  /** JSON pointer with a leading `#`. */
  readonly pointer: string
  readonly schema: SchemaNode
  /** The member that the schema describes, undefined for items, branches and definitions. */
  readonly member: string | undefined
  /** False below if, then, else and not: there a schema asks or adds, it does not describe. */
  readonly describes: boolean
}

const namedSchemas = ['properties', 'patternProperties', 'dependentSchemas', '$defs']
const schemaLists = ['oneOf', 'anyOf', 'allOf', 'prefixItems']
const conditions = ['if', 'then', 'else', 'not']
const singleSchemas = [
  'items',
  'contains',
  'additionalProperties',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
]

export function isSchemaNode(value: unknown): value is SchemaNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The schema itself and all schemas inside it; knows keywords from member names that look like keywords. */
export function* subschemas(
  schema: SchemaNode,
  pointer = '#',
  member: string | undefined = undefined,
  describes = true,
): Iterable<Subschema> {
  yield { pointer, schema, member, describes }
  for (const keyword of namedSchemas) {
    for (const [name, inner] of Object.entries(schema[keyword] ?? {})) {
      const innerPointer = `${pointer}/${keyword}/${escapePointer(name)}`
      const innerMember = keyword === 'properties' ? name : undefined
      if (isSchemaNode(inner)) yield* subschemas(inner, innerPointer, innerMember, describes)
    }
  }
  for (const keyword of schemaLists) {
    const list = schema[keyword]
    if (!Array.isArray(list)) continue
    for (const [index, inner] of list.entries()) {
      if (isSchemaNode(inner)) yield* subschemas(inner, `${pointer}/${keyword}/${index}`, undefined, describes)
    }
  }
  for (const keyword of [...singleSchemas, ...conditions]) {
    const inner = schema[keyword]
    if (!isSchemaNode(inner)) continue
    yield* subschemas(inner, `${pointer}/${keyword}`, undefined, describes && !conditions.includes(keyword))
  }
}

/** The schema at a JSON pointer such as `#/$defs/uuid`. */
export function schemaAt(schema: SchemaNode, pointer: string): SchemaNode {
  let found: unknown = schema
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    const items: readonly unknown[] = Array.isArray(found) ? found : []
    found = isSchemaNode(found) ? found[name] : items[Number(name)]
  }
  if (!isSchemaNode(found)) throw new Error(`no schema at ${pointer}`)
  return found
}

function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
