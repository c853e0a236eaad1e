/**
 * The bare floor of the inbound benchmark: what nobody can leave out who answers a sealed, signed event with a durable,
 * signed, sealed receipt. fastify, node:crypto, one grouped commit; no schema, no gates, no thread, no content at rest.
 * A process of its own; started by inbound.ts with its keys as JSON on standard input.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
  sign,
  verify,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto'
import Database from 'better-sqlite3'
import { fastify } from 'fastify'

interface Setup {
  readonly file: string
  readonly prekey: JsonWebKey
  readonly signing: JsonWebKey
  /** Signing key and prekey of each sender, by kid of the signing key. */
  readonly senders: Readonly<Record<string, { readonly key: JsonWebKey; readonly prekey: JsonWebKey }>>
}

interface Waiting {
  readonly id: string
  readonly jws: string
  readonly receipt: string
  readonly done: () => void
}

const chunks: Buffer[] = []
for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
const setup = JSON.parse(Buffer.concat(chunks).toString()) as Setup
const importPublic = (key: JsonWebKey): KeyObject => createPublicKey({ key, format: 'jwk' })
const prekey = createPrivateKey({ key: setup.prekey, format: 'jwk' })
const signing = createPrivateKey({ key: setup.signing, format: 'jwk' })
const senders = new Map(
  Object.entries(setup.senders).map(([kid, sender]) => [
    kid,
    { key: importPublic(sender.key), prekey: importPublic(sender.prekey) },
  ]),
)

const database = new Database(setup.file)
database.pragma('journal_mode = WAL')
database.pragma('synchronous = FULL')
database.exec('CREATE TABLE event (id TEXT PRIMARY KEY, jws TEXT NOT NULL, receipt TEXT NOT NULL) STRICT')
const insert = database.prepare('INSERT INTO event (id, jws, receipt) VALUES (?, ?, ?)')
let queue: Waiting[] = []
const flush = database.transaction((batch: readonly Waiting[]) => {
  for (const { id, jws, receipt } of batch) insert.run(id, jws, receipt)
})
function commit(row: Omit<Waiting, 'done'>): Promise<void> {
  return new Promise((resolve) => {
    queue.push({ ...row, done: resolve })
    if (queue.length > 1) return
    setImmediate(() => {
      const batch = queue
      queue = []
      flush(batch)
      for (const { done } of batch) done()
    })
  })
}

function agree(privateKey: KeyObject, publicKey: KeyObject): Buffer {
  const algorithm = Buffer.from('A256GCM')
  const number = (n: number): Buffer => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(n)
    return bytes
  }
  const parts = [
    number(1),
    diffieHellman({ privateKey, publicKey }),
    number(algorithm.length),
    algorithm,
    number(0),
    number(0),
    number(256),
  ]
  return createHash('sha256').update(Buffer.concat(parts)).digest()
}

function open(envelope: string): string {
  const [header = '', , iv = '', ciphertext = '', tag = ''] = envelope.split('.')
  const { epk } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { epk: JsonWebKey }
  const decipher = createDecipheriv('aes-256-gcm', agree(prekey, importPublic(epk)), Buffer.from(iv, 'base64url'))
  decipher.setAAD(Buffer.from(header)).setAuthTag(Buffer.from(tag, 'base64url'))
  return Buffer.concat([decipher.update(Buffer.from(ciphertext, 'base64url')), decipher.final()])
    .toString('latin1')
    .trimEnd()
}

function seal(jws: string, to: KeyObject): string {
  const ephemeral = generateKeyPairSync('x25519')
  const epk = ephemeral.publicKey.export({ format: 'jwk' })
  const header = Buffer.from(JSON.stringify({ alg: 'ECDH-ES', enc: 'A256GCM', epk })).toString('base64url')
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', agree(ephemeral.privateKey, to), iv).setAAD(Buffer.from(header))
  const ciphertext = Buffer.concat([cipher.update(jws.padEnd(2048), 'latin1'), cipher.final()])
  return [
    header,
    '',
    iv.toString('base64url'),
    ciphertext.toString('base64url'),
    cipher.getAuthTag().toString('base64url'),
  ].join('.')
}

const server = fastify({ logger: false, bodyLimit: 1024 * 1024 })
server.addContentTypeParser('application/jose', { parseAs: 'buffer' }, (_request, body, done) => {
  done(null, body)
})
server.post<{ Body: Buffer }>('/federation/v1/inbox', async (request, reply) => {
  const jws = open(request.body.toString('latin1'))
  const [header = '', payload = '', signature = ''] = jws.split('.')
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }
  const sender = senders.get(kid)
  if (
    sender === undefined ||
    !verify(null, Buffer.from(`${header}.${payload}`), sender.key, Buffer.from(signature, 'base64url'))
  ) {
    return reply.code(400).send()
  }
  const { id } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { id: string }
  const digest = createHash('sha256').update(jws).digest('base64url')
  const body = Buffer.from(JSON.stringify({ id: randomUUID(), event: { id, digest }, verdict: 'accepted' })).toString(
    'base64url',
  )
  const input = `eyJhbGciOiJFZERTQSJ9.${body}`
  const receipt = `${input}.${sign(null, Buffer.from(input), signing).toString('base64url')}`
  await commit({ id, jws, receipt })
  return reply.type('application/jose').send(seal(receipt, sender.prekey))
})
const address = await server.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`${address}\n`)
