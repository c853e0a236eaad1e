import { sha256 } from '../raw-jose.js'
import { accepts, refuses, type Vector, type VectorFile } from '../vector-file.js'
import { givenSteps, stepVectors } from './step-vectors.js'
import { entry, fold, inputOf, type Entry } from './thread-entries.js'
import { raceVectors } from './race-vectors.js'

/** threads.json */
export function threadVectors(): VectorFile {
  return {
    description:
      'Order and state of a thread (PROTOCOL 4.4 to 4.6). `events` is the set of accepted events in any order; of a body only `scope`, `purpose`, `proposal`, `answer` and `reason` count, and stand beside the type. ok: the digests in their one order, the state, whether the grant ended, what it lost, and the digests without effect. With `candidate`: whether its author could take that step with what it had seen. With `author`: which of the steps in `given` this author can take when it has seen everything, and the state after each; `prev`, `seen` and `n` of the step follow from the events.',
    given: { steps: givenSteps },
    vectors: [
      ...straight(),
      ...crossing(),
      ...raceVectors(),
      ...gaps(),
      ...contradictions(),
      ...steps(),
      ...stepVectors(),
    ],
  }
}

const offer = entry('sender', 'referral.offer')
const accept = entry('receiver', 'referral.accept', offer)
const decline = entry('receiver', 'referral.decline', offer)
const recall = entry('sender', 'referral.recall', null, offer)
const recallLate = entry('sender', 'referral.recall', accept, offer)
const end = 'consent.withdraw everything'
const endBySender = entry('sender', end, null, offer)
const endByReceiver = entry('receiver', end, offer)

function straight(): readonly Vector[] {
  const endAfterAccept = entry('sender', end, accept, offer)
  const endAfterDecline = entry('sender', end, decline, offer)
  const narrow = entry('sender', 'consent.withdraw onePurpose', accept, offer)
  const narrowMore = entry('sender', 'consent.withdraw onwardOnly', null, narrow)
  const narrowAgain = entry('sender', 'consent.withdraw onePurpose', null, narrowMore)
  return [
    fold('no event', [], { state: 'unopened' }),
    fold('an offer', [offer], { state: 'offered' }),
    fold('accepted', [offer, accept], { state: 'accepted' }),
    fold('declined', [offer, decline], { state: 'declined' }),
    fold('recalled', [offer, recall], { state: 'recalled' }),
    fold('withdrawn before an answer', [offer, endBySender], { state: 'consentWithdrawn', grantEnded: true }),
    fold('withdrawn after the acceptance', [offer, accept, endAfterAccept], {
      state: 'consentWithdrawn',
      grantEnded: true,
    }),
    fold('withdrawn at the receiver', [offer, accept, entry('receiver', end, offer, accept)], {
      state: 'consentWithdrawn',
      grantEnded: true,
    }),
    fold(
      'withdrawn for this recipient alone is the same',
      [offer, entry('sender', 'consent.withdraw oneRecipient', null, offer)],
      { state: 'consentWithdrawn', grantEnded: true },
    ),
    fold('withdrawn after a decline: the state stays, the grant ends', [offer, decline, endAfterDecline], {
      state: 'declined',
      grantEnded: true,
    }),
    fold('a grant loses parts, each of them once', [offer, accept, narrow, narrowMore, narrowAgain], {
      state: 'accepted',
      narrowed: ['onePurpose', 'onwardOnly'],
      superseded: [narrowAgain],
    }),
  ]
}

function crossing(): readonly Vector[] {
  const endAfterOffer = entry('sender', end, null, offer)
  const narrow = entry('sender', 'consent.withdraw statisticsOnly', null, offer)
  const acceptLate = entry('receiver', 'referral.accept', recall)
  const ends = [endAfterOffer, endByReceiver].sort((a, b) => a.n - b.n || (a.digest < b.digest ? -1 : 1))
  const [firstEnd, secondEnd] = ends as [Entry, Entry]
  return [
    fold('acceptance and recall cross: the recall goes first', [offer, recall, accept], {
      state: 'recalled',
      superseded: [accept],
    }),
    fold('decline and recall cross', [offer, recall, decline], { state: 'recalled', superseded: [decline] }),
    fold('acceptance and withdrawal cross: the withdrawal goes first', [offer, endAfterOffer, accept], {
      state: 'consentWithdrawn',
      grantEnded: true,
      superseded: [accept],
    }),
    fold('a recall and the receiver’s withdrawal cross', [offer, endByReceiver, recall], {
      state: 'consentWithdrawn',
      grantEnded: true,
      superseded: [recall],
    }),
    fold('two withdrawals cross: by number, then by digest', [offer, firstEnd, secondEnd], {
      state: 'consentWithdrawn',
      grantEnded: true,
      superseded: [secondEnd],
    }),
    fold('acceptance and a narrower grant cross: both count', [offer, narrow, accept], {
      state: 'accepted',
      narrowed: ['statisticsOnly'],
    }),
    fold('an acceptance that had seen the recall comes after it', [offer, recall, acceptLate], {
      state: 'recalled',
      superseded: [acceptLate],
    }),
    fold('a recall that had seen the acceptance comes after it', [offer, accept, recallLate], {
      state: 'accepted',
      superseded: [recallLate],
    }),
    fold(
      'an acceptance goes on under its own number after a superseded one',
      [offer, recall, decline, entry('receiver', end, offer, decline)],
      { state: 'recalled', grantEnded: true, superseded: [decline] },
    ),
  ]
}

