import fc from 'fast-check'
import { Socket } from 'node:net'
import t from 'tap'
import type { ProblemCode } from '../../src/base/errors.js'
import { classifyAddress, isReachable } from '../../src/transport/address-guard.js'
import {
  globalAddresses,
  loopbackAddresses,
  privateAddresses,
  refusedUrls,
  specialAddresses,
} from '../support/hostile-addresses.js'
import { answerWell, answerWith, hostileBehaviours, type HostileServer } from '../support/hostile-server.js'
import { makeSelfSignedCertificate } from '../support/self-signed-certificate.js'
import {
  answers,
  dialAsInternet,
  dialInstead,
  failureOf,
  get,
  getPinned,
  openTransport,
  peerName,
  publicAddress,
  serve,
} from '../support/transport-fixture.js'

async function startTripwires(test: Parameters<typeof serve>[0]): Promise<readonly [HostileServer, HostileServer]> {
  const first = await serve(test, answerWell)
  return [first, await serve(test, answerWell, { host: '::1', port: first.port })]
}

t.test('F-01: no URL of the table makes a connection, whatever was pinned elsewhere', async (t) => {
  const [ipv4, ipv6] = await startTripwires(t)
  const dialled: string[] = []
  // Every name leads to an address that passes, and every dial to a tripwire: the URL alone must be reason enough.
  const transport = openTransport(t, { resolve: answers([publicAddress]), dial: dialInstead(ipv4, dialled) })
  t.ok(refusedUrls.length >= 60)
  for (const template of refusedUrls) {
    const url = template.replace('PORT', String(ipv4.port))
    for (const pinnedAddress of [undefined, 'receiver.example:444', `127.0.0.2:${ipv4.port}`, `[::1]:1`, '']) {
      const error = await failureOf(transport.send(get(url, pinnedAddress === undefined ? {} : { pinnedAddress })))
      t.same([error.code, error.details['sent']], ['peer-address-refused', false], `${url} with pin ${pinnedAddress}`)
    }
  }
  t.same([dialled, ipv4.connections, ipv6.connections], [[], 0, 0])

  // The tripwires do see what gets through.
  const pinned = openTransport(t)
  t.equal((await pinned.send(getPinned(ipv4))).status, 200)
  t.equal((await pinned.send(getPinned(ipv6))).status, 200)
  t.same([ipv4.connections, ipv6.connections], [1, 1])
})

t.test('F-01: a name that resolves to anything but public addresses makes no connection', async (t) => {
  const [tripwire] = await startTripwires(t)
  for (const address of [...privateAddresses, ...loopbackAddresses, ...specialAddresses]) {
    const dialled: string[] = []
    const transport = openTransport(t, { resolve: answers([address]), dial: dialInstead(tripwire, dialled) })
    const error = await failureOf(transport.send(get(`https://${peerName}:${tripwire.port}/`)))
    t.same([error.code, error.details['rule'], dialled], ['peer-address-refused', 'address', []], address)
  }
  t.equal(tripwire.connections, 0)
})

t.test('F-01: a pin opens private and loopback addresses and nothing else', async (t) => {
  for (const address of globalAddresses) t.equal(classifyAddress(address), 'global', address)
  for (const address of [...privateAddresses, ...loopbackAddresses]) {
    t.same([isReachable(address, false), isReachable(address, true)], [false, true], address)
  }
  for (const address of specialAddresses) t.equal(isReachable(address, true), false, address)

  const tripwire = await serve(t, answerWell)
  const transport = openTransport(t, { resolve: answers(['169.254.169.254']), dial: dialInstead(tripwire) })
  const error = await failureOf(transport.send(get('http://receiver:80/', { pinnedAddress: 'receiver:80' })))
  t.same([error.code, tripwire.connections], ['peer-address-refused', 0])
})

t.test(
  'F-01: an IPv4 address inside an IPv6 address is never global, and the way an address is written does not matter',
  (t) => {
    const hex = (value: number) => value.toString(16)
    const byte = fc.integer({ min: 0, max: 255 })
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), ([a, b, c, d]) => {
        const dotted = `${a}.${b}.${c}.${d}`
        const groups = `${hex(a * 256 + b)}:${hex(c * 256 + d)}`
        const wrapped = ['::', '::ffff:', '64:ff9b::', '64:ff9b:1::'].flatMap((prefix) => [
          prefix + dotted,
          prefix + groups,
        ])
        return [...wrapped, `2002:${groups}::1`, `2001:0:${groups}::1`].every((text) => !isReachable(text, false))
      }),
      { seed: 7, numRuns: 300 },
    )
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const normal = new URL(`http://[${text}]/`).hostname.slice(1, -1)
        return classifyAddress(text) === classifyAddress(normal)
      }),
      { seed: 7, numRuns: 300 },
    )
    t.end()
  },
)

