import { day, now, type Cast, type Json } from '../cast.js'
import { sha256, uuidOf } from '../raw-jose.js'
import type { Vector } from '../vector-file.js'
import {
  acceptBody,
  answerBody,
  arrivedBody,
  askBody,
  closeBody,
  noticeBody,
  onwardBody,
  reportBody,
  startBody,
  withdrawBody,
} from './bodies.js'
import { also, codesOffer, type OfferChange } from './changed-offer.js'
import { renewal, talksOf } from './later-vectors.js'
import type { Said, Talk } from './talk.js'

/** The part of referrals.json about single steps (PROTOCOL 5.5, points 5 to 9). */
export function stepRuleVectors(cast: Cast): readonly Vector[] {
  return [...updates(cast), ...journeys(cast), ...reports(cast), ...onward(cast), ...deadlines(cast)]
}

const refusedFor = (refused: Said['refused']): Said => (refused === undefined ? {} : { refused })

function updates(cast: Cast): readonly Vector[] {
  const { offered } = talksOf(cast)
  const update = (comment: string, change: Json, refused?: string, offer: OfferChange = {}): Vector => {
    const one = offered(comment, offer)
    one.say('referral.accept', acceptBody)
    one.hear('consent.update', renewal(cast, one, change), refusedFor(refused))
    return one.end('accepted')
  }
  const person = { personCode: 'AAAA-2222' }
  const replaced = offered('an update of a grant that was replaced')
  replaced.say('referral.accept', acceptBody)
  replaced.hear('consent.update', renewal(cast, replaced))
  replaced.hear('consent.update', renewal(cast, replaced, { id: uuidOf('third grant') }), { refused: 'grant-mismatch' })
  const again = offered('an update to the grant before')
  again.say('referral.accept', acceptBody)
  const { grant: given } = renewal(cast, again) as { readonly grant: Json }
  again.hear('consent.update', { replaces: again.grant, grant: given })
  again.hear(
    'consent.update',
    { replaces: given['id'], grant: { ...given, id: again.grant } },
    { refused: 'grant-mismatch' },
  )
  const under = offered('steps under the grant before and under the new one')
  under.say('info.request', askBody)
  under.hear('consent.update', renewal(cast, under))
  under.hear('info.response', answerBody)
  const { grant: newer } = renewal(cast, under) as { readonly grant: Json }
  under.hear('info.response', answerBody, { change: { grant: newer['id'] } })
  const narrow = offered('a narrower grant covers no more than it says')
  narrow.say('info.request', askBody)
  narrow.hear('consent.update', renewal(cast, narrow, { dataCategories: ['risk'] }))
  narrow.hear('info.response', { ...answerBody, text: 'One bed is enough.' }, { refused: 'consent-too-narrow' })
  narrow.hear('info.response', answerBody)
  return [
    update('renewed', {}),
    update('an update with its own id', { id: undefined }, 'schema-invalid'),
    update('an update for another node', { recipient: cast.de.id }, 'grant-mismatch'),
    update('an update for another person', person, 'grant-mismatch'),
    replaced.end('accepted'),
    again.end('accepted'),
    update('an update by which consent is refused', { mode: 'refused' }, 'consent-not-valid'),
    update('an update of which the person was not told', { informedOf: [] }, 'consent-not-informed'),
    update('an update that expired', { validUntil: '2026-11-21' }, 'grant-expired'),
    update('an update to consent beside an exception', { exception: 'imminentDanger' }, 'exception-not-applicable'),
    update('an update to no consent and no exception', { lawfulBasis: 'vitalInterests' }, 'exception-not-applicable'),
    update(
      'an update to an exception of thirty-one days',
      { lawfulBasis: 'vitalInterests', exception: 'imminentDanger', givenOn: '2026-11-20', validUntil: '2026-12-21' },
      'exception-too-long',
      codesOffer,
    ),
    update(
      'an update under which more may travel than by an exception',
      emergencyWith(['profile']),
      'basis-codes-only',
      codesOffer,
    ),
    update(
      'an update that excludes whom the referral does not name',
      { exclusions: ['localPolice'] },
      'exclusion-missing',
    ),
    update('an update that takes back that the country is named', {}, 'protection-claim', claimed),
    update('an update that keeps that the country is named', { originCountryNamed: true }, undefined, claimed),
    update(
      'an update of a level of protection that was not explained',
      { thirdCountryExplained: false },
      'third-country-not-explained',
    ),
    under.end('underReview'),
    narrow.end('underReview'),
  ]
}

