import type { InjectOptions } from 'fastify'
import type { Test } from 'tap'
import { ExchangeError } from '../../src/base/errors.js'
import { allScopes } from '../../src/cli/local-api.js'
import type { Scope } from '../../src/http/api/authenticate.js'
import type { Problem } from '../../src/wire/generated/types.js'
import { validateProblem } from '../../src/wire/generated/validators.js'
import { pointersOf } from '../../src/wire/schema-faults.js'
import type { ProblemCodeFile } from '../codegen/generate.js'
import { readSchemaJson } from '../codegen/schema-files.js'
import { routes, type Method } from './api-routes.js'
import { offerDraft } from './drafts.js'
import { inject } from './inject.js'
import { forbiddenChanges, readState, untouched, watchCommits } from './state-hash.js'
import { TestFederation, type TestNode } from './test-federation.js'

/** Stands in requests for what a person might write; no answer and no log line may repeat it. */
export const canary = 'Canary-of-a-person!'

const { codes } = readSchemaJson<ProblemCodeFile>('problem-codes.json')

export interface Sent {
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is, as JSON unless `headers` say otherwise. */
  readonly raw?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
  readonly token?: string
}

export interface Told {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  readonly body: unknown
}

/** One node as its clients see it. Every answer is held against its schema before a test sees it. */
export class Desk {
  readonly node: TestNode
  /** Of all scopes. */
  token = ''

  constructor(node: TestNode) {
    this.node = node
  }

  async open(): Promise<this> {
    this.token = await this.tokenFor(...allScopes)
    return this
  }

  async tokenFor(...scopes: readonly Scope[]): Promise<string> {
    return (await this.node.running.issueToken({ label: 'Test', scopes: [...scopes], days: 30 })).token
  }

  async ask(method: string, url: string, { body, raw, headers, token = this.token }: Sent = {}): Promise<Told> {
    const payload = body === undefined ? raw : JSON.stringify(body)
    const answer = await inject(this.node.running.listeners.local, {
      method: method,
      url,
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(payload === undefined ? {} : ({ payload } satisfies InjectOptions)),
    })
    const told = { status: answer.statusCode, headers: answer.headers, text: answer.body, body: parse(answer.body) }
    checkForm(method, url, told)
    return told
  }

  /** What must be done; the body of the answer. */
  async take<T>(method: Method, url: string, body?: unknown): Promise<T> {
    const { status, text, body: told } = await this.ask(method, url, body === undefined ? {} : { body })
    if (status >= 300) throw new Error(`${method} ${url}: ${text.slice(0, 300)}`)
    return told as T
  }
}

function parse(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text)
}

/** Throws where an answer is neither what the schema of its route says nor a problem of the table. */
function checkForm(method: string, url: string, { status, headers, text, body }: Told): void {
  const fail = (fault: string): never => {
    throw new Error(`${method} ${url} answered ${status}, ${fault}: ${text.slice(0, 300)}`)
  }
  if (headers['cache-control'] !== 'no-store') fail('may be cached')
  if (status < 300) {
    const [pathOnly = ''] = url.split('?')
    const route = routes.find((each) => each.method === method && matches(each.path, pathOnly))
    if (route?.status !== status) return fail('not the status of the route')
    if (route.answer === undefined ? body !== undefined : !route.answer(body)) {
      fail(`not valid (${pointersOf(route.answer?.errors).join(', ')})`)
    }
    return
  }
  if (headers['content-type'] !== 'application/problem+json') fail('no problem')
  if (method === 'HEAD') return
  if (!validateProblem(body)) return fail('no valid problem')
  const entry = codes[body.code]
  if (entry?.status !== status || entry.status !== body.status) return fail('not the status of the table')
  if (entry.title !== body.title || entry.retry !== body.retry) fail('not the words of the table')
  if (!entry.surface.includes('api')) fail('the table does not tell it to the API')
  if (!body.type.endsWith(`/${body.code}`)) fail('type of another code')
  if (text.includes(canary)) fail('repeats the request')
}

function matches(pattern: string, url: string): boolean {
  return new RegExp(`^${pattern.replace(/:[a-z]+/g, '[^/]+')}$`).test(url)
}

/** Two paired nodes, the desk of each, and a peer of the first one that does as it is told. */
export async function openDesks(t: Test, options: { readonly seed: string; readonly isBroken?: () => boolean }) {
  const { seed, isBroken = () => false } = options
  const federation = await TestFederation.create(t, {
    nodes: ['it', 'ro'],
    seed,
    wrapStore: (_name, store) => ({
      ...store,
      commit: (batch) =>
        isBroken() ? Promise.reject(new ExchangeError('storage-failed', { write: 1 })) : store.commit(batch),
    }),
  })
  const [it, ro] = [await new Desk(federation.get('it')).open(), await new Desk(federation.get('ro')).open()]
  const offered = async (change?: Parameters<typeof offerDraft>[1]): Promise<string> => {
    const id = await it.node.submit(offerDraft(ro.node.id, change))
    await federation.settle()
    return id
  }
  return { federation, it, ro, offered }
}

/** Sends what must be refused, and sees that neither node wrote anything. */
export function refuser(t: Test, desks: readonly Desk[]) {
  const watches = desks.map(({ node }) => watchCommits(node.folder))
  t.teardown(() => {
    for (const watch of watches) watch[Symbol.dispose]()
  })
  return async (desk: Desk, method: string, url: string, sent?: Sent): Promise<Problem & Pick<Told, 'headers'>> => {
    for (const watch of watches) watch()
    const { status, text, body, headers } = await desk.ask(method, url, sent)
    if (status < 300) throw new Error(`${method} ${url} was taken: ${text.slice(0, 300)}`)
    if (watches.some((watch) => watch())) throw new Error(`${method} ${url} left a trace: ${text.slice(0, 300)}`)
    return { ...(body as Problem), headers }
  }
}

/** Runs a test of refusals: afterwards every row of the nodes is what it was before. */
export async function withoutTrace(t: Test, desks: readonly Desk[], run: () => Promise<void>): Promise<void> {
  const before = desks.map(({ node }) => readState(node.folder))
  const counts = await Promise.all(desks.map(({ node }) => node.running.store.counts()))
  await run()
  for (const [index, { node }] of desks.entries()) {
    const [was, is] = [before[index], readState(node.folder)]
    t.strictSame(was && forbiddenChanges(was, is, untouched), [])
    t.equal(is.hash, was?.hash, 'the same hash over all rows')
    t.strictSame(await node.running.store.counts(), counts[index], 'the same number of rows')
    t.notMatch(node.logLines.join(''), canary)
  }
}
