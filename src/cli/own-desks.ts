import type { ContactHits } from '../wire/generated/types.js'
import { validateContactHits, validateNodeView } from '../wire/generated/validators.js'
import type { ApiAnswer, LocalApi } from './local-api.js'

/** The desks that this node published, stale ones as well. */
export async function ownDesks(
  api: LocalApi,
): Promise<ApiAnswer<{ readonly self: string; readonly hits: ContactHits['hits'] }>> {
  const node = await api.ask({ method: 'GET', path: '/api/v1/node', answer: validateNodeView })
  if (!node.ok) return node
  const self = node.body.id
  const path = `/api/v1/contacts?stale=true&limit=100&node=${self}`
  const answer = await api.ask({ method: 'GET', path, answer: validateContactHits })
  return answer.ok ? { ok: true, body: { self, hits: answer.body.hits } } : answer
}
