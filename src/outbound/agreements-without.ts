import type { Clock } from '../base/clock.js'
import { loadRelationship, relationshipEffects, type LoadRelationshipDeps } from '../agreements/relationship.js'
import { foldRelationship } from '../referral/relationship-fold.js'
import type { Effect } from '../store/batch.js'
import type { EventRow, ThreadRow } from '../store/rows.js'

export interface AgreementsDeps extends LoadRelationshipDeps {
  readonly clock: Clock
}

/** What the two nodes agree on without one event of ours that has no effect. */
export async function agreementsWithout(
  deps: AgreementsDeps,
  thread: ThreadRow,
  event: EventRow,
): Promise<readonly Effect[]> {
  const loaded = await loadRelationship(deps, thread.thread)
  if (loaded === undefined) return []
  return relationshipEffects({
    self: deps.self,
    peer: thread.peer,
    ownRole: thread.role,
    view: foldRelationship(loaded.inEffect.filter(({ digest }) => digest !== event.digest)),
    texts: loaded.texts,
    now: deps.clock.now(),
  })
}
