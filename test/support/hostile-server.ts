import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { gzipSync } from 'node:zlib'
import type { TlsIdentity } from './self-signed-certificate.js'

/** What a server does once a request is complete; `requestNumber` counts from 1 over all its connections. */
export type Behaviour = (socket: Socket, requestNumber: number) => void

export interface HostileServer {
  readonly port: number
  /** `host:port`, as a pin is written. */
  readonly address: string
  readonly connections: number
  /** Bytes of the connections that have ended. */
  readonly bytesReceived: number
  /** Complete requests, head and body, as text. */
  readonly requests: readonly string[]
  /** Names that TLS clients asked for. */
  readonly serverNames: readonly string[]
  /** Resolves once no connection is open. */
  whenLeft(): Promise<void>
  /** Resolves once that many requests, 1 if not said, have come in whole. */
  whenAsked(count?: number): Promise<void>
  /** Closes every open connection, as a peer that restarts does. */
  hangUp(): void
  close(): Promise<void>
}

export interface HostileServerOptions {
  readonly host?: '127.0.0.1' | '::1'
  readonly port?: number
  readonly tls?: TlsIdentity
}

/** A server on raw TCP or TLS: no HTTP library puts right what a behaviour does wrong. */
export async function startHostileServer(
  behave: Behaviour,
  options: HostileServerOptions = {},
): Promise<HostileServer> {
  const { host = '127.0.0.1', tls } = options
  const open = new Set<Socket>()
  const leaving: (() => void)[] = []
  const asking: { readonly count: number; readonly reached: () => void }[] = []
  const requests: string[] = []
  const serverNames: string[] = []
  let connections = 0
  let bytesReceived = 0

  function serve(socket: Socket): void {
    readRequests(socket, (text) => {
      requests.push(text)
      for (const { count, reached } of asking) if (requests.length >= count) reached()
      behave(socket, requests.length)
    })
  }

  const server: Server = tls
    ? createTlsServer(tls, (socket: TLSSocket) => {
        serverNames.push(socket.servername || '')
        serve(socket)
      })
    : createServer({ allowHalfOpen: true }, serve)
  server.on('connection', (socket: Socket) => {
    connections += 1
    open.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => {
      open.delete(socket)
      bytesReceived += socket.bytesRead
      if (open.size === 0) leaving.splice(0).forEach((left) => left())
    })
  })
  const port = await listen(server, host, options.port ?? 0)

  return {
    port,
    address: host === '::1' ? `[::1]:${port}` : `${host}:${port}`,
    get connections() {
      return connections
    },
    get bytesReceived() {
      return bytesReceived
    },
    requests,
    serverNames,
    whenLeft: () => new Promise((resolve) => (open.size === 0 ? resolve() : leaving.push(resolve))),
    whenAsked: (count = 1) =>
      new Promise((reached) => {
        if (requests.length >= count) reached()
        else asking.push({ count, reached })
      }),
    hangUp: () => {
      for (const socket of open) socket.destroy()
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}

/** Answers properly; the body is 2 bytes. */
export const answerWell: Behaviour = (socket) => {
  socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/jose\r\ncontent-length: 2\r\n\r\nok')
}

/** Sends exactly this text and leaves the connection open. */
export function answerWith(text: string): Behaviour {
  return (socket) => {
    socket.write(text)
  }
}

const chunkedHead = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'
const filler = 'a'.repeat(16_384)

/** Ways to harm a client, by name. None of them ends by itself within a test's deadline. */
export const hostileBehaviours = {
  'infinite chunks': endless(chunkedHead, `4000\r\n${filler}\r\n`),
  'an endless chunk extension': endless(`${chunkedHead}5;`, filler),
  'endless trailers': endless(`${chunkedHead}0\r\n`, `x-more: ${'a'.repeat(100)}\r\n`),
  'never-ending headers': endless('HTTP/1.1 200 OK\r\n', `x-more: ${'a'.repeat(100)}\r\n`),
  'one huge header': endless('HTTP/1.1 200 OK\r\nx-more: ', filler),
  'an endless status line': endless('HTTP/1.1 200 ', filler),
  'a flood of interim answers': endless('', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
  'a body of single bytes': drip('HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n', 'a'),
  'headers of single bytes': drip('HTTP/1.1 200 OK\r\nx-slow: ', 'a'),
  'single-byte chunks': drip(chunkedHead, '1\r\na\r\n'),
  'no answer': () => undefined,
  'a head without its body': answerWith('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n'),
  'a content-length above the limit': answerWith('HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n'),
  'fewer bytes than its content-length': end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\ntoo short'),
  'two content-lengths': answerWith('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nokk'),
  'content-length beside chunks': answerWith(
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  ),
  'an answer that is not HTTP': answerWith('SSH-2.0-server\r\n\r\n'),
  'a switch of protocols': answerWith('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n'),
  'a compressed bomb': gzipBomb,
  'a half-closed connection': end(''),
  'a reset before the answer': reset(''),
  'a reset inside the body': reset('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nfirst bytes'),
} as const satisfies Readonly<Record<string, Behaviour>>

/** As much as the client takes. It yields after each block: server and client share one event loop. */
function endless(head: string, piece: string): Behaviour {
  const block = piece.repeat(Math.ceil(16_384 / piece.length))
  return (socket) => {
    const pump = () => {
      if (socket.destroyed) return
      if (socket.write(block)) setImmediate(pump)
      else socket.once('drain', () => setImmediate(pump))
    }
    socket.write(head)
    pump()
  }
}

/** Faster than any silence timeout, slower than any deadline can bear. */
function drip(head: string, piece: string): Behaviour {
  return (socket) => {
    socket.write(head)
    const timer = setInterval(() => socket.write(piece), 20)
    socket.once('close', () => {
      clearInterval(timer)
    })
  }
}

function end(text: string): Behaviour {
  return (socket) => {
    socket.end(text)
  }
}

function reset(text: string): Behaviour {
  return (socket) => {
    if (text === '') socket.resetAndDestroy()
    else socket.write(text, () => socket.resetAndDestroy())
  }
}

function gzipBomb(socket: Socket): void {
  const bomb = gzipSync(Buffer.alloc(1 << 20))
  socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`)
  socket.write(bomb)
}

/** Calls back with each request; a client that leaves ends the connection. */
function readRequests(socket: Socket, onRequest: (text: string) => void): void {
  let text = ''
  socket.on('end', () => socket.destroy())
  socket.on('data', (piece: Buffer) => {
    text += piece.toString('latin1')
    for (let length = requestLength(text); length !== undefined; length = requestLength(text)) {
      onRequest(text.slice(0, length))
      text = text.slice(length)
    }
  })
}

function requestLength(text: string): number | undefined {
  const headLength = text.indexOf('\r\n\r\n') + 4
  if (headLength < 4) return undefined
  const length = headLength + Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, headLength))?.[1] ?? 0)
  return text.length >= length ? length : undefined
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      const bound = server.address()
      if (bound === null || typeof bound === 'string') reject(new Error('not a TCP address'))
      else resolve(bound.port)
    })
  })
}