/** A number that is not in the set is one of a refused event: it counts, and nothing waits for it. */
function gaps(): readonly Vector[] {
  const refused = entry('sender', 'referral.offer')
  const second = entry('sender', 'referral.offer', null, { ...refused, digest: sha256('refused') })
  const afterRefused = entry('sender', end, null, { ...offer, n: 2, digest: sha256('refused two') })
  const seenRefused = entry('receiver', 'referral.accept', { ...offer, n: 2, digest: sha256('refused two') })
  const waits = entry('receiver', 'referral.accept', { ...offer, n: 3, digest: sha256('not here') })
  return [
    fold('the first offer was refused: the second one opens', [second], { state: 'offered' }),
    fold('a number between was refused', [offer, afterRefused], { state: 'consentWithdrawn', grantEnded: true }),
    fold('seen names a refused event', [offer, seenRefused], { state: 'accepted' }),
    fold('seen names an event beyond the last one that is here', [offer, waits], { state: 'accepted' }),
  ]
}

/** What a store never holds: every event has its place all the same. */
function contradictions(): readonly Vector[] {
  const twin = entry('sender', 'referral.recall', { ...accept, digest: sha256('other') }, offer)
  const twins = [recall, twin].sort((a, b) => (a.digest < b.digest ? -1 : 1))
  const wrongPrev = entry('sender', 'referral.recall', null, { ...offer, digest: sha256('another offer') })
  const wrongSeen = entry('receiver', 'referral.accept', { ...offer, digest: sha256('another offer') })
  const elsewhere = { ...accept, n: 900, digest: sha256('stolen') }
  const endSeesMuch = entry('sender', end, elsewhere, offer)
  const acceptSeesMuch = entry('receiver', 'referral.accept', elsewhere)
  const acceptSeesEnd = entry('receiver', 'referral.accept', endSeesMuch)
  return [
    fold('two events of one number: by digest', [offer, ...twins], {
      state: 'recalled',
      superseded: twins.slice(1),
    }),
    fold('prev is not the event before', [offer, wrongPrev], { state: 'recalled' }),
    fold('seen names other bytes under a number that is here', [offer, wrongSeen], { state: 'accepted' }),
    fold('each of two had seen the other one, and neither names it: by rank', [offer, endSeesMuch, acceptSeesMuch], {
      state: 'consentWithdrawn',
      grantEnded: true,
      superseded: [acceptSeesMuch],
    }),
    fold('each of two had seen the other one: first who names what is not here', [offer, endSeesMuch, acceptSeesEnd], {
      state: 'consentWithdrawn',
      grantEnded: true,
      superseded: [acceptSeesEnd],
    }),
  ]
}

function step(comment: string, events: readonly Entry[], candidate: Entry, isAllowed: boolean): Vector {
  const input = { events: events.map(inputOf), candidate: inputOf(candidate) }
  return isAllowed ? accepts(comment, input) : refuses(comment, input, 'transition-not-allowed')
}

function steps(): readonly Vector[] {
  const secondRecall = entry('sender', 'referral.recall', null, recall)
  return [
    step('an offer opens a thread', [], offer, true),
    step('nothing else does', [], accept, false),
    step('a second offer', [offer], entry('sender', 'referral.offer', null, offer), false),
    step('the receiver offers', [offer], entry('receiver', 'referral.offer', offer), false),
    step('the sender accepts its own offer', [offer], entry('sender', 'referral.accept', null, offer), false),
    step('the receiver recalls', [offer], entry('receiver', 'referral.recall', offer), false),
    step('an acceptance', [offer], accept, true),
    step('an acceptance that has seen nothing', [offer], entry('receiver', 'referral.accept'), false),
    step('an acceptance whose author did not know of the recall', [offer, recall], accept, true),
    step(
      'an acceptance whose author knew of the recall',
      [offer, recall],
      entry('receiver', 'referral.accept', recall),
      false,
    ),
    step('a recall whose author did not know of the acceptance', [offer, accept], recall, true),
    step('a recall whose author knew of the acceptance', [offer, accept], recallLate, false),
    step('a second recall', [offer, recall], secondRecall, false),
    step('acceptance after decline', [offer, decline], entry('receiver', 'referral.accept', offer, decline), false),
    step('withdrawal after everything', [offer, decline], entry('sender', end, decline, offer), true),
    step('a second withdrawal', [offer, endBySender], entry('sender', end, null, endBySender), false),
    step('a withdrawal whose author did not know of the other one', [offer, endBySender], endByReceiver, true),
    step(
      'anything after the end of the grant',
      [offer, endBySender],
      entry('receiver', 'referral.accept', endBySender),
      false,
    ),
    step(
      'prev contradicts the event before',
      [offer],
      entry('sender', 'referral.recall', null, { ...offer, digest: sha256('other') }),
      false,
    ),
    step(
      'seen contradicts the event that it names',
      [offer],
      entry('receiver', 'referral.accept', { ...offer, digest: sha256('other') }),
      false,
    ),
    step(
      'an own event carried what was seen: seen may go back in the event after it',
      [offer, recall, endByReceiver],
      entry('receiver', 'referral.accept', null, endByReceiver),
      false,
    ),
  ]
}
