import { generateKeyPairSync } from 'node:crypto'
import { CompactEncrypt, CompactSign, exportJWK } from 'jose'
import t from 'tap'
import { encodeBase64url } from '../../src/wire/base64url.js'
import { jwsTypes, parseCompactJwe, parseCompactJws } from '../../src/wire/compact.js'
import { readSchemaJson } from '../codegen/schema-files.js'
import { refusalOf, wordsOf } from '../support/refusal-of.js'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const b64 = (value: string | Uint8Array): string => encodeBase64url(typeof value === 'string' ? utf8(value) : value)
const filled = (length: number): Uint8Array => new Uint8Array(length).fill(7)

const kid = b64(filled(32))
const jwsHeader = { alg: 'EdDSA', kid, typ: 'trm-event+jwt' }
const jweHeader = {
  alg: 'ECDH-ES',
  enc: 'A256GCM',
  kid,
  epk: { kty: 'OKP', crv: 'X25519', x: b64(new Uint8Array(32).fill(9)) },
  typ: 'trm-envelope',
  cty: 'JWT',
}

/** A header may be given as text, to say what JSON.stringify cannot. */
function jws(header: unknown = jwsHeader, payload = b64('{}'), signature = b64(filled(64))): string {
  return [b64(typeof header === 'string' ? header : JSON.stringify(header)), payload, signature].join('.')
}

function jwe(
  header: unknown = jweHeader,
  parts: readonly string[] = ['', b64(filled(12)), b64(filled(99)), b64(filled(16))],
): string {
  return [b64(typeof header === 'string' ? header : JSON.stringify(header)), ...parts].join('.')
}

const jwsRefusal = (text: string): unknown => refusalOf(() => parseCompactJws(text, ['trm-event+jwt']))
const jweRefusal = (text: string): unknown => refusalOf(() => parseCompactJwe(Buffer.from(text, 'latin1')))

const malformed = (reason: string): unknown => ({ code: 'jose-malformed', details: { reason } })
const badHeader = (reason: string, member?: string): unknown => ({
  code: 'jose-header-refused',
  details: member === undefined ? { reason } : { reason, member },
})

t.test('a JWS in the profile is taken apart', async (t) => {
  for (const typ of jwsTypes) {
    const text = jws({ typ, kid, alg: 'EdDSA' }, b64('{"a":1}'))
    const parsed = parseCompactJws(text, [typ])
    t.strictSame(parsed.header, { alg: 'EdDSA', kid, typ })
    t.equal(parsed.typ, typ)
    t.equal(parsed.kid, kid)
    t.equal(Buffer.from(parsed.payload).toString(), '{"a":1}')
    t.equal(Buffer.from(parsed.signingInput).toString(), text.slice(0, text.lastIndexOf('.')))
    t.equal(b64(parsed.signature), b64(filled(64)))
    t.equal(parsed.text, text)
  }
  const { privateKey } = generateKeyPairSync('ed25519')
  const signed = await new CompactSign(utf8('{}')).setProtectedHeader(jwsHeader).sign(privateKey)
  t.equal(parseCompactJws(signed, jwsTypes).kid, kid, 'what another implementation signs')
  const { statements, card } = readSchemaJson<{ examples: readonly [{ statements: readonly string[]; card: string }] }>(
    'node-document.schema.json',
  ).examples[0]
  for (const statement of statements) t.equal(parseCompactJws(statement, ['trm-keys+jwt']).typ, 'trm-keys+jwt')
  t.equal(parseCompactJws(card, ['trm-card+jwt']).typ, 'trm-card+jwt')
})

t.test('an envelope in the profile is taken apart', async (t) => {
  const text = jwe()
  const padded = Buffer.from(`..${text}..`).subarray(2, -2)
  const parsed = parseCompactJwe(padded)
  t.equal(parsed.kid, kid)
  t.equal(parsed.epk, jweHeader.epk.x)
  t.equal(b64(parsed.iv), b64(filled(12)))
  t.equal(b64(parsed.ciphertext), b64(filled(99)))
  t.equal(b64(parsed.tag), b64(filled(16)))
  t.equal(Buffer.from(parsed.aad).toString(), text.slice(0, text.indexOf('.')))
  const { publicKey } = generateKeyPairSync('x25519')
  const sealed = await new CompactEncrypt(utf8('x'))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid, typ: 'trm-envelope', cty: 'JWT' })
    .encrypt(publicKey)
  t.equal(parseCompactJwe(utf8(sealed)).kid, kid, 'what another implementation seals')
  t.not((await exportJWK(publicKey)).x, parseCompactJwe(utf8(sealed)).epk)
})

