import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { staleFiles, type ProblemCodeFile } from '../codegen/generate.js'
import { readSchemaJson, repository, schemaBase, schemaFiles, type SchemaFile } from '../codegen/schema-files.js'
import type { SchemaNode } from '../codegen/subschemas.js'
import {
  duplicateMembers,
  hasExample,
  hasPiiMarks,
  invalidExamples,
  isBounded,
  isClosed,
  isDescribed,
  isIdentified,
  problemCodeFaults,
  type SchemaRule,
} from './schema-rules.js'

const files = schemaFiles()

t.test('generated code is what schemas/ gives now', async (t) => {
  t.strictSame(await staleFiles(), [], 'stale; run: npm run codegen')
})

/** Each rule with a schema that breaks it: a rule that nobody has seen fail is not a rule. */
const rules: readonly { readonly name: string; readonly rule: SchemaRule; readonly broken: readonly SchemaFile[] }[] = [
  {
    name: 'every schema says its dialect, its path, its title and what it is',
    rule: isIdentified,
    broken: [
      fixture({ $schema: 'http://json-schema.org/draft-07/schema#' }),
      fixture({ $id: `${schemaBase}event/elsewhere.schema.json` }),
      fixture({ title: '' }),
      fixture({ description: undefined }),
    ],
  },
  {
    name: 'every object is closed',
    rule: isClosed,
    broken: [
      fixture({ additionalProperties: undefined }),
      fixture({ additionalProperties: { type: 'null' } }),
      fixture({ patternProperties: { '^x': { type: 'null' } } }),
      memberFixture({ type: ['object', 'null'] }),
    ],
  },
  {
    name: 'every value has a type and bounds',
    rule: isBounded,
    broken: [
      memberFixture({ type: 'string' }),
      memberFixture({ type: 'array', items: { type: 'boolean' } }),
      memberFixture({ type: 'integer', minimum: 0 }),
      memberFixture({ type: 'integer', maximum: 9 }),
      memberFixture({ oneOf: [{ type: 'null' }, { type: 'string' }] }),
      memberFixture({}),
    ],
  },
  {
    name: 'every member and definition is described',
    rule: isDescribed,
    broken: [
      memberFixture({ type: 'boolean', description: undefined }),
      fixture({ $defs: { thing: { type: 'boolean' } } }),
    ],
  },
  {
    name: 'every leaf below schemas/event/ says whether it is personal data',
    rule: hasPiiMarks,
    broken: [
      memberFixture({ type: 'boolean' }),
      memberFixture({ type: 'boolean', 'x-pii': 'maybe' }),
      memberFixture({ $ref: '../common.schema.json#/$defs/uuid' }),
      memberFixture({ type: 'array', items: { type: 'boolean' } }),
    ],
  },
  {
    name: 'every schema of a value has an example of the whole',
    rule: hasExample,
    broken: [fixture({ examples: [] })],
  },
]

for (const { name, rule, broken } of rules) {
  t.test(name, (t) => {
    t.strictSame(
      files.flatMap((file) => rule(file, files)),
      [],
    )
    const sound = fixture({})
    t.strictSame(rule(sound, [...files, sound]), [], 'passes a sound schema')
    for (const [index, file] of broken.entries()) {
      t.not(rule(file, [...files, file]).length, 0, `sees broken schema ${index}`)
    }
    t.end()
  })
}

t.test('every example is valid where it stands', (t) => {
  t.strictSame(invalidExamples(files), [])
  t.match(invalidExamples([fixture({ examples: [{ member: 1 }] })]), [/#\/examples\/0: not valid$/])
  t.match(invalidExamples([memberFixture({ type: 'boolean', examples: ['yes'] })]), [/member\/examples\/0: not valid$/])
  t.end()
})

t.test('no two schemas have one title, because titles become the names of types', (t) => {
  const names = files.map(({ name }) => name)
  t.strictSame(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  )
  t.end()
})

t.test('every type of event has the members of the frame, word for word', (t) => {
  const frame = readSchemaJson<SchemaNode>('event/frame.schema.json')
  const { oneOf } = readSchemaJson<{ oneOf: readonly SchemaNode[] }>('event/event.schema.json')
  for (const variant of oneOf) {
    const title = String(variant['title'])
    t.strictSame(variant['required'], frame['required'], title)
    t.strictSame(withoutContent(variant['properties']), withoutContent(frame['properties']), title)
  }
  t.end()
})

t.test('no JSON text that code is made from, or that is shipped, names a member twice in one object', (t) => {
  const texts = ['schemas', 'federation'].flatMap((folder) =>
    readdirSync(path.join(repository, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json'))
      .map((name) => path.join(folder, name)),
  )
  for (const name of ['schemas/problem-codes.json', 'schemas/labels/ro.json', 'federation/demo/partners.json'])
    t.ok(texts.includes(path.normalize(name)), name)
  t.strictSame(
    texts.flatMap((name) =>
      duplicateMembers(readFileSync(path.join(repository, name), 'utf8')).map((fault) => `${name}, ${fault}`),
    ),
    [],
  )
  t.strictSame(duplicateMembers('{"a": {"b": 1}, "c": [{"a": "a: b"}, {"a": 2}]}'), [], 'each object for itself')
  t.strictSame(duplicateMembers('{\n"a": 1,\n"b": {"\\u0061": "\\"}", "a" : 2}}'), ['line 3: a'])
  t.end()
})

t.test('every problem code has a legal status, retry, surface, title and description', (t) => {
  const { codes } = readSchemaJson<ProblemCodeFile>('problem-codes.json')
  t.strictSame(
    Object.entries(codes).flatMap(([code, entry]) => problemCodeFaults(code, entry)),
    [],
  )
  const legal = { status: 400, retry: 'never', surface: ['api'], title: 'Title', description: 'What happened.' }
  t.strictSame(problemCodeFaults('fine', legal), [])
  t.strictSame(problemCodeFaults('Not_fine', legal), ['Not_fine: not a code of a receipt'])
  t.strictSame(problemCodeFaults('fine', { ...legal, status: 200 }), ['fine: no error status'])
  t.strictSame(problemCodeFaults('fine', { ...legal, retry: 'maybe' }), ['fine: unknown retry'])
  t.strictSame(problemCodeFaults('fine', { ...legal, surface: [] }), ['fine: unknown surface'])
  t.strictSame(problemCodeFaults('fine', { ...legal, title: '' }), ['fine: no title or description'])
  t.end()
})

/** A sound schema below event/, with changes. */
function fixture(changes: SchemaNode): SchemaFile {
  const file = 'event/fixture.schema.json'
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${schemaBase}${file}`,
    title: 'Fixture',
    description: 'A schema for the tests of the rules.',
    type: 'object',
    additionalProperties: false,
    properties: { member: { type: 'boolean', description: 'A member.', 'x-pii': 'none' } },
    examples: [{ member: true }],
    ...changes,
  }
  return { file, name: 'Fixture', schema }
}

function memberFixture(member: SchemaNode): SchemaFile {
  return fixture({ properties: { member: { description: 'A member.', ...member } }, examples: [{}] })
}

function withoutContent(properties: unknown): unknown {
  return { ...(properties as SchemaNode), type: undefined, body: undefined }
}
