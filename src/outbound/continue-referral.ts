import { ExchangeError } from '../base/errors.js'
import type { ReferralOfferBody } from '../wire/generated/types.js'
import { coveredCategories } from '../policy/grant-extent.js'
import { outgrowsGrant } from '../policy/narrower-grant.js'
import { takenBack } from '../policy/taken-back.js'
import { isFinal } from '../referral/transition-table.js'
import type { Batch } from '../store/batch.js'
import { loadThread, type LoadedEvent, type LoadedThread } from '../threads/load-thread.js'
import { refuseOlderGrant, type NewGrant } from './refuse-older-grant.js'
import type { SubmitDeps } from './submit-deps.js'
import { factsForStep, prepareStep, stepBatch } from './submit-step.js'

/** The place of a new referral in its chain (PROTOCOL 4). */
export interface ChainPlace {
  readonly root: string
  readonly custody: ReferralOfferBody['custody']
  /** What changes in the referral that is continued, in the batch of the new one. */
  readonly parentBatch: (grant: string) => Promise<Batch>
}

/** What of a new referral its chain depends on. */
export interface Continuation {
  readonly to: string
  readonly referral: { readonly parentReferralId?: string | undefined }
  /** Absent in a check before there is one. */
  readonly grant?: NewGrant | undefined
}

/**
 * Where a referral stands that continues another one. Whoever wrote the first referral of its chain here continues it as it likes: after a
 * decline, after a closure. Where the case was received, the rules of the received referral hold, however often it was referred on
 * since: it is referred on while this node works on it, once, with the sender's agreement to this recipient; the sender is told who
 * holds it in the same batch. Back to the sender it goes once the received one has ended. Nothing continues what was withdrawn.
 *
 * @param referral id of the new one
 * @throws ExchangeError root-mismatch, where this node has no such referral or may not continue it so; onward-not-allowed, where it goes
 * beyond what the sender agreed to, or was referred on before: the sender refers it anew; grant-before-withdrawal
 */
export async function placeInChain(
  deps: SubmitDeps,
  { to, referral: { parentReferralId: parent }, grant }: Continuation,
  referral: string,
): Promise<ChainPlace> {
  if (parent === undefined) return { root: referral, custody: undefined, parentBatch: () => Promise.resolve([]) }
  const loaded = await receivedOrFirst(deps, parent)
  const offer = loaded?.events.find(
    ({ event, row }) => event.type === 'referral.offer' && row.verdict !== 'refused',
  )?.event
  if (loaded === undefined || offer?.type !== 'referral.offer') throw wrongParent()
  const { row, view } = loaded
  const root = row.root
  if (row.role === 'receiver' && (view.grantEnded || view.state === 'enteredInError')) throw wrongParent()
  if (grant !== undefined) await refuseOlderGrant(deps, parent, { to, grant })
  if (row.role === 'sender') return { root, custody: offer.body.custody, parentBatch: () => Promise.resolve([]) }
  const custody = [...(offer.body.custody ?? []), row.peer].slice(-8)
  if (to === row.peer) {
    if (!isFinal(view.state)) throw wrongParent()
    return { root, custody, parentBatch: () => Promise.resolve([]) }
  }
  if (isFinal(view.state)) throw beyondAgreed('/referral/parentReferralId')
  const proposal = agreedProposal(loaded, to)
  const country = deps.directory.find(to)?.row.country
  if (proposal !== undefined && country !== undefined && proposal.event.body.country !== country)
    throw beyondAgreed('/to')
  if (isStruck(loaded, to, proposal)) throw beyondAgreed('/to')
  const agreed = proposal?.event.body.purposes ?? loaded.facts?.grant.purposes ?? []
  const unagreed = grant?.purposes.filter((purpose) => !agreed.includes(purpose)) ?? []
  if (unagreed.length > 0) throw beyondAgreed('/grant/purposes', { agreed, exceeding: unagreed })
  // What this node was given is all that it can give: however much the person said to it, the node that asked first says so.
  const given = loaded.facts?.grant
  const [beyond] = grant === undefined || given === undefined ? [] : outgrowsGrant(grant, given)
  if (grant !== undefined && given !== undefined && beyond !== undefined) {
    throw beyondAgreed(`/grant${beyond}`, beyond === '/dataCategories' ? categoriesBeyond(grant, given) : undefined)
  }
  const parentBatch = async (granted: string): Promise<Batch> => {
    const step = { recipient: to, referral, grant: granted, proposal: proposal?.row.digest ?? null }
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

/** The received referral from which the case came here; where this node wrote the first one, the one that is continued. */
async function receivedOrFirst(deps: SubmitDeps, continued: string): Promise<LoadedThread | undefined> {
  const own = await loadThread(deps, continued)
  for (let at = own; at !== undefined;) {
    if (at.row.role === 'receiver') return at
    const link = await deps.store.findThreadLink(at.row.thread)
    if (link === undefined) return own
    at = await loadThread(deps, link.parent)
  }
  return undefined
}

interface Proposal {
  readonly row: LoadedEvent['row']
  readonly event: Extract<LoadedEvent['event'], { type: 'onward.propose' }>
}

/** The last proposal to refer on to this node that the sender agreed to; undefined where the grant itself has to name it. */
function agreedProposal({ events, view }: LoadedThread, to: string): Proposal | undefined {
  return events
    .flatMap(({ row, event }) => (event.type === 'onward.propose' ? [{ row, event }] : []))
    .findLast(({ row, event }) => event.body.recipient === to && view.onwardAgreed.includes(row.digest))
}

/** Whether the person took the node from the list since it was agreed to: a later answer of the sender may name it again. */
function isStruck(thread: LoadedThread, to: string, proposal: Proposal | undefined): boolean {
  const { events, view, facts } = thread
  const at = (digest: string): number => view.inOrder.indexOf(digest)
  const answered = events.findLast(
    ({ event, row }) =>
      event.type === 'onward.answer' && event.body.proposal === proposal?.row.digest && at(row.digest) >= 0,
  )
  const updated = events.findLast(({ event }) => event.type === 'consent.update')
  const isOlder = answered !== undefined && updated !== undefined && answered.event.n < updated.event.n
  return isOlder && takenBack(thread, facts?.grant).recipients.has(to)
}

/** What was agreed and what goes beyond it, by their codes. */
interface Beyond {
  readonly agreed: readonly string[]
  readonly exceeding: readonly string[]
}

function categoriesBeyond(grant: NewGrant, given: NewGrant): Beyond {
  const agreed = coveredCategories(given)
  return { agreed, exceeding: coveredCategories(grant).filter((category) => !agreed.includes(category)) }
}

function beyondAgreed(pointer: string, beyond?: Beyond): ExchangeError {
  // A pointer into the event, as those of the gates.
  return new ExchangeError('onward-not-allowed', {
    pointers: [pointer === '/to' ? pointer : `/body${pointer}`],
    ...beyond,
  })
}

function wrongParent(): ExchangeError {
  return new ExchangeError('root-mismatch', { pointers: ['/referral/parentReferralId'] })
}
