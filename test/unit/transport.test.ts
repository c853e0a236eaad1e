import { Socket } from 'node:net'
import t from 'tap'
import { mayHaveArrived } from '../../src/transport/port.js'
import { answerWell, answerWith, type HostileServer } from '../support/hostile-server.js'
import { makeSelfSignedCertificate } from '../support/self-signed-certificate.js'
import {
  answers,
  dialAsInternet,
  failureOf,
  get,
  getPinned,
  openTransport,
  peerName,
  publicAddress,
  serve,
} from '../support/transport-fixture.js'

const never = () => new Promise<never>(() => undefined)

t.test('a pinned loopback address is reached over http, and every byte arrives', async (t) => {
  const text = 'HTTP/1.1 503 Busy\r\ncontent-type: application/problem+json\r\nretry-after: 120\r\n'
  const peer = await serve(t, answerWith(`${text}content-length: 4\r\n\r\n\u0000\u007f{}`))
  const body = Uint8Array.from({ length: 256 }, (_, at) => at)
  const request = { method: 'POST', contentType: 'application/jose', body } as const
  const answer = await openTransport(t).send({
    ...getPinned(peer, request),
    url: `http://${peer.address}/federation/v1/inbox?a=b%20c`,
  })

  t.same(
    { ...answer, body: [...answer.body] },
    {
      status: 503,
      contentType: 'application/problem+json',
      retryAfterSeconds: 120,
      body: [0, 127, 123, 125],
    },
  )
  const [head = '', sentBody] = (peer.requests[0] ?? '').split('\r\n\r\n')
  const [requestLine, ...headers] = head.split('\r\n')
  t.equal(requestLine, 'POST /federation/v1/inbox?a=b%20c HTTP/1.1')
  t.same(headers.sort(), [
    'accept-encoding: identity',
    'connection: keep-alive',
    'content-length: 256',
    'content-type: application/jose',
    `host: ${peer.address}`,
  ])
  t.same(Buffer.from(sentBody ?? '', 'latin1'), Buffer.from(body))
})

t.test('what the head does not say plainly is left out', async (t) => {
  const odd = 'content-type: text/a\r\ncontent-type: text/b\r\nretry-after: Fri, 31 Dec 1999 23:59:59 GMT\r\n'
  const peer = await serve(t, answerWith(`HTTP/1.1 200 OK\r\n${odd}content-length: 0\r\n\r\n`))
  const answer = await openTransport(t).send(getPinned(peer))
  t.same({ ...answer, body: answer.body.length }, { status: 200, contentType: '', body: 0 })
})

t.test('requests one after another share one connection', async (t) => {
  const peer = await serve(t, answerWell)
  const transport = openTransport(t)
  for (let count = 0; count < 5; count += 1) t.equal((await transport.send(getPinned(peer))).status, 200)
  t.same([peer.requests.length, peer.connections], [5, 1])

  peer.hangUp()
  await peer.whenLeft()
  t.equal((await transport.send(getPinned(peer))).status, 200)
  t.equal(peer.connections, 2)
})

t.test('a peer gets at most three connections; further requests wait their turn', async (t) => {
  const held: (() => void)[] = []
  const peer = await serve(t, (socket, requestNumber) => {
    held.push(() => answerWell(socket, requestNumber))
    if (held.length >= 3) held.splice(0).forEach((answerNow) => answerNow())
  })
  const transport = openTransport(t)
  const all = await Promise.all(Array.from({ length: 9 }, () => transport.send(getPinned(peer))))
  t.same([all.length, peer.requests.length, peer.connections], [9, 9, 3])
})

t.test('a pin opens its own host and port and no other', async (t) => {
  const [pinned, other] = [await serve(t, answerWell), await serve(t, answerWell)]
  const transport = openTransport(t, { resolve: answers(['127.0.0.1']) })
  const refused = [
    get(`http://${other.address}/`, { pinnedAddress: pinned.address }),
    get(`http://localhost:${pinned.port}/`, { pinnedAddress: pinned.address }),
    get(`http://${pinned.address}/`, { pinnedAddress: '127.0.0.1' }),
    get(`http://${pinned.address}/`, { pinnedAddress: `http://${pinned.address}` }),
    get(`http://${pinned.address}/`),
  ]
  for (const request of refused) {
    t.equal((await failureOf(transport.send(request))).code, 'peer-address-refused', request.url)
  }
  t.same([pinned.connections, other.connections], [0, 0])

  const name = `receiver:${pinned.port}`
  t.equal((await transport.send(get(`http://${name}/`, { pinnedAddress: name }))).status, 200)
  t.equal((await transport.send(getPinned(pinned, { url: `http://127.1:${pinned.port}/` }))).status, 200)
})

