import { day, givenNode, makeOffer, nonceOf, now, type Cast, type Json } from '../cast.js'
import { sha256, uuidOf } from '../raw-jose.js'
import type { Vector, VectorFile } from '../vector-file.js'
import { acceptBody, certifyBody, recallBody, voidBody, withdrawBody } from './bodies.js'
import { lifeCycleVectors } from './life-cycle-vectors.js'
import { accepted, follow, judged, refused, signEvent } from './judged-events.js'

/** judgements.json */
export function judgementVectors(cast: Cast): VectorFile {
  return {
    description:
      'What the node `given` answers to events, in order (PROTOCOL 3.3, 4.3 to 4.7). A step is an event of a peer that arrives at `at`, or an event that the node itself wrote (`own`, with the receipt it got, if any). ok: for every arriving event the verdict, and the state of the last thread at the end, null if the node has no such thread. `same`: the bytes of an earlier receipt, by position.',
    given: givenNode(cast.it, [cast.ro, cast.de]),
    vectors: [
      ...identities(cast),
      ...times(cast),
      ...shapes(cast),
      ...numbers(cast),
      ...lengths(cast),
      ...parties(cast),
      ...rulesets(cast),
      ...lifeCycleVectors(cast),
    ],
  }
}

function identities({ ro, it }: Cast): readonly Vector[] {
  const first = signEvent(ro, makeOffer(ro, it, 'example'))
  const again = signEvent(ro, makeOffer(ro, it, 'again'))
  const late = signEvent(ro, { ...makeOffer(ro, it, 'late'), iat: now - 29 * day, exp: now + 60 })
  const bad = signEvent(ro, { ...makeOffer(ro, it, 'identity-bad'), n: 0 })
  const conflict = makeOffer(ro, it, 'conflict')
  const one = signEvent(ro, conflict)
  const other = signEvent(ro, { ...conflict, nonce: nonceOf('other') })
  return [
    judged('the referral of the example in PROTOCOL.md', [{ event: first }], [accepted(first)], 'offered'),
    judged(
      'the same event again gets the same receipt',
      [{ event: again }, { event: again, at: now + 60 }],
      [accepted(again), { same: 0 }],
      'offered',
    ),
    judged(
      'and still does after the exp of the event',
      [{ event: late }, { event: late, at: now + 3600 }],
      [accepted(late), { same: 0 }],
      'offered',
    ),
    judged(
      'a refusal for good is given again as well',
      [{ event: bad }, { event: bad }],
      [refused(bad, 'schema-invalid', 'after-fix', 0, false), { same: 0 }],
      null,
    ),
    judged(
      'other bytes under one id are evidence, and the first receipt stands',
      [{ event: one }, { event: other }, { event: one }],
      [accepted(one), refused(other, 'id-conflict', 'never', 0, false), { same: 0 }],
      'offered',
    ),
  ]
}

function times({ ro, it }: Cast): readonly Vector[] {
  const at = (label: string, iat: number, exp: number): string =>
    signEvent(ro, { ...makeOffer(ro, it, label), iat, exp })
  const early = at('early', now + 301, now + day)
  const tolerated = at('tolerated', now + 300, now + day)
  const longest = at('longest', now - 60, now - 60 + 30 * day)
  const tooLong = at('too-long', now - 60, now - 59 + 30 * day)
  const backwards = at('backwards', now - 60, now - 60)
  const offered = (label: string): string => signEvent(ro, makeOffer(ro, it, label))
  const ends = (offer: string, label: string, life: number): string =>
    signEvent(
      ro,
      follow(offer, 'consent.withdraw', withdrawBody(makeOffer(ro, it, label)), { iat: now, exp: now + life }),
    )
  const [patient, eternal] = [offered('patient'), offered('eternal')]
  const lastsAYear = ends(patient, 'patient', 366 * day)
  const lastsLonger = ends(eternal, 'eternal', 366 * day + 1)
  const ended = at('ended', now - day, now)
  const lastSecond = at('last-second', now - day, now + 1)
  return [
    judged(
      'signed more than five minutes in the future; later it is judged anew',
      [{ event: early }, { event: early, at: now + 1 }],
      [refused(early, 'clock-skew', 'later'), accepted(early)],
      'offered',
    ),
    judged('signed five minutes in the future', [{ event: tolerated }], [accepted(tolerated)], 'offered'),
    judged('a life of 30 days', [{ event: longest }], [accepted(longest)], 'offered'),
    judged(
      'a life of 30 days and a second',
      [{ event: tooLong }],
      [refused(tooLong, 'lifetime-invalid', 'after-fix', 0, false)],
      null,
    ),
    judged(
      'a withdrawal that lives for 366 days',
      [{ event: patient }, { event: lastsAYear }],
      [accepted(patient), accepted(lastsAYear)],
      'consentWithdrawn',
    ),
    judged(
      'a withdrawal that lives for 366 days and a second',
      [{ event: eternal }, { event: lastsLonger }],
      [accepted(eternal), refused(lastsLonger, 'lifetime-invalid', 'after-fix', 0, false)],
      'offered',
    ),
    judged('exp is iat', [{ event: backwards }], [refused(backwards, 'lifetime-invalid', 'after-fix', 0, false)], null),
    judged('exp has come', [{ event: ended }], [refused(ended, 'event-expired', 'never', 0, false)], null),
    judged('one second is left', [{ event: lastSecond }], [accepted(lastSecond)], 'offered'),
  ]
}

