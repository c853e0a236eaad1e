import { day, now, type Cast, type CastNode, type Json } from '../cast.js'
import { signCompact, signMessage } from '../raw-jose.js'
import { accepts, refuses, type Refused, type Vector, type VectorFile } from '../vector-file.js'
import { contactOf, contactTyp, exampleDesk, tombstoneOf } from './contact-record.js'
import { deskVectors } from './desk-vectors.js'
import { followStatement } from './statement-chain.js'

/** contacts.json */
export function contactVectors(cast: Cast): VectorFile {
  return {
    description:
      'Contact records (PROTOCOL 7.2). `of` says what is asked. record: whether the JWS is a record or a tombstone of the node with `statements` that counts when it arrives at `at`; ok: id, sequence, end, and whether it is a tombstone. desks: what is wrong with `desks` at `at`, in order (7.2.3); ok: codes. freshness: of `desk` in `record` at `at` (7.2.4). desk: whether a referral of `referralType` may go to `desk` of `record` at `at` (7.2.5). language: whether a desk that answers in `languages` is found by `asked`; hours: whether it answers at `at` (7.2.6).',
    vectors: [
      ...valid(cast.ro),
      ...misshapen(cast.ro),
      ...times(cast.ro),
      ...unsigned(cast),
      ...keys(cast.ro),
      ...deskVectors(cast.ro),
    ],
  }
}

function ask(jws: string, node: CastNode, at = now): Json {
  return { of: 'record', jws, statements: node.document.statements, at }
}

function okOf(contact: Json): Json {
  return { id: contact['id'], seq: contact['seq'], exp: contact['exp'], ended: contact['ended'] === true }
}

const wrong = (member: string): Refused => ({ code: 'contact-invalid', member })

function valid(ro: CastNode): readonly Vector[] {
  const record = contactOf(ro)
  const good = (comment: string, contact: Json, at = now): Vector =>
    accepts(comment, ask(signMessage(ro.signing, contactTyp, contact), ro, at), okOf(contact))
  const bare = { ...exampleDesk, services: [], referralTypes: [], targetGroups: [], countriesServed: [], sops: [] }
  return [
    good('a record', record),
    good('a tombstone', tombstoneOf(ro)),
    good('a record for single partners', { ...record, visibility: 'bilateral' }),
    good('a record that has ended: that is judged where it is used', record, now + 100 * day),
    good('a desk that offers nothing: what desks say is judged elsewhere', { ...record, desks: [bare] }),
    good('a mailbox of a person: that too', { ...record, desks: [{ ...exampleDesk, email: 'x.y@office.example' }] }),
    good('signed by a clock that is five minutes ahead', { ...record, iat: now + 300 }),
    good('a sequence seven days ahead', { ...record, seq: now + 7 * day }),
    good('a sequence of long ago', { ...record, seq: 1 }),
    good('a life of ninety days', { ...record, exp: now - 3600 + 90 * day }),
    good('a life of a second', { ...record, exp: now - 3599 }),
    good('a tombstone of 367 days', tombstoneOf(ro, 'contact', 367 * day)),
  ]
}

function misshapen(ro: CastNode): readonly Vector[] {
  const record = contactOf(ro)
  const { desks: _desks, ...headless } = record
  const bad = (comment: string, contact: Json): Vector =>
    refuses(comment, ask(signMessage(ro.signing, contactTyp, contact), ro), wrong('schema'))
  const withDesk = (change: Json): Json => ({ ...record, desks: [{ ...exampleDesk, ...change }] })
  return [
    bad('a member too many', { ...record, person: 'nobody' }),
    bad('another protocol version', { ...record, v: 2 }),
    bad('a sequence of zero', { ...record, seq: 0 }),
    bad('another visibility', { ...record, visibility: 'public' }),
    bad('no desks', headless),
    bad('an empty list of desks', { ...record, desks: [] }),
    bad('seventeen desks', { ...record, desks: new Array(17).fill(exampleDesk) }),
    bad('a tombstone that says something', { ...record, ended: true }),
    bad('a tombstone that has not ended', { ...tombstoneOf(ro), ended: false }),
    bad('a desk with the name of a person', withDesk({ name: 'N.N.' })),
    bad('a desk without a check', withDesk({ checkedOn: undefined })),
    bad('a mailbox in capitals', withDesk({ email: 'Duty@office.example' })),
    bad('a phone number without the country', withDesk({ phones: [{ number: '0210000000', kind: 'night' }] })),
    bad('a service twice', withDesk({ services: ['legalAid', 'legalAid'] })),
    bad('a service that no code list has', withDesk({ services: ['other'] })),
    bad('a desk that answers in no language', withDesk({ languages: [] })),
    bad('hours from 24:00', withDesk({ hours: hours([{ days: ['MO'], opens: '24:00', closes: '24:00' }]) })),
    bad('hours on no day', withDesk({ hours: hours([{ days: [], opens: '08:00', closes: '16:00' }]) })),
  ]
}

