import { createHmac, generateKeyPairSync, sign as signBytes, type KeyObject } from 'node:crypto'
import { connect, type AddressInfo, type Socket } from 'node:net'
import type { FastifyInstance, InjectOptions } from 'fastify'
import t, { type Test as TapTest } from 'tap'
import { ExchangeError, type ProblemCode } from '../../src/base/errors.js'
import type { LogFields, Logger } from '../../src/base/logger.js'
import { systemRandom } from '../../src/base/random.js'
import { declareRoutes } from '../../src/http/declare-routes.js'
import { registerApi } from '../../src/http/api/register-api.js'
import { makeIssueToken } from '../../src/http/api/issue-token.js'
import { makeTokenSigner } from '../../src/http/api/token-signer.js'
import { healthRoutes } from '../../src/http/health/routes.js'
import { buildServer, type ServerOptions } from '../../src/http/server.js'
import { bodyOf } from '../../src/http/validate.js'
import type { TokenRow } from '../../src/store/rows.js'
import { validateCreateTokenRequest, validateHealth, validateProblem } from '../../src/wire/generated/validators.js'

const now = Date.parse('2026-11-22T09:30:00Z')
const clock = { now: () => now }
const nodeId = 'N'.repeat(43)
const canary = 'canary-of-a-person'

interface Rig {
  readonly server: FastifyInstance
  readonly lines: { readonly level: string; readonly fields: LogFields; readonly message: string }[]
  readonly counted: ProblemCode[]
}

async function build(t: TapTest, options: Partial<ServerOptions> = {}): Promise<Rig> {
  const lines: Rig['lines'] = []
  const counted: ProblemCode[] = []
  const write =
    (level: string) =>
    (fields: LogFields, message: string): void => {
      lines.push({ level, fields, message })
    }
  const log: Logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
  const server = await buildServer({
    zone: 'local',
    log,
    random: systemRandom,
    trustedProxies: [],
    perAddressPerMinute: 100_000,
    countProblem: (cause) => counted.push(cause),
    ...options,
  })
  t.teardown(() => server.close())
  return { server, lines, counted }
}

/** A local zone with one route that reads a body. */
async function buildBodyServer(t: TapTest, options: Partial<ServerOptions> = {}): Promise<Rig & { taken: unknown[] }> {
  const rig = await build(t, options)
  const taken: unknown[] = []
  declareRoutes(rig.server, (scope) => {
    scope.post('/tokens', (request) => {
      taken.push(bodyOf(request, validateCreateTokenRequest))
      return { taken: true }
    })
  })
  return { ...rig, taken }
}

async function listen(server: FastifyInstance): Promise<number> {
  await server.listen({ host: '127.0.0.1', port: 0 })
  return (server.server.address() as AddressInfo).port
}

/** Sends bytes as they are and gives back everything until the server closes. */
function converse(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'))
    let answer = ''
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => (answer += chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
  })
}

function problemOf(t: TapTest, answer: { statusCode: number; body: string; headers: NodeJS.Dict<unknown> }): string {
  t.equal(answer.headers['content-type'], 'application/problem+json')
  t.equal(answer.headers['cache-control'], 'no-store')
  const problem: unknown = JSON.parse(answer.body)
  if (!validateProblem(problem)) return t.fail('no problem', { body: answer.body }) as never
  t.equal(problem.status, answer.statusCode)
  return problem.code
}

const fits = { label: 'Case file import', scopes: ['referral:read'], days: 90 }
const post = (payload: string | Buffer, headers: Record<string, string> = {}): InjectOptions => ({
  method: 'POST',
  url: '/tokens',
  payload,
  headers: { 'content-type': 'application/json', ...headers },
})