function shapes({ ro, it }: Cast): readonly Vector[] {
  const offer = makeOffer(ro, it, 'shape')
  const { referral, grant } = offer.body
  const frames: readonly (readonly [string, Json])[] = [
    ['a member too many', { ...offer, priority: 1 }],
    ['a member is missing', Object.fromEntries(Object.entries(offer).filter(([name]) => name !== 'nonce'))],
    ['number 0', { ...offer, n: 0 }],
    ['number 100001', { ...offer, n: 100_001 }],
    ['a number as text', { ...offer, n: '1' }],
    ['a thread that is no UUID', { ...offer, thread: 'thread' }],
    ['a ruleset of another kind', { ...offer, ruleset: 'identity/2' }],
    ['a nonce of 42 characters', { ...offer, nonce: nonceOf('short').slice(1) }],
    ['a type with a space', { ...offer, type: 'referral offer' }],
    ['a body that is a list', { ...offer, body: [] }],
  ]
  const withNeed = (specificNeed: string): Json => ({
    ...offer,
    body: { referral: { ...referral, request: { ...referral.request, specificNeed } }, grant },
  })
  const bodies: readonly (readonly [string, Json])[] = [
    ['a type that this version does not know', { ...offer, type: 'referral.close' }],
    ['a type that is a member of every object', { ...offer, type: 'to.string' }],
    ['a body of another type', { ...offer, body: acceptBody }],
    ['a code that is not in its list', { ...offer, body: { referral: { ...referral, urgency: 'soon' }, grant } }],
    [
      'a member too many, deep inside',
      { ...offer, body: { referral: { ...referral, subject: { ...referral.subject, name: 'x' } }, grant } },
    ],
    ['a text of 501 characters', withNeed('x'.repeat(501))],
    ['a text with a NUL', withNeed('a\u0000b')],
    ['a text with an escape character', withNeed('a\u001b[2Jb')],
    ['a text that turns the writing direction', withNeed('a\u202eb')],
    ['a text with an invisible character', withNeed('a\u200bb')],
    ['no grant', { ...offer, body: { referral } }],
  ]
  const one = (comment: string, event: Json, hasLeaf: boolean): Vector => {
    const thread = event['thread'] === offer['thread'] ? uuidOf(`thread|${comment}`) : event['thread']
    const jws = signEvent(ro, { ...event, id: uuidOf(comment), thread })
    return judged(comment, [{ event: jws }], [refused(jws, 'schema-invalid', 'after-fix', 0, hasLeaf)], null)
  }
  const newer = signEvent(ro, { ...offer, v: 2, id: uuidOf('newer') })
  return [
    judged(
      'another protocol version',
      [{ event: newer }],
      [refused(newer, 'version-not-supported', 'after-fix', 0, false)],
      null,
    ),
    ...frames.map(([comment, event]) => one(`frame: ${comment}`, event, false)),
    ...bodies.map(([comment, event]) => one(`body: ${comment}`, event, true)),
  ]
}

