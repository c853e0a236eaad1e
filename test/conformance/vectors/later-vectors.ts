import { day, makeOffer, now, type Cast, type Json } from '../cast.js'
import { uuidOf } from '../raw-jose.js'
import type { Vector } from '../vector-file.js'
import {
  acceptBody,
  answerBody,
  askBody,
  certifyBody,
  contactBody,
  declineBody,
  failBody,
  holdBody,
  noContactBody,
  openBody,
  recallBody,
  startBody,
  voidBody,
  withdrawBody,
} from './bodies.js'
import { also, codesOffer, emergencyOffer, type OfferChange } from './changed-offer.js'
import { toThirdCountry } from './judge-offer.js'
import { talk, type Said, type Talk } from './talk.js'

type Open = (comment: string, offer?: OfferChange) => Talk

/** Referrals that the node is offered, and referrals that it offers. */
export function talksOf({ ro, rs }: Pick<Cast, 'ro' | 'rs'>): { readonly offered: Open; readonly offers: Open } {
  return {
    offered: (comment, offer = {}) => talk({ node: rs, peer: ro, by: 'peer' }, comment, also(toThirdCountry, offer)),
    offers: (comment, offer = {}) => talk({ node: rs, peer: ro, by: 'node' }, comment, offer),
  }
}

/** The part of referrals.json about what follows an offer under its grant (PROTOCOL 5.5, points 1 to 4, 10). */
export function laterVectors(cast: Cast): readonly Vector[] {
  return [...names(cast), ...expiry(cast), ...regularisation(cast), ...content(cast), ...agreements(cast)]
}

function names(cast: Cast): readonly Vector[] {
  const { offered, offers } = talksOf(cast)
  const other = uuidOf('other')
  const refused = 'grant-mismatch'
  const sent = (
    comment: string,
    type: string,
    body: (grant: string) => Json,
    said: Said,
    state = 'offered',
  ): Vector => {
    const one = offered(comment)
    one.hear(type, body(one.grant), said)
    return one.end(state)
  }
  const answered = offers('an answer under another grant')
  answered.hear('referral.accept', acceptBody, { change: { grant: other }, refused })
  const certified = offers('a certificate may name a grant that it has overtaken')
  certified.hear('erasure.certify', certifyBody(other), {})
  return [
    sent('a step under another grant', 'referral.recall', () => recallBody, { change: { grant: other }, refused }),
    sent('a step under no grant', 'referral.recall', () => recallBody, { change: { grant: null }, refused }),
    sent(
      'a withdrawal of a part of another grant',
      'consent.withdraw',
      () => withdrawBody({ grant: other }, 'onwardOnly'),
      {
        refused,
      },
    ),
    sent(
      'a withdrawal of everything may name a grant that it has overtaken',
      'consent.withdraw',
      () => withdrawBody({ grant: other }),
      { change: { grant: other } },
      'consentWithdrawn',
    ),
    sent('so may a void', 'referral.void', () => voidBody, { change: { grant: other } }, 'enteredInError'),
    answered.end('offered'),
    certified.end('offered'),
  ]
}

