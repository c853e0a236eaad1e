import { createHmac, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { ed25519, ED25519_TORSION_SUBGROUP } from '@noble/curves/ed25519.js'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { ExchangeError } from '../../src/base/errors.js'
import { filesOf } from '../../src/config/data-folder.js'
import { parseKeyEncryptionKey, unwrapSecret, wrapSecret } from '../../src/crypto/key-encryption-key.js'
import { nodeIdOf } from '../../src/crypto/node-id.js'
import { nodeKeyUses, type NodeKeyUse } from '../../src/crypto/node-keys.js'
import { keyPairFromSeed, type KeyPair } from '../../src/crypto/private-key.js'
import { keyThumbprint } from '../../src/crypto/public-key.js'
import { messageDigest } from '../../src/crypto/signer.js'
import { openSqliteKeyRows } from '../../src/store/sqlite/sqlite-key-rows.js'
import { jwsTypes, type CompactJws, type JwsType } from '../../src/wire/compact.js'
import type { KeyStatement, Receipt } from '../../src/wire/generated/types.js'
import { readSchemaJson } from '../codegen/schema-files.js'
import { testAgreement } from '../support/agreements.js'
import { offerDraft } from '../support/drafts.js'
import { day, FakeClock, hour, minute } from '../support/fake-clock.js'
import { b64, jsonIn, post, segmentsOf, signRaw, targetOf, type FederationPath } from '../support/forge.js'
import { Outlaw } from '../support/outlaw.js'
import { seededRandom } from '../support/seeded-random.js'
import { forbiddenChanges, readState, refused, untouched } from '../support/state-hash.js'
import { TestFederation, TestNode } from '../support/test-federation.js'
import { withKeysOf } from '../support/with-keys-of.js'
import { inject } from '../support/inject.js'

const inbox = '/federation/v1/inbox'
const query = '/federation/v1/query'

const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'jose' })
const [it, ro] = [federation.get('it'), federation.get('ro')]
const { clock } = federation
const outlaw = await Outlaw.start(t, 'outlaw', clock)
const accomplice = await Outlaw.start(t, 'accomplice', clock)
const stranger = await Outlaw.start(t, 'stranger', clock)
await outlaw.join(it, ro)
await accomplice.join(it, ro)

/** The one answer to everything that cannot be attributed to a paired sender. */
const constant = await post(ro, 'no envelope')

type Case = readonly [name: string, bytes: string | Uint8Array, path?: FederationPath]

/** Each message gets the one constant answer, and all of them together leave no trace. */
async function refuseAll(t: Test, cases: readonly Case[], node = ro): Promise<void> {
  const before = readState(node.folder)
  for (const [name, bytes, path] of cases) t.strictSame(await post(node, bytes, path), constant, name)
  t.strictSame(forbiddenChanges(before, readState(node.folder), untouched), [], 'no trace')
}

const honestHeader = { alg: 'EdDSA', kid: outlaw.signing.kid, typ: 'trm-event+jwt' }

/** An envelope with an event that is right but for the header of its JWS. */
function withHeader(header: unknown): Buffer {
  return outlaw.seal(ro, signRaw(outlaw.signing.privateKey, header, outlaw.offer(ro.id)))
}

/** An envelope that is right but for its own header. */
function withOuter(header: (honest: Readonly<Record<string, unknown>>) => unknown): Buffer {
  return outlaw.seal(ro, outlaw.sign(outlaw.offer(ro.id)), { header })
}

const epochSeconds = (): number => Math.floor(clock.now() / 1000)

t.test('what the attacker builds is accepted as long as nothing in it is wrong', async (t) => {
  t.match(constant, { status: 400, code: 'envelope-refused' })
  t.match(await outlaw.tellEvent(ro, outlaw.offer(ro.id)), { verdict: 'accepted' })
  t.match(outlaw.open(ro, await post(ro, withHeader(honestHeader))), { payload: { verdict: 'accepted' } })
  t.match(
    outlaw.open(
      ro,
      await post(
        ro,
        withOuter((honest) => honest),
      ),
    ),
    { payload: { verdict: 'accepted' } },
  )
  const pinged = await outlaw.tell(ro, outlaw.query(ro.id), 'trm-query+jwt', query)
  t.match(outlaw.open(ro, pinged), { typ: 'trm-reply+jwt', payload: { type: 'node.ping' } })
})

t.test(
  'J-01: no other algorithm signs, whatever the signature: none, public key as secret, twelve in all',
  async (t) => {
    const api = await withKeysOf(ro, clock, (keys) => keys.apiKey())
    const { token } = await ro.running.issueToken({ label: 'victim', scopes: ['node:read'], days: 1 })
    const claims = jsonIn(token, 1)
    const ask = async (bearer: string): Promise<number> => {
      const headers = { authorization: `Bearer ${bearer}` }
      return (await inject(ro.running.listeners.local, { url: '/api/v1/node', headers })).statusCode
    }
    t.equal(await ask(token), 200)
    const apiHeader = jsonIn(token, 0)
    t.equal(await ask(signRaw(api.privateKey, apiHeader, claims)), 200, 'what follows fails by its algorithm alone')

    const algorithms = [
      'none',
      'HS256',
      'HS384',
      'HS512',
      'RS256',
      'PS256',
      'ES256',
      'ES384',
      'ES512',
      'ES256K',
      'Ed25519',
      'ML-DSA-44',
    ]
    const cases: Case[] = []
    for (const alg of algorithms) {
      const header = { ...honestHeader, alg }
      for (const [name, makeSignature] of signatures(alg, outlaw.signing)) {
        const jws = signRaw(outlaw.signing.privateKey, header, outlaw.offer(ro.id), makeSignature)
        cases.push([`${alg}, ${name}`, outlaw.seal(ro, jws)])
      }
      const tokenKey = { ...api, x: api.publicKey.export({ format: 'jwk' }).x ?? '' }
      for (const [name, makeSignature] of signatures(alg, tokenKey)) {
        const forged = signRaw(api.privateKey, { ...apiHeader, alg }, claims, makeSignature)
        t.equal(await ask(forged), 401, `API token: ${alg}, ${name}`)
      }
    }
    const unsigned = (): Uint8Array => new Uint8Array(0)
    cases.push([
      'EdDSA, none',
      outlaw.seal(ro, signRaw(outlaw.signing.privateKey, honestHeader, outlaw.offer(ro.id), unsigned)),
    ])
    cases.push(['no algorithm', withHeader({ kid: honestHeader.kid, typ: honestHeader.typ })])
    t.equal(await ask(signRaw(api.privateKey, apiHeader, claims, unsigned)), 401)
    await refuseAll(t, cases)
  },
)

/** The best that an attacker can put under a JWS of this algorithm, and the right signature under the wrong name. */
function signatures(
  alg: string,
  key: { readonly x: string; readonly privateKey: KeyObject; readonly publicKey: KeyObject },
): readonly (readonly [string, (input: Uint8Array) => Uint8Array])[] {
  const secrets: readonly (readonly [string, string | Buffer])[] = [
    ['raw key', Buffer.from(key.x, 'base64url')],
    ['base64url key', key.x],
    ['PEM key', key.publicKey.export({ format: 'pem', type: 'spki' })],
    ['nothing', ''],
  ]
  const hmac = secrets.map(
    ([name, secret]) =>
      [
        `keyed with ${name}`,
        (input: Uint8Array) =>
          createHmac(`sha${alg.slice(2)}`, secret)
            .update(input)
            .digest(),
      ] as const,
  )
  return [
    ['the right signature', (input) => sign(null, input, key.privateKey)],
    ['no signature', () => new Uint8Array(0)],
    ...(alg.startsWith('HS') ? hmac : []),
  ]
}

t.test('J-02: the algorithm has one name, EdDSA', async (t) => {
  const names: readonly unknown[] = [
    'Ed25519',
    'eddsa',
    'EDDSA',
    'EdDSA ',
    'EdDSА',
    ['EdDSA'],
    { alg: 'EdDSA' },
    null,
    '',
  ]
  await refuseAll(
    t,
    names.map((alg) => [JSON.stringify(alg), withHeader({ ...honestHeader, alg })]),
  )
})

const hostileKids: readonly unknown[] = [
  '../../../etc/passwd',
  '..%2f..%2fkeys.db',
  `' OR 1=1 --`,
  `'; DROP TABLE peers; --`,
  'x'.repeat(10_000),
  '\u0000',
  `${outlaw.signing.kid}\u0000`,
  outlaw.signing.kid.replace(/[A-Za-z]/, 'а'),
  `${outlaw.signing.kid}=`,
  ` ${outlaw.signing.kid}`,
  outlaw.signing.kid.slice(0, 42),
  `${outlaw.signing.kid.slice(0, 42)}${outlaw.signing.kid.endsWith('A') ? 'B' : '9'}`,
  '__proto__',
  'constructor',
  `http://127.0.0.1/${outlaw.signing.kid}`,
  [outlaw.signing.kid],
  { kid: outlaw.signing.kid },
  7,
  null,
  true,
  '',
]

t.test('J-03: a kid is a thumbprint, looked up among the keys of the sender, and leads nowhere else', async (t) => {
  const filesBefore = readdirSync(ro.folder, { recursive: true }).sort()
  const sentBefore = ro.faults.sent.length
  const hitsBefore = outlaw.hits.length
  const inner = hostileKids.map((kid): Case => [
    `JWS ${String(kid).slice(0, 30)}`,
    withHeader({ ...honestHeader, kid }),
  ])
  const outer = hostileKids.map((kid): Case => [
    `JWE ${String(kid).slice(0, 30)}`,
    withOuter((honest) => ({ ...honest, kid })),
  ])
  const others: readonly (readonly [string, string])[] = [
    ['the recipient', targetOf(ro).signingKid],
    ['another peer', accomplice.signing.kid],
    ['a stranger', stranger.signing.kid],
    ['its own identity key', outlaw.identity.kid],
    ['its own witness key', outlaw.witness.kid],
    ['its own prekey', outlaw.prekey.kid],
  ]
  const foreign = others.map(([whose, kid]): Case => [`the kid of ${whose}`, withHeader({ ...honestHeader, kid })])
  const own: readonly (readonly [string, KeyPair])[] = [
    ['identity', outlaw.identity],
    ['witness', outlaw.witness],
    ['log', outlaw.log],
  ]
  const otherJobs = own.map(([use, key]): Case => {
    const jws = signRaw(key.privateKey, { ...honestHeader, kid: key.kid }, outlaw.offer(ro.id))
    return [`signed with the ${use} key`, outlaw.seal(ro, jws)]
  })
  await refuseAll(t, [...inner, ...outer, ...foreign, ...otherJobs])
  t.equal(ro.faults.sent.length, sentBefore, 'no request went out')
  t.equal(outlaw.hits.length, hitsBefore)
  t.strictSame(readdirSync(ro.folder, { recursive: true }).sort(), filesBefore, 'no file was made')
})

