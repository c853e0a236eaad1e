import { resolveReference, type SchemaFile } from './schema-files.js'
import { isSchemaNode, type SchemaNode } from './subschemas.js'

export interface EventBody {
  /** Type of the event, such as `referral.offer`. */
  readonly type: string
  readonly file: SchemaFile
}

/** Body schemas by event type, in the order of event.schema.json. */
export function eventBodies(files: readonly SchemaFile[]): readonly EventBody[] {
  const event = files.find(({ name }) => name === 'Event')
  if (event === undefined) throw new Error('no schema of events')
  const branches = event.schema['oneOf'] as readonly {
    readonly properties: { readonly type: { readonly const: string }; readonly body: { readonly $ref: string } }
  }[]
  return branches.map(({ properties: { type, body } }) => ({
    type: type.const,
    file: resolveReference(files, event, body.$ref).target,
  }))
}

/** JSON pointers, below the body, of every text that a person writes without a code list. */
export function freeTextPointers(files: readonly SchemaFile[], { file }: EventBody): readonly string[] {
  return [...textsIn(files, file, file.schema, '', false)]
}

/** What marks free text: a pattern that keeps control and invisible characters out of a string of many characters. */
function isFreeText(schema: SchemaNode): boolean {
  return schema['type'] === 'string' && typeof schema['pattern'] === 'string' && schema['pattern'].includes('u200b')
}

function* textsIn(
  files: readonly SchemaFile[],
  file: SchemaFile,
  schema: SchemaNode,
  pointer: string,
  isInList: boolean,
): Iterable<string> {
  const ref = schema['$ref']
  if (typeof ref === 'string') {
    const { target, schema: found } = resolveReference(files, file, ref)
    yield* textsIn(files, target, found, pointer, isInList)
  }
  if (isFreeText(schema)) {
    // The firewall names a text by a fixed pointer; a list of texts would need another design.
    if (isInList) throw new Error(`${file.file}: free text in a list at ${pointer}`)
    yield pointer
  }
  for (const [name, inner] of Object.entries(schema['properties'] ?? {})) {
    if (isSchemaNode(inner)) yield* textsIn(files, file, inner, `${pointer}/${name}`, isInList)
  }
  const { items } = schema
  if (isSchemaNode(items)) yield* textsIn(files, file, items, `${pointer}/*`, true)
}
