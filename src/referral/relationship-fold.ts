import { orderThread, type ThreadPlace } from './thread-order.js'
import type { Role } from './transition-table.js'

/** What an event of a relationship thread does (PROTOCOL 6); agreements are named by their digest. */
export type RelationshipStep =
  | { readonly type: 'agreement.propose'; readonly agreement: string; readonly replaces: string | null }
  | { readonly type: 'agreement.accept' | 'agreement.suspend' | 'agreement.resume'; readonly agreement: string }
  | { readonly type: 'agreement.decline'; readonly agreement: string; readonly reason: string }
  | { readonly type: 'contact.share' }

/** Proposals of one author that wait for an answer; the thread is folded whole for each of its events. */
export const maxOpenProposals = 16
/** Events about agreements that one author has in a relationship thread. */
export const maxAgreementEvents = 1000

/** Whether events of this type belong into a relationship thread. */
export function isRelationshipType(type: string): type is RelationshipStep['type'] {
  return type.startsWith('agreement.') || type === 'contact.share'
}

export type RelationshipEvent = RelationshipStep & ThreadPlace

export interface ProposedAgreement {
  readonly digest: string
  readonly proposer: Role
  /** What it was made to replace: once another one was accepted it cannot be accepted any more. */
  readonly replaces: string | null
  readonly state: 'proposed' | 'accepted' | 'declined'
  /** Order of acceptance from 1; 0 before. One that has a place and is declined was taken back while it was accepted. */
  readonly place: number
  readonly declinedBy: Role | null
  /** Why it was declined. */
  readonly reason: string | null
}

export interface RelationshipView {
  readonly agreements: readonly ProposedAgreement[]
  /** Who suspends at present. */
  readonly suspendedBy: ReadonlySet<Role>
  /** Digests of events without effect at their place, in order. */
  readonly superseded: readonly string[]
}

/** The relationship of two nodes: a fold over the set of events that both hold, in the one order of that set. */
export function foldRelationship(events: readonly RelationshipEvent[]): RelationshipView {
  const agreements = new Map<string, ProposedAgreement>()
  const suspendedBy = new Set<Role>()
  const superseded: string[] = []
  for (const event of orderThread(events)) {
    const view = { agreements: [...agreements.values()], suspendedBy }
    if (isOpenTo(view, event, event.role) || isTakingBack(view, event) || isTakenBackMeanwhile(view, event)) {
      applyStep(agreements, suspendedBy, event)
    } else {
      superseded.push(event.digest)
    }
  }
  return { agreements: [...agreements.values()], suspendedBy, superseded }
}

/** Whether `role` can take this step as things stand. */
export function isOpenTo(
  { agreements, suspendedBy }: Pick<RelationshipView, 'agreements' | 'suspendedBy'>,
  step: RelationshipStep,
  role: Role,
): boolean {
  if (step.type === 'contact.share') return true
  const agreement = agreements.find(({ digest }) => digest === step.agreement)
  switch (step.type) {
    case 'agreement.propose':
      return agreement === undefined && countOpen(agreements, role) < maxOpenProposals
    case 'agreement.accept':
      return agreement !== undefined && isAcceptable(agreement, agreements) && agreement.proposer !== role
    case 'agreement.decline':
      // Who proposed it takes it back.
      return agreement?.state === 'proposed'
    // Suspended is the relationship, whatever becomes of the agreement that is named.
    case 'agreement.suspend':
      return !suspendedBy.has(role)
    case 'agreement.resume':
      return suspendedBy.has(role)
  }
}

/**
 * Whether a proposer takes back what was accepted meanwhile. It could not know: an author that had seen the acceptance has no
 * such step (couldTake). Nobody comes to be bound by what it took back in time; what was replaced does not come back either.
 */
function isTakingBack({ agreements }: Pick<RelationshipView, 'agreements'>, event: RelationshipEvent): boolean {
  if (event.type !== 'agreement.decline') return false
  const agreement = agreements.find(({ digest }) => digest === event.agreement)
  return agreement?.state === 'accepted' && agreement.proposer === event.role
}

