import { ExchangeError } from '../base/errors.js'
import type { Event, ReferralOfferBody } from '../wire/generated/types.js'
import { isFinal } from '../referral/transition-table.js'
import type { Batch } from '../store/batch.js'
import { loadThread, type LoadedThread } from '../threads/load-thread.js'
import type { SubmitDeps } from './submit-deps.js'
import { factsForStep, prepareStep, stepBatch } from './submit-step.js'

/** The place of a new referral in its chain (PROTOCOL 4). */
export interface ChainPlace {
  readonly root: string
  readonly custody: ReferralOfferBody['custody']
  /** What changes in the referral that is continued, in the batch of the new one. */
  readonly parentBatch: (grant: string) => Promise<Batch>
}

/**
 * Where a referral that continues another one stands. Whoever offered the other one continues it as it likes: after a decline, after a
 * closure. Whoever was asked refers it on while it works on it, with the sender's agreement to this recipient; the sender is
 * told who holds it in the same batch. Back to the sender it goes once the other one has ended.
 *
 * @throws ExchangeError root-mismatch, where this node has no such referral or may not continue it so
 */
export async function placeInChain(
  deps: SubmitDeps,
  parent: string | undefined,
  to: string,
  referral: string,
): Promise<ChainPlace> {
  if (parent === undefined) return { root: referral, custody: undefined, parentBatch: () => Promise.resolve([]) }
  const loaded = await loadThread(deps, parent)
  const offer = loaded?.events.find(
    ({ event, row }) => event.type === 'referral.offer' && row.verdict !== 'refused',
  )?.event
  if (loaded === undefined || offer?.type !== 'referral.offer') throw wrongParent()
  const { row } = loaded
  const root = row.root
  if (row.role === 'sender') return { root, custody: offer.body.custody, parentBatch: () => Promise.resolve([]) }
  const custody = [...(offer.body.custody ?? []), row.peer].slice(-8)
  if (to === row.peer) {
    if (!isFinal(loaded.view.state)) throw wrongParent()
    return { root, custody, parentBatch: () => Promise.resolve([]) }
  }
  const parentBatch = async (grant: string): Promise<Batch> => {
    const step = { recipient: to, referral, grant, proposal: agreedProposal(loaded, to) }
    const facts = factsForStep(loaded)
    const { event, signed } = await prepareStep(deps, loaded, {
      step: { type: 'onward.execute', body: step },
      grant: facts.grant.id,
      facts,
    })
    return stepBatch(deps, loaded, event, signed)
  }
  return { root, custody, parentBatch }
}

/** The proposal to refer on to this node that the sender agreed to; null where the grant itself has to name it. */
function agreedProposal({ events, view }: LoadedThread, to: string): string | null {
  const agreed = events.find(({ row, event }) => isProposalTo(event, to) && view.onwardAgreed.includes(row.digest))
  return agreed?.row.digest ?? null
}

function isProposalTo(event: Event, to: string): boolean {
  return event.type === 'onward.propose' && event.body.recipient === to
}

function wrongParent(): ExchangeError {
  return new ExchangeError('root-mismatch', { pointers: ['/referral/parentReferralId'] })
}
