import type { ContactHits, ThreadView } from '../../wire/generated/types.js'
import { validateContactHits } from '../../wire/generated/validators.js'
import type { LocalApi } from '../local-api.js'

/** Whom to call where the node does not help: the desk that was asked, else the one for emergencies, else any of the peer. */
export async function fallbackContact(
  api: LocalApi,
  { peer, deskChoice }: Pick<ThreadView, 'peer' | 'deskChoice'>,
): Promise<string> {
  const path = `/api/v1/contacts?stale=true&limit=100&node=${peer}`
  const answer = await api.ask({ method: 'GET', path, answer: validateContactHits })
  if (!answer.ok) return 'what desks they publish could not be read: use the number you paired with'
  const { hits } = answer.body
  const hit =
    hits.find(({ desk, contact }) => contact === deskChoice?.contact && desk.desk === deskChoice.desk) ??
    hits.find(({ desk }) => desk.isEmergency) ??
    hits[0]
  return hit === undefined
    ? 'no desk of theirs is here (trm directory refresh asks again): use the number you paired with'
    : contactText(hit)
}

function contactText({ organisation, country, desk, state, openNow }: ContactHits['hits'][number]): string {
  const phones = (desk.phones ?? []).map(({ number, kind }) => `${number} (${kind})`)
  return [
    `${desk.desk} of ${organisation.name}, ${country}`,
    ...phones,
    desk.email,
    ...(openNow ? ['answers now'] : []),
    ...(state === 'fresh' ? [] : [`${state}: check it`]),
  ].join(', ')
}