/**
 * Whether what is accepted was taken back by its proposer before, which the one who accepts could not know either. It gets its place
 * as if the two stood the other way round: whatever crosses, what it replaced does not come back.
 */
function isTakenBackMeanwhile({ agreements }: Pick<RelationshipView, 'agreements'>, event: RelationshipEvent): boolean {
  if (event.type !== 'agreement.accept') return false
  const agreement = agreements.find(({ digest }) => digest === event.agreement)
  if (agreement?.state !== 'declined' || agreement.place > 0) return false
  const { proposer, declinedBy, replaces } = agreement
  return declinedBy === proposer && proposer !== event.role && replaces === lastAccepted(agreements)
}

/** Whether a proposal still replaces what is there: nobody puts an old one in the place of a later agreement. */
export function isAcceptable(
  { state, replaces }: Pick<ProposedAgreement, 'state' | 'replaces'>,
  agreements: readonly ProposedAgreement[],
): boolean {
  return state === 'proposed' && replaces === lastAccepted(agreements)
}

/** The agreement that was accepted last; null if none was. */
export function lastAccepted(agreements: readonly ProposedAgreement[]): string | null {
  const last = agreements.reduce((found, each) => Math.max(found, each.place), 0)
  return last === 0 ? null : (agreements.find(({ place }) => place === last)?.digest ?? null)
}

function countOpen(agreements: readonly ProposedAgreement[], role: Role): number {
  return agreements.filter((each) => each.proposer === role && isAcceptable(each, agreements)).length
}

/** Whether the author could take this step with what it had seen; its own digest is not read. */
export function couldTake(events: readonly RelationshipEvent[], candidate: RelationshipEvent): boolean {
  const own = events.filter(({ role }) => role === candidate.role)
  if (candidate.type !== 'contact.share' && own.length >= maxAgreementEvents) return false
  // How an author wants it may be said at any time: where it is so already nothing changes. Its own side may know of a
  // suspension that this one does not count, and must be able to end it.
  if (candidate.type === 'agreement.suspend' || candidate.type === 'agreement.resume') return true
  return isOpenTo(viewOfAuthor(events, candidate), candidate, candidate.role)
}

/**
 * The relationship as the author of an event saw it when it wrote: its own events before, and those of the other side up to
 * the highest one that it had seen. Both nodes judge by it, whatever has crossed on the way.
 */
export function viewOfAuthor(events: readonly RelationshipEvent[], { role, n, seen }: ThreadPlace): RelationshipView {
  const own = events.filter((event) => event.role === role && event.n < n)
  const highest = own.reduce((last, event) => Math.max(last, event.seen?.n ?? 0), seen?.n ?? 0)
  const others = events.filter((event) => event.role !== role && event.n <= highest)
  return foldRelationship([...own, ...others])
}

function applyStep(agreements: Map<string, ProposedAgreement>, suspendedBy: Set<Role>, event: RelationshipEvent): void {
  if (event.type === 'contact.share') return
  const { role, agreement: digest } = event
  const known = agreements.get(digest)
  switch (event.type) {
    case 'agreement.propose':
      agreements.set(digest, {
        ...{ digest, proposer: role, replaces: event.replaces },
        ...{ state: 'proposed', place: 0, declinedBy: null, reason: null },
      })
      return
    case 'agreement.accept': {
      const place = 1 + Math.max(0, ...[...agreements.values()].map((other) => other.place))
      const state = known?.declinedBy === null ? 'accepted' : 'declined'
      if (known !== undefined) agreements.set(digest, { ...known, state, place })
      return
    }
    case 'agreement.decline':
      if (known !== undefined)
        agreements.set(digest, { ...known, state: 'declined', declinedBy: role, reason: event.reason })
      return
    case 'agreement.suspend':
      suspendedBy.add(role)
      return
    case 'agreement.resume':
      suspendedBy.delete(role)
  }
}