t.test('H-01 H-06 a body is strict JSON of the right type and size, or a problem', async (t) => {
  const { server, taken } = await buildBodyServer(t)
  const text = JSON.stringify(fits)
  const tooMany = `[${'0,'.repeat(2000)}0]`
  const cases: [string, InjectOptions, string][] = [
    ['text/plain', post(text, { 'content-type': 'text/plain' }), 'unsupported-media-type'],
    ['a form', post('a=b', { 'content-type': 'application/x-www-form-urlencoded' }), 'unsupported-media-type'],
    ['another charset', post(text, { 'content-type': 'application/json; charset=utf-16' }), 'unsupported-media-type'],
    ['a parameter', post(text, { 'content-type': 'application/json; q=1' }), 'unsupported-media-type'],
    ['merge patch', post(text, { 'content-type': 'application/merge-patch+json' }), 'unsupported-media-type'],
    ['an envelope', post('a.b.c', { 'content-type': 'application/jose' }), 'unsupported-media-type'],
    ['gzip', post(text, { 'content-encoding': 'gzip' }), 'unsupported-media-type'],
    ['identity', post(text, { 'content-encoding': 'identity' }), 'unsupported-media-type'],
    ['no type', { method: 'POST', url: '/tokens', payload: Buffer.from(text) }, 'unsupported-media-type'],
    ['a duplicate member', post(`{"days":1,${text.slice(1)}`), 'malformed-request'],
    ['__proto__', post(`{"__proto__":{"days":1},${text.slice(1)}`), 'malformed-request'],
    ['constructor', post('{"constructor":{"prototype":{"days":1}}}'), 'malformed-request'],
    ['depth 17', post(`${'['.repeat(17)}${']'.repeat(17)}`), 'malformed-request'],
    ['2001 items', post(tooMany), 'malformed-request'],
    ['a byte order mark', post(`\ufeff${text}`), 'malformed-request'],
    ['2^53+1', post('9007199254740993'), 'malformed-request'],
    ['broken UTF-8', post(Buffer.from([0x22, 0xff, 0x22])), 'malformed-request'],
    ['nothing', post(''), 'malformed-request'],
    ['1 MiB', post(`"${'x'.repeat(1 << 20)}"`), 'payload-too-large'],
    ['no body', { method: 'POST', url: '/tokens' }, 'schema-invalid'],
  ]
  for (const [name, request, code] of cases) t.equal(problemOf(t, await server.inject(request)), code, name)
  t.strictSame(taken, [], 'nothing of that reached the route')
  for (const type of ['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset=UTF-8']) {
    t.equal((await server.inject(post(text, { 'content-type': type }))).statusCode, 200, type)
  }
  t.equal(taken.length, 3)
  t.strictSame(Object.keys(Object.prototype), [])
})

t.test(
  'H-03 a body is checked without being changed, and faults point to places without repeating the text',
  async (t) => {
    const { server, taken } = await buildBodyServer(t)
    const body = { label: 'x', scopes: ['referral:read', canary], days: '12', [canary]: true }
    const answer = await server.inject(post(JSON.stringify(body)))
    t.equal(problemOf(t, answer), 'schema-invalid')
    t.strictSame(JSON.parse(answer.body).errors.sort(), ['/ additionalProperties', '/days type', '/scopes/1 enum'])
    t.notMatch(answer.body, canary)
    t.strictSame(taken, [])
  },
)