t.test(
  'J-03: a signing key counts for what it signed while it was in force, and not after it was revoked',
  async (t) => {
    const keyring = await Outlaw.start(t, 'keyring', clock)
    const now = epochSeconds()
    const dayAgo = now - 86_400
    const life = { notBefore: now - 100 * 86_400, notAfter: now + 100 * 86_400 }
    const lives = {
      future: { notBefore: now + 3600, notAfter: now + 7200 },
      ended: { notBefore: life.notBefore, notAfter: dayAgo },
      revoked: { ...life, revoked: { at: dayAgo, reason: 'superseded' } },
      stolen: { ...life, revoked: { at: now, reason: 'compromised', compromisedSince: dayAgo } },
    } as const
    const keys = Object.keys(lives).map(
      (name) => [name as keyof typeof lives, keyPairFromSeed('Ed25519', keyring.random.bytes(32))] as const,
    )
    keyring.editStatement = (honest) => ({
      ...honest,
      signing: [...honest.signing, ...keys.map(([name, { x }]) => ({ key: x, ...lives[name] }))],
    })
    await keyring.join(ro)
    const signedWith = (key: KeyPair, iat: number): Buffer => {
      const offer = keyring.offer(ro.id, { iat, exp: iat + 30 * 86_400 })
      return keyring.seal(ro, signRaw(key.privateKey, { ...honestHeader, kid: key.kid }, offer))
    }
    await refuseAll(
      t,
      keys.map(([name, key]) => [`${name}, signed now`, signedWith(key, now)]),
    )
    // A thief can write any time into what it signs: of a stolen key nothing that arrives later counts.
    const stolen = keys.filter(([name]) => name === 'stolen')
    await refuseAll(
      t,
      stolen.map(([name, key]) => [`${name}, dated before the theft`, signedWith(key, dayAgo - 1)]),
    )
    const earlier = keys.filter(([name]) => name === 'ended' || name === 'revoked')
    for (const [name, key] of earlier) {
      const receipt = keyring.open(ro, await post(ro, signedWith(key, dayAgo - 1))).payload
      t.match(receipt, { verdict: 'accepted' }, `${name}, signed while it was in force`)
    }
  },
)

t.test('J-03: a revoked key does not come back with an older chain of statements', async (t) => {
  const victim = await Outlaw.start(t, 'victim', clock)
  await victim.join(ro)
  const [first = ''] = victim.document().statements
  const successor = keyPairFromSeed('Ed25519', victim.random.bytes(32))
  const now = epochSeconds()
  const honest = jsonIn(first, 1) as unknown as KeyStatement
  const second = signRaw(
    victim.identity.privateKey,
    { alg: 'EdDSA', kid: victim.identity.kid, typ: 'trm-keys+jwt' },
    {
      ...honest,
      seq: honest.seq + 1,
      prev: messageDigest(first),
      signing: [
        { ...honest.signing[0], revoked: { at: now, reason: 'compromised' } },
        { key: successor.x, notBefore: now, notAfter: now + 1_000_000 },
      ],
    },
  )
  const cardOf = (key: KeyPair, seq: number): string =>
    signRaw(
      key.privateKey,
      { alg: 'EdDSA', kid: key.kid, typ: 'trm-card+jwt' },
      { ...jsonIn(victim.document().card, 1), seq },
    )

  victim.shown = () => ({ statements: [first, second], card: cardOf(successor, epochSeconds()) })
  await federation.pass(day + hour, hour)
  const stolen = (): Buffer => victim.seal(ro, victim.sign(victim.offer(ro.id)))
  t.strictSame(await post(ro, stolen()), constant, 'the revoked key is known as such')

  // Who has the stolen key and the address serves the chain from before the revocation, under a new card.
  victim.shown = () => ({ statements: [first], card: cardOf(victim.signing, epochSeconds() + 1000) })
  await federation.pass(day + hour, hour)
  t.strictSame(await post(ro, stolen()), constant, 'and stays so')
})

t.test('J-04: a key or a place to fetch one in a header refuses the message, and nothing is fetched', async (t) => {
  const tripwire = await Outlaw.start(t, 'tripwire', clock)
  const jwk = outlaw.signing.publicKey.export({ format: 'jwk' })
  const members = {
    jwk,
    jku: tripwire.url,
    x5u: tripwire.url,
    x5c: ['AAAA'],
    x5t: 'AAAA',
    'x5t#S256': b64(Buffer.alloc(32)),
  }
  const cases = Object.entries(members).flatMap(([name, value]): readonly Case[] => [
    [`JWS ${name}`, withHeader({ ...honestHeader, [name]: value })],
    [`JWS ${name} in place of kid`, withHeader({ alg: 'EdDSA', typ: honestHeader.typ, [name]: value })],
    [`JWE ${name}`, withOuter((honest) => ({ ...honest, [name]: value }))],
  ])
  const sentBefore = ro.faults.sent.length
  await refuseAll(t, cases)
  t.equal(tripwire.hits.length, 0)
  t.equal(ro.faults.sent.length, sentBefore)
})

t.test(
  'J-05: compression, passwords, wrapped keys and other ciphers are refused before any of them runs',
  async (t) => {
    const zipped = deflateRawSync(Buffer.alloc(1 << 22, 'a'))
    const algorithms = [
      'dir',
      'RSA-OAEP',
      'RSA1_5',
      'A128KW',
      'A256GCMKW',
      'ECDH-ES+A256KW',
      'PBES2-HS512+A256KW',
      'ECDH-1PU',
      'none',
    ]
    const ciphers = ['A128GCM', 'A192GCM', 'A256CBC-HS512', 'A128CBC-HS256', 'C20P', 'a256gcm', 'none']
    const cases: Case[] = [
      ['zip', outlaw.seal(ro, zipped, { header: (honest) => ({ ...honest, zip: 'DEF' }), pad: false })],
      ...algorithms.map((alg): Case => [alg, withOuter((honest) => ({ ...honest, alg }))]),
      ...ciphers.map((enc): Case => [enc, withOuter((honest) => ({ ...honest, enc }))]),
      ...[1, 310_000, 2 ** 31 - 1].map((p2c): Case => {
        const change = { alg: 'PBES2-HS512+A256KW', p2s: b64('salt'), p2c }
        return [`p2c ${p2c}`, withOuter((honest) => ({ ...honest, ...change }))]
      }),
      ['p2c beside ECDH-ES', withOuter((honest) => ({ ...honest, p2s: b64('salt'), p2c: 2 ** 31 - 1 }))],
      ['apu', withOuter((honest) => ({ ...honest, apu: b64('outlaw') }))],
      ['apv', withOuter((honest) => ({ ...honest, apv: b64(ro.id) }))],
      ['iv', withOuter((honest) => ({ ...honest, iv: b64(Buffer.alloc(12)) }))],
      ['an encrypted key', String(withOuter((honest) => honest)).replace('..', `.${b64(Buffer.alloc(40))}.`)],
    ]
    const before = process.cpuUsage()
    await refuseAll(t, cases)
    const { user } = process.cpuUsage(before)
    // One derivation of 2^31 rounds alone takes a quarter of an hour.
    t.ok(user < 5_000_000, `${Math.round(user / 1000)} ms of processor for ${cases.length} messages`)
  },
)

t.test('J-06: crit is refused, empty, unknown, or for what the header has anyway', async (t) => {
  const crits: readonly Readonly<Record<string, unknown>>[] = [
    { crit: [] },
    { crit: ['exp'], exp: 1 },
    { crit: ['b64'], b64: false },
    { crit: ['b64'], b64: true },
    { crit: ['alg'] },
    { crit: ['trm-unknown'], 'trm-unknown': true },
    { b64: false },
  ]
  await refuseAll(
    t,
    crits.flatMap((crit): readonly Case[] => [
      [`JWS ${JSON.stringify(crit)}`, withHeader({ ...honestHeader, ...crit })],
      [`JWE ${JSON.stringify(crit)}`, withOuter((honest) => ({ ...honest, ...crit }))],
    ]),
  )
})

/** JSON that two readers may take for two things, made from the text of an object. */
function ambiguous(text: string, member: string): readonly (readonly [string, string | Buffer])[] {
  const more = (head: string): string => `{${head},${text.slice(1)}`
  const [before = '', after = ''] = text.split(`"${member}":"`)
  return [
    ['a duplicate member', more(`"${member}":"x"`)],
    ['a duplicate member, escaped', more(`"\\u00${member.charCodeAt(0).toString(16)}${member.slice(1)}":"x"`)],
    ['__proto__', more('"__proto__":{"x":1}')],
    ['constructor', more('"constructor":{"prototype":{"x":1}}')],
    ['a byte order mark', `\ufeff${text}`],
    ['a second value after it', `${text}{}`],
    ['a NUL after it', `${text}\0`],
    ['broken UTF-8', Buffer.concat([Buffer.from(`${before}"${member}":"`), Buffer.of(0xff), Buffer.from(after)])],
    [
      'overlong UTF-8',
      Buffer.concat([Buffer.from(`${before}"${member}":"`), Buffer.of(0xc0, 0xaf), Buffer.from(after)]),
    ],
    ['a lone surrogate', more('"x":"\\ud800"')],
    ['2^53 + 1', more('"x":9007199254740993')],
    ['1e400', more('"x":1e400')],
    ['depth 17', more(`"x":${'['.repeat(16)}${']'.repeat(16)}`)],
    ['2001 members', more(Array.from({ length: 2001 }, (_, at) => `"x${at}":0`).join())],
    ['a comment', more('"x":1/**/')],
    ['a trailing comma', `${text.slice(0, -1)},}`],
    ['single quotes', text.replaceAll('"', "'")],
    ['an array', `[${text}]`],
    ['null', 'null'],
    ['nothing', ''],
  ]
}