/** Protection is claimed against the country of the receiver, and the person agreed to it by name. */
const claimed: OfferChange = {
  documents: { stayStatus: 'asylumSeeker' },
  subject: { nationalities: [{ country: 'RS', status: 'presumed' }] },
  grant: { originCountryNamed: true },
}

const emergencyWith = (dataCategories: readonly string[]): Json => ({
  lawfulBasis: 'vitalInterests',
  exception: 'imminentDanger',
  dataCategories,
  givenOn: '2026-11-20',
  validUntil: '2026-12-20',
})

function journeys(cast: Cast): readonly Vector[] {
  const { offered } = talksOf(cast)
  const begun = (comment: string, offer: OfferChange = {}): Talk => {
    const one = offered(comment, offer)
    one.say('referral.accept', acceptBody)
    one.say('work.start', startBody)
    return one
  }
  const notice = (comment: string, change: Json, refused?: string, offer: OfferChange = {}): Vector => {
    const one = begun(comment, offer)
    one.hear('travel.notice', { ...noticeBody, ...change }, refusedFor(refused))
    return one.end(refused === undefined ? 'inTransit' : 'inProgress')
  }
  const limit = now - 60 + 72 * 3600
  const changed = begun('the person decided otherwise since')
  const plan = {
    returnKind: 'origin',
    voluntaryDecisionConfirmed: false,
    fitToTravel: 'yes',
    funding: [],
    fundingGap: false,
    reintegrationPlan: 'none',
  }
  changed.hear('info.response', { ...answerBody, sections: { returnPlan: plan } })
  changed.hear('travel.notice', noticeBody, { refused: 'return-not-voluntary' })
  const lost = begun('the purpose of the journey was withdrawn')
  lost.hear('consent.withdraw', { ...withdrawBody({ grant: lost.grant }, 'onePurpose'), purpose: 'return' })
  lost.hear('travel.notice', noticeBody, { refused: 'purpose-not-granted' })
  const again = begun('not missed before she left; missed, a new notice, met')
  again.hear('travel.notice', noticeBody)
  again.hear('arrival.missed', { reason: 'delayed' }, { refused: 'journey-not-begun' })
  again.hear('arrival.missed', { reason: 'delayed' }, { at: noticeBody.arrives + 60 })
  again.hear('travel.notice', { ...noticeBody, arrives: noticeBody.arrives + 3600 }, { at: noticeBody.arrives + 60 })
  again.say('arrival.confirm', arrivedBody)
  const off = begun('a journey that is called off before it begins, and another one')
  off.hear('travel.notice', noticeBody)
  off.say('arrival.missed', { reason: 'notOnBoard' }, { refused: 'journey-not-begun' })
  off.hear('arrival.missed', { reason: 'travelCancelled' })
  off.hear('travel.notice', { ...noticeBody, departs: noticeBody.departs + 60 })
  const heard = begun('the receiver hears that the journey was called off, before it begins')
  heard.hear('travel.notice', noticeBody)
  heard.say('arrival.missed', { reason: 'travelCancelled' })
  const moved = begun('a notice that changes one before')
  moved.hear('travel.notice', noticeBody)
  moved.hear('travel.notice', { ...noticeBody, departs: noticeBody.departs + 60 })
  const noJourney = { request: { primaryType: 'caseReferral', otherTypes: [] }, referral: { returnPlan: undefined } }
  return [
    notice('a journey within three days', { departs: limit - 3600, arrives: limit }),
    notice('a journey that ends a second later than that', { arrives: limit + 1 }, 'travel-not-ready'),
    notice('a journey that is over', { departs: now - 7200, arrives: now - 60 }, 'travel-not-ready'),
    notice('it arrives when it departs', { arrives: noticeBody.departs }, 'travel-not-ready'),
    notice('nobody will be there', { receptionConfirmed: false }, 'travel-not-ready'),
    notice('the risk was assessed by one side', { jointlyAssessed: 'senderOnly' }, 'return-risk-not-assessed'),
    notice(
      'nobody will be there, and the risk was assessed by one side',
      { receptionConfirmed: false, jointlyAssessed: 'receiverOnly' },
      'travel-not-ready',
    ),
    notice('the referral asked for no journey', {}, 'travel-not-ready', noJourney),
    notice('the grant does not cover travel', {}, 'consent-too-narrow', {
      request: { primaryType: 'transferForProtection', otherTypes: [] },
      referral: { returnPlan: undefined },
      grant: { dataCategories: ['profile', 'exploitation'] },
    }),
    changed.end('inProgress'),
    lost.end('inProgress'),
    again.end('arrived'),
    off.end('inTransit'),
    heard.end('alert'),
    moved.end('inTransit'),
  ]
}