t.test('H-09 a request with two meanings is refused before any route sees it', async (t) => {
  const { server, taken } = await buildBodyServer(t)
  const port = await listen(server)
  const body = JSON.stringify(fits)
  const base = ['Host: node.example', 'Content-Type: application/json', 'Connection: close']
  const size = `Content-Length: ${body.length}`
  const send = (lines: readonly string[], content = body): Promise<string> =>
    converse(port, `POST /tokens HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${content}`)
  const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
  const refused: [string, Promise<string>][] = [
    ['two hosts', send([...base, size, 'Host: other.example'])],
    ['no host', send(base.slice(1).concat(size))],
    ['two content types', send([...base, size, 'Content-Type: application/json'])],
    ['two lengths', send([...base, size, size])],
    ['length and chunks', send([...base, size, 'Transfer-Encoding: chunked'], chunked)],
    ['gzip before chunks', send([...base, 'Transfer-Encoding: gzip, chunked'], chunked)],
    ['two tokens', send([...base, size, 'Authorization: Bearer a', 'Authorization: Bearer b'])],
    ['a folded line', send([...base, size, 'X-A: b\r\n c'])],
    ['a space before the colon', send([...base, size, 'X-A : b'])],
    ['a bare line feed', send([...base, size, 'X-A: b\nX-C: d'])],
    ['a NUL', send([...base, size, 'X-A: b\0'])],
    ['a repeated parameter', converse(port, `GET /tokens?a=1&a=2 HTTP/1.1\r\n${base.join('\r\n')}\r\n\r\n`)],
    ['no such method', converse(port, `FOO /tokens HTTP/1.1\r\n${base.join('\r\n')}\r\n\r\n`)],
  ]
  for (const [name, answer] of refused) {
    t.match(await answer, /^HTTP\/1.1 400 [^]*"code":"malformed-request"/, name)
  }
  t.strictSame(taken, [])
  t.match(await send([...base, 'Transfer-Encoding: chunked'], chunked), /^HTTP\/1.1 200 /)
  t.equal(server.server.listenerCount('clientError'), 1)
})

t.test('H-14 every failure is a problem: too long, unknown, unroutable, unforeseen', async (t) => {
  const { server, lines } = await buildBodyServer(t)
  server.get('/fault', () => {
    throw new TypeError(`cannot read ${canary}`)
  })
  server.get('/storage', () => {
    throw new ExchangeError('storage-failed', { errors: [canary] })
  })
  server.get('/thing/:id', () => 'ok')
  const get = async (url: string): Promise<string> => problemOf(t, await server.inject({ url }))
  t.equal(await get(`/nowhere?q=${canary}`), 'not-found')
  t.equal(await get('/%zz'), 'malformed-request')
  t.equal(await get(`/thing/${'x'.repeat(200)}`), 'not-found')
  t.equal(await get('/fault'), 'internal')
  t.equal(await get('/storage'), 'storage-failed')
  for (const url of ['/fault', '/storage', `/nowhere?q=${canary}`]) {
    t.notMatch((await server.inject({ url })).body, canary)
  }
  const [unexpected] = lines.filter(({ level }) => level === 'error')
  t.match(unexpected, { fields: { fault: 'TypeError', at: /server\.test\.ts/ }, message: 'unexpected error' })
  t.notMatch(JSON.stringify(lines), canary)

  const port = await listen(server)
  const head = 'Host: a\r\nConnection: close\r\n'
  t.match(
    await converse(port, `GET / HTTP/1.1\r\n${head}X-A: ${'x'.repeat(9000)}\r\n\r\n`),
    /^HTTP\/1.1 431 [^]*"code":"header-too-large"/,
  )
  t.match(await converse(port, `GET /${'x'.repeat(9000)} HTTP/1.1\r\n${head}\r\n`), /^HTTP\/1.1 431 /)
  t.match(
    await converse(port, `PROPFIND /tokens HTTP/1.1\r\n${head}\r\n`),
    /^HTTP\/1.1 405 [^]*"code":"method-not-allowed"/,
  )
})

t.test('H-08 the log holds ids, patterns and numbers, one line a request', async (t) => {
  const { server, lines } = await build(t)
  server.get('/thing/:id', () => 'ok')
  await server.inject({ url: `/thing/${canary}%0a%1b[31m?q=${canary}`, headers: { 'x-request-id': canary } })
  await server.inject({ url: `/${canary}` })
  t.strictSame(
    lines.map(({ fields: { method, route, status, code } }) => ({ method, route, status, code })),
    [
      { method: 'GET', route: '/thing/:id', status: 200, code: undefined },
      { method: 'GET', route: undefined, status: 404, code: 'not-found' },
    ],
  )
  t.notMatch(JSON.stringify(lines), canary)
  t.not(lines[0]?.fields['request'], lines[1]?.fields['request'])
})