t.test('J-07: JSON with two meanings is refused, in headers and under a valid signature', async (t) => {
  const { privateKey } = outlaw.signing
  const payload = JSON.stringify(outlaw.offer(ro.id))
  const envelopeHeader = (text: string | Buffer): Buffer =>
    outlaw.seal(ro, outlaw.sign(outlaw.offer(ro.id)), { spell: () => b64(text) })
  const outerText = String(Buffer.from(segmentsOf(outlaw.seal(ro, 'x'))[0] ?? '', 'base64url'))
  const cases: Case[] = []
  for (const [name, text] of ambiguous(payload, 'from')) {
    const bytes = Buffer.from(text)
    cases.push([`payload: ${name}`, outlaw.seal(ro, signRaw(privateKey, honestHeader, bytes))])
  }
  for (const [name, text] of ambiguous(JSON.stringify(honestHeader), 'kid')) {
    const input = `${b64(text)}.${b64(payload)}`
    cases.push([`JWS header: ${name}`, outlaw.seal(ro, `${input}.${b64(sign(null, Buffer.from(input), privateKey))}`)])
  }
  for (const [name, text] of ambiguous(outerText, 'kid')) cases.push([`JWE header: ${name}`, envelopeHeader(text)])
  cases.push(['JWS header: 1 MB', withHeader({ ...honestHeader, x: 'x'.repeat(100_000) })])
  cases.push(['JWE header: 200 KB', withOuter((honest) => ({ ...honest, x: 'x'.repeat(150_000) }))])
  await refuseAll(t, cases)
  t.match(outlaw.open(ro, await post(ro, outlaw.seal(ro, signRaw(privateKey, honestHeader, payload)))), {
    payload: { verdict: 'accepted' },
  })
  t.strictSame(Object.keys(Object.prototype), [])
})

/** Other spellings of the same bytes, as far as this segment has them. */
function spellings(segment: string): readonly (readonly [string, string])[] {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(segment.at(-1) ?? '')
  const all: readonly (readonly [string, string])[] = [
    ['padding', segment.padEnd(Math.ceil(segment.length / 4) * 4, '=')],
    ['more padding', `${segment}==`],
    ['a line break', `${segment.slice(0, 7)}\n${segment.slice(7)}`],
    ['a space', `${segment.slice(0, 7)} ${segment.slice(7)}`],
    ['the other alphabet', segment.replaceAll('-', '+').replaceAll('_', '/')],
    ['unused bits', segment.length % 4 === 0 ? segment : segment.slice(0, -1) + (alphabet[last ^ 1] ?? '')],
  ]
  const bytes = Buffer.from(segment, 'base64url')
  return all.filter(([, text]) => text !== segment && Buffer.from(text, 'base64url').equals(bytes))
}

t.test('J-08: every segment has one spelling; the others are refused although they mean the same bytes', async (t) => {
  const cases: Case[] = []
  const spelled = new Set<string>()
  for (let round = 0; round < 4; round += 1) {
    const [header = '', payload = '', signature = ''] = outlaw.sign(outlaw.offer(ro.id)).split('.')
    const signed = (input: string): string =>
      `${input}.${b64(sign(null, Buffer.from(input), outlaw.signing.privateKey))}`
    const put = (name: string, bytes: string | Uint8Array): void => {
      spelled.add(name)
      cases.push([name, bytes])
    }
    for (const [how, text] of spellings(header))
      put(`JWS header: ${how}`, outlaw.seal(ro, signed(`${text}.${payload}`)))
    for (const [how, text] of spellings(payload))
      put(`JWS payload: ${how}`, outlaw.seal(ro, signed(`${header}.${text}`)))
    for (const [how, text] of spellings(signature)) {
      put(`JWS signature: ${how}`, outlaw.seal(ro, `${header}.${payload}.${text}`))
    }
    const jws = `${header}.${payload}.${signature}`
    for (const [how] of spellings(segmentsOf(outlaw.seal(ro, jws))[0] ?? '')) {
      const spell = (honest: string): string => spellings(honest).find(([name]) => name === how)?.[1] ?? `${honest}=`
      put(`JWE header: ${how}`, outlaw.seal(ro, jws, { spell }))
    }
    const envelope = [...segmentsOf(outlaw.seal(ro, jws))]
    for (const [at, part] of [
      [2, 'iv'],
      [3, 'ciphertext'],
      [4, 'tag'],
    ] as const) {
      for (const [how, text] of spellings(envelope[at] ?? ''))
        put(`JWE ${part}: ${how}`, envelope.with(at, text).join('.'))
    }
  }
  for (const how of ['padding', 'a line break', 'the other alphabet', 'unused bits']) {
    t.ok([...spelled].filter((name) => name.endsWith(`: ${how}`)).length >= 3, how)
  }
  await refuseAll(t, cases)
})

t.test('J-09: only the compact form is a message', async (t) => {
  const jws = outlaw.sign(outlaw.offer(ro.id))
  const [protectedHeader, payload, signature] = jws.split('.')
  const [outer = '', , iv, ciphertext, tag] = segmentsOf(outlaw.seal(ro, jws))
  const honestOuter = jsonIn(outer, 0)
  const forms: readonly (readonly [string, unknown])[] = [
    ['flattened JWE', { protected: outer, iv, ciphertext, tag }],
    ['general JWE', { protected: outer, recipients: [{}], iv, ciphertext, tag }],
    ['JWE with unprotected header', { unprotected: honestOuter, iv, ciphertext, tag }],
    ['flattened JWS', { protected: protectedHeader, payload, signature }],
    ['general JWS', { payload, signatures: [{ protected: protectedHeader, signature }] }],
    ['JWS with unprotected header', { header: honestHeader, payload, signature }],
    ['two signatures', { payload, signatures: [1, 2].map(() => ({ protected: protectedHeader, signature })) }],
  ]
  await refuseAll(t, [
    ...forms.map(([name, form]): Case => [name, JSON.stringify(form)]),
    ...forms.map(([name, form]): Case => [`${name}, sealed`, outlaw.seal(ro, JSON.stringify(form))]),
    ['a fourth segment', outlaw.seal(ro, `${jws}.${signature}`)],
    ['two JWS', outlaw.seal(ro, `${jws} ${jws}`)],
    ['an envelope with a sixth segment', `${outlaw.seal(ro, jws).toString()}.${tag}`],
    ['two envelopes', `${outlaw.seal(ro, jws).toString()}\n${outlaw.seal(ro, jws).toString()}`],
    ['a brace in front', `{${outlaw.seal(ro, jws).toString()}`],
    ['space in front', ` ${outlaw.seal(ro, jws).toString()}`],
    ['space in front of the JWS', outlaw.seal(ro, ` ${jws}`)],
    ['a line break after the JWS', outlaw.seal(ro, `${jws}\n`)],
    ['nothing', ''],
    ['NULs', Buffer.alloc(1000)],
  ])
  const before = readState(ro.folder)
  const honest = outlaw.seal(ro, jws)
  for (const type of [
    'application/jose+json',
    'application/json',
    'text/plain',
    'application/jose; charset=utf-8',
    '',
  ]) {
    t.match(
      await post(ro, honest, inbox, { 'content-type': type }),
      { status: 415, code: 'unsupported-media-type' },
      type,
    )
  }
  for (const [path, body] of [
    [inbox, undefined],
    [query, undefined],
    [inbox, honest],
  ] as const) {
    const answer = await inject(ro.running.listeners.federation, {
      method: 'POST',
      url: path,
      ...(body && { payload: body }),
    })
    t.match(answer.json(), { status: 415, code: 'unsupported-media-type' }, 'no content type')
  }
  t.strictSame(forbiddenChanges(before, readState(ro.folder), untouched), [])
})

const groupOrder = ed25519.Point.CURVE().n

/** Public keys that verify what nobody signed, or have two spellings. */
function unsafeKeys(): readonly (readonly [string, string])[] {
  const mixed = ed25519.Point.fromBytes(Buffer.from(outlaw.log.x, 'base64url')).add(
    ed25519.Point.fromHex(ED25519_TORSION_SUBGROUP[1] ?? ''),
  )
  const hex: readonly (readonly [string, string])[] = [
    ...ED25519_TORSION_SUBGROUP.map((point, at) => [`small order ${at}`, point] as const),
    ['mixed order', mixed.toHex()],
    ['identity, y = p + 1', `ee${'ff'.repeat(30)}7f`],
    ['y = p', `ed${'ff'.repeat(30)}7f`],
    ['y = 2^255 - 1', `${'ff'.repeat(31)}7f`],
    ['x = 0 with the sign set', `01${'00'.repeat(30)}80`],
    ['not on the curve', `02${'00'.repeat(31)}`],
  ]
  return hex.map(([name, bytes]) => [name, b64(Buffer.from(bytes, 'hex'))])
}