t.test('J-01 J-02 only EdDSA, under that name', (t) => {
  const names = [
    'none',
    'None',
    '',
    'HS256',
    'HS512',
    'RS256',
    'PS256',
    'ES256',
    'ES256K',
    'Ed25519',
    'Ed448',
    'eddsa',
    'dir',
  ]
  for (const alg of [...names, 'EdDSA ', 'EdDSA\0', null, 1, ['EdDSA'], { alg: 'EdDSA' }]) {
    t.strictSame(jwsRefusal(jws({ ...jwsHeader, alg })), badHeader('value', 'alg'), JSON.stringify(alg))
  }
  t.end()
})

t.test('J-03 a kid is the text of 32 bytes and nothing else', (t) => {
  const kids = [
    '',
    '../../etc/passwd',
    "' OR 1=1 --",
    kid.slice(1),
    `${kid}A`,
    `${kid.slice(0, 42)}d`,
    `${kid.slice(0, 42)}=`,
  ]
  const strange = [
    `${kid.slice(0, 42)}\0`,
    `${kid.slice(0, 42)}\u0410`,
    `${kid}\n`,
    `+${kid.slice(1)}`,
    null,
    7,
    [kid],
    {},
  ]
  for (const value of [...kids, ...strange]) {
    t.strictSame(jwsRefusal(jws({ ...jwsHeader, kid: value })), badHeader('value', 'kid'), JSON.stringify(value))
    t.strictSame(jweRefusal(jwe({ ...jweHeader, kid: value })), badHeader('value', 'kid'), JSON.stringify(value))
  }
  t.strictSame(jwsRefusal(jws({ ...jwsHeader, kid: 'k'.repeat(10_000) })), badHeader('size'))
  t.end()
})

t.test('J-04 J-05 J-06 a header has exactly the members of the profile', (t) => {
  const strangers: Readonly<Record<string, unknown>> = {
    zip: 'DEF',
    crit: [],
    b64: false,
    jwk: {},
    jku: 'https://attacker.example/',
    x5u: 'https://attacker.example/',
    x5c: [],
    x5t: '',
    'x5t#S256': '',
    p2s: '',
    p2c: 1,
    apu: '',
    apv: '',
    iv: '',
    tag: '',
    Alg: 'EdDSA',
  }
  for (const [member, value] of Object.entries(strangers)) {
    t.strictSame(jwsRefusal(jws({ ...jwsHeader, [member]: value })), badHeader('member-unknown'), member)
    t.strictSame(jweRefusal(jwe({ ...jweHeader, [member]: value })), badHeader('member-unknown'), member)
  }
  t.strictSame(jwsRefusal(jws({ ...jwsHeader, cty: 'JWT' })), badHeader('member-unknown'), 'cty')
  t.strictSame(jwsRefusal(jws({ ...jwsHeader, crit: ['exp'] })), badHeader('member-unknown'), 'crit with a name')
  for (const member of Object.keys(jwsHeader)) {
    const header = { ...jwsHeader, [member]: undefined }
    t.strictSame(jwsRefusal(jws(header)), badHeader('member-missing', member), `without ${member}`)
  }
  for (const member of Object.keys(jweHeader)) {
    const header = { ...jweHeader, [member]: undefined }
    t.strictSame(jweRefusal(jwe(header)), badHeader('member-missing', member), `without ${member}`)
  }
  t.end()
})

t.test('J-05 an envelope names one suite', (t) => {
  for (const alg of ['dir', 'ECDH-ES+A256KW', 'RSA-OAEP', 'PBES2-HS256+A128KW', 'A256KW', 'ecdh-es', null]) {
    t.strictSame(jweRefusal(jwe({ ...jweHeader, alg })), badHeader('value', 'alg'), String(alg))
  }
  for (const enc of ['A128GCM', 'A256CBC-HS512', 'a256gcm', '', null]) {
    t.strictSame(jweRefusal(jwe({ ...jweHeader, enc })), badHeader('value', 'enc'), String(enc))
  }
  for (const cty of ['jwt', 'JWE', 'application/jwt', '']) {
    t.strictSame(jweRefusal(jwe({ ...jweHeader, cty })), badHeader('value', 'cty'), cty)
  }
  t.end()
})

