import { day, makeOffer, now, type Cast, type CastNode, type Json } from '../cast.js'
import { uuidOf } from '../raw-jose.js'
import type { Vector } from '../vector-file.js'
import {
  acceptBody,
  accepted,
  answer,
  declineBody,
  follow,
  judged,
  refused,
  signEvent,
  withdrawBody,
} from './judged-events.js'

/** The part of judgements.json about grants and free text (PROTOCOL 5). */
export function consentVectors(cast: Cast): readonly Vector[] {
  return [...validity(cast), ...extent(cast), ...purposes(cast), ...freeTexts(cast), ...afterwards(cast)]
}

interface Change {
  readonly event?: Json
  readonly referral?: Json
  readonly subject?: Json
  readonly request?: Json
  readonly grant?: Json
}

function change(
  from: CastNode,
  to: CastNode,
  label: string,
  { event, referral, subject, request, grant }: Change,
): string {
  const offer = makeOffer(from, to, label)
  const { body } = offer
  const changed = {
    ...body.referral,
    subject: { ...body.referral.subject, ...subject },
    request: { ...body.referral.request, ...request },
    ...referral,
  }
  const kept = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined))
  return signEvent(from, { ...offer, body: { referral: kept, grant: { ...body.grant, ...grant } }, ...event })
}

type Judge = (comment: string, code: string | undefined, retry: string, offer: Change, at?: number) => Vector

function judgeWith({ ro, it }: Cast): Judge {
  return (comment, code, retry, offer, at = now) => {
    const jws = change(ro, it, comment, offer)
    if (code === undefined) return judged(comment, [{ event: jws, at }], [accepted(jws)], 'offered')
    return judged(comment, [{ event: jws, at }], [refused(jws, code, retry)], null)
  }
}

const without = { exploitation: undefined }
const codesRequest = { specificNeed: undefined }

function validity(cast: Cast): readonly Vector[] {
  const judge = judgeWith(cast)
  const invalid = (comment: string, offer: Change): Vector => judge(comment, 'consent-not-valid', 'after-fix', offer)
  // 2026-11-22T23:59:59Z and the second after it.
  const midnight = 1795392000
  return [
    judge('a grant for another node', 'grant-recipient-mismatch', 'never', { grant: { recipient: cast.de.id } }),
    judge('the event names another grant', 'grant-mismatch', 'after-fix', { event: { grant: uuidOf('other') } }),
    judge('the event names no grant', 'grant-mismatch', 'after-fix', { event: { grant: null } }),
    judge('grant and referral name two persons', 'grant-mismatch', 'after-fix', { grant: { personCode: 'AAAA-2222' } }),
    invalid('consent refused', { grant: { mode: 'refused' } }),
    invalid('consent refused, whatever the basis', {
      referral: without,
      request: codesRequest,
      grant: { lawfulBasis: 'vitalInterests', mode: 'refused', dataCategories: ['codesOnly'] },
    }),
    invalid('explicit consent that could not be obtained', { grant: { mode: 'notObtainable' } }),
    invalid('explicit consent of nobody', { grant: { givenBy: 'nobody' } }),
    invalid('explicit consent of a relative who reports', { grant: { givenBy: 'relativeReporting' } }),
    invalid('a parent consents for an adult', { grant: { givenBy: 'parent' } }),
    judge('a parent consents for a child', undefined, '', {
      subject: { minorStatus: 'child' },
      grant: { givenBy: 'parent' },
    }),
    judge(
      'the last second of the last day of a grant, UTC',
      undefined,
      '',
      { grant: { validUntil: '2026-11-22' } },
      midnight - 1,
    ),
    judge(
      'the day after the last day',
      'grant-expired',
      'after-fix',
      { grant: { validUntil: '2026-11-22' } },
      midnight,
    ),
  ]
}

function extent(cast: Cast): readonly Vector[] {
  const judge = judgeWith(cast)
  const emergency = {
    lawfulBasis: 'vitalInterests',
    mode: 'notObtainable',
    givenBy: 'nobody',
    dataCategories: ['codesOnly', 'risk'],
  }
  return [
    judge('a section that the categories do not cover', 'consent-too-narrow', 'after-fix', {
      grant: { dataCategories: ['profile', 'risk'] },
    }),
    judge('text where the categories are codes only', 'consent-too-narrow', 'after-fix', {
      referral: without,
      grant: { dataCategories: ['codesOnly', 'risk'] },
    }),
    judge('codes only, and nothing but codes', undefined, '', {
      referral: without,
      request: codesRequest,
      grant: { dataCategories: ['codesOnly'] },
    }),
    judge('a basis without consent, codes only', undefined, '', {
      referral: without,
      request: codesRequest,
      grant: emergency,
    }),
    judge('a basis without consent, with a section', 'basis-codes-only', 'after-fix', {
      request: codesRequest,
      grant: emergency,
    }),
    judge('a basis without consent, with text', 'basis-codes-only', 'after-fix', {
      referral: without,
      grant: emergency,
    }),
    judge('a basis without consent, with a wider category', 'basis-codes-only', 'after-fix', {
      referral: without,
      request: codesRequest,
      grant: { ...emergency, dataCategories: ['codesOnly', 'profile'] },
    }),
  ]
}