t.test(
  'J-10: a key of small or mixed order, or with two spellings, is refused wherever a node could publish it',
  async (t) => {
    const identityPoint = ED25519_TORSION_SUBGROUP[0] ?? ''
    const universal = Buffer.concat([Buffer.from(identityPoint, 'hex'), Buffer.alloc(32)])
    const weak = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: b64(Buffer.from(identityPoint, 'hex')) },
      format: 'jwk',
    })
    t.ok(verify(null, Buffer.from('anything'), weak, universal), 'OpenSSL alone is satisfied')

    const publisher = await Outlaw.start(t, 'publisher', clock)
    const honest = publisher.document()
    const statement = jsonIn(honest.statements[0] ?? '', 1) as unknown as KeyStatement
    const before = readState(ro.folder)
    for (const [name, key] of unsafeKeys()) {
      // The identity key: the node id is that of the key, and the signature one that a weak key lets pass.
      publisher.shown = () => {
        const node = nodeIdOf(key, statement.nextKeyHash)
        const header = { alg: 'EdDSA', kid: keyThumbprint('Ed25519', key), typ: 'trm-keys+jwt' }
        const forged = signRaw(
          publisher.identity.privateKey,
          header,
          { ...statement, node, identityKey: key },
          () => universal,
        )
        return { ...honest, statements: [forged] }
      }
      t.match(await publisher.askToJoin(ro, nodeIdOf(key, statement.nextKeyHash)), { status: 400 }, `identity: ${name}`)

      publisher.shown = () => publisher.document()
      const [signingKey] = statement.signing
      publisher.editStatement = (kept) => ({ ...kept, signing: [...kept.signing, { ...signingKey, key }] })
      t.match(await publisher.askToJoin(ro), { status: 400, body: { code: 'key-unsafe' } }, `signing: ${name}`)
      publisher.editStatement = (kept) => ({ ...kept, witness: key })
      t.match(await publisher.askToJoin(ro), { status: 400, body: { code: 'key-unsafe' } }, `witness: ${name}`)
      publisher.editStatement = (kept) => kept
      publisher.editCard = (card) => ({ ...card, log: { ...card.log, key } })
      t.match(await publisher.askToJoin(ro), { status: 400, body: { code: 'key-unsafe' } }, `log: ${name}`)
      publisher.editCard = (card) => card
    }
    t.strictSame(forbiddenChanges(before, readState(ro.folder), untouched), [])
    t.match(await publisher.askToJoin(ro), { status: 201 }, 'the same node with honest keys is taken')
  },
)

t.test('J-10: a signature has one form, and none that fits by chance', async (t) => {
  const jws = outlaw.sign(outlaw.offer(ro.id))
  const input = jws.slice(0, jws.lastIndexOf('.'))
  const signature = Buffer.from(jws.slice(jws.lastIndexOf('.') + 1), 'base64url')
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)]
  const withSignature = (bytes: Uint8Array): Buffer => outlaw.seal(ro, `${input}.${b64(bytes)}`)
  const plusOrder = (times: bigint): Buffer => {
    const value = BigInt(`0x${Buffer.from(s).reverse().toString('hex')}`) + times * groupOrder
    return Buffer.from(value.toString(16).padStart(64, '0').slice(-64), 'hex').reverse()
  }
  await refuseAll(t, [
    ...[1n, 2n, 8n].map((times): Case => [`S + ${times} L`, withSignature(Buffer.concat([r, plusOrder(times)]))]),
    ...ED25519_TORSION_SUBGROUP.flatMap((point, at): readonly Case[] => {
      const small = Buffer.from(point, 'hex')
      return [
        [`R of small order ${at}, S = 0`, withSignature(Buffer.concat([small, Buffer.alloc(32)]))],
        [`R of small order ${at}, S of this message`, withSignature(Buffer.concat([small, s]))],
      ]
    }),
    ['S = 0', withSignature(Buffer.concat([r, Buffer.alloc(32)]))],
    [
      'S = L',
      withSignature(Buffer.concat([r, Buffer.from(groupOrder.toString(16).padStart(64, '0'), 'hex').reverse()])),
    ],
    ['all zero', withSignature(Buffer.alloc(64))],
    ['all one', withSignature(Buffer.alloc(64, 0xff))],
    ['63 bytes', withSignature(signature.subarray(0, 63))],
    ['65 bytes', withSignature(Buffer.concat([signature, Buffer.of(0)]))],
    [
      'of another message',
      withSignature(Buffer.from(outlaw.sign(outlaw.offer(ro.id)).split('.')[2] ?? '', 'base64url')),
    ],
  ])
  t.match(outlaw.open(ro, await post(ro, withSignature(signature))), { payload: { verdict: 'accepted' } })
})

/** Points whose shared secret is zero with every key, and spellings of points beyond the field. */
const unsafePoints = [
  `00${'00'.repeat(31)}`,
  `01${'00'.repeat(31)}`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
  `f2${'ff'.repeat(30)}7f`,
  `09${'00'.repeat(30)}80`,
].map((hex) => b64(Buffer.from(hex, 'hex')))

t.test('J-11: an ephemeral key without a secret, or not as the profile wants it, is refused', async (t) => {
  const jws = outlaw.sign(outlaw.offer(ro.id))
  const withEpk = (epk: unknown): Buffer => outlaw.seal(ro, jws, { header: (honest) => ({ ...honest, epk }) })
  const { x } = outlaw.prekey
  await refuseAll(t, [
    ...unsafePoints.map((point): Case => {
      // The whole world knows the secret: zero.
      return [`u = ${point}`, outlaw.seal(ro, jws, { ephemeral: { x: point, secret: new Uint8Array(32) } })]
    }),
    ['with d', withOuter((honest) => ({ ...honest, epk: { ...(honest['epk'] as object), d: x } }))],
    ['with a kid', withOuter((honest) => ({ ...honest, epk: { ...(honest['epk'] as object), kid: 'x' } }))],
    ['crv Ed25519', withEpk({ kty: 'OKP', crv: 'Ed25519', x })],
    ['crv X448', withEpk({ kty: 'OKP', crv: 'X448', x: b64(Buffer.alloc(56, 5)) })],
    ['crv P-256', withEpk({ kty: 'EC', crv: 'P-256', x, y: x })],
    ['kty EC', withEpk({ kty: 'EC', crv: 'X25519', x })],
    ['kty oct', withEpk({ kty: 'oct', k: x })],
    ['31 bytes', withEpk({ kty: 'OKP', crv: 'X25519', x: b64(Buffer.alloc(31, 5)) })],
    ['33 bytes', withEpk({ kty: 'OKP', crv: 'X25519', x: b64(Buffer.alloc(33, 5)) })],
    ['no x', withEpk({ kty: 'OKP', crv: 'X25519' })],
    ['a text', withEpk(x)],
    ['null', withEpk(null)],
    ['none', withOuter((honest) => ({ ...honest, epk: undefined }))],
  ])
})

t.test(
  'J-11: a card with an unsafe prekey is refused, from a stranger and from a peer, who harms nobody with it',
  async (t) => {
    const publisher = await Outlaw.start(t, 'prekeys', clock)
    const before = readState(ro.folder)
    for (const key of unsafePoints) {
      publisher.editCard = (card) => ({
        ...card,
        prekeys: [...card.prekeys, { key, notBefore: card.iat, notAfter: card.exp }],
      })
      t.match(await publisher.askToJoin(ro), { status: 400, body: { code: 'key-unsafe' } })
    }
    t.strictSame(forbiddenChanges(before, readState(ro.folder), untouched), [])

    publisher.editCard = (card) => card
    await publisher.join(ro)
    publisher.editCard = (card) => ({
      ...card,
      prekeys: [{ key: unsafePoints[0], notBefore: card.iat, notAfter: card.exp }],
    })
    await federation.pass(day + hour, hour)
    await ro.stop()
    await ro.start()
    t.match(
      await publisher.tellEvent(ro, publisher.offer(ro.id)),
      { verdict: 'accepted' },
      'the card from before still counts',
    )
  },
)

t.test('J-12: every flipped bit and every cut of an envelope is refused', async (t) => {
  const envelope = outlaw.seal(ro, outlaw.sign(outlaw.offer(ro.id)))
  const start = envelope.indexOf('..') - 150
  const positions = Array.from({ length: 300 }, (_, at) => start + at)
  const random = seededRandom('bits')
  const lengths = segmentsOf(envelope).map(({ length }) => length)
  lengths.forEach((length, segment) => {
    const begin = lengths.slice(0, segment).reduce((sum, each) => sum + each + 1, 0)
    for (let sample = 0; sample < 15 && length > 0; sample += 1)
      positions.push(begin + Math.floor(random.fraction() * length))
    if (length > 0) positions.push(begin, begin + length - 1)
  })
  const before = readState(ro.folder)
  const codes = new Map<string, number>()
  for (const position of positions) {
    for (let bit = 0; bit < 8; bit += 1) {
      const flipped = Buffer.from(envelope)
      flipped[position] = (flipped[position] ?? 0) ^ (1 << bit)
      const { status, code = 'sealed' } = await post(ro, flipped)
      codes.set(code, (codes.get(code) ?? 0) + 1)
      if (code !== 'unknown-prekey' && status !== 400) t.fail(`bit ${bit} of byte ${position}: ${status}`)
    }
  }
  // A bit of the kid that leaves it a thumbprint names another prekey.
  t.strictSame([...codes.keys()].sort(), ['envelope-refused', 'unknown-prekey'])
  t.comment(`${positions.length * 8} flipped bits`, Object.fromEntries(codes))
  t.strictSame(forbiddenChanges(before, readState(ro.folder), untouched), [], 'no trace')

  const [header = '', key = '', iv = '', ciphertext = '', tag = ''] = segmentsOf(envelope)
  const cut = (segment: string, bytes: number): string => b64(Buffer.from(segment, 'base64url').subarray(0, bytes))
  await refuseAll(t, [
    ...[0, 4, 8, 12, 13, 14, 15].map((bytes): Case => [
      `tag of ${bytes}`,
      [header, key, iv, ciphertext, cut(tag, bytes)].join('.'),
    ]),
    ...[0, 8, 11].map((bytes): Case => [`iv of ${bytes}`, [header, key, cut(iv, bytes), ciphertext, tag].join('.')]),
    ...[0, 1, 8191].map((bytes): Case => [
      `ciphertext of ${bytes}`,
      [header, key, iv, cut(ciphertext, bytes), tag].join('.'),
    ]),
    ['an iv of 16', [header, key, b64(Buffer.alloc(16)), ciphertext, tag].join('.')],
    [
      'a tag of 17',
      [header, key, iv, ciphertext, b64(Buffer.concat([Buffer.from(tag, 'base64url'), Buffer.of(0)]))].join('.'),
    ],
    ...[1, 100, 5000].map((bytes): Case => [`${bytes} bytes less`, envelope.subarray(0, -bytes)]),
    ['no padding', outlaw.seal(ro, outlaw.sign(outlaw.offer(ro.id)), { pad: false })],
    ['padding to another size', outlaw.seal(ro, outlaw.sign(outlaw.offer(ro.id)).padEnd(9000), { pad: false })],
  ])
  t.match(outlaw.open(ro, await post(ro, envelope)), { payload: { verdict: 'accepted' } }, 'unharmed it is accepted')
})

