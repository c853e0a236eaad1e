import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { ExchangeError } from '../../src/base/errors.js'
import { toldCode } from '../../src/http/problem-code.js'
import { makeCast } from './cast.js'
import { openConformanceNode, type ConformanceNode, type GivenNode } from './conformance-node.js'
import { runCard, runInvalidEnvelope, runInvalidMessage, runJudgement, runReceipt, runStatements } from './run-node.js'
import {
  runBase64url,
  runDigest,
  runJson,
  runKey,
  runText,
  runThread,
  runValidEnvelope,
  TextRefused,
} from './run-values.js'
import type { Expectation, Vector, VectorFile } from './vector-file.js'
import { vectorFiles, vectorFolder } from './write-vectors.js'

type Members = Readonly<Record<string, unknown>>
/** Runs one vector of a file through the product: the members of `ok`, or the refusal thrown. */
type Runner = (vector: Vector, file: VectorFile, node: () => Promise<ConformanceNode>) => Members | Promise<Members>

const cast = makeCast()
const peers = [cast.ro, cast.de]

// Inputs are as their runner reads them: the file says so in its description, and the generator writes it.
/* eslint-disable @typescript-eslint/no-explicit-any */
const runners: Readonly<Record<string, Runner>> = {
  'base64url.json': ({ input }) => runBase64url(input as any),
  'json.json': ({ input }) => runJson(input as any),
  'keys.json': ({ input }) => runKey(input as any),
  'digests.json': ({ input }) => runDigest(input as any),
  'threads.json': ({ input }) => runThread(input as any),
  'texts.json': ({ input }) => runText(input as any),
  'envelopes-valid.json': ({ input }, { given }) => runValidEnvelope(input as any, given as any),
  'envelopes-invalid.json': async ({ input }, _, node) => runInvalidEnvelope(await node(), input as any),
  'messages-invalid.json': async ({ input }, _, node) => runInvalidMessage(await node(), input as any),
  'statements.json': ({ input, expect }) =>
    runStatements(input as any, 'ok' in expect ? (expect.ok['counts'] as any) : []),
  'cards.json': ({ input }, { given }) => runCard(input as any, given as any),
  'receipts.json': async ({ input }, _, node) => runReceipt(await node(), input as any),
  'judgements.json': async ({ input }, _, node) => runJudgement(await node(), peers, input as any),
}
/* eslint-enable @typescript-eslint/no-explicit-any */

for (const name of readdirSync(vectorFolder).filter((entry) => entry.endsWith('.json'))) {
  t.test(`every vector of ${name} holds`, async (t) => {
    const runner = runners[name]
    if (runner === undefined) return t.fail('no runner')
    const file = JSON.parse(readFileSync(path.join(vectorFolder, name), 'utf8')) as VectorFile
    let opened: Promise<ConformanceNode> | undefined
    const node = (): Promise<ConformanceNode> =>
      (opened ??= openConformanceNode(file.given as unknown as GivenNode, name))
    const failed: unknown[] = []
    for (const vector of file.vectors) {
      const found = await outcomeOf(vector, () => runner(vector, file, node))
      if (!isSame(found, vector.expect)) failed.push({ comment: vector.comment, expected: vector.expect, found })
    }
    await (await opened)?.close()
    t.ok(file.vectors.length > 0)
    t.strictSame(failed, [])
  })
}

async function outcomeOf({ expect }: Vector, run: () => Members | Promise<Members>): Promise<unknown> {
  try {
    return { ok: await run() }
  } catch (error) {
    if (error instanceof TextRefused) return { code: error.code, findings: error.findings }
    const code = error instanceof ExchangeError ? error.code : (error as { readonly code?: string }).code
    if (code === undefined) throw error
    return refusal(code, error, expect)
  }
}

/** What was refused, in as much detail as the vector asks for. */
function refusal(code: string, error: unknown, expect: Expectation): Members {
  const { reason, member }: Members = error instanceof ExchangeError ? { ...causeOf(error), ...error.details } : {}
  return {
    code,
    ...('reason' in expect ? { reason } : {}),
    ...('member' in expect ? { member } : {}),
    ...('answer' in expect && error instanceof ExchangeError ? { answer: toldCode(error.code, 'federation') } : {}),
  }
}

/** A header that is no JSON is told with the reason `json`; what the JSON reader found is its cause. */
function causeOf({ code, cause }: ExchangeError): Members {
  return code === 'jose-header-refused' || !(cause instanceof ExchangeError) ? {} : cause.details
}

function isSame(found: unknown, expected: unknown): boolean {
  return JSON.stringify(sorted(found)) === JSON.stringify(sorted(expected))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  )
}

t.test('the files are what the generator writes', async (t) => {
  const written = vectorFiles()
  t.strictSame(
    readdirSync(vectorFolder)
      .filter((entry) => entry.endsWith('.json'))
      .sort(),
    [...written.keys()].sort(),
  )
  for (const [name, content] of written) {
    const committed: unknown = JSON.parse(readFileSync(path.join(vectorFolder, name), 'utf8'))
    t.ok(JSON.stringify(committed) === JSON.stringify(content), `${name}: npx tsx test/conformance/write-vectors.ts`)
  }
})

t.test('jwcrypto and hashlib read the vectors, and the product opens what jwcrypto seals', async (t) => {
  const program = path.join(import.meta.dirname, 'interop.py')
  const { status, stdout, stderr, error } = spawnSync('/usr/bin/python3', [program, vectorFolder], { encoding: 'utf8' })
  if (error !== undefined || stderr.includes("No module named 'jwcrypto'")) {
    return t.skip('python3-jwcrypto is not installed', () => {})
  }
  t.equal(status, 0, stderr)
  const { made, ...counts } = JSON.parse(stdout) as InteropReport
  for (const [what, count] of Object.entries(counts)) t.ok(count > 0, `${what}: ${count}`)
  const { given } = JSON.parse(readFileSync(path.join(vectorFolder, 'judgements.json'), 'utf8')) as VectorFile
  const node = await openConformanceNode(given as unknown as GivenNode, 'interop')
  const message = node.open(Buffer.from(made.envelope), 'query')
  t.equal(message.jws, made.message)
  t.equal(message.from.row.node, cast.ro.id)
  await node.close()
})

type InteropReport = Readonly<Record<string, number>> & {
  readonly made: { readonly envelope: string; readonly message: string }
}