t.test('J-07 a header with two meanings is refused', (t) => {
  const rest = `"kid":"${kid}","typ":"trm-event+jwt"`
  const headers = [
    `{"alg":"EdDSA","alg":"none",${rest}}`,
    `{"alg":"none","\\u0061lg":"EdDSA",${rest}}`,
    `{"alg":"EdDSA",${rest}} `.concat('x'),
    `{"alg":"EdDSA",${rest},"__proto__":{}}`,
    `\ufeff{"alg":"EdDSA",${rest}}`,
    `{"alg":"EdDSA",${rest}`,
    '',
  ]
  for (const header of headers) t.strictSame(jwsRefusal(jws(header)), badHeader('json'), header)
  for (const header of ['null', '[]', '"EdDSA"', '1', 'true']) {
    t.strictSame(jwsRefusal(jws(header)), badHeader('not-object'), header)
  }
  t.equal(
    jwsRefusal(jws(` { "typ" : "trm-event+jwt" , "kid":"${kid}","\\u0061lg":"EdDSA" } `)),
    undefined,
    'one meaning',
  )
  t.end()
})

t.test('a header has at most 1 KiB', (t) => {
  const text = JSON.stringify(jwsHeader)
  t.equal(jwsRefusal(jws(text.padEnd(1024))), undefined)
  t.strictSame(jwsRefusal(jws(text.padEnd(1025))), badHeader('size'))
  t.strictSame(jweRefusal(jwe(JSON.stringify(jweHeader).padEnd(1025))), badHeader('size'))
  t.end()
})

t.test('J-08 no segment has a second spelling', (t) => {
  const signature = b64(filled(64))
  const last = signature.slice(0, -1)
  const spellings = [
    `${signature}==`,
    `${signature}\n`,
    ` ${signature}`,
    `${last}x`,
    `+${signature.slice(1)}`,
    `${last}é`,
  ]
  for (const text of spellings) {
    t.strictSame(jwsRefusal(jws(jwsHeader, b64('{}'), text)), malformed('base64url'), JSON.stringify(text))
  }
  for (const payload of ['e30=', 'e31', 'e3 0', 'e3\n0', 'é30', 'ｅ30', 'e']) {
    t.strictSame(jwsRefusal(jws(jwsHeader, payload)), malformed('base64url'), JSON.stringify(payload))
  }
  for (const around of [` ${jws()}`, `\n${jws()}`, `\ufeff${jws()}`, `${jws()} `, `${jws()}\n`, `${jws()}\0`]) {
    t.strictSame(jwsRefusal(around), malformed('base64url'), JSON.stringify(around))
  }
  const [iv, ciphertext, tag] = [b64(filled(12)), b64(filled(98)), b64(filled(16))]
  const parts = [
    ['', `${iv}=`, ciphertext, tag],
    ['', iv, `${ciphertext}=`, tag],
    ['', iv, `${ciphertext.slice(0, -1)}x`, tag],
    ['', iv, `${ciphertext}\n`, tag],
    ['', iv, `\u00e9${ciphertext}`, tag],
    ['', iv, ciphertext, `${tag.slice(0, -1)}x`],
    ['', iv, ciphertext, `${tag} `],
  ]
  for (const part of parts) t.strictSame(jweRefusal(jwe(jweHeader, part)), malformed('base64url'), part.join('.'))
  t.strictSame(jweRefusal(`\u00ef\u00bb\u00bf${jwe()}`), malformed('base64url'), 'byte order mark')
  t.end()
})

t.test('J-09 J-15 only one JWS, only one envelope, only compact', (t) => {
  const [header = '', payload = '', signature = ''] = jws().split('.')
  const flattened = JSON.stringify({ protected: header, payload, signature })
  const general = JSON.stringify({ payload, signatures: [{ protected: header, signature }] })
  const texts = [
    '',
    '.',
    header,
    `${header}.${payload}`,
    `${jws()}.`,
    `${jws()}.${signature}`,
    flattened,
    general,
    jwe(),
  ]
  for (const text of texts) t.strictSame(jwsRefusal(text), malformed('segments'), text)
  t.strictSame(jwsRefusal(`{"payload":"${jws()}"}`), malformed('base64url'))
  for (const text of ['', jws(), `${jwe()}.`, '.'.repeat(100_000), '{"protected":"","recipients":[]}']) {
    t.strictSame(jweRefusal(text), malformed('segments'), text.slice(0, 40))
  }
  t.strictSame(jwsRefusal(jws(jwsHeader, b64('{}'), '')), malformed('signature'), 'no signature')
  for (const length of [32, 63, 65, 128]) {
    t.strictSame(jwsRefusal(jws(jwsHeader, b64('{}'), b64(filled(length)))), malformed('signature'), String(length))
  }
  t.end()
})

