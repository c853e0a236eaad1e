import { bytesOf, rawKey, type HonestHeader } from '../raw-jose.js'
import type { Refused, Vector } from '../vector-file.js'
import { header, sealed, undecryptable, type Base } from './envelope-refusals.js'
import { lowOrderPoints, nonCanonicalU } from './key-vectors.js'

/** The part of envelopes-invalid.json about the header of an envelope. */
export function envelopeHeaderVectors(base: Base): readonly Vector[] {
  return [...headerValues(base), ...headerMembers(base), ...headerJson(base), ...ephemeralKeys(base)]
}

function headerValues(base: Base): readonly Vector[] {
  const values: Readonly<Record<string, readonly unknown[]>> = {
    alg: [
      'none',
      'dir',
      'ECDH-ES+A128KW',
      'ECDH-ES+A256KW',
      'RSA-OAEP-256',
      'RSA1_5',
      'PBES2-HS512+A256KW',
      'A256KW',
      'A256GCMKW',
      'ecdh-es',
      'EdDSA',
      '',
      null,
      1,
      ['ECDH-ES'],
    ],
    enc: ['A128GCM', 'A192GCM', 'A256CBC-HS512', 'a256gcm', '', null, ['A256GCM']],
    typ: ['JOSE', 'JWT', 'TRM-ENVELOPE', 'application/trm-envelope', 'trm-query+jwt', null],
    cty: ['jwt', 'application/jwt', 'trm-query+jwt', 'json', '', null],
    kid: [
      '',
      '../../etc/passwd',
      base.prekey.kid.slice(1),
      `${base.prekey.kid}A`,
      `${base.prekey.kid.slice(0, 42)}=`,
      `${base.prekey.kid.slice(0, 42)}_`,
      `${base.prekey.kid}\n`,
      `${base.prekey.kid.slice(0, 42)}\u0410`,
      null,
      1,
      [base.prekey.kid],
    ],
  }
  return Object.entries(values).flatMap(([member, wrong]) =>
    wrong.map((value) =>
      sealed(
        base,
        `${member}: ${JSON.stringify(value)}`,
        { header: (honest) => ({ ...honest, [member]: value }) },
        header('value', member),
      ),
    ),
  )
}

function headerMembers(base: Base): readonly Vector[] {
  const jwk = { kty: 'OKP', crv: 'X25519', x: base.prekey.x }
  const more: Readonly<Record<string, unknown>> = {
    zip: 'DEF',
    crit: ['exp'],
    jwk,
    jku: 'https://keys.example/set.json',
    x5u: 'https://keys.example/chain.pem',
    x5c: ['MIIB'],
    x5t: bytesOf('x5t', 20).toString('base64url'),
    'x5t#S256': bytesOf('x5t', 32).toString('base64url'),
    p2s: bytesOf('p2s', 16).toString('base64url'),
    p2c: 4096,
    b64: true,
    apu: 'cm8',
    apv: 'aXQ',
    iv: bytesOf('iv', 12).toString('base64url'),
    tag: bytesOf('tag', 16).toString('base64url'),
    exp: 1795340100,
    more: 'anything',
  }
  const members: readonly (keyof HonestHeader)[] = ['alg', 'enc', 'kid', 'epk', 'typ', 'cty']
  return [
    ...Object.entries(more).map(([member, value]) =>
      sealed(
        base,
        `a member too many: ${member}`,
        { header: (honest) => ({ ...honest, [member]: value }) },
        header('member-unknown'),
      ),
    ),
    sealed(
      base,
      'a member too many: crit, empty',
      { header: (honest) => ({ ...honest, crit: [] }) },
      header('member-unknown'),
    ),
    sealed(
      base,
      'b64 false',
      { header: (honest) => ({ ...honest, b64: false, crit: ['b64'] }) },
      header('member-unknown'),
    ),
    ...members.map((member) =>
      sealed(base, `no ${member}`, { header: ({ [member]: _, ...rest }) => rest }, header('member-missing', member)),
    ),
    sealed(
      base,
      'ALG for alg',
      { header: ({ alg, ...rest }) => ({ ...rest, ALG: alg }) },
      header('member-missing', 'alg'),
    ),
  ]
}

