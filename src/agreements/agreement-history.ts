import { orderThread } from '../referral/thread-order.js'
import { loadRelationship, type LoadRelationshipDeps, type RelationshipThreadEvent } from './relationship.js'
import { relationshipThread } from './relationship-thread.js'

/** One step that a party took about an agreement; `at` in seconds, as its author signed it. */
export interface AgreementStep {
  readonly type: RelationshipThreadEvent['type']
  readonly author: string
  readonly at: number
}

/** What both parties wrote about an agreement and what was not refused, in the order of the thread. @throws ExchangeError content-unreadable */
export async function agreementHistory(
  deps: LoadRelationshipDeps,
  { digest, peer }: { readonly digest: string; readonly peer: string },
): Promise<readonly AgreementStep[]> {
  const loaded = await loadRelationship(deps, relationshipThread(deps.self, peer))
  if (loaded === undefined) return []
  const rows = new Map((await deps.store.eventsOf(loaded.row.thread)).map((row) => [row.digest, row]))
  return orderThread(loaded.inEffect).flatMap((step) => {
    const row = rows.get(step.digest)
    if (row === undefined || !('agreement' in step) || step.agreement !== digest) return []
    return [{ type: step.type, author: step.author, at: row.iat }]
  })
}