t.test('J-11 J-12 key, nonce and tag of an envelope have one form', (t) => {
  const [iv, ciphertext, tag] = [b64(filled(12)), b64(filled(99)), b64(filled(16))]
  t.strictSame(jweRefusal(jwe(jweHeader, [b64(filled(40)), iv, ciphertext, tag])), malformed('encrypted-key'))
  for (const length of [0, 8, 11, 13, 16]) {
    t.strictSame(jweRefusal(jwe(jweHeader, ['', b64(filled(length)), ciphertext, tag])), malformed('iv'))
  }
  for (const length of [0, 4, 8, 12, 15, 17]) {
    t.strictSame(jweRefusal(jwe(jweHeader, ['', iv, ciphertext, b64(filled(length))])), malformed('tag'))
  }
  const { epk } = jweHeader
  const keys: readonly (readonly [unknown, unknown])[] = [
    [null, badHeader('not-object')],
    [epk.x, badHeader('not-object')],
    [[epk], badHeader('not-object')],
    [{}, badHeader('member-missing', 'kty')],
    [{ ...epk, x: undefined }, badHeader('member-missing', 'x')],
    [{ ...epk, d: epk.x }, badHeader('member-unknown')],
    [{ ...epk, y: epk.x }, badHeader('member-unknown')],
    [{ ...epk, kty: 'EC' }, badHeader('value', 'kty')],
    [{ ...epk, crv: 'Ed25519' }, badHeader('value', 'crv')],
    [{ ...epk, crv: 'P-256' }, badHeader('value', 'crv')],
    [{ ...epk, x: b64(filled(31)) }, badHeader('value', 'x')],
    [{ ...epk, x: b64(filled(33)) }, badHeader('value', 'x')],
    [{ ...epk, x: `${epk.x.slice(0, 42)}B` }, badHeader('value', 'x')],
    [{ ...epk, x: 9 }, badHeader('value', 'x')],
  ]
  for (const [key, refusal] of keys)
    t.strictSame(jweRefusal(jwe({ ...jweHeader, epk: key })), refusal, JSON.stringify(key))
  t.end()
})

t.test('J-13 a message of one type never passes for another', (t) => {
  for (const typ of [
    ...jwsTypes,
    'trm-envelope',
    'JWT',
    'at+jwt',
    'TRM-EVENT+JWT',
    'application/trm-event+jwt',
    '',
    null,
  ]) {
    for (const expected of jwsTypes) {
      const refusal = refusalOf(() => parseCompactJws(jws({ ...jwsHeader, typ }), [expected]))
      t.strictSame(refusal, typ === expected ? undefined : badHeader('value', 'typ'), `${String(typ)} as ${expected}`)
    }
  }
  t.strictSame(
    refusalOf(() => parseCompactJws(jws(), [])),
    badHeader('value', 'typ'),
  )
  t.strictSame(jweRefusal(jwe({ ...jweHeader, typ: 'trm-event+jwt' })), badHeader('value', 'typ'))
  t.end()
})

t.test('a refusal of a message repeats nothing of it', (t) => {
  const canary = 'CANARY'
  const attempts: readonly (() => unknown)[] = [
    () => parseCompactJws(canary, jwsTypes),
    () => parseCompactJws(jws({ ...jwsHeader, [canary]: canary }), jwsTypes),
    () => parseCompactJws(jws({ ...jwsHeader, typ: canary }), jwsTypes),
    () => parseCompactJws(jws(`{"${canary}":`), jwsTypes),
    () => parseCompactJwe(utf8(jwe({ ...jweHeader, epk: { [canary]: canary } }))),
  ]
  for (const [index, attempt] of attempts.entries()) {
    t.not(wordsOf(attempt), '', `attempt ${index} is refused`)
    t.notMatch(wordsOf(attempt), canary)
  }
  t.end()
})