t.test('a connection made under a pin does not serve a request without the pin', async (t) => {
  const tls = makeSelfSignedCertificate(peerName)
  const peer = await serve(t, answerWell, { tls })
  const transport = openTransport(t, { resolve: answers(['127.0.0.1']), ca: [tls.cert] })
  const url = `https://${peerName}:${peer.port}/`
  t.equal((await transport.send(get(url, { pinnedAddress: `${peerName}:${peer.port}` }))).status, 200)
  t.equal((await failureOf(transport.send(get(url)))).code, 'peer-address-refused')
  t.same([peer.requests.length, peer.connections], [1, 1])
})

t.test('TLS names the peer, and only a certificate for that name will do', async (t) => {
  const tls = makeSelfSignedCertificate(peerName)
  const peer = await serve(t, answerWell, { tls })
  const deps = { resolve: answers([publicAddress]), dial: dialAsInternet(peer) }
  const url = `https://${peerName}:${peer.port}/`
  t.equal((await openTransport(t, { ...deps, ca: [tls.cert] }).send(get(url))).status, 200)
  t.match(peer.requests[0], `host: ${peerName}:${peer.port}`)
  t.same(peer.serverNames, [peerName])

  const otherName = get(`https://sender.example:${peer.port}/`)
  const wrongName = await failureOf(openTransport(t, { ...deps, ca: [tls.cert] }).send(otherName))
  t.same(
    [wrongName.code, wrongName.details],
    ['peer-unreachable', { reason: 'ERR_TLS_CERT_ALTNAME_INVALID', sent: false }],
  )
  const untrusted = await failureOf(openTransport(t, deps).send(get(url)))
  t.same(
    [untrusted.code, untrusted.details],
    ['peer-unreachable', { reason: 'DEPTH_ZERO_SELF_SIGNED_CERT', sent: false }],
  )
  t.equal(peer.requests.length, 1)
})

t.test('a pinned IP literal is matched against the certificate and sends no server name', async (t) => {
  const tls = makeSelfSignedCertificate('127.0.0.1')
  const peer = await serve(t, answerWell, { tls })
  const request = getPinned(peer, { url: `https://${peer.address}/` })
  t.equal((await openTransport(t, { ca: [tls.cert] }).send(request)).status, 200)
  t.same(peer.serverNames, [''])
  const other = await serve(t, answerWell, { tls: makeSelfSignedCertificate(peerName) })
  const error = await failureOf(openTransport(t).send(getPinned(other, { url: `https://${other.address}/` })))
  t.same([error.code, mayHaveArrived(error.details)], ['peer-unreachable', false])
})

t.test('an address that does not answer gives way to the next one of the same name', async (t) => {
  const tls = makeSelfSignedCertificate(peerName)
  const peer = await serve(t, answerWell, { tls })
  const dialled: string[] = []
  const working = dialAsInternet(peer, dialled)
  const transport = openTransport(t, {
    resolve: answers(['2606:4700::1', publicAddress]),
    dial: (address, port) => (address === publicAddress ? working(address, port) : new Socket()),
    ca: [tls.cert],
    limits: { connectTimeoutMs: 400 },
  })
  t.equal((await transport.send(get(`https://${peerName}:${peer.port}/`))).status, 200)
  t.same(dialled, [publicAddress])
})

t.test('a request that never left says so', async (t) => {
  const gone = await serve(t, answerWell)
  await gone.close()
  const publicUrl = get(`https://${peerName}/`)
  const notFound = () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }))
  const dead = openTransport(t, {
    resolve: answers([publicAddress]),
    dial: () => new Socket(),
    limits: { connectTimeoutMs: 30 },
  })
  const failures = [
    await failureOf(openTransport(t).send(getPinned(gone))),
    await failureOf(openTransport(t, { resolve: notFound }).send(publicUrl)),
    await failureOf(openTransport(t, { resolve: answers([]) }).send(publicUrl)),
    await failureOf(dead.send(publicUrl)),
  ]
  t.same(
    failures.map(({ code, details }) => [code, details]),
    [
      ['peer-unreachable', { reason: 'ECONNREFUSED', sent: false }],
      ['peer-unreachable', { reason: 'ENOTFOUND', sent: false }],
      ['peer-unreachable', { reason: 'no-address', sent: false }],
      ['peer-timeout', { limit: 30, sent: false }],
    ],
  )
  t.notOk(failures.some(({ details }) => mayHaveArrived(details)))
})

