import { newUuid } from '../base/ids.js'
import type { Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import type { Random } from '../base/random.js'
import type { Effect } from '../store/batch.js'
import type { AgreementRow, PeerRow } from '../store/rows.js'
import { loadRelationship, relationshipEffects, type LoadRelationshipDeps } from './relationship.js'
import { relationshipThread } from './relationship-thread.js'

export interface JudgeAgainDeps extends LoadRelationshipDeps {
  readonly clock: Clock
  readonly random: Random
}

/** Rounds of reload and decide again where the thread changes meanwhile. */
const maxRounds = 5

/**
 * Folds the relationship with a peer anew after the key statements of one of the two changed: what a stolen key signed has no
 * effect any more (PROTOCOL 1.5, 6.4). A person is told where that changes what the two nodes agree on.
 *
 * @throws ExchangeError content-unreadable, storage-failed, conflict
 */
export async function judgeAgain(deps: JudgeAgainDeps, peer: string): Promise<void> {
  const { store, self, clock, random } = deps
  for (let round = 0; round < maxRounds; round += 1) {
    const loaded = await loadRelationship(deps, relationshipThread(self, peer))
    const before = await store.findPeer(peer)
    if (loaded === undefined || before === undefined) return
    const { row, view, texts } = loaded
    const now = clock.now()
    const effects = relationshipEffects({ self, peer, ownRole: row.role, view, texts, now })
    const { thread, state, ownN, ownDigest, peerN, peerDigest, attention } = row
    // The version grows in any case: an event that is being judged by the former keys is judged once more.
    const set = { state, updatedAt: now, ownN, ownDigest, peerN, peerDigest, attention }
    const about = { id: newUuid(random), at: now, code: 'agreement-undone', node: peer, thread }
    const alarm = { do: 'raiseAlarm', row: { ...about, acknowledgedAt: null, acknowledgedBy: null } } as const
    const isChanged = !isSame(before, await store.agreementsOf(peer), effects)
    const result = await store.commit([
      { do: 'updateThread', thread, expectVersion: row.version, set },
      ...effects,
      ...(isChanged ? [alarm] : []),
    ])
    if (result.ok) return
  }
  throw new ExchangeError('conflict', { peer })
}

/** Whether what is stored is what follows from the thread now. */
function isSame(peer: PeerRow, rows: readonly AgreementRow[], effects: readonly Effect[]): boolean {
  return effects.every((effect) => {
    if (effect.do === 'replaceAgreements') return factsOf(effect.rows) === factsOf(rows)
    if (effect.do !== 'setAgreementSuspension') return true
    const { agreementSuspendedByUs, agreementSuspendedByPeer } = peer
    return (
      (effect.byUs === null) === (agreementSuspendedByUs === null) &&
      (effect.byPeer === null) === (agreementSuspendedByPeer === null)
    )
  })
}

function factsOf(rows: readonly AgreementRow[]): string {
  return rows
    .map(({ digest, state, place }) => `${digest} ${state} ${place}`)
    .sort()
    .join('\n')
}