t.test('J-13: each kind of object is taken where it belongs and nowhere else', async (t) => {
  const { token } = await ro.running.issueToken({ label: 'matrix', scopes: ['node:read'], days: 1 })
  const [statement = ''] = outlaw.document().statements
  const oldReceipt = outlaw.open(ro, await outlaw.tell(ro, outlaw.offer(ro.id))).jws
  const [ownStatement = ''] = ro.running.document().statements
  const objects: Readonly<Record<string, () => string>> = {
    event: () => outlaw.sign(outlaw.offer(ro.id)),
    query: () => outlaw.sign(outlaw.query(ro.id), 'trm-query+jwt'),
    reply: () => outlaw.sign({ ...outlaw.query(ro.id), query: outlaw.nonce(), body: {} }, 'trm-reply+jwt'),
    receipt: () => outlaw.sign(receiptForNothing(), 'trm-receipt+jwt'),
    card: () => outlaw.document().card,
    statement: () => statement,
    'API token': () => token,
    'reflected receipt': () => oldReceipt,
    'reflected card': () => ro.running.document().card,
    'reflected statement': () => ownStatement,
    'identity file': () => readFileSync(filesOf(ro.folder).identity, 'utf8').trim(),
  }
  const belongs: Readonly<Record<string, FederationPath>> = { event: inbox, query }
  const cases: Case[] = []
  for (const [name, make] of Object.entries(objects)) {
    for (const path of [inbox, query] as const) {
      if (belongs[name] !== path) cases.push([`${name} at ${path}`, outlaw.seal(ro, make()), path])
      cases.push([`${name} at ${path}, not sealed`, make(), path])
    }
    const headers = { authorization: `Bearer ${make()}` }
    const answer = await inject(ro.running.listeners.local, { url: '/api/v1/node', headers })
    t.equal(answer.statusCode, name === 'API token' ? 200 : 401, `${name} as API token`)
  }
  await refuseAll(t, cases)
  for (const [name, path] of Object.entries(belongs)) {
    t.equal((await post(ro, outlaw.seal(ro, objects[name]?.() ?? ''), path)).status, 200, `${name} at ${path}`)
  }

  // A node document whose parts changed places, or are something else.
  const newcomer = await Outlaw.start(t, 'newcomer', clock)
  const honest = newcomer.document()
  const [own = ''] = honest.statements
  const event = newcomer.sign(newcomer.offer(ro.id))
  const documents = [
    { statements: [honest.card], card: own },
    { statements: [own], card: own },
    { statements: [own], card: event },
    { statements: [event], card: honest.card },
    { statements: [own], card: newcomer.sign(jsonIn(honest.card, 1), 'trm-event+jwt') },
    { statements: [own], card: outlaw.document().card },
    { statements: [statement], card: honest.card },
  ]
  for (const document of documents) {
    newcomer.shown = () => document
    t.match(await newcomer.askToJoin(ro), { status: 400 })
  }
})

/** The first example of a schema, said by the outlaw. */
function exampleOf(name: string): unknown {
  const { examples } = readSchemaJson<{ readonly examples: readonly object[] }>(`${name}.schema.json`)
  return { ...examples[0], node: outlaw.id }
}

/** Well-formed, and about an event that nobody sent. */
function receiptForNothing(): unknown {
  const event = { id: outlaw.offer(ro.id).id, digest: outlaw.nonce() }
  const log = { origin: `trm.node/${outlaw.id}/1`, leaf: outlaw.nonce() }
  const { iat, id, from, to } = outlaw.offer(ro.id)
  return { v: 1, id, from, to, iat, event, verdict: 'accepted', log, own: 0, codeLists: outlaw.nonce() }
}

t.test('J-13: a payload of one type under the typ of another has no effect, at either endpoint', async (t) => {
  const payloads: Readonly<Record<JwsType, () => unknown>> = {
    'trm-event+jwt': () => outlaw.offer(ro.id),
    'trm-query+jwt': () => outlaw.query(ro.id),
    'trm-reply+jwt': () => ({ ...outlaw.query(ro.id), query: outlaw.nonce() }),
    'trm-receipt+jwt': () => receiptForNothing(),
    'trm-card+jwt': () => jsonIn(outlaw.document().card, 1),
    'trm-keys+jwt': () => jsonIn(outlaw.document().statements[0] ?? '', 1),
    'trm-rotation+jwt': () => exampleOf('rotation-approval'),
    'trm-agreement+jwt': () => testAgreement(outlaw.id, ro.id),
    'trm-contact+jwt': () => exampleOf('contact'),
    'trm-vouch+jwt': () => exampleOf('vouch'),
    'trm-consent+jwt': () => exampleOf('consent'),
  }
  const before = readState(ro.folder)
  for (const type of jwsTypes) {
    for (const typ of [...jwsTypes, 'JWT', 'at+jwt', '', 'trm-event', 'TRM-EVENT+JWT', 'application/trm-event+jwt']) {
      if (typ === type) continue
      for (const path of [inbox, query] as const) {
        const answer = await post(ro, outlaw.seal(ro, outlaw.sign(payloads[type](), typ)), path)
        const name = `${type} as ${typ} at ${path}`
        if (answer.status !== 200) {
          t.strictSame(answer, constant, name)
          continue
        }
        const { payload } = outlaw.open(ro, answer)
        const isRefusal = payload['verdict'] === 'refused' || payload['type'] === 'problem'
        t.ok(isRefusal, name)
      }
    }
  }
  t.strictSame(forbiddenChanges(before, readState(ro.folder), refused), [], 'receipts and leaves only')
})

t.test(
  'J-14: 1,000 signed referrals, sealed again by their recipient to a third node, are all refused there',
  async (t) => {
    const before = readState(ro.folder)
    let acceptedCount = 0
    for (let count = 0; count < 990; count += 1) {
      const jws = outlaw.sign(outlaw.offer(accomplice.id))
      const answer = await post(ro, accomplice.seal(ro, jws))
      if (answer.status === 200 || !answer.body.equals(constant.body)) acceptedCount += 1
    }
    // And ten that an honest node sent.
    const received: string[] = []
    accomplice.answer = ({ url, body }) => {
      // The node asks its peers about the directory as well.
      if (url === inbox) received.push(accomplice.unseal(body, ['trm-event+jwt']).text)
      return { status: 503, type: 'text/plain', body: '' }
    }
    for (let count = 0; count < 10; count += 1) await it.submit(offerDraft(accomplice.id))
    await federation.pass(minute, 10_000)
    const forwarded = [...new Set(received)]
    t.equal(forwarded.length, 10)
    for (const jws of forwarded) {
      const answer = await post(ro, accomplice.seal(ro, jws))
      if (answer.status === 200 || !answer.body.equals(constant.body)) acceptedCount += 1
    }
    t.equal(acceptedCount, 0)
    t.strictSame(forbiddenChanges(before, readState(ro.folder), untouched), [], 'no trace')
  },
)

t.test('J-15: what is only encrypted, only signed, or wrapped twice is refused', async (t) => {
  const offer = outlaw.offer(ro.id)
  const jws = outlaw.sign(offer)
  await refuseAll(t, [
    ['only encrypted', outlaw.seal(ro, JSON.stringify(offer))],
    [
      'unsigned',
      outlaw.seal(ro, `${b64(JSON.stringify({ ...honestHeader, alg: 'none' }))}.${b64(JSON.stringify(offer))}.`),
    ],
    ['only signed', jws],
    ['an envelope in an envelope', outlaw.seal(ro, outlaw.seal(ro, jws))],
    ['a JWS in a JWS', outlaw.seal(ro, signRaw(outlaw.signing.privateKey, honestHeader, jws))],
    [
      'a JWS in a JWS that says so',
      outlaw.seal(ro, signRaw(outlaw.signing.privateKey, { ...honestHeader, cty: 'JWT' }, jws)),
    ],
    ['cty JOSE', withOuter((honest) => ({ ...honest, cty: 'JOSE' }))],
    ['no cty', withOuter((honest) => ({ ...honest, cty: undefined }))],
    ['another typ', withOuter((honest) => ({ ...honest, typ: 'JWT' }))],
    ['spaces only', outlaw.seal(ro, '')],
  ])
})

t.test('J-16: nobody takes over the referral of another node by signing it anew', async (t) => {
  const offer = outlaw.offer(ro.id)
  const signedBy = (thief: Outlaw, payload: unknown, kid = thief.signing.kid): Buffer =>
    thief.seal(ro, signRaw(thief.signing.privateKey, { ...honestHeader, kid }, payload))
  await refuseAll(t, [
    ['signed by another peer', signedBy(accomplice, offer)],
    ['signed by another peer under the kid of the author', signedBy(accomplice, offer, outlaw.signing.kid)],
    ['signed by a stranger', signedBy(stranger, offer)],
    ['claimed by a stranger', signedBy(stranger, { ...offer, from: stranger.id })],
    ['from the recipient itself', signedBy(accomplice, { ...offer, from: ro.id })],
  ])
  t.match(await outlaw.tellEvent(ro, offer), { verdict: 'accepted' })

  // Claimed as its own, the thread is still not the thief's.
  const before = readState(ro.folder)
  const claimed = accomplice.open(ro, await post(ro, signedBy(accomplice, { ...offer, from: accomplice.id }))).payload
  t.match(claimed, { verdict: 'refused', code: 'thread-not-yours' })
  t.strictSame(forbiddenChanges(before, readState(ro.folder), refused), [])

  // A statement can list a key without having it. What the owner of the key signs stays the owner's.
  const pretender = await Outlaw.start(t, 'pretender', clock)
  pretender.editStatement = (kept) => ({
    ...kept,
    signing: [...kept.signing, { ...kept.signing[0], key: outlaw.signing.x }],
  })
  await pretender.join(ro)
  const second = outlaw.offer(ro.id)
  t.match(await outlaw.tellEvent(ro, second), { verdict: 'accepted', to: outlaw.id })
  t.equal((await ro.thread(second.thread)).peer, outlaw.id)
})

