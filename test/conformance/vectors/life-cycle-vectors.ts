import { day, makeOffer, makeReceipt, now, type Cast, type Json } from '../cast.js'
import { sha256, signMessage } from '../raw-jose.js'
import type { Vector } from '../vector-file.js'
import { acceptBody, certifyBody, declineBody, recallBody, voidBody, withdrawBody } from './bodies.js'
import { codesOffer } from './changed-offer.js'
import { accepted, answer, follow, judged, refused, signEvent } from './judged-events.js'
import { talk, type Said, type Talk } from './talk.js'

/** The part of judgements.json about what an author had seen, and the steps of a thread (PROTOCOL 4). */
export function lifeCycleVectors(cast: Cast): readonly Vector[] {
  return [...seen(cast), ...lifeCycle(cast), ...earlyWithdrawals(cast), ...afterTheEnd(cast)]
}

function seen({ ro, it }: Cast): readonly Vector[] {
  interface Case {
    readonly seen: (own: string) => unknown
    readonly refusal?: readonly [code: string, retry: string]
    readonly hasReceipt?: boolean
  }
  const withdrawn = (comment: string, { seen: place, refusal, hasReceipt = true }: Case): Vector => {
    const offer = signEvent(ro, makeOffer(ro, it, comment))
    const own = signEvent(it, answer(it, offer, 'referral.accept', acceptBody))
    const receipt = signMessage(ro.signing, 'trm-receipt+jwt', makeReceipt(ro, own, { own: 1 }))
    const body = withdrawBody(makeOffer(ro, it, comment))
    const event = signEvent(ro, follow(offer, 'consent.withdraw', body, { seen: place(own) }))
    const steps = [{ event: offer }, hasReceipt ? { own, receipt } : { own }, { event }]
    if (refusal === undefined) return judged(comment, steps, [accepted(offer), accepted(event, 1)], 'consentWithdrawn')
    return judged(comment, steps, [accepted(offer), refused(event, ...refusal, 1)], 'accepted')
  }
  return [
    withdrawn('seen names our event', { seen: (own) => ({ n: 1, digest: sha256(own) }) }),
    withdrawn('seen hides an event that the author has receipted', {
      seen: () => null,
      refusal: ['seen-regression', 'after-fix'],
    }),
    withdrawn('seen need not name an event that the author has not receipted', { seen: () => null, hasReceipt: false }),
    withdrawn('seen names other bytes than ours', {
      seen: () => ({ n: 1, digest: sha256('other') }),
      refusal: ['seen-unknown', 'never'],
    }),
    withdrawn('seen names a number that we have not written', {
      seen: (own) => ({ n: 2, digest: sha256(own) }),
      refusal: ['seen-unknown', 'never'],
    }),
  ]
}

function lifeCycle({ ro, it }: Cast): readonly Vector[] {
  const opened = (label: string): string => signEvent(ro, makeOffer(ro, it, label))
  const then = (offer: string, type: string, body: Json, change: Json = {}): string =>
    signEvent(ro, follow(offer, type, body, change))
  const yesTo = (offer: string): string => signEvent(it, answer(it, offer, 'referral.accept', acceptBody))
  const [simple, selfish, crossed, known, narrowed] = ['simple', 'selfish', 'crossed', 'known', 'narrowed'].map(
    opened,
  ) as [string, string, string, string, string]
  const recall = then(simple, 'referral.recall', recallBody)
  const acceptsItself = then(selfish, 'referral.accept', acceptBody)
  const crossing = then(crossed, 'referral.recall', recallBody)
  const knownYes = yesTo(known)
  const tooLate = then(known, 'referral.recall', recallBody, { seen: { n: 1, digest: sha256(knownYes) } })
  const narrow = then(narrowed, 'consent.withdraw', withdrawBody(makeOffer(ro, it, 'narrowed'), 'statisticsOnly'))
  const [asked, refusing, unseen] = ['asked', 'refusing', 'unseen'].map((label) =>
    signEvent(it, makeOffer(it, ro, label)),
  ) as [string, string, string]
  const yes = signEvent(ro, answer(ro, asked, 'referral.accept', acceptBody))
  const no = signEvent(ro, answer(ro, refusing, 'referral.decline', declineBody))
  const blind = signEvent(ro, answer(ro, unseen, 'referral.accept', acceptBody, { seen: null }))
  return [
    judged('recalled', [{ event: simple }, { event: recall }], [accepted(simple), accepted(recall)], 'recalled'),
    judged(
      'an offer that its own author accepts',
      [{ event: selfish }, { event: acceptsItself }],
      [accepted(selfish), refused(acceptsItself, 'transition-not-allowed', 'never')],
      'offered',
    ),
    judged(
      'a recall that crosses our acceptance',
      [{ event: crossed }, { own: yesTo(crossed) }, { event: crossing }],
      [accepted(crossed), accepted(crossing, 1)],
      'recalled',
    ),
    judged(
      'a recall that knew of our acceptance',
      [{ event: known }, { own: knownYes }, { event: tooLate }],
      [accepted(known), refused(tooLate, 'transition-not-allowed', 'never', 1)],
      'accepted',
    ),
    judged(
      'a narrower grant leaves the state',
      [{ event: narrowed }, { event: narrow }],
      [accepted(narrowed), accepted(narrow)],
      'offered',
    ),
    judged('our offer is accepted', [{ own: asked }, { event: yes }], [accepted(yes, 1)], 'accepted'),
    judged('our offer is declined', [{ own: refusing }, { event: no }], [accepted(no, 1)], 'declined'),
    judged(
      'our offer is accepted by somebody who has not seen it',
      [{ own: unseen }, { event: blind }],
      [refused(blind, 'transition-not-allowed', 'never', 1)],
      'offered',
    ),
  ]
}