t.test('answers cannot be cached, framed or sniffed', async (t) => {
  const { server } = await build(t, { zone: 'federation' })
  server.get('/thing', () => ({ a: 1 }))
  const { headers } = await server.inject({ url: '/thing' })
  t.match(headers, {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'strict-transport-security': /max-age/,
  })
})

t.test(
  'in the federation zone, what cannot be attributed gets one constant refusal; only the count knows the cause',
  async (t) => {
    const { server, counted } = await build(t, { zone: 'federation' })
    const causes: ProblemCode[] = [
      'jose-malformed',
      'jose-header-refused',
      'json-refused',
      'decrypt-failed',
      'signature-invalid',
      'signing-key-unknown',
      'recipient-mismatch',
      'sender-unknown',
      'schema-invalid',
      'forbidden',
    ]
    let cause: ProblemCode = 'internal'
    server.post('/federation/v1/inbox', () => {
      throw new ExchangeError(cause, { errors: [canary] })
    })
    const send = async () => {
      const headers = { 'content-type': 'application/jose' }
      const answer = await server.inject({ method: 'POST', url: '/federation/v1/inbox', payload: 'a.b.c.d.e', headers })
      const { date: _, ...rest } = answer.headers
      return { status: answer.statusCode, headers: rest, body: answer.body }
    }
    const answers = []
    for (cause of causes) answers.push(await send())
    t.match(answers[0], { status: 400, body: /"code":"envelope-refused"/ })
    for (const answer of answers) t.strictSame(answer, answers[0])
    t.strictSame(counted, causes)
    for (cause of ['unknown-prekey', 'sender-card-unknown', 'rate-limited'] as const) {
      t.match(JSON.parse((await send()).body), { code: cause })
    }
    for (cause of ['storage-failed', 'content-unreadable', 'peer-unreachable'] as const) {
      t.match(await send(), { status: 500, body: /"code":"internal"/ })
    }
  },
)

t.test('the federation zone takes envelopes of exactly one type, as bytes, up to their limit', async (t) => {
  const { server } = await build(t, { zone: 'federation' })
  server.post<{ Body: Buffer }>('/federation/v1/inbox', ({ body }) => ({ bytes: body.length }))
  const send = (type: string, bytes: number) =>
    server.inject({
      method: 'POST',
      url: '/federation/v1/inbox',
      payload: Buffer.alloc(bytes, 'a'),
      headers: { 'content-type': type },
    })
  t.strictSame((await send('application/jose', 352 * 1024)).json(), { bytes: 352 * 1024 })
  t.equal(problemOf(t, await send('application/jose', 352 * 1024 + 1)), 'payload-too-large')
  for (const type of ['application/jose; charset=utf-8', 'application/jose+json', 'application/json', 'text/plain']) {
    t.equal(problemOf(t, await send(type, 10)), 'unsupported-media-type', type)
  }
})

t.test('requests of one address are limited, forged forwarding headers or not; health is not', async (t) => {
  const forged = (last: number) => ({ 'x-forwarded-for': `203.0.113.${last}` })
  const { server } = await build(t, { perAddressPerMinute: 3 })
  healthRoutes(server, { checks: {} })
  for (const last of [1, 2, 3])
    t.equal((await server.inject({ url: '/nowhere', headers: forged(last) })).statusCode, 404)
  const limited = await server.inject({ url: '/nowhere', headers: forged(4) })
  t.equal(problemOf(t, limited), 'rate-limited')
  t.match(Number(limited.headers['retry-after']), 60)
  t.notOk(Object.keys(limited.headers).some((name) => name.startsWith('x-ratelimit')))
  t.equal((await server.inject({ url: '/livez' })).statusCode, 200)

  const { server: behindProxy } = await build(t, { perAddressPerMinute: 1, trustedProxies: ['127.0.0.1'] })
  t.equal((await behindProxy.inject({ url: '/nowhere', headers: forged(1) })).statusCode, 404)
  t.equal((await behindProxy.inject({ url: '/nowhere', headers: forged(2) })).statusCode, 404)
  t.equal((await behindProxy.inject({ url: '/nowhere', headers: forged(2) })).statusCode, 429)
})

