import { agreementOf, canonical, day, makeOffer, now, type Cast, type CastNode, type Json } from '../cast.js'
import { sha256, signMessage, uuidOf } from '../raw-jose.js'
import { accepts, refuses, type Vector, type VectorFile } from '../vector-file.js'
import { relationshipFoldVectors } from './relationship-fold-vectors.js'

/** agreements.json */
export function agreementVectors(cast: Cast): VectorFile {
  const { ro, it } = cast
  return {
    description:
      'Agreements (PROTOCOL 6.3 to 6.5). `of` says what is asked. signature: whether `jws` is a good signature of the node with `statements` at `at` under an agreement of the two nodes `between`, which had `accepted` those before; ok: its digest. inForce: which of the accepted agreements, in order of acceptance, is in force at `at`; ok: state and digest. clause: under which clause of `agreement` the `sender` may send the offer with this `body`; ok: its number, null if under none. thread: the id of the relationship thread of two nodes. fold: what the events of a relationship thread come to; an event names its author by the part it has.',
    vectors: [
      ...signatures(cast),
      ...inForce(agreementOf(ro, it)),
      ...clauses(cast),
      ...threads(cast),
      ...relationshipFoldVectors(),
    ],
  }
}

function sign(node: CastNode, payload: string, typ = 'trm-agreement+jwt'): string {
  return signMessage(node.signing, typ, JSON.parse(payload) as Json)
}

function signatures({ ro, it, de }: Cast): readonly Vector[] {
  const agreement = agreementOf(ro, it)
  const text = canonical(agreement)
  const digest = sha256(text)
  const input = (jws: string, change: Json = {}): Json => ({
    of: 'signature',
    jws,
    statements: ro.document.statements,
    at: now,
    between: [ro.id, it.id],
    accepted: [],
    ...change,
  })
  const changed = (change: Json): string => sign(ro, canonical({ ...agreement, ...change }))
  const [clause] = agreement['clauses'] as readonly [Json]
  const first = sha256('first')
  const backwards = Object.fromEntries(Object.entries(JSON.parse(text) as Json).reverse())
  const good: readonly (readonly [string, Json, string])[] = [
    ['the proposer signs', input(sign(ro, text)), digest],
    ['the other party signs the same bytes', input(sign(it, text), { statements: it.document.statements }), digest],
    [
      'an amendment names what it replaces',
      input(changed({ replaces: first }), { accepted: [first] }),
      sha256(canonical({ ...agreement, replaces: first })),
    ],
    [
      'five years',
      input(changed({ validUntil: now - 20 * day + 1827 * day })),
      sha256(canonical({ ...agreement, validUntil: now - 20 * day + 1827 * day })),
    ],
  ]
  const bad: readonly (readonly [string, Json, string, string?])[] = [
    [
      'members in another order',
      input(signMessage(ro.signing, 'trm-agreement+jwt', backwards)),
      'agreement-invalid',
      'form',
    ],
    ['of another type', input(sign(ro, text, 'trm-event+jwt')), 'agreement-invalid', 'jws'],
    ['a member too many', input(changed({ note: 'x' })), 'agreement-invalid', 'schema'],
    ['no clause', input(changed({ clauses: [] })), 'agreement-invalid', 'schema'],
    ['of two other nodes', input(sign(ro, canonical(agreementOf(ro, de)))), 'agreement-invalid', 'parties'],
    [
      'parties in descending order',
      input(changed({ parties: [...parties(agreement)].reverse() })),
      'agreement-invalid',
      'parties',
    ],
    ['it replaces one that nobody accepted', input(changed({ replaces: first })), 'agreement-invalid', 'replaces'],
    ['a second first one', input(sign(ro, text), { accepted: [first] }), 'agreement-invalid', 'replaces'],
    ['it ends before it begins', input(changed({ validUntil: now - 20 * day })), 'agreement-invalid', 'validUntil'],
    [
      'five years and a second',
      input(changed({ validUntil: now - 20 * day + 1827 * day + 1 })),
      'agreement-invalid',
      'validUntil',
    ],
    ['two clauses with one number', input(changed({ clauses: [clause, clause] })), 'agreement-invalid', 'clauses'],
    [
      'a sender that is no party',
      input(changed({ clauses: [{ ...clause, senders: [de.id] }] })),
      'agreement-invalid',
      'clauses',
    ],
    ['signed by the other side only', input(sign(it, text)), 'agreement-signature'],
    ['signed by a third node', input(sign(de, text)), 'agreement-signature'],
    [
      'signed with the log key',
      input(signMessage(ro.log, 'trm-agreement+jwt', JSON.parse(text) as Json)),
      'agreement-signature',
    ],
    [
      'signed when the key did not count any more',
      input(sign(ro, text), { at: now + 336 * day }),
      'agreement-signature',
    ],
  ]
  return [
    ...good.map(([comment, asked, value]) => accepts(comment, asked, { digest: value })),
    ...bad.map(([comment, asked, code, member]) =>
      refuses(comment, asked, member === undefined ? code : { code, member }),
    ),
  ]
}

