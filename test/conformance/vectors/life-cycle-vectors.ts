import { makeOffer, makeReceipt, type Cast, type Json } from '../cast.js'
import { sha256, signMessage } from '../raw-jose.js'
import type { Vector } from '../vector-file.js'
import {
  acceptBody,
  accepted,
  answer,
  declineBody,
  follow,
  judged,
  recallBody,
  refused,
  signEvent,
  withdrawBody,
} from './judged-events.js'

/** The part of judgements.json about what an author had seen, and the steps of a thread (PROTOCOL 4). */
export function lifeCycleVectors(cast: Cast): readonly Vector[] {
  return [...seen(cast), ...lifeCycle(cast)]
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