t.test('J-17: the same message gets the same receipt, as often as it comes, and changes nothing again', async (t) => {
  const jws = outlaw.sign(outlaw.offer(ro.id))
  const first = outlaw.open(ro, await post(ro, outlaw.seal(ro, jws)))
  const wrong = outlaw.sign(outlaw.offer(ro.id, { agreement: null }))
  const firstRefusal = outlaw.open(ro, await post(ro, outlaw.seal(ro, wrong)))
  t.match(firstRefusal.payload, { verdict: 'refused', code: 'agreement-required' })
  const before = readState(ro.folder)
  const sameEnvelope = outlaw.seal(ro, jws)
  for (let round = 0; round < 20; round += 1) {
    t.equal(outlaw.open(ro, await post(ro, sameEnvelope)).jws, first.jws)
    t.equal(outlaw.open(ro, await post(ro, outlaw.seal(ro, jws))).jws, first.jws)
    t.equal(outlaw.open(ro, await post(ro, outlaw.seal(ro, wrong))).jws, firstRefusal.jws)
  }
  const atOnce = await Promise.all([1, 2, 3].map(() => post(ro, sameEnvelope)))
  for (const answer of atOnce) t.equal(outlaw.open(ro, answer).jws, first.jws)
  t.equal(readState(ro.folder).hash, before.hash)

  await refuseAll(t, [['at another node', outlaw.seal(it, jws)]], it)
})

t.test('J-17: three copies of a new message at once are one event with one receipt', async (t) => {
  const offer = outlaw.offer(ro.id)
  const envelope = outlaw.seal(ro, outlaw.sign(offer))
  const answers = await Promise.all([1, 2, 3].map(() => post(ro, envelope)))
  t.equal(new Set(answers.map((answer) => outlaw.open(ro, answer).jws)).size, 1)
  t.equal((await ro.thread(offer.thread)).events.length, 1)
})

t.test('J-17: what the dedupe no longer knows is too old to be taken', async (t) => {
  const early = await TestFederation.create(t, { nodes: ['ro'], seed: 'purge' })
  const node = early.get('ro')
  const sender = await Outlaw.start(t, 'sender', early.clock)
  await sender.join(node)
  const refusedOffer = sender.sign(sender.offer(node.id, { agreement: null }))
  const accepted = sender.sign(sender.offer(node.id))
  const receipts: string[] = []
  for (const jws of [refusedOffer, accepted])
    receipts.push(sender.open(node, await post(node, sender.seal(node, jws))).jws)
  const rowsOf = (): number =>
    [...readState(node.folder).rows.keys()].filter((name) => name.includes('/givenReceipts ')).length
  t.equal(rowsOf(), 2)

  await early.pass(59 * day, 6 * hour)
  t.equal(sender.open(node, await post(node, sender.seal(node, refusedOffer))).jws, receipts[0], 'day 59')
  await early.pass(3 * day, 6 * hour)
  t.equal(rowsOf(), 1, 'the refusal is forgotten, the receipt of a thread that is here is not')
  const late = sender.open(node, await post(node, sender.seal(node, refusedOffer))).payload
  t.match(late, { verdict: 'refused', code: 'event-expired' })
  t.equal(sender.open(node, await post(node, sender.seal(node, accepted))).jws, receipts[1])
  const { body } = await node.api<{ readonly threads: readonly unknown[] }>('GET', '/api/v1/threads')
  t.equal(body.threads.length, 1)
})

t.test('a thread goes on after its first receipts are older than the dedupe time', async (t) => {
  const early = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'long' })
  const [sender, receiver] = [early.get('it'), early.get('ro')]
  const thread = await sender.submit(offerDraft(receiver.id))
  await early.settle()
  await receiver.step(thread, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
  await early.settle()
  await early.pass(70 * day, 6 * hour)
  await sender.step(thread, 'withdraw-consent', {
    scope: 'everything',
    channel: 'viaSender',
    withdrawnOn: '2027-01-31',
  })
  await early.settle()
  t.equal(await receiver.stateOf(thread), 'consentWithdrawn')
  t.match(
    (await sender.thread(thread)).receipts.map(({ verdict }) => verdict),
    ['accepted', 'accepted', 'accepted'],
  )
})

t.test(
  'J-18: of two messages with one id the first stays, and of the second digest and signature are kept as evidence',
  async (t) => {
    const offer = outlaw.offer(ro.id)
    const first = await outlaw.tellEvent(ro, offer)
    const view = await ro.thread(offer.thread)
    const before = readState(ro.folder)
    const contradiction = outlaw.sign({ ...offer, nonce: outlaw.nonce() })
    const answer = outlaw.open(ro, await post(ro, outlaw.seal(ro, contradiction))).payload as unknown as Receipt
    t.match(answer, {
      verdict: 'refused',
      code: 'id-conflict',
      retry: 'never',
      event: { digest: messageDigest(contradiction) },
    })
    t.strictSame(
      forbiddenChanges(before, readState(ro.folder), (change) => change.table === 'data.db/conflicts'),
      [],
    )
    t.match(await outlaw.tellEvent(ro, { ...offer, body: {} }), { code: 'id-conflict' }, 'a third one too')
    t.strictSame(await outlaw.tellEvent(ro, offer), first)
    t.strictSame(await ro.thread(offer.thread), view)

    const database = new Database(filesOf(ro.folder).data, { readonly: true })
    const kept = database
      .prepare<[string], { otherDigest: string; content: Buffer }>('SELECT * FROM conflicts WHERE id = ?')
      .all(offer.id)
    database.close()
    t.match(kept, [{ otherDigest: messageDigest(contradiction) }])
    const evidence = await withKeysOf(ro, clock, (keys) =>
      keys.dataKey('node')?.decrypt(kept[0]?.content ?? Buffer.alloc(0), `event|${outlaw.id}|${offer.id}`),
    )
    const [header, payload, signature] = contradiction.split('.')
    t.equal(
      Buffer.from(evidence ?? []).toString(),
      `${header}..${signature}`,
      'who signed, and not a byte of what it said',
    )
    t.notOk(Buffer.from(evidence ?? []).includes(payload?.slice(0, 40) ?? ''))
    // The node logs it as an error: a person has to look.
    t.ok(ro.logLines.some((line) => line.includes('"code":"id-conflict"') && line.includes(offer.id)))
  },
)

t.test(
  'J-18: a number or a thread that is taken is refused with a signed receipt, whatever else is wrong',
  async (t) => {
    const offer = outlaw.offer(ro.id)
    const first = await outlaw.tellEvent(ro, offer)
    const before = readState(ro.folder)
    const again = (change: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
      ...offer,
      id: outlaw.offer(ro.id).id,
      nonce: outlaw.nonce(),
      ...change,
    })
    t.match(await outlaw.tellEvent(ro, again({})), { code: 'number-conflict' })
    t.match(await outlaw.tellEvent(ro, again({ body: {} })), { code: 'schema-invalid' })
    t.match(await outlaw.tellEvent(ro, again({ agreement: null })), { code: 'agreement-required' })
    t.match(await outlaw.tellEvent(ro, again({ type: 'referral.unknown' })), { code: 'schema-invalid' })
    t.strictSame(forbiddenChanges(before, readState(ro.folder), refused), [])
    const withdrawal = { grant: offer.grant, scope: 'everything', channel: 'viaSender', withdrawnOn: '2026-11-22' }
    const next = outlaw.follow(offer, first.event.digest, { type: 'consent.withdraw', body: withdrawal })
    t.match(await outlaw.tellEvent(ro, next), { verdict: 'accepted' }, 'the chain of the first goes on')
  },
)