function parties(agreement: Json): readonly string[] {
  return agreement['parties'] as readonly string[]
}

function inForce(base: Json): readonly Vector[] {
  const from = now - 20 * day
  const first = { ...base, validFrom: from, validUntil: now + 10 * day }
  const firstDigest = sha256(canonical(first))
  const second = {
    ...base,
    id: uuidOf('second'),
    replaces: firstDigest,
    validFrom: now + day,
    validUntil: now + 5 * day,
  }
  const secondDigest = sha256(canonical(second))
  const ask = (comment: string, accepted: readonly Json[], at: number, ok: Json, isSuspended = false): Vector =>
    accepts(comment, { of: 'inForce', accepted, at, isSuspended }, ok)
  return [
    ask('none was accepted', [], now, { state: 'none', digest: null }),
    ask('its first second', [first], from, { state: 'inForce', digest: firstDigest }),
    ask('before it begins', [first], from - 1, { state: 'ended', digest: firstDigest }),
    ask('its last second', [first], now + 10 * day - 1, { state: 'inForce', digest: firstDigest }),
    ask('its end', [first], now + 10 * day, { state: 'ended', digest: firstDigest }),
    ask('one of the two suspends', [first], now, { state: 'suspended', digest: firstDigest }, true),
    ask('a renewal that has not begun', [first, second], now, { state: 'inForce', digest: firstDigest }),
    ask('a renewal that has begun', [first, second], now + day, { state: 'inForce', digest: secondDigest }),
    ask('an older one never comes back', [first, second], now + 6 * day, { state: 'ended', digest: secondDigest }),
  ]
}

function clauses({ ro, it, de }: Cast): readonly Vector[] {
  const whole = agreementOf(ro, it)
  const [wide] = whole['clauses'] as readonly [Json]
  const { body } = makeOffer(ro, it, 'clause')
  const { referral, grant } = body
  const narrow = {
    ...wide,
    clause: '7',
    senders: [ro.id],
    referralTypes: [referral.request['primaryType'], ...(referral.request['otherTypes'] as readonly string[])],
    purposes: grant['purposes'],
    dataCategories: grant['dataCategories'],
    lawfulBases: [grant['lawfulBasis']],
    onward: [grant['onward']],
  }
  const ask = (comment: string, list: readonly Json[], clause: string | null, change: Json = {}): Vector =>
    accepts(
      comment,
      { of: 'clause', agreement: { ...whole, clauses: list }, sender: ro.id, body, ...change },
      { clause },
    )
  const withGrant = (change: Json): Json => ({ body: { referral, grant: { ...grant, ...change } } })
  return [
    ask('everything in one clause', [narrow], '7'),
    ask('the first clause that covers it', [{ ...narrow, senders: [it.id] }, { ...wide, clause: '8' }, narrow], '8'),
    ask('a sender that is not named', [narrow], null, { sender: it.id }),
    ask('a node that is no party', [narrow], null, { sender: de.id }),
    ask('another type', [{ ...narrow, referralTypes: ['hearingTravel'] }], null),
    ask('a further type that is not covered', [narrow], null, {
      body: { referral: { ...referral, request: { ...referral.request, otherTypes: ['hearingTravel'] } }, grant },
    }),
    ask(
      'a purpose more than the clause has',
      [narrow],
      null,
      withGrant({ purposes: [...(grant['purposes'] as readonly string[]), 'statistics'] }),
    ),
    ask(
      'a data category more',
      [narrow],
      null,
      withGrant({ dataCategories: [...(grant['dataCategories'] as readonly string[]), 'legal'] }),
    ),
    ask('another basis', [{ ...narrow, lawfulBases: ['vitalInterests'] }], null),
    ask('another onward rule', [{ ...narrow, onward: ['namedList'] }], null),
    ask(
      'two clauses do not add up',
      [
        { ...narrow, purposes: ['statistics'] },
        { ...narrow, clause: '8', referralTypes: ['hearingTravel'] },
      ],
      null,
    ),
  ]
}

function threads({ ro, it, de }: Cast): readonly Vector[] {
  const idOf = (one: CastNode, other: CastNode): string => {
    const [low = '', high = ''] = [one.id, other.id].sort()
    const bytes = Buffer.from(sha256(`trm-relationship/1|${low}|${high}`), 'base64url').subarray(0, 16)
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  }
  const pairs: readonly (readonly [CastNode, CastNode])[] = [
    [ro, it],
    [it, ro],
    [ro, de],
  ]
  return pairs.map(([one, other]) =>
    accepts('the relationship thread', { of: 'thread', nodes: [one.id, other.id] }, { thread: idOf(one, other) }),
  )
}