t.test('F-02: a set of answers with one address that is not public makes no connection', async (t) => {
  const tripwire = await serve(t, answerWell)
  const dialled: string[] = []
  const publicIpv6 = '2606:4700:4700::1111'
  const mixedSets = [
    [publicAddress, '127.0.0.1'],
    ['127.0.0.1', publicAddress],
    [publicAddress, '::1'],
    [publicIpv6, '10.0.0.1'],
    [publicAddress, publicIpv6, '::ffff:127.0.0.1'],
    [...new Array<string>(20).fill(publicAddress), '169.254.169.254'],
  ]
  for (const set of mixedSets) {
    const transport = openTransport(t, { resolve: answers(set), dial: dialInstead(tripwire, dialled) })
    const error = await failureOf(transport.send(get(`https://${peerName}/`)))
    t.equal(error.code, 'peer-address-refused', set.join())
  }
  t.same([dialled, tripwire.connections], [[], 0])
})

t.test(
  'F-02: each connection resolves once, dials that answer, and is refused when the answer has turned private',
  async (t) => {
    const tls = makeSelfSignedCertificate(peerName)
    const peer = await serve(t, answerWell, { tls })
    const dialled: string[] = []
    const resolve = answers([publicAddress], ['127.0.0.1'])
    const transport = openTransport(t, { resolve, dial: dialAsInternet(peer, dialled), ca: [tls.cert] })
    const request = get(`https://${peerName}:${peer.port}/`)

    t.equal((await transport.send(request)).status, 200)
    t.equal((await transport.send(request)).status, 200, 'the open connection asks no name server')
    t.same([dialled, peer.connections, peer.serverNames], [[publicAddress], 1, [peerName]])

    peer.hangUp()
    await peer.whenLeft()
    const error = await failureOf(transport.send(request))
    t.same([error.code, error.details['sent'], dialled], ['peer-address-refused', false, [publicAddress]])
  },
)

t.test('F-02: a socket whose far end is not the address that was checked gets no byte', async (t) => {
  const tls = makeSelfSignedCertificate(peerName)
  const tripwire = await serve(t, answerWell, { tls })
  const transport = openTransport(t, { resolve: answers([publicAddress]), dial: dialInstead(tripwire), ca: [tls.cert] })
  const error = await failureOf(transport.send(get(`https://${peerName}:${tripwire.port}/`)))
  t.same([error.code, error.details], ['peer-address-refused', { rule: 'address', sent: false }])
  await tripwire.whenLeft()
  t.same([tripwire.bytesReceived, tripwire.serverNames, tripwire.requests], [0, [], []])
})

t.test('F-03: no redirect is followed', async (t) => {
  const tripwire = await serve(t, answerWell)
  for (const status of [300, 301, 302, 303, 304, 305, 307, 308, 399]) {
    const location = `location: http://${tripwire.address}/\r\nrefresh: 0;url=http://${tripwire.address}/`
    const peer = await serve(t, answerWith(`HTTP/1.1 ${status} Moved\r\n${location}\r\ncontent-length: 0\r\n\r\n`))
    const error = await failureOf(openTransport(t).send(getPinned(peer)))
    t.same([error.code, error.details], ['peer-redirect', { status, sent: true }])
  }
  t.equal(tripwire.connections, 0)
})

const expectedFailures: Readonly<Record<keyof typeof hostileBehaviours, ProblemCode>> = {
  'infinite chunks': 'peer-answer-too-large',
  'an endless chunk extension': 'peer-timeout',
  'endless trailers': 'peer-answer-too-large',
  'never-ending headers': 'peer-answer-too-large',
  'one huge header': 'peer-answer-too-large',
  'an endless status line': 'peer-timeout',
  'a flood of interim answers': 'peer-answer-invalid',
  'a body of single bytes': 'peer-timeout',
  'headers of single bytes': 'peer-timeout',
  'single-byte chunks': 'peer-timeout',
  'no answer': 'peer-timeout',
  'a head without its body': 'peer-timeout',
  'a content-length above the limit': 'peer-answer-too-large',
  'fewer bytes than its content-length': 'peer-unreachable',
  'two content-lengths': 'peer-answer-invalid',
  'content-length beside chunks': 'peer-answer-invalid',
  'an answer that is not HTTP': 'peer-answer-invalid',
  'a switch of protocols': 'peer-unreachable',
  'a compressed bomb': 'peer-answer-invalid',
  'a half-closed connection': 'peer-unreachable',
  'a reset before the answer': 'peer-unreachable',
  'a reset inside the body': 'peer-unreachable',
}

