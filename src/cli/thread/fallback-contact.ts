import type { ContactHits, ThreadView } from '../../wire/generated/types.js'
import { validateContactHits } from '../../wire/generated/validators.js'
import type { LocalApi } from '../local-api.js'

type Hits = ContactHits['hits']

/** Whom to call where the node does not help: of the desks that answer now, else of all, the one that was asked, else the one for emergencies, else any. */
export async function fallbackContact(
  api: LocalApi,
  { peer, deskChoice }: Pick<ThreadView, 'peer' | 'deskChoice'>,
): Promise<string> {
  const path = `/api/v1/contacts?stale=true&limit=100&node=${peer}`
  const answer = await api.ask({ method: 'GET', path, answer: validateContactHits })
  if (!answer.ok) return 'what desks they publish could not be read: use the number you paired with'
  const { hits } = answer.body
  const preferred = (among: Hits): Hits[number] | undefined =>
    among.find(({ desk, contact }) => contact === deskChoice?.contact && desk.desk === deskChoice.desk) ??
    among.find(({ desk }) => desk.isEmergency) ??
    among[0]
  const hit = preferred(hits.filter(({ openNow }) => openNow)) ?? preferred(hits)
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