t.test('requests that wait behind a dead peer fail with it', async (t) => {
  const gone = await serve(t, answerWell)
  await gone.close()
  const transport = openTransport(t)
  const failures = await Promise.all(Array.from({ length: 9 }, () => failureOf(transport.send(getPinned(gone)))))
  t.ok(failures.every(({ details }) => details['reason'] === 'ECONNREFUSED'))
})

t.test('an abort ends a request wherever it is', async (t) => {
  const peer = await serve(t, () => undefined)
  const transport = openTransport(t, { resolve: never, limits: { maxConnectionsPerPeer: 1 } })
  const already = await failureOf(transport.send(getPinned(peer), AbortSignal.abort()))
  const [inFlight, queued, resolving] = [new AbortController(), new AbortController(), new AbortController()]
  const results = [
    failureOf(transport.send(getPinned(peer), inFlight.signal)),
    failureOf(transport.send(getPinned(peer), queued.signal)),
    failureOf(transport.send(get(`https://${peerName}/`), resolving.signal)),
  ]
  await peer.whenAsked()
  for (const controller of [queued, resolving, inFlight]) controller.abort()
  const failures = [already, ...(await Promise.all(results))]
  t.same(
    failures.map(({ code, details }) => [code, details]),
    [false, true, false, false].map((sent) => ['peer-unreachable', { reason: 'cancelled', sent }]),
  )
  await peer.whenLeft()
  t.equal(peer.connections, 1)
})

t.test('a request that gave up while it waited leaves its place to the next', async (t) => {
  const answerNow: (() => void)[] = []
  const peer = await serve(t, (socket, requestNumber) => answerNow.push(() => answerWell(socket, requestNumber)))
  const transport = openTransport(t, { limits: { maxConnectionsPerPeer: 1 } })
  const first = transport.send(getPinned(peer))
  const second = await failureOf(transport.send(getPinned(peer, { timeoutMs: 20 })))
  t.same([second.code, second.details], ['peer-timeout', { limit: 20, sent: false }])
  await peer.whenAsked()
  answerNow.forEach((answer) => answer())
  t.equal((await first).status, 200)
  const third = transport.send(getPinned(peer))
  await peer.whenAsked(2)
  answerNow[1]?.()
  t.equal((await third).status, 200)
  t.equal(peer.requests.length, 2, 'the one that gave up was never sent')
})

t.test('close ends every request and every connection', async (t) => {
  const [idle, silent] = [await serve(t, answerWell), await serve(t, () => undefined)]
  const transport = openTransport(t, { resolve: never })
  await transport.send(getPinned(idle))
  const failures = [
    failureOf(transport.send(getPinned(silent))),
    failureOf(transport.send(get(`https://${peerName}/`))),
  ]
  await silent.whenAsked()
  await transport.close()
  t.same(
    (await Promise.all(failures)).map(({ details }) => details),
    [true, false].map((sent) => ({ reason: 'transport-closed', sent })),
  )
  await Promise.all([idle.whenLeft(), silent.whenLeft()])
  t.equal((await failureOf(transport.send(getPinned(idle)))).code, 'peer-unreachable')
  t.equal(idle.connections, 1)
})

t.test('beyond the limit of peers the one asked longest ago is let go', async (t) => {
  const peers: HostileServer[] = []
  for (let count = 0; count < 3; count += 1) peers.push(await serve(t, answerWell))
  const [first, second, third] = peers
  if (!first || !second || !third) throw new Error('three servers')
  const transport = openTransport(t, { limits: { maxPeers: 2 } })
  for (const peer of [first, second, first, third, first]) await transport.send(getPinned(peer))
  await second.whenLeft()
  await transport.send(getPinned(third))
  t.same(
    peers.map(({ connections }) => connections),
    [1, 1, 1],
  )
})