t.test('F-04: every hostile answer ends in its own failure, and the node leaves', async (t) => {
  const transport = openTransport(t)
  for (const [name, expected] of Object.entries(expectedFailures)) {
    const peer = await serve(t, hostileBehaviours[name as keyof typeof hostileBehaviours])
    const timeoutMs = expected === 'peer-timeout' ? 150 : 20_000
    const error = await failureOf(transport.send(getPinned(peer, { timeoutMs })))
    t.same([error.code, error.details['sent']], [expected, true], name)
    await peer.whenLeft()
    t.equal(peer.connections, 1, `${name}: the node does not come back by itself`)
    await peer.close()
  }
  t.equal((await transport.send(getPinned(await serve(t, answerWell)))).status, 200, 'the transport still works')
})

t.test('F-04: the limit of the body is exact, however the body is framed', async (t) => {
  const full = 'a'.repeat(1000)
  const framings = [
    (body: string) => `content-length: ${body.length}\r\n\r\n${body}`,
    (body: string) => `connection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    (body: string) => `transfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    (body: string) => `transfer-encoding: chunked\r\n\r\n${'1\r\na\r\n'.repeat(body.length)}0\r\n\r\n`,
    (body: string) =>
      `connection: close\r\ntransfer-encoding: chunked\r\n\r\n${'1\r\na\r\n'.repeat(body.length)}0\r\n\r\n`,
  ]
  for (const frame of framings) {
    const peer = await serve(t, (socket, requestNumber) => {
      socket.write(`HTTP/1.1 200 OK\r\n${frame(requestNumber === 1 ? full : `${full}a`)}`)
    })
    const transport = openTransport(t)
    t.equal(Buffer.from((await transport.send(getPinned(peer))).body).toString(), full)
    const error = await failureOf(transport.send(getPinned(peer)))
    t.same([error.code, error.details], ['peer-answer-too-large', { limit: 1000, sent: true }])
  }
})

t.test('F-04: an answer sent before it was asked for is never taken as the next answer', async (t) => {
  const answer = (body: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  const peer = await serve(t, (socket, requestNumber) => {
    socket.write(requestNumber === 1 ? answer('first') + answer('smuggled') : answer('second'))
  })
  const transport = openTransport(t)
  t.equal(Buffer.from((await transport.send(getPinned(peer))).body).toString(), 'first')
  t.equal(Buffer.from((await transport.send(getPinned(peer))).body).toString(), 'second')
  t.equal(peer.connections, 2)
})

t.test('F-04: silence is cut before the deadline', async (t) => {
  const transport = openTransport(t, { limits: { silenceTimeoutMs: 50 } })
  const reasons = ['no answer', 'a head without its body'].map(async (name) => {
    const peer = await serve(t, hostileBehaviours[name as keyof typeof hostileBehaviours])
    const { code, details } = await failureOf(transport.send(getPinned(peer, { timeoutMs: 30_000 })))
    return [code, details]
  })
  t.same(await Promise.all(reasons), [
    ['peer-timeout', { reason: 'UND_ERR_HEADERS_TIMEOUT', sent: true }],
    ['peer-timeout', { reason: 'UND_ERR_BODY_TIMEOUT', sent: true }],
  ])
})

t.test('F-04: the deadline covers the name server, the connection and the TLS handshake, and ends them', async (t) => {
  const silent = await serve(t, () => undefined)
  const connecting = new Socket()
  const resolve = answers([publicAddress])
  const cases = {
    'name server': openTransport(t, { resolve: () => new Promise<never>(() => undefined) }),
    connection: openTransport(t, { resolve, dial: () => connecting }),
    'TLS handshake': openTransport(t, { resolve, dial: dialAsInternet(silent) }),
  }
  for (const [name, transport] of Object.entries(cases)) {
    const error = await failureOf(transport.send(get(`https://${peerName}/`, { timeoutMs: 100 })))
    t.same([error.code, error.details], ['peer-timeout', { limit: 100, sent: false }], name)
  }
  t.ok(connecting.destroyed)
  await silent.whenLeft()
})