function reports(cast: Cast): readonly Vector[] {
  const { offers } = talksOf(cast)
  const report = (comment: string, purposes: readonly string[], refused?: string): Vector => {
    const one = offers(comment, also(codesOffer, { grant: { purposes } }))
    one.hear('referral.accept', acceptBody)
    one.hear('work.start', startBody)
    one.hear('case.takeover', {})
    one.hear('followUp.report', reportBody, refusedFor(refused))
    return one.end('followUp')
  }
  return [
    report('a report for which there is consent', ['assistance', 'followUp']),
    report('a report for which there is none', ['assistance'], 'purpose-not-granted'),
  ]
}

function onward(cast: Cast): readonly Vector[] {
  const { offers } = talksOf(cast)
  const { de, it } = cast
  const taken = (comment: string, grant: Json): Talk => {
    const one = offers(comment, also(codesOffer, { grant }))
    one.hear('referral.accept', acceptBody)
    return one
  }
  const asked = { onward: 'askMeEachTime' }
  const named = { onward: 'namedList', onwardTo: [de.id] }
  const execute = (recipient: string, proposal: string | null): Json => ({
    recipient,
    referral: uuidOf('onward referral'),
    grant: uuidOf('onward grant'),
    proposal,
  })
  const refused = 'onward-not-allowed'
  const never: Said = { refused: ['transition-not-allowed', 'never'] }
  const run = (comment: string, grant: Json, state: string, say: (one: Talk) => void): Vector => {
    const one = taken(comment, grant)
    say(one)
    return one.end(state)
  }
  return [
    run('proposed, agreed, done', asked, 'transferredOnward', (one) => {
      const proposal = one.hear('onward.propose', onwardBody(de.id))
      one.say('onward.answer', { proposal, answer: 'agreed' })
      one.hear('onward.execute', execute(de.id, proposal))
    }),
    // What was done is taken all the same: the sender has to know who holds what. The node tells a person.
    run('agreed for one node, done with another', asked, 'transferredOnward', (one) => {
      const proposal = one.hear('onward.propose', onwardBody(de.id))
      one.say('onward.answer', { proposal, answer: 'agreed' })
      one.hear('onward.execute', execute(it.id, proposal))
    }),
    run('proposed where the grant says none', { onward: 'none' }, 'accepted', (one) => {
      one.hear('onward.propose', onwardBody(de.id), { refused })
    }),
    run('done without an answer', asked, 'accepted', (one) => {
      const proposal = one.hear('onward.propose', onwardBody(de.id))
      one.hear('onward.execute', execute(de.id, proposal), never)
    }),
    run('done although the person refused', asked, 'accepted', (one) => {
      const proposal = one.hear('onward.propose', onwardBody(de.id))
      one.say('onward.answer', { proposal, answer: 'personRefuses' })
      one.hear('onward.execute', execute(de.id, proposal), never)
    }),
    run('done under a proposal that nobody made', asked, 'accepted', (one) => {
      one.hear('onward.execute', execute(de.id, sha256('no proposal')), never)
    }),
    run('without a proposal, where each time is asked', asked, 'transferredOnward', (one) => {
      one.hear('onward.execute', execute(de.id, null))
    }),
    run('without a proposal, to a node that the grant names', named, 'transferredOnward', (one) => {
      one.hear('onward.execute', execute(de.id, null))
    }),
    run('agreed, then the person withdrew what may go on', asked, 'transferredOnward', (one) => {
      const proposal = one.hear('onward.propose', onwardBody(de.id))
      one.say('onward.answer', { proposal, answer: 'agreed' })
      one.say('consent.withdraw', withdrawBody({ grant: one.grant }, 'onwardOnly'))
      one.hear('onward.execute', execute(de.id, proposal))
    }),
    run('proposed after the person withdrew what may go on', asked, 'accepted', (one) => {
      one.say('consent.withdraw', withdrawBody({ grant: one.grant }, 'onwardOnly'))
      one.hear('onward.propose', onwardBody(de.id), { refused })
    }),
    run('done with no consent left', asked, 'consentWithdrawn', (one) => {
      one.say('consent.withdraw', withdrawBody({ grant: one.grant }))
      one.hear('onward.execute', execute(de.id, null), never)
    }),
  ]
}

