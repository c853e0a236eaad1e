import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { ExchangeError } from '../../src/base/errors.js'
import { toldCode } from '../../src/http/problem-code.js'
import { runAgreement } from './run-agreements.js'
import { runChains } from './run-chains.js'
import { runContacts } from './run-contacts.js'
import { runDirectory } from './run-directory.js'
import { runPairing } from './run-pairing.js'
import { openConformanceNode, type ConformanceNode } from './conformance-node.js'
import { runCard, runInvalidEnvelope, runInvalidMessage, runJudgement, runReceipt, runStatements } from './run-node.js'
import { runBase64url, runDigest, runJson, runKey, runText, runThread, runValidEnvelope } from './run-values.js'
import type { Expectation, VectorFile } from './vector-file.js'
import { vectorFiles, vectorFolder } from './write-vectors.js'

type Members = Readonly<Record<string, unknown>>

interface Context {
  /** Never: each runner says which shape `given` has in its file. */
  readonly given: never
  /** A node made from `given`, one for the whole file. */
  readonly node: () => Promise<ConformanceNode>
}

/** Runs one vector through the product: gives the members of `ok`, or throws the refusal. */
type Runner = (input: never, context: Context) => Members | Promise<Members>

const runners: Readonly<Record<string, Runner>> = {
  'base64url.json': runBase64url,
  'json.json': runJson,
  'keys.json': runKey,
  'digests.json': runDigest,
  'threads.json': runThread,
  'texts.json': runText,
  'envelopes-valid.json': runValidEnvelope,
  'envelopes-invalid.json': runInvalidEnvelope,
  'messages-invalid.json': runInvalidMessage,
  'statements.json': runStatements,
  'chains.json': runChains,
  'cards.json': runCard,
  'receipts.json': runReceipt,
  'judgements.json': runJudgement,
  'referrals.json': runJudgement,
  'agreements.json': runAgreement,
  'pairing.json': runPairing,
  'contacts.json': runContacts,
  'directory.json': runDirectory,
}

for (const name of readdirSync(vectorFolder).filter((entry) => entry.endsWith('.json'))) {
  t.test(`every vector of ${name} holds`, async (t) => {
    const runner = runners[name]
    if (runner === undefined) return t.fail('no runner')
    const file = JSON.parse(readFileSync(path.join(vectorFolder, name), 'utf8')) as VectorFile
    let opened: Promise<ConformanceNode> | undefined
    // The generator wrote the file for this runner: that they fit is what the test shows.
    const given = file.given as never
    const context = { given, node: () => (opened ??= openConformanceNode(given, name)) }
    const failed: unknown[] = []
    for (const { comment, input, expect } of file.vectors) {
      const found = await outcomeOf(expect, () => runner(input as never, context))
      if (!isSame(found, expect)) failed.push({ comment, expected: expect, found })
    }
    await (await opened)?.close()
    t.ok(file.vectors.length > 0)
    t.strictSame(failed, [])
  })
}

async function outcomeOf(expect: Expectation, run: () => Members | Promise<Members>): Promise<unknown> {
  try {
    return { ok: await run() }
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error
    return refusal(error, expect)
  }
}

/** What was refused, in as much detail as the vector asks for. */
function refusal(error: ExchangeError, expect: Expectation): Members {
  const details: Members = { ...causeOf(error), ...error.details, answer: toldCode(error.code, 'federation') }
  const asked = Object.keys(expect).filter((name) => name !== 'code')
  return { code: error.code, ...Object.fromEntries(asked.map((name) => [name, details[name]])) }
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
  const node = await openConformanceNode(given as never, 'interop')
  const message = node.open(Buffer.from(made.envelope), 'query')
  t.equal(message.jws, made.message)
  t.equal(message.from.row.label, 'Counselling Centre North, RO')
  await node.close()
})

type InteropReport = Readonly<Record<string, number>> & {
  readonly made: { readonly envelope: string; readonly message: string }
}