function purposes(cast: Cast): readonly Vector[] {
  const judge = judgeWith(cast)
  return [
    judge('the main type serves a purpose that is not granted', 'purpose-not-granted', 'after-fix', {
      grant: { purposes: ['assistance'] },
    }),
    judge('a further type serves a purpose that is not granted', 'purpose-not-granted', 'after-fix', {
      request: { otherTypes: ['legalCooperation'] },
    }),
    judge('one of two purposes is enough', undefined, '', {
      request: { primaryType: 'legalCooperation', otherTypes: [] },
      grant: { purposes: ['legalRepresentation'] },
    }),
  ]
}

function freeTexts(cast: Cast): readonly Vector[] {
  const judge = judgeWith(cast)
  const summary = (text: string): Change => ({
    referral: { exploitation: { exploitationTypes: ['forcedLabour'], summary: text } },
  })
  return [
    judge('an address in the summary', 'identity-found', 'after-fix', summary('Write to desk@office.example.')),
    judge('a number in what is needed', 'identity-found', 'after-fix', {
      request: { specificNeed: 'Call +40 700 000 000.' },
    }),
    judge('a text of two lines', undefined, '', summary('Recruited at home.\nPapers were kept.')),
    judge('consent is judged before the texts', 'consent-too-narrow', 'after-fix', {
      ...summary('desk@office.example'),
      grant: { dataCategories: ['profile'] },
    }),
  ]
}

function afterwards(cast: Cast): readonly Vector[] {
  return [...laterSteps(cast), ...answers(cast)]
}

/** What the sender does under the grant of its offer. */
function laterSteps({ ro, it }: Cast): readonly Vector[] {
  const later = (comment: string, type: string, change: (sent: Json) => Json, code?: string): Vector => {
    const sent = makeOffer(ro, it, comment)
    const offer = signEvent(ro, sent)
    const event = signEvent(ro, { ...follow(offer, type, {}), ...change(sent) })
    const second = code === undefined ? accepted(event) : refused(event, code, 'after-fix')
    return judged(
      comment,
      [{ event: offer }, { event }],
      [accepted(offer), second],
      code === undefined ? 'consentWithdrawn' : 'offered',
    )
  }
  const other = uuidOf('other')
  return [
    later(
      'a step under another grant',
      'referral.recall',
      () => ({ body: { obstacles: [] }, grant: other }),
      'grant-mismatch',
    ),
    later(
      'a withdrawal of another grant',
      'consent.withdraw',
      (sent) => ({ body: { ...withdrawBody(sent), grant: other } }),
      'grant-mismatch',
    ),
    later('a withdrawal passes whatever the agreement', 'consent.withdraw', (sent) => ({
      body: withdrawBody(sent),
      agreement: sent['nonce'],
    })),
  ]
}

/** What a receiver answers to an offer of ours. */
function answers({ ro, it }: Cast): readonly Vector[] {
  const short = { grant: { validUntil: '2026-11-22' } }
  const codes = { referral: without, request: codesRequest, grant: { dataCategories: ['codesOnly'] } }
  const basis = {
    lawfulBasis: 'vitalInterests',
    mode: 'notObtainable',
    givenBy: 'nobody',
    dataCategories: ['codesOnly'],
  }
  const conditions = { ...acceptBody, conditions: 'A place is kept free for three weeks.' }
  const answered = (
    comment: string,
    offer: Change,
    [type, body]: readonly [string, Json],
    code?: string,
    at = now,
  ): Vector => {
    const own = change(it, ro, comment, offer)
    const event = signEvent(ro, answer(ro, own, type, body))
    const verdict = code === undefined ? accepted(event, 1) : refused(event, code, 'after-fix', 1)
    return judged(comment, [{ own }, { event, at }], [verdict], code === undefined ? 'declined' : 'offered')
  }
  return [
    answered(
      'an acceptance after the grant expired',
      short,
      ['referral.accept', acceptBody],
      'grant-expired',
      now + 2 * day,
    ),
    answered('a decline after the grant expired', short, ['referral.decline', declineBody], undefined, now + 2 * day),
    answered('text in the answer to codes only', codes, ['referral.accept', conditions], 'consent-too-narrow'),
    answered(
      'text in the answer to a referral without consent',
      { ...codes, grant: basis },
      ['referral.accept', conditions],
      'basis-codes-only',
    ),
    answered(
      'a decline for other reasons needs an explanation',
      codes,
      ['referral.decline', { reason: 'other' }],
      'schema-invalid',
    ),
  ]
}