t.test('a node whose event loop lags sheds load, but says that it lives', async (t) => {
  const { server } = await build(t, { limits: { eventLoopDelayMs: 1e-9, measureEveryMs: 20 } })
  healthRoutes(server, { checks: {} })
  await server.ready()
  // Until the first sample nothing is known to lag.
  while (!server.isUnderPressure()) await new Promise((resolve) => setImmediate(resolve))
  const answer = await server.inject({ url: '/nowhere' })
  t.equal(problemOf(t, answer), 'overloaded')
  t.equal(answer.headers['retry-after'], '10')
  t.equal((await server.inject({ url: '/livez' })).statusCode, 200)
})

t.test('readiness names the checks that fail, liveness does not ask them', async (t) => {
  const { server } = await build(t)
  healthRoutes(server, {
    checks: { storage: () => false, clock: () => true, keys: () => Promise.reject(new Error(canary)) },
  })
  const ready = await server.inject({ url: '/readyz' })
  t.equal(ready.statusCode, 503)
  t.ok(validateHealth(ready.json()))
  t.strictSame(ready.json(), { status: 'not-ready', failing: ['storage', 'keys'] })
  t.strictSame((await server.inject({ url: '/livez' })).json(), { status: 'ok' })
})

t.test('F-05 slow senders are cut off while others are served', async (t) => {
  const { server } = await buildBodyServer(t, {
    limits: {
      headersTimeoutMs: 300,
      requestTimeoutMs: 400,
      silenceTimeoutMs: 500,
      checkEveryMs: 50,
      socketsPerAddress: 61,
    },
  })
  const port = await listen(server)
  const open = (start: string): Promise<{ socket: Socket; ended: Promise<string> }> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(start)
        resolve({ socket, ended })
      })
      let answer = ''
      socket.on('data', (chunk) => (answer += chunk.toString()))
      const ended = new Promise<string>((done) => socket.on('error', () => undefined).on('close', () => done(answer)))
    })
  const slow = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      open(
        index % 3 === 0
          ? 'POST /tokens HTTP/1.1\r\nHost: a\r\nX-Slow: '
          : index % 3 === 1
            ? 'POST /tokens HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{'
            : '',
      ),
    ),
  )
  const drip = setInterval(() => slow.forEach(({ socket }, index) => index % 3 !== 2 && socket.write('x')), 50)
  t.teardown(() => clearInterval(drip))
  const ended = Promise.all(slow.map((connection) => connection.ended))
  const honest = converse(port, 'GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  t.match(await Promise.race([honest, ended]), /^HTTP\/1.1 404 /, 'an honest request is answered meanwhile')
  const answers = await ended
  const timedOut = answers.filter((answer) => /^HTTP\/1.1 408 [^]*"code":"request-timeout"/.test(answer))
  t.equal(timedOut.length, 60, 'slow headers, slow bodies and silence')
})

t.test('F-05 one address cannot hold more connections than its share', async (t) => {
  const { server } = await build(t, { limits: { socketsPerAddress: 2 } })
  const port = await listen(server)
  const holders = await Promise.all([hold(), hold()])
  t.equal(await converse(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n').catch(() => ''), '', 'closed without an answer')
  for (const socket of holders) socket.destroy()
  while ((await connections()) > 0) await new Promise((resolve) => setImmediate(resolve))
  const request = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
  t.match(await converse(port, request), /^HTTP\/1.1 404 /, 'free again')

  function hold(): Promise<Socket> {
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket))
    })
  }
  function connections(): Promise<number> {
    return new Promise((resolve) => server.server.getConnections((_error, count) => resolve(count)))
  }
})

