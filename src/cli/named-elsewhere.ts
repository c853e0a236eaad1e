import { fingerprintOf } from '../directory/fingerprint.js'
import type { ContactHits, PublishContactRequest } from '../wire/generated/types.js'
import { validateContactHits, validatePublishContactRequest } from '../wire/generated/validators.js'
import type { LocalApi } from './local-api.js'

type Hit = ContactHits['hits'][number]

/**
 * Warnings for records whose organisation or mailbox another node publishes already: whoever publishes them says under its
 * own name that it is that office. Drafts that do not fit the schema say nothing.
 */
export async function namedElsewhere(api: LocalApi, drafts: readonly unknown[]): Promise<readonly string[]> {
  const warnings = new Set<string>()
  for (const draft of drafts) {
    if (!validatePublishContactRequest(draft)) continue
    for (const text of [draft.organisation.name, ...draft.desks.map(({ email }) => email)]) {
      for (const hit of await othersWith(api, text)) {
        if (isSame(draft, hit)) warnings.add(warningOf(hit))
      }
    }
  }
  return [...warnings]
}

/** What the directory does not say cannot be compared; the draft itself goes its way. */
async function othersWith(api: LocalApi, text: string): Promise<readonly Hit[]> {
  const query = new URLSearchParams({ text: text.slice(0, 80), stale: 'true', limit: '100' })
  const path = `/api/v1/contacts?${query.toString()}`
  const answer = await api.ask({ method: 'GET', path, answer: validateContactHits })
  return answer.ok ? answer.body.hits.filter(({ own }) => !own) : []
}

function isSame({ organisation, desks }: PublishContactRequest, hit: Hit): boolean {
  const isMailbox = desks.some(({ email }) => email.toLowerCase() === hit.desk.email.toLowerCase())
  return isMailbox || organisation.name.toLowerCase() === hit.organisation.name.toLowerCase()
}

function warningOf({ organisation, desk, node, nodeLabel }: Hit): string {
  const who = nodeLabel === undefined ? fingerprintOf(node) : `"${nodeLabel}"`
  return `CAREFUL: ${organisation.name}, ${desk.email} is published by another node, ${who}. Publish your own desks alone.`
}
