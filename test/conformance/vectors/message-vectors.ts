import { createHmac } from 'node:crypto'
import { givenNode, makeOffer, makePing, makeReceipt, now, type Cast, type CastNode } from '../cast.js'
import { b64, bytesOf, rawKey, signCompact, signMessage } from '../raw-jose.js'
import { refuses, type Vector, type VectorFile } from '../vector-file.js'
import { query, refusal } from './message-refusals.js'
import { payloadVectors } from './payload-vectors.js'

const groupOrder = 2n ** 252n + 27742317777372353535851937790883648493n

type Payload = Readonly<Record<string, unknown>>

/** messages-invalid.json */
export function messageVectors(cast: Cast): VectorFile {
  const { ro, it, de } = cast
  return {
    description:
      'Signed messages that the node `given` refuses before it knows whose they are (PROTOCOL 2.6, 2.7, 2.9). A runner seals `message` to the prekey of the node, in any bucket, and brings it to `endpoint`. The code stays inside: the sender is told `answer`.',
    given: givenNode(it, [ro, de]),
    vectors: [
      ...headers(ro, makePing(ro, it, 'message')),
      ...types(cast),
      ...forms(ro, makePing(ro, it, 'message')),
      ...signatures(cast, makePing(ro, it, 'message')),
      ...payloadVectors(cast),
    ],
  }
}

function headers(ro: CastNode, ping: Payload): readonly Vector[] {
  const { kid } = ro.signing
  const honest = { alg: 'EdDSA', kid, typ: 'trm-query+jwt' }
  const signed = (header: object | string): string => signCompact(ro.signing, header, ping)
  const text = JSON.stringify(honest)
  const values: Readonly<Record<string, readonly unknown[]>> = {
    alg: [
      'none',
      'None',
      '',
      'HS256',
      'HS512',
      'RS256',
      'PS256',
      'ES256',
      'Ed25519',
      'Ed448',
      'eddsa',
      'dir',
      null,
      1,
      ['EdDSA'],
    ],
    typ: [
      'JWT',
      'jwt',
      'JOSE',
      '',
      'trm-query',
      'trm-query+JWT',
      'application/trm-query+jwt',
      'trm-envelope',
      null,
      ['trm-query+jwt'],
    ],
    kid: [
      '',
      '../../etc/passwd',
      "' OR 1=1 --",
      kid.slice(1),
      `${kid}A`,
      `${kid.slice(0, 42)}=`,
      `${kid.slice(0, 42)}_`,
      `${kid.slice(0, 42)}\u0000`,
      `${kid.slice(0, 42)}\u0410`,
      'k'.repeat(500),
      null,
      1,
      {},
    ],
  }
  const attacker = rawKey('Ed25519', bytesOf('attacker', 32))
  const more: Readonly<Record<string, unknown>> = {
    jwk: { kty: 'OKP', crv: 'Ed25519', x: attacker.x },
    jku: 'https://keys.example/set.json',
    x5u: 'https://keys.example/chain.pem',
    x5c: ['MIIB'],
    x5t: bytesOf('x5t', 20).toString('base64url'),
    'x5t#S256': bytesOf('x5t', 32).toString('base64url'),
    crit: ['b64'],
    b64: false,
    cty: 'json',
    zip: 'DEF',
    nonce: 'AA',
    exp: now + 300,
  }
  const faults: readonly (readonly [string, string, string])[] = [
    ['json', 'alg twice', text.replace('{', '{"alg":"EdDSA",')],
    ['json', 'alg twice, once escaped', text.replace('{', '{"\\u0061lg":"none",')],
    ['json', 'kid twice', text.replace('{', `{"kid":"${attacker.kid}",`)],
    ['json', 'a byte order mark', `\ufeff${text}`],
    ['json', 'something after the object', `${text} 1`],
    ['not-object', 'an array', `[${text}]`],
    ['size', '1025 bytes', text.padEnd(1025, ' ')],
  ]
  return [
    ...Object.entries(values).flatMap(([member, wrong]) =>
      wrong.map((value) =>
        query(
          `${member}: ${JSON.stringify(value).slice(0, 60)}`,
          signed({ ...honest, [member]: value }),
          refusal('jose-header-refused', 'value', member),
        ),
      ),
    ),
    ...Object.entries(more).map(([member, value]) =>
      query(
        `a member too many: ${member}`,
        signed({ ...honest, [member]: value }),
        refusal('jose-header-refused', 'member-unknown'),
      ),
    ),
    query(
      'jwk with the key that signed, kid of the peer',
      signCompact(attacker, { ...honest, jwk: more['jwk'] }, ping),
      refusal('jose-header-refused', 'member-unknown'),
    ),
    ...(['alg', 'kid', 'typ'] as const).map((member) => {
      const { [member]: _, ...rest } = honest
      return query(`no ${member}`, signed(rest), refusal('jose-header-refused', 'member-missing', member))
    }),
    ...faults.map(([reason, comment, header]) =>
      query(`header: ${comment}`, signed(header), refusal('jose-header-refused', reason)),
    ),
  ]
}