const pair = (): { publicKey: KeyObject; privateKey: KeyObject; kid: string } => ({
  ...generateKeyPairSync('ed25519'),
  kid: 'K'.repeat(43),
})

async function buildApi(t: TapTest, key = pair(), id = nodeId) {
  const rows = new Map<string, TokenRow>()
  const rig = await build(t)
  const store = {
    findToken: (jti: string) => Promise.resolve(rows.get(jti)),
    commit: (batch: readonly { do: string; row?: unknown }[]) => {
      for (const { row } of batch) rows.set((row as TokenRow).jti, row as TokenRow)
      return Promise.resolve({ ok: true } as const)
    },
  }
  await registerApi(rig.server, { nodeId: id, publicKey: key.publicKey, store, clock }, (scope) => {
    scope.get('/api/v1/threads', { config: { scope: 'referral:read' } }, () => ({ threads: [] }))
    scope.post('/api/v1/threads', { config: { scope: 'referral:write' } }, () => ({ done: true }))
    scope.get('/api/v1/threads/:thread', { config: { scope: 'referral:read' } }, () => ({ thread: true }))
  })
  const issue = makeIssueToken({ nodeId: id, store, sign: await makeTokenSigner(key), clock, random: systemRandom })
  const call = (token: string | undefined, options: InjectOptions = {}) =>
    rig.server.inject({
      url: '/api/v1/threads',
      ...options,
      headers: { ...options.headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    })
  return { ...rig, rows, issue, call, key }
}

const readOnly = { label: 'Reader', scopes: ['referral:read' as const], days: 30 }
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

t.test('H-12 a token of this node opens what its scope says', async (t) => {
  const { issue, call, rows } = await buildApi(t)
  const { token, jti, exp } = await issue(readOnly)
  t.equal(exp, now / 1000 + 30 * 86_400)
  t.match(rows.get(jti), { label: 'Reader', scopes: 'referral:read', createdAt: now, exp, revokedAt: null })
  t.match(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()), { alg: 'EdDSA', typ: 'at+jwt' })
  t.equal((await call(token)).statusCode, 200)
  t.equal(problemOf(t, await call(token, { method: 'POST' })), 'forbidden')
})