function numbers({ ro, it }: Cast): readonly Vector[] {
  const opened = (label: string): string => signEvent(ro, makeOffer(ro, it, label))
  const [gap, twice, astray] = [opened('gap'), opened('twice'), opened('astray')]
  const [hasty, slow] = [opened('hasty'), opened('slow')]
  const hastySecond = signEvent(ro, follow(hasty, 'referral.recall', recallBody))
  const hastyThird = signEvent(ro, follow(hastySecond, 'consent.withdraw', withdrawBody(makeOffer(ro, it, 'hasty'))))
  const slowSecond = signEvent(ro, follow(slow, 'referral.recall', recallBody, { exp: now + day }))
  const slowThird = signEvent(
    ro,
    follow(slowSecond, 'consent.withdraw', withdrawBody(makeOffer(ro, it, 'slow')), { exp: now + 5 * day }),
  )
  const second = signEvent(ro, follow(gap, 'referral.recall', recallBody))
  const third = signEvent(ro, follow(second, 'referral.recall', recallBody))
  const hollow = signEvent(ro, makeOffer(ro, it, 'hollow'))
  const hollowGrant = makeOffer(ro, it, 'hollow')
  const hollowSecond = signEvent(ro, follow(hollow, 'referral.recall', recallBody))
  const hollowThird = signEvent(ro, follow(hollowSecond, 'consent.withdraw', withdrawBody(hollowGrant)))
  const hollowFourth = signEvent(ro, follow(hollowThird, 'consent.withdraw', withdrawBody(hollowGrant, 'onwardOnly')))
  const twin = signEvent(ro, { ...makeOffer(ro, it, 'twice'), id: uuidOf('twin') })
  const lame = signEvent(ro, { ...makeOffer(ro, it, 'lame'), id: uuidOf('lame twin'), body: {} })
  const sound = signEvent(ro, makeOffer(ro, it, 'lame'))
  const chainless = signEvent(ro, { ...makeOffer(ro, it, 'chainless'), prev: sha256('x') })
  const strayed = signEvent(ro, follow(astray, 'referral.recall', recallBody, { prev: sha256('x') }))
  const named = makeOffer(ro, it, 'named')
  const { referral, grant } = named.body
  const request = { ...referral.request, specificNeed: 'Write to desk@office.example.' }
  const talkative = signEvent(ro, { ...named, body: { referral: { ...referral, request }, grant } })
  const again = signEvent(ro, { ...named, id: uuidOf('again'), n: 2, prev: sha256(talkative) })
  return [
    judged(
      'a gap is answered later, and closes',
      [{ event: third }, { event: second }, { event: gap }, { event: second }, { event: third }],
      [
        refused(third, 'out-of-order', 'later'),
        refused(second, 'out-of-order', 'later'),
        accepted(gap),
        accepted(second),
        refused(third, 'transition-not-allowed', 'never'),
      ],
      'recalled',
    ),
    judged(
      'a withdrawal of consent does not wait for what comes before it',
      [{ event: hasty }, { event: hastyThird }, { event: hastySecond }],
      [accepted(hasty), accepted(hastyThird), accepted(hastySecond)],
      // In the order of the thread the recall comes first; the grant has ended all the same.
      'recalled',
    ),
    judged(
      'a number below the one before is missing: what overtook it fills no gap',
      [
        { event: hollow },
        { event: hollowThird },
        { event: hollowFourth },
        { event: hollowSecond },
        { event: hollowFourth },
      ],
      [
        accepted(hollow),
        accepted(hollowThird),
        refused(hollowFourth, 'out-of-order', 'later'),
        accepted(hollowSecond),
        refused(hollowFourth, 'transition-not-allowed', 'never'),
      ],
      'recalled',
    ),
    judged(
      'an event that came too late takes its number, and its author goes on',
      [{ event: slow }, { event: slowSecond, at: now + 2 * day }, { event: slowThird, at: now + 2 * day }],
      [accepted(slow), refused(slowSecond, 'event-expired', 'never', 0, false), accepted(slowThird)],
      'consentWithdrawn',
    ),
    judged(
      'a number used twice',
      [{ event: twice }, { event: twin }],
      [accepted(twice), refused(twin, 'number-conflict', 'never')],
      'offered',
    ),
    judged(
      'a number that is taken stays with its event, whatever the next one is refused for',
      [{ event: sound }, { event: lame }],
      [accepted(sound), refused(lame, 'schema-invalid', 'after-fix')],
      'offered',
    ),
    judged(
      'a first event with a predecessor',
      [{ event: chainless }],
      [refused(chainless, 'prev-mismatch', 'never')],
      null,
    ),
    judged(
      'prev is not the event before',
      [{ event: astray }, { event: strayed }],
      [accepted(astray), refused(strayed, 'prev-mismatch', 'never')],
      'offered',
    ),
    judged(
      'the number of a refused event counts: the next one names it',
      [{ event: talkative }, { event: again }],
      [refused(talkative, 'identity-found', 'after-fix'), accepted(again)],
      'offered',
    ),
  ]
}