function headerJson(base: Base): readonly Vector[] {
  const texts: readonly (readonly [string, string, (text: string, honest: HonestHeader) => string | Uint8Array])[] = [
    ['json', 'alg twice', (text) => text.replace('{', '{"alg":"ECDH-ES",')],
    ['json', 'alg twice with two values', (text) => text.replace('{', '{"alg":"dir",')],
    ['json', 'alg twice, once escaped', (text) => text.replace('{', '{"\\u0061lg":"ECDH-ES",')],
    ['json', 'epk twice', (text, { epk }) => text.replace('{', `{"epk":${JSON.stringify(epk)},`)],
    ['json', 'x twice in epk', (text, { epk }) => text.replace('"x":', `"x":"${epk.x}","x":`)],
    ['json', '__proto__', (text) => text.replace('{', '{"__proto__":{},')],
    ['json', 'a byte order mark', (text) => `\ufeff${text}`],
    ['json', 'something after the object', (text) => `${text}{}`],
    ['json', 'a NUL after the object', (text) => `${text}\u0000`],
    ['json', 'a comma too many', (text) => text.replace(/}$/, ',}')],
    ['json', 'single quotes', (text) => text.replaceAll('"', "'")],
    ['json', 'a comment', (text) => text.replace('{', '{/**/')],
    ['json', 'no object end', (text) => text.slice(0, -1)],
    ['json', 'a byte that is not UTF-8', (text) => Buffer.concat([Buffer.from(text), Buffer.of(0xff)])],
    ['json', 'nothing', () => ''],
    ['not-object', 'an array', (text) => `[${text}]`],
    ['not-object', 'a string', () => '"ECDH-ES"'],
    ['not-object', 'null', () => 'null'],
    ['size', '1025 bytes', (text) => text.padEnd(1025, ' ')],
    ['size', 'a megabyte is not needed: 4000 bytes', (text) => text.padEnd(4000, ' ')],
  ]
  return texts.map(([reason, comment, change]) =>
    sealed(base, `header: ${comment}`, { header: (honest) => change(JSON.stringify(honest), honest) }, header(reason)),
  )
}

function ephemeralKeys(base: Base): readonly Vector[] {
  const epk = (comment: string, expect: Refused, change: (honest: HonestHeader['epk']) => unknown): Vector =>
    sealed(base, `epk: ${comment}`, { header: (honest) => ({ ...honest, epk: change(honest.epk) }) }, expect)
  // The secret that everybody can compute: a reader without the check opens these.
  const fromBasePoint = Buffer.from(base.prekey.x, 'base64url')
  const zero = Buffer.alloc(32)
  const ephemeral = rawKey('X25519', bytesOf('twisted', 32))
  const unusual = nonCanonicalU(ephemeral.x).map(([comment, x]) => {
    const secret = comment.includes('base point') ? fromBasePoint : zero
    return sealed(base, `epk not canonical: ${comment}`, { ephemeral: { x, secret } }, undecryptable)
  })
  return [
    ...lowOrderPoints().map(([comment, x]) =>
      sealed(base, `epk of low order: ${comment}`, { ephemeral: { x, secret: zero } }, undecryptable),
    ),
    ...unusual,
    epk('with d', header('member-unknown'), (honest) => ({ ...honest, d: ephemeral.d })),
    epk('with kid', header('member-unknown'), (honest) => ({ ...honest, kid: ephemeral.kid })),
    epk('with use', header('member-unknown'), (honest) => ({ ...honest, use: 'enc' })),
    epk('no kty', header('member-missing', 'kty'), ({ crv, x }) => ({ crv, x })),
    epk('no crv', header('member-missing', 'crv'), ({ kty, x }) => ({ kty, x })),
    epk('no x', header('member-missing', 'x'), ({ kty, crv }) => ({ kty, crv })),
    epk('kty EC', header('value', 'kty'), (honest) => ({ ...honest, kty: 'EC' })),
    epk('crv Ed25519', header('value', 'crv'), (honest) => ({ ...honest, crv: 'Ed25519' })),
    epk('crv X448', header('value', 'crv'), (honest) => ({ ...honest, crv: 'X448' })),
    epk('crv P-256', header('value', 'crv'), (honest) => ({ ...honest, crv: 'P-256' })),
    epk('x of 31 bytes', header('value', 'x'), (honest) => ({ ...honest, x: honest.x.slice(0, 42) })),
    epk('x of 33 bytes', header('value', 'x'), (honest) => ({ ...honest, x: `${honest.x}A` })),
    epk('x with padding', header('value', 'x'), (honest) => ({ ...honest, x: `${honest.x}=` })),
    epk('x with an unused bit', header('value', 'x'), (honest) => ({ ...honest, x: `${honest.x.slice(0, 42)}_` })),
    epk('x a number', header('value', 'x'), (honest) => ({ ...honest, x: 9 })),
    epk('a string', header('not-object'), ({ x }) => x),
    epk('null', header('not-object'), () => null),
    epk('an array', header('not-object'), (honest) => [honest]),
  ]
}