t.test('H-12 every other token is refused with one answer', async (t) => {
  const { issue, call, rows, key } = await buildApi(t)
  const { token, jti, exp } = await issue(readOnly)
  const [head = '', claims = '', signature = ''] = token.split('.')
  const header = { alg: 'EdDSA', typ: 'at+jwt', kid: key.kid }
  const body = { iss: nodeId, aud: nodeId, jti, iat: now / 1000, exp, scope: 'referral:read' }
  const forge = (h: object, c: object, by: KeyObject = key.privateKey): string => {
    const input = `${part(h)}.${part(c)}`
    return `${input}.${signBytes(null, Buffer.from(input), by).toString('base64url')}`
  }
  const without = (member: keyof typeof body): object =>
    Object.fromEntries(Object.entries(body).filter(([name]) => name !== member))
  const hmac = (alg: string): string => {
    const input = `${part({ ...header, alg })}.${part(body)}`
    const secret = key.publicKey.export({ type: 'spki', format: 'pem' })
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
  }
  const other = await buildApi(t, pair(), 'M'.repeat(43))
  const revoked = await issue(readOnly)
  rows.set(revoked.jti, { ...(rows.get(revoked.jti) as TokenRow), revokedAt: now })
  const stored = { ...(rows.get(jti) as TokenRow) }
  rows.set('ended', { ...stored, jti: 'ended', exp: now / 1000 })

  t.equal((await call(forge(header, body))).statusCode, 200, 'the forger of this test is able')
  const refused: Record<string, string | undefined> = {
    'no token': undefined,
    'not a token': 'abc',
    'alg none': `${part({ ...header, alg: 'none' })}.${claims}.`,
    'no signature': `${head}.${claims}.`,
    'the public key as HMAC secret': hmac('HS256'),
    'an unknown algorithm': forge({ ...header, alg: 'X25519' }, body),
    'an algorithm of another family': forge({ ...header, alg: 'RS256' }, body),
    'no typ': forge({ alg: 'EdDSA' }, body),
    'typ JWT': forge({ ...header, typ: 'JWT' }, body),
    'typ of an event': forge({ ...header, typ: 'trm-event+jwt' }, body),
    'a critical header': forge({ ...header, crit: ['b64'], b64: false }, body),
    'no exp': forge(header, without('exp')),
    'exp as text': forge(header, { ...body, exp: String(exp) }),
    'exp null': forge(header, { ...body, exp: null }),
    expired: forge(header, { ...body, exp: now / 1000 - 1 }),
    'no jti': forge(header, without('jti')),
    'jti of the wrong type': forge(header, { ...body, jti: [jti] }),
    'no issuer': forge(header, without('iss')),
    'no audience': forge(header, without('aud')),
    'another issuer': forge(header, { ...body, iss: 'M'.repeat(43) }),
    'another audience': forge(header, { ...body, aud: 'M'.repeat(43) }),
    'the token of another node': (await other.issue(readOnly)).token,
    'another key': forge(header, body, pair().privateKey),
    'changed claims': `${head}.${part({ ...body, scope: 'token:write' })}.${signature}`,
    'no row': forge(header, { ...body, jti: 'unknown' }),
    'a row that ended': forge(header, { ...body, jti: 'ended' }),
    'a revoked row': revoked.token,
  }
  for (const [name, bad] of Object.entries(refused)) {
    const answer = await call(bad)
    t.equal(problemOf(t, answer), 'unauthenticated', name)
    t.equal(answer.headers['www-authenticate'], 'Bearer')
  }
  t.equal((await call(undefined, { headers: { authorization: `Basic ${token}` } })).statusCode, 401)
  t.equal((await call(undefined, { url: `/api/v1/threads?token=${token}` })).statusCode, 401)
})

t.test('H-14 H-09 no method and no spelling of a path gets around the token', async (t) => {
  const { issue, call, server } = await buildApi(t)
  const { token } = await issue(readOnly)
  for (const method of ['HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'PATCH'] as const) {
    t.equal((await call(undefined, { method: method as 'PUT' })).statusCode, 401, method)
    const answer = await call(token, { method: method as 'PUT' })
    t.equal(answer.statusCode, 405, method)
    t.equal(answer.headers['allow'], 'GET, POST')
  }
  t.equal(problemOf(t, await call(undefined, { url: '/api/v1/nowhere' })), 'unauthenticated')
  t.equal(problemOf(t, await call(token, { url: '/api/v1/nowhere' })), 'not-found')
  const port = await listen(server)
  const spellings = [
    'http://node.example/api/v1/threads',
    '//api/v1/threads',
    '/api/v1//threads',
    '/API/v1/threads',
    '/api/v1/threads/',
    '/api%2fv1/threads',
    '/x/..;/api/v1/threads',
    '/x/../api/v1/threads',
    '/api/v1/threads;a=b',
    '/api/v1/threads%00',
    '/./api/v1/threads',
  ]
  for (const path of spellings) {
    const answer = await converse(port, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    t.match(answer, /^HTTP\/1.1 40[0145] /, path)
  }
})

t.test('a route that names no scope, or declares a schema to the framework, does not start', async (t) => {
  const { server } = await build(t)
  const deps = { nodeId, publicKey: pair().publicKey, store: { findToken: () => Promise.resolve(undefined) }, clock }
  await t.rejects(
    registerApi(server, deps, (scope) => scope.get('/api/v1/open', () => 'open')),
    { message: 'GET /api/v1/open declares no scope' },
  )
  const { server: second } = await build(t)
  t.throws(() => second.post('/thing', { schema: { body: { type: 'object' } } }, () => 'ok'), /declares a schema/)
})