/** A withdrawal that comes without its referral, which is refused for good from then on (PROTOCOL 4.3). */
function earlyWithdrawals({ ro, it, de }: Cast): readonly Vector[] {
  const withdrawal = (label: string, change: Json = {}, scope = 'everything'): string => {
    const offer = makeOffer(ro, it, label)
    return signEvent(ro, follow(signEvent(ro, offer), 'consent.withdraw', withdrawBody(offer, scope), change))
  }
  const offerOf = (label: string): string => signEvent(ro, makeOffer(ro, it, label))
  const [early, alone, again, foreign] = ['early', 'alone', 'repeated', 'foreign'].map((label) =>
    withdrawal(`withdrawn ${label}`),
  ) as [string, string, string, string]
  const offer = offerOf('withdrawn early')
  const second = signEvent(ro, follow(again, 'consent.withdraw', withdrawBody(makeOffer(ro, it, 'withdrawn repeated'))))
  const recall = signEvent(ro, follow(alone, 'referral.recall', recallBody))
  const erroneous = signEvent(ro, follow(alone, 'referral.void', voidBody))
  const other = signEvent(de, makeOffer(de, it, 'withdrawn foreign'))
  const first = withdrawal('withdrawn first', { n: 1, prev: null })
  const forOne = withdrawal('withdrawn for one', {}, 'oneRecipient')
  const narrow = withdrawal('withdrawn in part', {}, 'statisticsOnly')
  const whole = offerOf('withdrawn in part')
  return [
    judged(
      'a withdrawal before its referral, which is refused then, and again',
      [{ event: early }, { event: offer }, { event: offer }, { event: early }],
      [accepted(early), refused(offer, 'consent-withdrawn', 'never'), { same: 1 }, { same: 0 }],
      null,
    ),
    judged('a withdrawal for this recipient alone', [{ event: forOne }], [accepted(forOne)], null),
    judged('a second withdrawal', [{ event: again }, { event: second }], [accepted(again), accepted(second)], null),
    judged(
      'nothing else is taken in that thread',
      [{ event: alone }, { event: recall }, { event: erroneous }],
      [accepted(alone), refused(recall, 'thread-unknown', 'never'), refused(erroneous, 'thread-unknown', 'never')],
      null,
    ),
    judged(
      'another node offers in that thread',
      [{ event: foreign }, { event: other }],
      [accepted(foreign), refused(other, 'thread-not-yours', 'never')],
      null,
    ),
    judged(
      'a withdrawal as the first event of its author',
      [{ event: first }],
      [refused(first, 'thread-unknown', 'never')],
      null,
    ),
    judged(
      'a narrower grant waits for the referral',
      [{ event: narrow }, { event: whole }, { event: narrow }],
      [refused(narrow, 'out-of-order', 'later'), accepted(whole), accepted(narrow)],
      'offered',
    ),
  ]
}

/** What waits for nothing, and what is still taken after the end. */
function afterTheEnd({ ro, it }: Cast): readonly Vector[] {
  const { node, peer } = { node: it, peer: ro }
  const offered = (comment: string): Talk => talk({ node, peer, by: 'peer' }, comment, codesOffer)
  const never: Said = { refused: ['transition-not-allowed', 'never'] }
  const certified = offered('a certificate after a withdrawal, and nothing else')
  certified.hear('consent.withdraw', withdrawBody({ grant: certified.grant }))
  certified.hear('erasure.certify', certifyBody(certified.grant))
  certified.hear('referral.void', voidBody, never)
  certified.hear('consent.withdraw', withdrawBody({ grant: certified.grant }), never)
  const declined = offered('a withdrawal after a decline')
  declined.say('referral.decline', declineBody)
  declined.hear('consent.withdraw', withdrawBody({ grant: declined.grant }))
  declined.hear('erasure.certify', certifyBody(declined.grant))
  const erroneous = offered('a void crosses an acceptance')
  erroneous.say('referral.accept', acceptBody)
  erroneous.hear('referral.void', voidBody, { isBlind: true })
  const late = offered('an expiry crosses an acceptance')
  late.say('referral.accept', acceptBody)
  late.hear('referral.expire', { respondBy: '2026-11-25' }, { isBlind: true, at: now + 4 * day })
  const gaps = ['referral.void', 'erasure.certify'].map((type) => {
    const label = `${type} does not wait for what comes before it`
    const offer = signEvent(ro, makeOffer(ro, it, label))
    const recall = signEvent(ro, follow(offer, 'referral.recall', recallBody))
    const grant = String(makeOffer(ro, it, label)['grant'])
    const body = type === 'referral.void' ? voidBody : certifyBody(grant, 'void')
    const event = signEvent(ro, follow(recall, type, body))
    return judged(
      label,
      [{ event: offer }, { event }, { event: recall }],
      [accepted(offer), accepted(event), accepted(recall)],
      type === 'referral.void' ? 'enteredInError' : 'recalled',
    )
  })
  const held = offered('a rest ends where it began')
  held.say('referral.accept', acceptBody)
  held.hear('case.hold', { reason: 'documentsPending' })
  held.hear('case.resume', {})
  return [
    certified.end('consentWithdrawn'),
    declined.end('declined'),
    erroneous.end('enteredInError'),
    late.end('accepted'),
    ...gaps,
    held.end('accepted'),
  ]
}
