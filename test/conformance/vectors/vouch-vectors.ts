import { day, now, type Cast, type Json } from '../cast.js'
import { sha256, signCompact, signMessage } from '../raw-jose.js'
import { accepts, refuses, type Vector } from '../vector-file.js'
import { vouchOf } from './directory-record.js'
import { followStatement } from './statement-chain.js'

const typ = 'trm-vouch+jwt'

/** Vectors of directory.json about the word of an introducer. */
export function vouchVectors({ ro, it }: Cast): readonly Vector[] {
  const [first = ''] = ro.document.statements
  const [life] = ro.statement['signing'] as readonly Json[]
  const iat = now - 3600
  const ask = (jws: string, revoked?: Json): Json => ({
    of: 'vouch',
    jws,
    statements:
      revoked === undefined
        ? [first]
        : [first, followStatement(ro.identity, first, { signing: [{ ...life, revoked }] })],
    at: now,
  })
  const sign = (change: Json = {}): string => signMessage(ro.signing, typ, vouchOf(ro, it, change))
  const good = (comment: string, change: Json = {}, revoked?: Json): Vector => {
    const { from, node, seq, exp, ended } = vouchOf(ro, it, change)
    return accepts(`vouch: ${comment}`, ask(sign(change), revoked), { from, node, seq, exp, ended })
  }
  const bad = (comment: string, jws: string, member: string, revoked?: Json): Vector =>
    refuses(`vouch: ${comment}`, ask(jws, revoked), { code: 'record-invalid', member })
  const header = { alg: 'EdDSA', kid: ro.signing.kid, typ }
  const jws = sign()
  const [head = '', , signature = ''] = jws.split('.')
  const other = Buffer.from(JSON.stringify(vouchOf(ro, it, { seq: now }))).toString('base64url')
  return [
    good('a word'),
    good('its end', { ended: true }),
    good('a word of 366 days', { exp: iat + 366 * day }),
    good('an end of 367 days', { exp: iat + 367 * day, ended: true }),
    good('signed by a clock that is five minutes ahead', { iat: now + 300 }),
    good('a sequence seven days ahead', { seq: now + 7 * day }),
    good('signed before the key was superseded', {}, { at: now - 60, reason: 'superseded' }),
    bad('of another node', signMessage(ro.signing, typ, vouchOf(it, ro)), 'from'),
    bad('for itself', signMessage(ro.signing, typ, vouchOf(ro, ro)), 'node'),
    bad('signed more than five minutes in the future', sign({ iat: now + 301 }), 'iat'),
    bad('a sequence more than seven days ahead', sign({ seq: now + 7 * day + 1 }), 'seq'),
    bad('it ends when it is signed', sign({ exp: iat }), 'exp'),
    bad('a word of 366 days and a second', sign({ exp: iat + 366 * day + 1 }), 'exp'),
    bad('an end of 367 days and a second', sign({ exp: iat + 367 * day + 1, ended: true }), 'exp'),
    bad('signed by another node', signMessage(it.signing, typ, vouchOf(ro, it)), 'kid'),
    bad('signed with the identity key', signMessage(ro.identity, typ, vouchOf(ro, it)), 'kid'),
    bad('signed before the key was in force', sign({ iat: Number(ro.statement['iat']) - 1, exp: now }), 'kid'),
    bad('signed when the key was superseded', jws, 'kid', { at: iat, reason: 'superseded' }),
    bad('of a key that was stolen, dated before', jws, 'kid', {
      at: now,
      reason: 'compromised',
      compromisedSince: now,
    }),
    bad('of a key that was given up, dated before', jws, 'kid', { at: now, reason: 'ceased' }),
    bad(
      'signed by another node under the kid of this one',
      signCompact(it.signing, header, vouchOf(ro, it)),
      'signature',
    ),
    bad('another payload under the signature', `${head}.${other}.${signature}`, 'signature'),
    bad('typ of a contact record', signMessage(ro.signing, 'trm-contact+jwt', vouchOf(ro, it)), 'jws'),
    bad('a member too many', sign({ reason: sha256('x') }), 'schema'),
    bad('another protocol version', sign({ v: 2 }), 'schema'),
  ]
}