function hours(open: readonly Json[]): Json {
  return { timeZone: 'Europe/Bucharest', always: false, open }
}

function times(ro: CastNode): readonly Vector[] {
  const record = contactOf(ro)
  const cases: readonly (readonly [string, string, Json])[] = [
    ['iat', 'signed more than five minutes in the future', { ...record, iat: now + 301 }],
    ['seq', 'a sequence more than seven days ahead', { ...record, seq: now + 7 * day + 1 }],
    ['seq', 'a tombstone with a sequence more than seven days ahead', { ...tombstoneOf(ro), seq: now + 7 * day + 1 }],
    ['exp', 'it ends when it is signed', { ...record, exp: now - 3600 }],
    ['exp', 'ninety days and a second', { ...record, exp: now - 3600 + 90 * day + 1 }],
    ['exp', 'a record that lives as long as a tombstone', { ...record, exp: now - 3600 + 366 * day }],
    ['exp', 'a tombstone of 367 days and a second', tombstoneOf(ro, 'contact', 367 * day + 1)],
    ['exp', 'a tombstone that ends when it is signed', tombstoneOf(ro, 'contact', 0)],
  ]
  return cases.map(([member, comment, contact]) =>
    refuses(comment, ask(signMessage(ro.signing, contactTyp, contact), ro), wrong(member)),
  )
}

function unsigned({ ro, it }: Cast): readonly Vector[] {
  const record = contactOf(ro)
  const header = { alg: 'EdDSA', kid: ro.signing.kid, typ: contactTyp }
  const jws = signMessage(ro.signing, contactTyp, record)
  const [head = '', , signature = ''] = jws.split('.')
  const other = Buffer.from(JSON.stringify({ ...record, country: 'MD' })).toString('base64url')
  const cases: readonly (readonly [string, string, string])[] = [
    ['node', 'of another node', signMessage(ro.signing, contactTyp, { ...record, node: it.id })],
    ['kid', 'signed by another node', signMessage(it.signing, contactTyp, record)],
    ['kid', 'signed with the identity key', signMessage(ro.identity, contactTyp, record)],
    ['kid', 'signed with the log key', signMessage(ro.log, contactTyp, record)],
    ['signature', 'signed by another node under the kid of this one', signCompact(it.signing, header, record)],
    ['signature', 'another payload under the signature', `${head}.${other}.${signature}`],
    ['jws', 'typ of a card', signMessage(ro.signing, 'trm-card+jwt', record)],
    ['jws', 'typ of a vouch', signMessage(ro.signing, 'trm-vouch+jwt', record)],
    ['jws', 'a header with a member too many', signCompact(ro.signing, { ...header, cty: 'JWT' }, record)],
    ['jws', 'a member twice', signMessage(ro.signing, contactTyp, JSON.stringify(record).replace('{', '{"seq":1,'))],
    ['jws', 'JSON that is no JWS', JSON.stringify(record)],
    ['jws', 'a blank at the end', `${jws} `],
  ]
  return cases.map(([member, comment, text]) => refuses(comment, ask(text, ro), wrong(member)))
}

function keys(ro: CastNode): readonly Vector[] {
  const [first = ''] = ro.document.statements
  const [life] = ro.statement['signing'] as readonly Json[]
  const bornAt = Number(ro.statement['iat'])
  const record = contactOf(ro)
  const judge = (change: Json, revoked?: Json): Json => {
    const jws = signMessage(ro.signing, contactTyp, { ...record, ...change })
    const chain =
      revoked === undefined
        ? [first]
        : [first, followStatement(ro.identity, first, { signing: [{ ...life, revoked }] })]
    return { of: 'record', jws, statements: chain, at: now }
  }
  return [
    accepts(
      'signed in the first second of the key',
      judge({ iat: bornAt, exp: bornAt + 90 * day }),
      okOf({ ...record, exp: bornAt + 90 * day }),
    ),
    refuses('signed before the key was in force', judge({ iat: bornAt - 1, exp: bornAt + day }), wrong('kid')),
    accepts('signed before the key was superseded', judge({}, { at: now - 60, reason: 'superseded' }), okOf(record)),
    refuses('signed when the key was superseded', judge({}, { at: now - 3600, reason: 'superseded' }), wrong('kid')),
    refuses(
      'of a key that was stolen, dated before',
      judge({}, { at: now - 60, reason: 'compromised', compromisedSince: now - 60 }),
      wrong('kid'),
    ),
    refuses('of a key that was given up, dated before', judge({}, { at: now - 60, reason: 'ceased' }), wrong('kid')),
    refuses(
      'a tombstone of a key that was stolen',
      {
        ...judge({}, { at: now - 60, reason: 'compromised' }),
        jws: signMessage(ro.signing, contactTyp, tombstoneOf(ro)),
      },
      wrong('kid'),
    ),
  ]
}