t.test(
  'J-19: a message has a beginning and an end in whole seconds, and both clocks agree within five minutes',
  async (t) => {
    const now = epochSeconds()
    const month = 30 * 86_400
    const judged: readonly (readonly [string, number, number, Readonly<Record<string, unknown>>])[] = [
      ['exactly five minutes ahead', now + 300, now + month, { verdict: 'accepted' }],
      ['six minutes ahead', now + 360, now + month, { code: 'clock-skew', retry: 'later' }],
      ['a day ahead', now + 86_400, now + month, { code: 'clock-skew', retry: 'later' }],
      ['late by 29 days, in time', now - 29 * 86_400, now + 86_400, { verdict: 'accepted' }],
      ['ends now', now - 100, now, { code: 'event-expired', retry: 'never' }],
      ['ended long ago', now - 2 * month, now - month, { code: 'event-expired' }],
      ['ends before it begins', now, now - 1, { code: 'lifetime-invalid' }],
      ['ends when it begins', now, now, { code: 'lifetime-invalid' }],
      ['lives 30 days and a second', now, now + month + 1, { code: 'lifetime-invalid' }],
      ['lives for ever', now, 9_999_999_999, { code: 'lifetime-invalid' }],
    ]
    // Its key must have been in force 58 days ago.
    const veteran = await Outlaw.start(t, 'veteran', clock)
    veteran.editStatement = (kept) => ({
      ...kept,
      signing: kept.signing.map((key) => ({ ...key, notBefore: now - 3 * month })),
    })
    await veteran.join(ro)
    const before = readState(ro.folder)
    let acceptedCount = 0
    for (const [name, iat, exp, expected] of judged) {
      const receipt = await veteran.tellEvent(ro, veteran.offer(ro.id, { iat, exp }))
      t.match(receipt, { ...expected, iat: epochSeconds() }, `${name}; the receipt tells the time of the receiver`)
      if (receipt.verdict === 'accepted') acceptedCount += 1
    }
    t.equal(acceptedCount, 2)
    const isNew = ({ kind, table }: { kind: string; table: string }): boolean =>
      refused({ kind: kind as 'added', table, key: '' }) ||
      (kind === 'added' && /events|threads|threadClocks|keys\.db/.test(table))
    t.strictSame(forbiddenChanges(before, readState(ro.folder), isNew), [])

    const offer = outlaw.offer(ro.id)
    const impossible: readonly unknown[] = [
      undefined,
      null,
      -1,
      0.5,
      now + 0.5,
      now * 1000,
      253_402_300_799,
      String(now),
      [now],
      true,
    ]
    const text = JSON.stringify(offer)
    const spelled = [`${now}.0`, `${now}e0`, `-0`, `0x10`, `${now}n`].map((iat): Case => {
      const payload = text.replace(/"iat":\d+/, `"iat":${iat}`)
      return [`iat ${iat}`, outlaw.seal(ro, signRaw(outlaw.signing.privateKey, honestHeader, payload))]
    })
    const sound = spelled.filter(([name]) => /\.0|e0/.test(name))
    await refuseAll(t, [
      ...impossible.map((iat): Case => [`iat ${String(iat)}`, outlaw.seal(ro, outlaw.sign({ ...offer, iat }))]),
      ...impossible.map((exp): Case => [`exp ${String(exp)}`, outlaw.seal(ro, outlaw.sign({ ...offer, exp }))]),
      ...spelled.filter((each) => !sound.includes(each)),
    ])
    // JSON has no integers: 5.0 is 5. Each is one message, and the second is one too many.
    const codes: unknown[] = []
    for (const [, bytes] of sound) codes.push(outlaw.open(ro, await post(ro, bytes)).payload['code'])
    t.strictSame(codes, [undefined, 'id-conflict'])

    const stale = { ...outlaw.query(ro.id), iat: now - 700, exp: now - 400 }
    for (const wrong of [stale, { ...stale, iat: now + 400, exp: now + 500 }, { ...stale, iat: now, exp: now + 301 }]) {
      const reply = outlaw.open(ro, await outlaw.tell(ro, wrong, 'trm-query+jwt', query)).payload
      t.match(reply, { type: 'problem', body: { code: 'query-stale' } })
    }
  },
)

t.test('J-19: a clock that was set back does not keep a node from sending', async (t) => {
  const early = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'clock' })
  const [sender, receiver] = [early.get('it'), early.get('ro')]
  await early.pass(2 * day, 6 * hour)
  const thread = await sender.submit(offerDraft(receiver.id))
  await early.settle()
  early.clock.jump(-day)
  await sender.step(thread, 'referral.recall', { obstacles: [] })
  const second = await sender.submit(offerDraft(receiver.id))
  await early.settle()
  t.equal(await receiver.stateOf(thread), 'recalled')
  t.equal(await receiver.stateOf(second), 'offered')
})

t.test(
  'J-20 (reserved, there is one suite): another suite is refused in an envelope, and in a card that has no other',
  async (t) => {
    const kem = { alg: 'dir', crit: ['kem', 'ek'], kem: 'X-Wing', ek: b64(Buffer.alloc(32)) }
    await refuseAll(t, [
      ['a hybrid suite', withOuter((honest) => ({ ...honest, ...kem }))],
      ['HPKE', withOuter((honest) => ({ ...honest, alg: 'HPKE-3' }))],
      ['a suite member', withOuter((honest) => ({ ...honest, suite: 'x25519-a256gcm-ed25519' }))],
    ])
    const newer = await Outlaw.start(t, 'newer', clock)
    const before = readState(ro.folder)
    for (const change of [{ suites: ['xwing-a256gcm-ed25519'] }, { versions: [2] }]) {
      newer.editCard = (card) => ({ ...card, ...change })
      t.match(await newer.askToJoin(ro), { status: 400, body: { code: 'card-invalid' } })
    }
    t.strictSame(forbiddenChanges(before, readState(ro.folder), untouched), [])
    newer.editCard = (card) => ({ ...card, suites: ['xwing-a256gcm-ed25519', ...card.suites], versions: [1, 2] })
    t.match(await newer.askToJoin(ro), { status: 201 })
  },
)

/** A referral of an honest node to the outlaw, as it arrived there; the outlaw has not given a receipt. */
async function referralTo(peer: Outlaw, sender: TestNode, round: () => Promise<void>): Promise<CompactJws> {
  const arrived = new Map<unknown, CompactJws>()
  peer.answer = ({ url, body }) => {
    if (url !== inbox) return { status: 503, type: 'text/plain', body: '' }
    const event = peer.unseal(body, ['trm-event+jwt'])
    arrived.set(jsonIn(event.text, 1)['thread'], event)
    return { status: 503, type: 'text/plain', body: '' }
  }
  const thread = await sender.submit(offerDraft(peer.id))
  for (let tries = 0; !arrived.has(thread) && tries < 20; tries += 1) await round()
  const event = arrived.get(thread)
  if (event === undefined) throw new Error('nothing arrived')
  return event
}

t.test('J-21: a receipt counts if the right node gives it for exactly this event, and once', async (t) => {
  const early = await TestFederation.create(t, { nodes: ['it'], seed: 'receipts' })
  const sender = early.get('it')
  const [outlaw, accomplice] = [
    await Outlaw.start(t, 'giver', early.clock),
    await Outlaw.start(t, 'other', early.clock),
  ]
  await outlaw.join(sender)
  await accomplice.join(sender)
  // Longer than any backoff.
  const round = (): Promise<void> => early.pass(8 * hour, 8 * hour)
  const event = await referralTo(outlaw, sender, round)
  const other = await referralTo(outlaw, sender, round)
  const done = await referralTo(outlaw, sender, round)
  const { id, thread } = jsonIn(event.text, 1) as { id: string; thread: string }
  const honest = (change: Readonly<Record<string, unknown>> = {}): Receipt => outlaw.receipt(event, change)
  const leafOf = (receipt: Receipt): unknown => receipt.log
  const { log } = honest()
  // The node asks its peers about the directory as well.
  const deliveries = (): number => outlaw.hits.filter(({ url }) => url === inbox).length
  const sealedBy = (peer: Outlaw, payload: unknown, typ = 'trm-receipt+jwt'): string => peer.sign(payload, typ)
  const forged = honest()
  const header = { alg: 'EdDSA', kid: outlaw.signing.kid, typ: 'trm-receipt+jwt' }
  const wrong: Readonly<Record<string, string>> = {
    'signed by a stranger': signRaw(stranger.signing.privateKey, header, forged),
    'signed by another peer': sealedBy(accomplice, forged),
    'given by another peer': sealedBy(accomplice, { ...forged, from: accomplice.id }),
    'given by another peer, with a leaf of its log': sealedBy(accomplice, accomplice.receipt(event)),
    'signed with the log key': signRaw(outlaw.log.privateKey, { ...header, kid: outlaw.log.kid }, forged),
    'for another event': sealedBy(outlaw, honest({ event: { ...forged.event, id: other.text.slice(0, 36) } })),
    'with the digest of another event': sealedBy(outlaw, honest({ event: { id, digest: messageDigest(other.text) } })),
    'with a wrong digest': sealedBy(outlaw, honest({ event: { id, digest: outlaw.nonce() } })),
    'with a wrong leaf': sealedBy(outlaw, honest({ log: { ...log, leaf: outlaw.nonce() } })),
    'with the leaf of another event': sealedBy(outlaw, honest({ log: leafOf(outlaw.receipt(other)) })),
    'with the log of another node': sealedBy(
      outlaw,
      honest({ log: { ...log, origin: `trm.node/${accomplice.id}/1` } }),
    ),
    'without a leaf': sealedBy(outlaw, honest({ log: null })),
    'refused, with a wrong leaf': sealedBy(
      outlaw,
      honest({ verdict: 'refused', code: 'schema-invalid', retry: 'never', log: { ...log, leaf: outlaw.nonce() } }),
    ),
    'to another node': sealedBy(outlaw, honest({ to: accomplice.id })),
    'from the future': sealedBy(outlaw, honest({ iat: Math.floor(early.clock.now() / 1000) + 20 * 86_400 })),
    'with another member': sealedBy(outlaw, honest({ note: 'x' })),
    'accepted and refused': sealedBy(outlaw, honest({ code: 'schema-invalid', retry: 'never' })),
    'without a verdict': sealedBy(outlaw, honest({ verdict: undefined })),
    'of version 2': sealedBy(outlaw, honest({ v: 2 })),
    'as an event': sealedBy(outlaw, forged, 'trm-event+jwt'),
    'as a reply': sealedBy(outlaw, forged, 'trm-reply+jwt'),
  }
  const before = readState(sender.folder)
  for (const [name, jws] of Object.entries(wrong)) {
    const answer = await post(sender, outlaw.seal(sender, jws))
    if (answer.status === 200) t.match(outlaw.open(sender, answer).payload, { verdict: 'refused' }, `late, ${name}`)
    else t.strictSame(answer, constant, `late, ${name}`)
  }
  t.strictSame(forbiddenChanges(before, readState(sender.folder), refused), [], 'late: no trace')

  // The same as answers to the delivery itself.
  for (const [name, jws] of Object.entries(wrong)) {
    const asked = deliveries()
    outlaw.answer = () => outlaw.answerWith(sender, jws)
    for (let tries = 0; deliveries() === asked && tries < 20; tries += 1) await round()
    const view = await sender.thread(thread)
    t.match(
      view,
      { events: [{ verdict: 'pending' }], receipts: [], delivery: [{ state: 'waiting' }] },
      `answered, ${name}`,
    )
  }

  // A good receipt, but for an event that has it already. It must not make the sender ask again at once, and again.
  const good = sealedBy(outlaw, outlaw.receipt(done))
  t.equal((await post(sender, outlaw.seal(sender, good))).status, 204)
  const asked = deliveries()
  outlaw.answer = () => outlaw.answerWith(sender, good)
  await round()
  t.match(await sender.thread(thread), {
    events: [{ verdict: 'pending' }],
    receipts: [],
    delivery: [{ state: 'waiting' }],
  })
  t.ok(deliveries() > asked && deliveries() < asked + 10, `${deliveries() - asked} requests`)

  const right = sealedBy(outlaw, honest())
  t.equal((await post(sender, outlaw.seal(sender, right))).status, 204)
  t.match(await sender.thread(thread), {
    events: [{ verdict: 'accepted' }],
    receipts: [{ verified: true }],
    delivery: [],
  })
  const after = readState(sender.folder)
  t.equal((await post(sender, outlaw.seal(sender, right))).status, 204, 'again')
  const refusal = { verdict: 'refused', code: 'identity-found', retry: 'after-fix' }
  t.strictSame(
    await post(sender, outlaw.seal(sender, sealedBy(outlaw, honest(refusal)))),
    constant,
    'refused after accepted',
  )
  t.equal((await post(sender, outlaw.seal(sender, sealedBy(outlaw, honest())))).status, 204, 'another acceptance')
  // Any authentic message ends a backoff, so the other referral is tried again.
  t.strictSame(
    forbiddenChanges(after, readState(sender.folder), ({ kind }) => kind === 'counted'),
    [],
  )

  const third = await referralTo(outlaw, sender, round)
  const refusedFirst = { ...refusal, log: null }
  t.equal((await post(sender, outlaw.seal(sender, sealedBy(outlaw, outlaw.receipt(third, refusedFirst))))).status, 204)
  t.strictSame(
    await post(sender, outlaw.seal(sender, sealedBy(outlaw, outlaw.receipt(third)))),
    constant,
    'accepted after refused',
  )
  t.match(await sender.thread(String(jsonIn(third.text, 1)['thread'])), {
    events: [{ verdict: 'refused', code: 'identity-found' }],
  })
})