/** Of what waits for nothing: a vector with three hundred events would tell no more. */
function lengths({ ro, it }: Cast): readonly Vector[] {
  const after = (label: string, n: number, type: string, body: (offer: Json) => Json): readonly [string, string] => {
    const offer = makeOffer(ro, it, label)
    const opening = signEvent(ro, offer)
    return [opening, signEvent(ro, follow(opening, type, body(offer), { n }))]
  }
  const certify = (label: string, n: number) =>
    after(label, n, 'erasure.certify', ({ grant }) => certifyBody(String(grant)))
  const [whole, last] = certify('long', 500)
  const [longer, tooLong] = certify('longer', 501)
  const [ended, end] = after('long and ended', 100_000, 'consent.withdraw', (offer) => withdrawBody(offer))
  const [voided, empty] = after('long and voided', 501, 'referral.void', () => voidBody)
  return [
    judged(
      'the last number of a certificate',
      [{ event: whole }, { event: last }],
      [accepted(whole), accepted(last)],
      'offered',
    ),
    judged(
      'a thread that is too long for a certificate',
      [{ event: longer }, { event: tooLong }],
      [accepted(longer), refused(tooLong, 'thread-full', 'never')],
      'offered',
    ),
    judged(
      'no thread is too long for a withdrawal that ends the grant',
      [{ event: ended }, { event: end }],
      [accepted(ended), accepted(end)],
      'consentWithdrawn',
    ),
    judged(
      'nor for a void',
      [{ event: voided }, { event: empty }],
      [accepted(voided), accepted(empty)],
      'enteredInError',
    ),
  ]
}

function parties({ ro, it, de }: Cast): readonly Vector[] {
  const offer = signEvent(ro, makeOffer(ro, it, 'parties'))
  const intruder = { from: de.id }
  const first = signEvent(de, { ...makeOffer(ro, it, 'parties'), ...intruder, id: uuidOf('intruder') })
  const second = signEvent(de, follow(offer, 'referral.recall', recallBody, intruder))
  const elsewhere = signEvent(ro, { ...makeOffer(ro, it, 'elsewhere'), thread: uuidOf('another thread') })
  const orphan = signEvent(ro, { ...makeOffer(ro, it, 'orphan'), type: 'referral.accept', body: acceptBody })
  const bare = signEvent(ro, { ...makeOffer(ro, it, 'bare'), agreement: null })
  const unheard = signEvent(ro, { ...makeOffer(ro, it, 'unheard'), agreement: sha256('an agreement') })
  return [
    judged(
      'an event of another peer in the thread of two',
      [{ event: offer }, { event: first }, { event: second }],
      [accepted(offer), refused(first, 'thread-not-yours', 'never'), refused(second, 'thread-not-yours', 'never')],
      'offered',
    ),
    judged(
      'an offer whose thread is not its referral',
      [{ event: elsewhere }],
      [refused(elsewhere, 'thread-mismatch', 'after-fix')],
      null,
    ),
    judged('a thread that nothing opened', [{ event: orphan }], [refused(orphan, 'thread-unknown', 'never')], null),
    judged('no agreement', [{ event: bare }], [refused(bare, 'agreement-required', 'after-fix')], null),
    judged(
      'an agreement that the node does not hold yet',
      [{ event: unheard }],
      [refused(unheard, 'agreement-unknown', 'later')],
      null,
    ),
  ]
}

function rulesets({ ro, it }: Cast): readonly Vector[] {
  const under = (ruleset: string, specificNeed: string): string => {
    const offer = makeOffer(ro, it, `${ruleset} ${specificNeed}`)
    const { referral, grant } = offer.body
    const request = { ...referral.request, specificNeed }
    return signEvent(ro, { ...offer, ruleset, body: { referral: { ...referral, request }, grant } })
  }
  const [plain, telling] = ['A place in a shelter.', 'Write to desk@office.example about a bed.']
  const newer = under('trm-identity/9999', plain)
  const newerTelling = under('trm-identity/9999', telling)
  const unreleased = under('trm-identity/1', plain)
  return [
    judged('rules newer than those of the node', [{ event: newer }], [accepted(newer)], 'offered'),
    judged(
      'rules newer than those of the node: what its own deny is denied by them too',
      [{ event: newerTelling }],
      [refused(newerTelling, 'identity-found', 'after-fix')],
      null,
    ),
    judged(
      'rules that were never released',
      [{ event: unreleased }],
      [refused(unreleased, 'ruleset-not-supported', 'after-fix')],
      null,
    ),
  ]
}