/** The grant ends today; everything here is said two days later. */
function expiry(cast: Cast): readonly Vector[] {
  const { offered, offers } = talksOf(cast)
  const ended = { grant: { validUntil: '2026-11-22' } }
  const at = now + 2 * day
  const passes = (comment: string, open: Open, state: string, say: (one: Talk) => void): Vector => {
    const one = open(`after the grant expired: ${comment}`, ended)
    say(one)
    return one.end(state)
  }
  const refused = 'grant-expired'
  const taken = (one: Talk): void => void one.say('referral.accept', acceptBody)
  return [
    ...(
      [
        ['referral.accept', acceptBody, refused, 'offered'],
        ['info.request', askBody, refused, 'offered'],
        ['referral.open', openBody, undefined, 'underReview'],
        ['referral.decline', declineBody, undefined, 'declined'],
      ] as const
    ).map(([type, body, code, state]) =>
      passes(type, offers, state, (one) =>
        one.hear(type, body, { at, ...(code === undefined ? {} : { refused: code }) }),
      ),
    ),
    passes('info.response', offered, 'offered', (one) =>
      one.hear('info.response', answerBody, { at, refused: ['transition-not-allowed', 'never'] }),
    ),
    passes('info.response to a question', offered, 'infoRequested', (one) => {
      one.say('info.request', askBody)
      one.hear('info.response', answerBody, { at, refused })
    }),
    passes('referral.recall', offered, 'recalled', (one) => one.hear('referral.recall', recallBody, { at })),
    passes('referral.void', offered, 'enteredInError', (one) => one.hear('referral.void', voidBody, { at })),
    passes('consent.withdraw', offered, 'consentWithdrawn', (one) =>
      one.hear('consent.withdraw', withdrawBody({ grant: one.grant }), { at }),
    ),
    passes('case.hold, and no case.resume', offered, 'onHold', (one) => {
      taken(one)
      one.hear('case.hold', holdBody, { at })
      one.hear('case.resume', {}, { at, refused })
    }),
    passes('case.cannotContinue', offered, 'failed', (one) => {
      taken(one)
      one.hear('case.cannotContinue', failBody, { at })
    }),
    passes('work.start and partial.result', offers, 'accepted', (one) => {
      one.hear('referral.accept', acceptBody)
      one.hear('work.start', startBody, { at, refused })
      one.hear('partial.result', noContactBody, { at, refused })
    }),
    passes('closure.propose', offers, 'accepted', (one) => {
      one.hear('referral.accept', acceptBody)
      one.hear('closure.propose', { outcome: 'goalReached', obstacles: [], checks: [] }, { at })
    }),
    passes('closure.refuse, then closure.agree', offered, 'closed', (one) => {
      taken(one)
      const close = { outcome: 'goalReached', obstacles: [], checks: [] }
      const first = one.say('closure.propose', close)
      one.hear('closure.refuse', { proposal: first }, { at })
      const second = one.say('closure.propose', { ...close, outcome: 'partlyReached' })
      one.hear('closure.agree', { proposal: second }, { at })
    }),
    passes('erasure.certify', offers, 'declined', (one) => {
      one.hear('referral.decline', declineBody)
      one.hear('erasure.certify', certifyBody(one.grant, 'retentionOver'), { at })
    }),
    passes('a renewed grant lets the case go on', offered, 'inProgress', (one) => {
      taken(one)
      one.say('work.start', startBody)
      one.hear('case.hold', holdBody, { at })
      one.hear('consent.update', renewal(cast, one, { validUntil: '2027-05-20' }), { at })
      one.hear('case.resume', {}, { at })
    }),
  ]
}

/** Body of an update of the grant that `makeOffer` would have given. */
export function renewal({ ro, rs }: Cast, { grant: replaces }: Pick<Talk, 'grant'>, change: Json = {}): Json {
  const { grant } = makeOffer(ro, rs, 'any').body
  return { replaces, grant: { ...grant, ...toThirdCountry.grant, id: uuidOf(`renewed|${replaces}`), ...change } }
}

/** Seven days after the first contact with the person there is consent, or the case rests. */
function regularisation(cast: Cast): readonly Vector[] {
  const { offers } = talksOf(cast)
  // Whatever its author writes: the days begin when it comes.
  const contactAt = now - 20 * day
  const comesAt = now - 2 * day
  const due = comesAt + 7 * day
  const worked = (comment: string, offer: OfferChange, said: (one: Talk) => void, state = 'inProgress'): Vector => {
    const one = offers(comment, offer)
    one.hear('referral.accept', acceptBody)
    one.hear('work.start', startBody)
    said(one)
    return one.end(state)
  }
  const contact = (one: Talk): void => void one.hear('partial.result', contactBody, { at: comesAt, iat: contactAt })
  const refused = 'regularisation-due'
  return [
    worked('seven days after the contact', emergencyOffer, (one) => {
      contact(one)
      one.hear('partial.result', noContactBody, { at: due })
    }),
    worked('seven days and a second after the contact', emergencyOffer, (one) => {
      contact(one)
      one.hear('partial.result', noContactBody, { at: due + 1, refused })
      one.hear('case.takeover', {}, { at: due + 1, refused })
    }),
    worked(
      'what ends a case passes all the same',
      emergencyOffer,
      (one) => {
        contact(one)
        one.hear('case.cannotContinue', failBody, { at: due + 1 })
      },
      'failed',
    ),
    worked('a later contact does not begin the days anew', emergencyOffer, (one) => {
      contact(one)
      one.hear('partial.result', contactBody, { at: now })
      one.hear('partial.result', noContactBody, { at: due + 1, refused })
    }),
    worked('no contact, no days', emergencyOffer, (one) => {
      one.hear('partial.result', noContactBody, { iat: contactAt })
      one.hear('partial.result', noContactBody, { at: due + 1 })
    }),
    worked('a case with consent', codesOffer, (one) => {
      contact(one)
      one.hear('partial.result', noContactBody, { at: due + 1 })
    }),
    worked('consent came in the place of the exception', emergencyOffer, (one) => {
      contact(one)
      one.say('consent.update', renewal(cast, one))
      one.hear('partial.result', noContactBody, { at: due + 1 })
    }),
  ]
}

