import { validateContactHits } from '../wire/generated/validators.js'
import { failure } from './failure.js'
import type { LocalApi } from './local-api.js'
import type { Failure } from './outcome.js'

/** The record in which a node names this desk; stale and closed desks are found as well: the node judges them. */
export async function resolveDesk(
  api: LocalApi,
  node: string,
  desk: string,
): Promise<{ readonly ok: true; readonly desk: { readonly record: string; readonly desk: string } } | Failure> {
  const path = `/api/v1/contacts?stale=true&limit=100&node=${encodeURIComponent(node)}`
  const answer = await api.ask({ method: 'GET', path, answer: validateContactHits })
  if (!answer.ok) return answer
  const hit = answer.body.hits.find((found) => found.desk.desk === desk)
  if (hit !== undefined) return { ok: true, desk: { record: hit.contact, desk } }
  return failure('desk-not-found', { detail: 'The peer names no such desk: trm directory show PEER' })
}
