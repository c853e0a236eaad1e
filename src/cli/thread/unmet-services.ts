import type { ThreadView } from '../../wire/generated/types.js'
import { effective, textsIn } from './effective.js'

/** Codes of the services that the referral asks for. */
export function servicesAskedFor({ events }: Pick<ThreadView, 'events'>): readonly string[] {
  const asked = events.flatMap(({ body }) =>
    body !== undefined && 'referral' in body && typeof body.referral === 'object'
      ? body.referral.request.services.map(({ service }) => service)
      : [],
  )
  return [...new Set(asked)]
}

/** What was asked for, where it was accepted and none of it is offered; else nothing. */
export function unmetServices(view: Pick<ThreadView, 'events'>): readonly string[] {
  const accepted = effective(view).find(({ type }) => type === 'referral.accept')
  if (accepted?.body === undefined) return []
  const offered = new Set(textsIn(accepted, 'servicesOffered'))
  const asked = servicesAskedFor(view)
  return asked.some((service) => offered.has(service)) ? [] : asked
}