function deadlines(cast: Cast): readonly Vector[] {
  const { offered, offers } = talksOf(cast)
  // The referral asks for an answer by 2026-11-25.
  const nextDay = 1795651200
  const expire = (comment: string, respondBy: string, iat: number, refused?: Said['refused']): Vector => {
    const one = offered(comment)
    one.hear('referral.expire', { respondBy }, { iat, at: iat + 60, ...refusedFor(refused) })
    return one.end(refused === undefined ? 'expired' : 'offered')
  }
  const settle = (comment: string, at: number): Vector => {
    const one = offers(comment)
    one.hear('referral.accept', acceptBody, { iat: now - 29 * day })
    const proposal = one.hear('closure.propose', closeBody, { iat: now - 29 * day })
    one.hear('closure.settle', { proposal }, { at, refused: ['too-early', 'later'] })
    return one.end('accepted')
  }
  const ask = (one: Talk, count: number): void => {
    for (let asked = 1; asked <= count; asked += 1)
      one.hear('info.request', askBody, asked > 20 ? { refused: 'too-many-questions' } : {})
  }
  const questions = (count: number): Vector => {
    const one = offers(`${count} questions without an answer`)
    ask(one, count)
    return one.end('infoRequested')
  }
  const answered = offers('an answer makes room for questions')
  ask(answered, 20)
  answered.say('info.response', answerBody)
  ask(answered, 1)
  return [
    expire('the day after the one that was asked for', '2026-11-25', nextDay),
    expire('the last second of the day that was asked for', '2026-11-25', nextDay - 1, ['too-early', 'later']),
    expire('another day than the one that was asked for', '2026-11-24', nextDay, 'respond-by-mismatch'),
    expire(
      'another day, before the end of the one that was asked for',
      '2026-11-24',
      nextDay - 1,
      'respond-by-mismatch',
    ),
    questions(20),
    questions(21),
    answered.end('infoRequested'),
    settle('thirty days by the times that the author wrote, two since the proposal came', now + 2 * day),
  ]
}