t.test('J-22: a node whose keys do two jobs does not start', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'trm-test-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const pairs = nodeKeyUses.flatMap((one, at) => nodeKeyUses.slice(at + 1).map((other) => [one, other] as const))
  for (const [one, other] of pairs) {
    const name = `it-${one}-${other}`
    const node = new TestNode(name, path.join(folder, name), new FakeClock(), { nodes: [] })
    await node.initialise()
    await shareKey(node, one, other)
    t.equal(await codeOfStart(node), 'key-shared', `${one} and ${other}`)
  }
})

/** Gives the newest key of one job a second one. */
async function shareKey(node: TestNode, from: NodeKeyUse, to: NodeKeyUse): Promise<void> {
  const rows = await openSqliteKeyRows({ path: filesOf(node.folder).keys })
  const kek = parseKeyEncryptionKey(readFileSync(path.join(node.folder, 'credential', 'kek')))
  const row = rows.list('node').find(({ id }) => id.startsWith(`${from}:`))
  if (row === undefined) throw new Error('no key')
  const seed = unwrapSecret(kek, row.wrapped, { nodeId: node.id, kind: 'node', id: row.id })
  const id = `${to}:${row.id.split(':')[1] ?? ''}`
  const wrapped = wrapSecret(kek, seed, { nodeId: node.id, kind: 'node', id }, seededRandom('share'))
  await rows.insert({ id, kind: 'node', wrapped, createdAt: row.createdAt + 1 })
  rows.close()
}

async function codeOfStart(node: TestNode): Promise<string> {
  try {
    await node.start()
    await node.stop()
    return 'started'
  } catch (error) {
    if (error instanceof ExchangeError) return error.code
    throw error
  }
}

/** Messages that a node must not tell apart before it knows who wrote them. */
function unattributable(): Readonly<Record<string, string | Uint8Array>> {
  const offer = outlaw.offer(ro.id)
  const jws = outlaw.sign(offer)
  const sealed = outlaw.seal(ro, jws)
  const broken = Buffer.from(segmentsOf(sealed)[3] ?? '', 'base64url')
  broken[100] = (broken[100] ?? 0) ^ 1
  const zeros = (): Uint8Array => new Uint8Array(64)
  return {
    'wrong recipient': outlaw.seal(ro, outlaw.sign(outlaw.offer(it.id))),
    undecryptable: [...segmentsOf(sealed)].with(3, b64(broken)).join('.'),
    unsigned: outlaw.seal(ro, JSON.stringify(offer)),
    'wrong signature': outlaw.seal(ro, signRaw(outlaw.signing.privateKey, honestHeader, offer, zeros)),
    'unknown sender': stranger.seal(ro, stranger.sign(stranger.offer(ro.id))),
    'unknown sender, wrong signature': outlaw.seal(
      ro,
      signRaw(stranger.signing.privateKey, { ...honestHeader, kid: stranger.signing.kid }, offer, zeros),
    ),
    'not its own from': accomplice.seal(ro, accomplice.sign(offer)),
    'wrong type': outlaw.seal(ro, outlaw.sign(offer, 'trm-card+jwt')),
    'JSON with two meanings': outlaw.seal(
      ro,
      signRaw(outlaw.signing.privateKey, honestHeader, `{"v":1,${JSON.stringify(offer).slice(1)}`),
    ),
    malformed: Buffer.alloc(sealed.length, 'x'),
    nothing: '',
  }
}

t.test('J-23: before authentication all answers are one: status, headers, length, bytes', async (t) => {
  const suspended = await Outlaw.start(t, 'suspended', clock)
  await suspended.join(ro)
  t.match(await suspended.tellEvent(ro, suspended.offer(ro.id)), { verdict: 'accepted' })
  t.match(await ro.api('POST', `/api/v1/peers/${suspended.id}/suspend`, { reason: 'keyInDoubt' }), { status: 200 })
  // It is still authentic, so it is told, sealed, why nothing of it is taken.
  t.match(await suspended.tellEvent(ro, suspended.offer(ro.id)), { verdict: 'refused', code: 'peer-suspended' })
  const asked = await suspended.tell(ro, suspended.query(ro.id), 'trm-query+jwt', query)
  t.match(suspended.open(ro, asked).payload, { type: 'problem', body: { code: 'peer-suspended' } })

  const offer = suspended.offer(ro.id)
  const header = { ...honestHeader, kid: suspended.signing.kid }
  const cases = Object.entries({
    ...unattributable(),
    'suspended peer, wrong signature': suspended.seal(
      ro,
      signRaw(suspended.signing.privateKey, header, offer, () => new Uint8Array(64)),
    ),
    'not from the suspended peer that signed': suspended.seal(ro, suspended.sign({ ...offer, from: outlaw.id })),
  })
  await refuseAll(t, [...cases, ...cases.map(([name, bytes]): Case => [`query: ${name}`, bytes, query])])

  // On the wire as well, where order and spelling of the headers are seen.
  const onTheWire = new Set<string>()
  for (const [, bytes] of cases) {
    const { lines, body } = await overSocket(ro, bytes)
    onTheWire.add([...lines.filter((line) => !line.startsWith('Date:')), body].join('\n'))
  }
  t.equal(onTheWire.size, 1)
  t.match([...onTheWire][0], /^400 Bad Request[^]*envelope-refused/)
})

/** One request over a connection of its own: status line, headers as they came, body. */
function overSocket(
  node: TestNode,
  bytes: string | Uint8Array,
): Promise<{ readonly lines: readonly string[]; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers: { 'content-type': 'application/jose' }, agent: false }
    const outgoing = request(new URL(inbox, node.url), options, (answer) => {
      const headers = answer.rawHeaders.flatMap((name, at, all) =>
        at % 2 === 0 ? [`${name}: ${all[at + 1] ?? ''}`] : [],
      )
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const status = `${answer.statusCode ?? 0} ${answer.statusMessage ?? ''}`
        resolve({ lines: [status, ...headers], body: Buffer.concat(chunks).toString() })
      })
    })
    outgoing.on('error', reject)
    outgoing.end(Buffer.from(bytes))
  })
}

interface Timing {
  /** Slowest median over fastest. */
  readonly spread: number
  /** A wrong signature under the kid of a peer, over one under a kid that nobody knows. */
  readonly paired: number
}

async function timeAnswers(t: Test, samples: number): Promise<Timing> {
  const cases = Object.entries(unattributable()).filter(([name]) => name !== 'nothing')
  const times = new Map<string, number[]>(cases.map(([name]) => [name, []]))
  for (let sample = 0; sample < samples; sample += 1) {
    // Another order each time, so that no case always comes after the same one.
    const turn = sample % cases.length
    for (const [name, bytes] of [...cases.slice(turn), ...cases.slice(0, turn)]) {
      const begin = performance.now()
      await post(ro, bytes)
      times.get(name)?.push(performance.now() - begin)
    }
  }
  const quantile = (name: string, part: number): number =>
    (times.get(name) ?? []).toSorted((a, b) => a - b)[Math.floor(samples * part)] ?? 0
  const medians = cases.map(([name]) => quantile(name, 0.5))
  t.comment(cases.map(([name], at) => `${name} ${(medians[at] ?? 0).toFixed(2)} ms`).join(', '))
  return {
    spread: Math.max(...medians) / Math.min(...medians),
    // The fastest tenth has the least noise in it.
    paired: quantile('wrong signature', 0.1) / quantile('unknown sender, wrong signature', 0.1),
  }
}

t.test('J-23: the time of an answer does not tell why, nor with whom the node is paired', async (t) => {
  // Other work on the machine can disturb one round. What the node itself gives away is there in each.
  const rounds: Timing[] = []
  const isEven = ({ spread, paired }: Timing): boolean => spread < 6 && paired > 0.85 && paired < 1.18
  while (rounds.length < 4 && !rounds.some(isEven)) rounds.push(await timeAnswers(t, 200))
  t.ok(rounds.some(isEven), JSON.stringify(rounds))
})
