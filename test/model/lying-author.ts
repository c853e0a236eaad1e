import assert from 'node:assert/strict'
import { decide, mayHaveSent } from '../../src/referral/decide.js'
import { foldThread, type ThreadView } from '../../src/referral/fold.js'
import {
  couldTake,
  foldRelationship,
  isOpenTo,
  isRelationshipType,
  lastAccepted,
  type RelationshipEvent,
  type RelationshipStep,
  type RelationshipView,
} from '../../src/referral/relationship-fold.js'
import { orderThread, type OrderedEvent, type ThreadEvent, type ThreadPlace } from '../../src/referral/thread-order.js'
import { checkOrder, lastInRow, type OrderFacts } from '../../src/referral/thread-rules.js'
import { isFinal, type Role, type Step } from '../../src/referral/transition-table.js'
import { otherRole } from './history.js'
import { stepKinds } from './steps.js'

/** An honest node, and what the other author of a thread makes it take; that one never receipts, so it may claim anything. */
interface Node<E extends OrderedEvent> {
  readonly honest: Role
  held: readonly E[]
  /** Final receipts that the honest node gave, by number. */
  readonly given: Map<number, { readonly digest: string; readonly verdict: 'accepted' | 'refused' }>
  /** Events that the liar has committed to by the `prev` of a later one. */
  readonly planned: Map<number, E>
  readonly draw: (bound: number) => number
}

type Note = (name: string) => void
const maxN = 6

function newNode<E extends OrderedEvent>(
  honest: Role,
  list: readonly number[],
): Node<E> & { readonly isOver: () => boolean } {
  let at = 0
  const draw = (bound: number): number => (list[at++] ?? 0) % bound
  return { honest, held: [], given: new Map(), planned: new Map(), draw, isOver: () => at >= list.length }
}

const of = <E extends OrderedEvent>({ held }: Node<E>, role: Role): readonly E[] =>
  held.filter((event) => event.role === role).toSorted((a, b) => a.n - b.n)

/** The place of an event of the liar: any number, with a `prev` that fits what it wrote or will write, or none that does. */
function placeOfLie<E extends OrderedEvent>(node: Node<E>, make: (place: ThreadPlace) => E, n: number): E {
  const role = otherRole(node.honest)
  const known = node.planned.get(n)
  if (known !== undefined && node.draw(3) > 0) return known
  const seen = of(node, node.honest)[node.draw(8) - 1]
  const place = {
    ...{ author: role, role, n },
    prev: n === 1 ? null : node.draw(5) === 0 ? 'nothing' : prevOfLie(node, make, n),
    seen: seen === undefined ? null : { n: seen.n, digest: seen.digest },
  }
  return make({ ...place, digest: `${'AMZ'.charAt(node.draw(3))}${role}${n}.${node.draw(2 ** 20)}` })
}

function prevOfLie<E extends OrderedEvent>(node: Node<E>, make: (place: ThreadPlace) => E, n: number): string {
  const before = node.given.get(n - 1)?.digest ?? node.planned.get(n - 1)?.digest
  if (before !== undefined) return before
  const event = placeOfLie(node, make, n - 1)
  node.planned.set(n - 1, event)
  return event.digest
}

/** What the product's rules say of the place of an event, by what the honest node holds. */
function placeProblem<E extends OrderedEvent>(node: Node<E>, event: E): ReturnType<typeof checkOrder> {
  const isRelationship = isRelationshipType(event.type)
  const own = of(node, otherRole(node.honest))
  const next = own.find(({ n }) => n === event.n + 1)
  // Only the members that the rules read.
  const frame = { body: { referral: {} }, ...event, from: 'liar', thread: undefined } as unknown as OrderFacts['event']
  return checkOrder({
    event: frame,
    digest: event.digest,
    thread: { peer: 'liar' },
    predecessor: node.given.get(event.n - 1),
    hasGap: !isRelationship && lastInRow(new Set(node.given.keys())) < event.n - 1,
    sameNumber: node.given.get(event.n)?.digest,
    isPassed: isRelationship && own.some(({ n }) => n > event.n),
    prevOfNext: isRelationship ? undefined : next?.prev,
    ourSeenEvent: event.seen?.digest,
    highestReceiptedBefore: 0,
  })
}

/** Whether the honest node took the event. */
function take<E extends OrderedEvent>(node: Node<E>, event: E, couldTakeIt: () => boolean, note: Note): boolean {
  const problem = placeProblem(node, event)
  if (problem === 'out-of-order' || problem === 'number-conflict') return false
  const isTaken = problem === undefined && couldTakeIt()
  const takesNumber = isTaken || isRelationshipType(event.type) || event.n === 1 || node.given.has(event.n - 1)
  if (takesNumber) node.given.set(event.n, { digest: event.digest, verdict: isTaken ? 'accepted' : 'refused' })
  if (!isTaken) note('refused')
  else if (of(node, event.role).some(({ n }) => n > event.n)) note('filled')
  if (isTaken) node.held = [...node.held, event]
  assert.equal(orderThread(node.held).length, node.held.length, 'every event has its place')
  return isTaken
}

/** The next place of the honest node, as it writes. */
function honestPlace<E extends OrderedEvent>(node: Node<E>, lastSeen: number): ThreadPlace {
  const own = of(node, node.honest).at(-1)
  const seen = of(node, otherRole(node.honest)).findLast(({ n }) => n <= lastSeen)
  const n = (own?.n ?? 0) + 1
  return {
    ...{ author: node.honest, role: node.honest, n, prev: own?.digest ?? null },
    seen: seen === undefined ? null : { n: seen.n, digest: seen.digest },
    digest: `M${node.honest}${n}`,
  }
}

