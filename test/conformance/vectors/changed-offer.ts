import { makeOffer, type CastNode, type Json } from '../cast.js'
import { signEvent } from './judged-events.js'

/** What a vector changes in the offer of `makeOffer`; a member that is undefined is left out. */
export interface OfferChange {
  /** Members of the event itself. */
  readonly event?: Json
  /** Members of the body beside referral and grant. */
  readonly body?: Json
  readonly referral?: Json
  readonly subject?: Json
  readonly identification?: Json
  readonly request?: Json
  readonly documents?: Json
  readonly returnPlan?: Json
  readonly risk?: Json
  readonly grant?: Json
}

const parts = ['subject', 'identification', 'request', 'documents', 'returnPlan', 'risk'] as const

/** A signed offer of `from` to `to`; `label` decides its ids. */
export function changedOffer(from: CastNode, to: CastNode, label: string, change: OfferChange): string {
  return signEvent(from, changedOfferEvent(from, to, label, change))
}

export function changedOfferEvent(from: CastNode, to: CastNode, label: string, change: OfferChange): Json {
  const offer = makeOffer(from, to, label)
  const { referral, grant } = offer.body
  const changed = Object.fromEntries(
    parts.flatMap((part) => {
      const before = referral[part] as Json | undefined
      return before === undefined ? [] : [[part, present({ ...before, ...change[part] })]]
    }),
  )
  const body = {
    referral: present({ ...referral, ...changed, ...change.referral }),
    grant: present({ ...grant, ...change.grant }),
    ...change.body,
  }
  return { ...offer, body, ...change.event }
}

/** Both at once: members of the second take the place of those of the first. */
export function also(first: OfferChange, second: OfferChange): OfferChange {
  const names = [...new Set([...Object.keys(first), ...Object.keys(second)])] as readonly (keyof OfferChange)[]
  return Object.fromEntries(names.map((name) => [name, { ...first[name], ...second[name] }]))
}

function present(value: Json): Json {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))
}

/** Nothing but codes, for one type that needs no section: what a grant of codes only covers. */
export const codesOffer: OfferChange = {
  referral: { exploitation: undefined, documents: undefined, returnPlan: undefined, followUpPlan: undefined },
  subject: { dependants: undefined },
  request: { primaryType: 'caseReferral', otherTypes: [], specificNeed: undefined },
  grant: { purposes: ['assistance'], dataCategories: ['codesOnly', 'risk'] },
}

/** The same without consent: a person who is missing, or in danger, cannot be asked. */
export const emergencyGrant = {
  lawfulBasis: 'vitalInterests',
  exception: 'imminentDanger',
  mode: 'notObtainable',
  givenBy: 'nobody',
  informedOf: [],
  validUntil: '2026-12-20',
  thirdCountryExplained: false,
}

export const emergencyOffer: OfferChange = also(codesOffer, { grant: emergencyGrant })