function content(cast: Cast): readonly Vector[] {
  const { offered, offers } = talksOf(cast)
  const conditions = { ...acceptBody, conditions: 'A place is kept free for three weeks.' }
  const risk = {
    level: 'high',
    factors: [{ factor: 'pregnancy', level: 'high' }],
    jointlyAssessed: 'joint',
    assessedOn: '2026-11',
    doNotContact: [],
    traffickerThreatLive: false,
  }
  const answered = (comment: string, offer: OfferChange, body: Json, refused?: string): Vector => {
    const one = offers(comment, offer)
    one.hear('referral.accept', body, refused === undefined ? {} : { refused })
    return one.end(refused === undefined ? 'accepted' : 'offered')
  }
  const told = (comment: string, offer: OfferChange, body: Json, refused?: string): Vector => {
    const one = offered(comment, offer)
    one.say('info.request', askBody)
    one.hear('info.response', { ...answerBody, ...body }, refused === undefined ? {} : { refused })
    return one.end(refused === undefined ? 'underReview' : 'infoRequested')
  }
  const found = (comment: string, offer: OfferChange, change: Json, refused?: string): Vector => {
    const one = offers(comment, offer)
    one.hear('referral.accept', acceptBody)
    one.hear('partial.result', { ...noContactBody, ...change }, refused === undefined ? {} : { refused })
    return one.end('accepted')
  }
  const health = { healthNeeds: ['medication'] }
  const all = ['profile', 'exploitation', 'health', 'travel', 'risk']
  const national = { subject: { nationalities: [{ country: 'RS', status: 'presumed' }] } }
  const named = { grant: { originCountryNamed: true } }
  const documents = {
    idSituation: 'valid',
    documentsNeeded: [],
    consulateContact: 'allowed',
    stayStatus: 'asylumSeeker',
  }
  const excluding = { grant: { exclusions: ['family'] }, risk: { doNotContact: ['family'] } }
  return [
    answered('text in the answer', {}, conditions),
    answered('text in the answer to codes only', codesOffer, conditions, 'consent-too-narrow'),
    answered('text in the answer to a referral without consent', emergencyOffer, conditions, 'basis-codes-only'),
    answered(
      'identity data in the answer',
      {},
      { ...acceptBody, conditions: 'Write to desk@office.example.' },
      'identity-found',
    ),
    told('a section that the grant covers', { grant: { dataCategories: all } }, { sections: { health } }),
    told('a section that the grant does not cover', {}, { sections: { health } }, 'consent-too-narrow'),
    told('a section without consent', emergencyOffer, { sections: { health } }, 'basis-codes-only'),
    told('a text where the grant is codes only', codesOffer, { text: 'One bed is enough.' }, 'consent-too-narrow'),
    told('a risk factor of health', codesOffer, { sections: { risk } }, 'consent-too-narrow'),
    told('a claim against the country of the receiver', national, { sections: { documents } }, 'protection-claim'),
    told('the same, and the person agreed', also(national, named), { sections: { documents } }),
    told(
      'an assessment that is gone',
      {},
      { sections: { risk: { ...risk, factors: [], jointlyAssessed: 'notDone' } } },
      'return-risk-not-assessed',
    ),
    told(
      'whom the person does not want contacted',
      excluding,
      { sections: { risk: { ...risk, factors: [] } } },
      'exclusion-missing',
    ),
    found('the same in a result', excluding, { risk: { ...risk, factors: [] } }, 'exclusion-missing'),
    found('a risk factor of health in a result', {}, { risk }, 'consent-too-narrow'),
    found('a risk factor of health in a result, covered', { grant: { dataCategories: all, exclusions: [] } }, { risk }),
  ]
}

function agreements(cast: Cast): readonly Vector[] {
  const { offered } = talksOf(cast)
  const unknown = { change: { agreement: 'x'.repeat(42) + 'A' } }
  const passes = (comment: string, type: string, body: (grant: string) => Json, state: string): Vector => {
    const one = offered(comment)
    one.hear(type, body(one.grant), unknown)
    return one.end(state)
  }
  return [
    passes(
      'a withdrawal, whatever the agreement',
      'consent.withdraw',
      (grant) => withdrawBody({ grant }),
      'consentWithdrawn',
    ),
    passes('a void, whatever the agreement', 'referral.void', () => voidBody, 'enteredInError'),
    passes(
      'a certificate, whatever the agreement',
      'erasure.certify',
      (grant) => certifyBody(grant, 'personAsked'),
      'offered',
    ),
    (() => {
      const one = offered('a recall needs the agreement')
      one.hear('referral.recall', recallBody, { ...unknown, refused: ['agreement-unknown', 'later'] })
      return one.end('offered')
    })(),
  ]
}