/** Every type of message at an endpoint that does not take it. */
function types({ ro, it }: Cast): readonly Vector[] {
  const offer = makeOffer(ro, it, 'types')
  const own = signMessage(it.signing, 'trm-event+jwt', makeOffer(it, ro, 'types-own'))
  const payloads: Readonly<Record<string, Payload>> = {
    'trm-event+jwt': offer,
    'trm-query+jwt': makePing(ro, it, 'types'),
    'trm-reply+jwt': { ...makePing(ro, it, 'types-reply'), query: bytesOf('query', 32).toString('base64url') },
    'trm-receipt+jwt': makeReceipt(ro, own),
    'trm-card+jwt': ro.card,
    'trm-keys+jwt': ro.statement,
  }
  const taken = { inbox: ['trm-event+jwt', 'trm-receipt+jwt'], query: ['trm-query+jwt'] }
  return (['inbox', 'query'] as const).flatMap((endpoint) =>
    Object.entries(payloads)
      .filter(([typ]) => !taken[endpoint].includes(typ))
      .map(([typ, payload]) =>
        refuses(
          `${typ} at the endpoint ${endpoint}`,
          { endpoint, message: signMessage(ro.signing, typ, payload) },
          refusal('jose-header-refused', 'value', 'typ'),
        ),
      ),
  )
}

function forms(ro: CastNode, ping: Payload): readonly Vector[] {
  const message = signMessage(ro.signing, 'trm-query+jwt', ping)
  const [head = '', payload = '', signature = ''] = message.split('.')
  const unused = `${signature.slice(0, -1)}${signature.endsWith('A') ? 'B' : signature.endsWith('Q') ? 'R' : signature.endsWith('g') ? 'h' : 'x'}`
  const cases: readonly (readonly [string, string, string])[] = [
    ['segments', 'two segments', `${head}.${payload}`],
    ['segments', 'four segments', `${message}.`],
    ['segments', 'JSON serialisation', JSON.stringify({ payload, protected: head, signature })],
    ['signature', 'no signature', `${head}.${payload}.`],
    ['signature', 'a signature of 63 bytes', `${head}.${payload}.${bytesOf('short', 63).toString('base64url')}`],
    ['signature', 'a signature of 65 bytes', `${head}.${payload}.${bytesOf('long', 65).toString('base64url')}`],
    ['base64url', 'a padded signature', `${message}==`],
    ['base64url', 'an unused bit of the signature', `${head}.${payload}.${unused}`],
    ['base64url', 'a padded payload', `${head}.${payload}=.${signature}`],
    ['base64url', 'a space inside the payload', `${head}.${payload.slice(0, 9)} ${payload.slice(9)}.${signature}`],
    ['base64url', 'a padded header', `${head}=.${payload}.${signature}`],
  ]
  return cases.map(([reason, comment, text]) => query(comment, text, refusal('jose-malformed', reason)))
}

function signatures({ ro, it, de }: Cast, ping: Payload): readonly Vector[] {
  const header = { alg: 'EdDSA', kid: ro.signing.kid, typ: 'trm-query+jwt' }
  const message = signMessage(ro.signing, 'trm-query+jwt', ping)
  const [head = '', payload = '', signature = ''] = message.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const withSignature = (value: Uint8Array): string => `${head}.${payload}.${b64(value)}`
  const flipped = (at: number): Buffer => Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte)))
  const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`)
  const larger = Buffer.from((s + groupOrder).toString(16).padStart(64, '0'), 'hex').reverse()
  const hmac = createHmac('sha256', Buffer.from(ro.signing.x, 'base64url')).update(`${head}.${payload}`).digest()
  const invalid = refusal('signature-invalid')
  return [
    query('a bit of R', withSignature(flipped(0)), invalid),
    query('a bit of S', withSignature(flipped(32)), invalid),
    query('S plus the group order', withSignature(Buffer.concat([bytes.subarray(0, 32), larger])), invalid),
    query('64 zeros', withSignature(Buffer.alloc(64)), invalid),
    query('R of the identity, S zero', withSignature(Buffer.concat([Buffer.of(1), Buffer.alloc(63)])), invalid),
    query('HMAC under the public key', withSignature(Buffer.concat([hmac, hmac])), invalid),
    query('another payload', `${head}.${b64(JSON.stringify({ ...ping, iat: now + 1 }))}.${signature}`, invalid),
    query('another spelling of the header', `${b64(`${JSON.stringify(header)} `)}.${payload}.${signature}`, invalid),
    query('signed by another peer under the kid of this one', signCompact(de.signing, header, ping), invalid),
    query('signed by the node itself under the kid of the peer', signCompact(it.signing, header, ping), invalid),
  ]
}