/** One referral, from its offer. @throws AssertionError where the liar undoes something */
export function lieInReferral(honest: Role, list: readonly number[], note: Note): void {
  const node = newNode<ThreadEvent>(honest, list)
  // Mostly what the table lets one do as things stand: anything else is refused nearly always.
  const step = (role: Role): Step => {
    const view = foldThread(node.held)
    const all = stepKinds.flatMap(({ make }) => make(view))
    const open = all.filter((each) => decide(view, each, role) === undefined)
    const steps = open.length > 0 && node.draw(4) > 0 ? open : all
    return steps[node.draw(steps.length)] ?? { type: 'referral.open' }
  }
  const offer = { ...honestPlace(node, 0), author: 'sender', role: 'sender', type: 'referral.offer' } as const
  node.held = [offer]
  if (honest === 'receiver') node.given.set(1, { digest: offer.digest, verdict: 'accepted' })
  while (!node.isOver()) {
    const before = foldThread(node.held)
    if (node.draw(3) === 0) {
      const event: ThreadEvent = { ...step(honest), ...honestPlace(node, lastInRow(new Set(node.given.keys()))) }
      if (decide(before, event, honest) === undefined && mayHaveSent(node.held, event))
        node.held = [...node.held, event]
      continue
    }
    const event = placeOfLie(node, (place) => ({ ...step(place.role), ...place }), 1 + node.draw(maxN))
    if (take(node, event, () => mayHaveSent(node.held, event), note)) {
      checkReferral(node, before, foldThread(node.held), note)
    }
  }
}

function checkReferral({ honest, held }: Node<ThreadEvent>, before: ThreadView, after: ThreadView, note: Note): void {
  const isOver = ({ grantEnded, state }: ThreadView): boolean => grantEnded || state === 'enteredInError'
  const inEffect = (view: ThreadView, type: string): boolean =>
    held.some((event) => event.role === honest && event.type === type && view.inOrder.includes(event.digest))
  if (isOver(before)) {
    assert.ok(isOver(after), 'a withdrawal or a void stays in effect')
    note('ended')
  } else if (inEffect(before, 'referral.recall') && !isOver(after)) {
    assert.ok(inEffect(after, 'referral.recall'), 'a recall stays in effect')
    note('recall kept')
  } else if (inEffect(before, 'referral.decline')) {
    assert.ok(isFinal(after.state), 'what was declined does not go on')
    note('decline kept')
  }
  // The sender alone gives a new grant, from which nothing was taken.
  const isRenewed = held.some(({ type }) => type === 'consent.update')
  if (!isRenewed && !isOver(after))
    assert.deepEqual(
      before.narrowed.filter((lost) => !after.narrowed.includes(lost)),
      [],
    )
}

const agreements = ['one', 'two', 'three', 'four']

/** One relationship. @throws AssertionError where the liar undoes something */
export function lieInRelationship(honest: Role, list: readonly number[], note: Note): void {
  const node = newNode<RelationshipEvent>(honest, list)
  const step = (role: Role): RelationshipStep => {
    const view = foldRelationship(node.held)
    const all = agreements.flatMap((agreement): readonly RelationshipStep[] => [
      { type: 'agreement.propose', agreement, replaces: lastAccepted(view.agreements) },
      { type: 'agreement.accept', agreement },
      { type: 'agreement.decline', agreement, reason: 'other' },
      { type: 'agreement.suspend', agreement },
      { type: 'agreement.resume', agreement },
    ])
    const open = all.filter((each) => isOpenTo(view, each, role))
    const steps = open.length > 0 && node.draw(3) > 0 ? open : all
    return steps[node.draw(steps.length)] ?? { type: 'agreement.suspend', agreement: 'one' }
  }
  while (!node.isOver()) {
    const before = foldRelationship(node.held)
    if (node.draw(2) === 0) {
      const event: RelationshipEvent = { ...step(honest), ...honestPlace(node, Infinity) }
      if (couldTake(node.held, event)) node.held = [...node.held, event]
      continue
    }
    // Numbers only rise here: mostly it goes on a little above the last one.
    const last = of(node, otherRole(honest)).at(-1)?.n ?? 0
    const event = placeOfLie(
      node,
      (place) => ({ ...step(place.role), ...place }),
      Math.max(1, last - 2 + node.draw(maxN)),
    )
    if (take(node, event, () => couldTake(node.held, event), note)) {
      checkRelationship(node, before, foldRelationship(node.held), note)
    }
  }
}

function checkRelationship(
  { honest, held }: Node<RelationshipEvent>,
  before: RelationshipView,
  after: RelationshipView,
  note: Note,
): void {
  assert.equal(after.suspendedBy.has(honest), before.suspendedBy.has(honest), 'only who suspends resumes')
  if (before.suspendedBy.has(honest)) note('suspended')
  const stateIn = (view: RelationshipView, digest: string): string | undefined =>
    view.agreements.find((agreement) => agreement.digest === digest)?.state
  const last = lastAccepted(before.agreements)
  const older = before.agreements.filter(({ digest, place }) => place > 0 && digest !== last)
  const now = lastAccepted(after.agreements)
  if (last !== null) {
    assert.ok(now !== null && older.every(({ digest }) => digest !== now), 'an older agreement does not come back')
    note('accepted')
  }
  for (const { digest, declinedBy } of before.agreements) {
    if (declinedBy !== honest) continue
    assert.equal(stateIn(after, digest), 'declined', 'what was declined is not in force')
    if (held.some((event) => event.type === 'agreement.accept' && event.agreement === digest)) note('taken back')
  }
}
