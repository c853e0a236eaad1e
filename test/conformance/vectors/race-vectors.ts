import type { Vector } from '../vector-file.js'
import { entry, fold, type Entry } from './thread-entries.js'

const offer = entry('sender', 'referral.offer')
const accept = entry('receiver', 'referral.accept', offer)
const end = 'consent.withdraw everything'

/** The part of threads.json about steps that two authors take at the same time (PROTOCOL 4.4, 4.5). */
export function raceVectors(): readonly Vector[] {
  return [...undecided(), ...voids(), ...recalls(), ...closing(), ...consent(), ...others(), ...ends()]
}

function undecided(): readonly Vector[] {
  const expire = entry('sender', 'referral.expire', null, offer)
  const decline = entry('receiver', 'referral.decline', offer)
  const open = entry('receiver', 'referral.open', offer)
  const withdraw = entry('receiver', end, offer)
  const recall = entry('sender', 'referral.recall', null, offer)
  return [
    fold('expiry and acceptance cross: what only the clock calls for yields', [offer, accept, expire], {
      state: 'accepted',
      superseded: [expire],
    }),
    fold('expiry and decline cross', [offer, decline, expire], { state: 'declined', superseded: [expire] }),
    fold('expiry and opening cross: nothing was decided', [offer, open, expire], { state: 'expired' }),
    fold('expiry and withdrawal cross', [offer, withdraw, expire], {
      state: 'consentWithdrawn',
      grantEnded: true,
      superseded: [expire],
    }),
    fold('recall and opening cross', [offer, recall, open], { state: 'recalled', superseded: [open] }),
  ]
}

function voids(): readonly Vector[] {
  const erroneous = entry('sender', 'referral.void', null, offer)
  const withdraw = entry('receiver', end, offer)
  const decline = entry('receiver', 'referral.decline', offer)
  const narrow = entry('receiver', 'consent.withdraw onwardOnly', offer)
  return [
    fold('void and acceptance cross', [offer, erroneous, accept], { state: 'enteredInError', superseded: [accept] }),
    fold('void and decline cross', [offer, erroneous, decline], { state: 'enteredInError', superseded: [decline] }),
    fold('void and withdrawal cross: the withdrawal goes first', [offer, withdraw, erroneous], {
      state: 'consentWithdrawn',
      grantEnded: true,
      superseded: [erroneous],
    }),
    fold('void and a narrower grant cross: both count', [offer, narrow, erroneous], {
      state: 'enteredInError',
      narrowed: ['onwardOnly'],
    }),
  ]
}

/** What the sender wrote before a recall does not hold it up. */
function recalls(): readonly Vector[] {
  const ask = entry('receiver', 'info.request', offer)
  const answer = entry('sender', 'info.response', ask, offer)
  const recall = entry('sender', 'referral.recall', ask, answer)
  const late = entry('receiver', 'referral.accept', offer, ask)
  const informed = entry('sender', 'referral.recall', late, answer)
  return [
    fold('an answer and a recall cross an acceptance: both go before it', [offer, ask, answer, recall, late], {
      state: 'recalled',
      superseded: [late],
    }),
    fold(
      'an answer crosses an acceptance, and a recall knew of it',
      answer.n < late.n || (answer.n === late.n && answer.digest < late.digest)
        ? [offer, ask, answer, late, informed]
        : [offer, ask, late, answer, informed],
      { state: 'accepted', superseded: [informed] },
    ),
  ]
}

function closing(): readonly Vector[] {
  const propose = entry('receiver', 'closure.propose', offer, accept)
  const proposal = { proposal: propose.digest }
  const settle = entry('receiver', 'closure.settle', offer, propose, proposal)
  const refuse = entry('sender', 'closure.refuse', propose, offer, proposal)
  const agree = entry('sender', 'closure.agree', propose, offer, proposal)
  const again = entry('receiver', 'closure.propose', offer, propose)
  const before = [offer, accept, propose]
  const start = entry('receiver', 'work.start', offer, propose)
  const begun = [...before, start]
  const notice = entry('sender', 'travel.notice', start, offer)
  const settleLate = entry('receiver', 'closure.settle', offer, start, proposal)
  // Both numbers of the sender's and the receiver's step decide where neither has the smaller rank.
  const byNumber = (one: Entry, other: Entry): readonly Entry[] =>
    one.n - other.n < 0 || (one.n === other.n && one.digest < other.digest) ? [one, other] : [other, one]
  return [
    fold('settled and refused at once: the person goes first', [...before, refuse, settle], {
      state: 'accepted',
      superseded: [settle],
    }),
    fold('settled and agreed at once', [...before, agree, settle], { state: 'closed', superseded: [settle] }),
    fold('settled and withdrawn at once', [...before, entry('sender', end, propose, offer), settle], {
      state: 'consentWithdrawn',
      grantEnded: true,
      superseded: [settle],
    }),
    fold('agreed to a proposal, and another one made at once', [...before, ...byNumber(agree, again)], {
      state: 'closed',
      superseded: [again],
    }),
    fold('settled by silence when a journey was announced at once', [...begun, notice, settleLate], {
      state: 'inTransit',
      superseded: [settleLate],
    }),
  ]
}

function consent(): readonly Vector[] {
  const withdraw = (scope: string, prev: Entry | null = null, seen = offer): Entry =>
    entry('receiver', `consent.withdraw ${scope}`, seen, prev)
  const purpose = { purpose: 'assistance' }
  const narrow = entry('receiver', 'consent.withdraw onePurpose', offer, null, purpose)
  const blind = entry('sender', 'consent.update', null, offer)
  const informed = entry('sender', 'consent.update', narrow, offer)
  const own = entry('sender', 'consent.withdraw onePurpose', null, offer, purpose)
  const afterOwn = entry('sender', 'consent.update', null, own)
  const lateOnward = withdraw('onwardOnly', narrow)
  const crossed = [offer, narrow, own, afterOwn]
  const everything = withdraw('everything')
  const lateNarrow = entry('receiver', 'consent.withdraw onwardOnly', blind)
  return [
    fold('a new grant does not give back what its author did not know to be withdrawn', [offer, narrow, blind], {
      state: 'offered',
      narrowed: ['onePurpose assistance'],
    }),
    fold('of two withdrawals a new grant gives back the one that it knows', [offer, narrow, lateOnward, informed], {
      state: 'offered',
      narrowed: ['onwardOnly'],
    }),
    fold('a new grant knows of its own withdrawal, and not of the same one of the other side', crossed, {
      state: 'offered',
      narrowed: ['onePurpose assistance'],
      superseded: [own],
    }),
    fold('a new grant that knows of a withdrawal', [offer, narrow, informed], { state: 'offered' }),
    fold('a new grant after a withdrawal of its own author', [offer, own, afterOwn], { state: 'offered' }),
    fold('a withdrawal after a new grant takes from the new one', [offer, blind, lateNarrow], {
      state: 'offered',
      narrowed: ['onwardOnly'],
    }),
    fold('a new grant and the end of consent cross', [offer, everything, blind], {
      state: 'consentWithdrawn',
      grantEnded: true,
      superseded: [blind],
    }),
    fold('both withdraw the same purpose: it is gone once', [offer, narrow, own], {
      state: 'offered',
      narrowed: ['onePurpose assistance'],
      superseded: [own],
    }),
  ]
}

function others(): readonly Vector[] {
  const start = entry('receiver', 'work.start', offer, accept)
  const hold = entry('sender', 'case.hold', accept, offer)
  const fail = entry('sender', 'case.cannotContinue', start, offer)
  const holdLate = entry('sender', 'case.hold', start, offer)
  const resume = entry('receiver', 'case.resume', holdLate, start)
  const holdAgain = entry('receiver', 'case.hold', offer, start)
  const blindResume = entry('receiver', 'case.resume', offer, holdAgain)
  const knowingResume = entry('receiver', 'case.resume', holdLate, holdAgain)
  const propose = entry('receiver', 'onward.propose', offer, accept)
  const answer = entry('sender', 'onward.answer', propose, offer, { proposal: propose.digest, answer: 'agreed' })
  const twice = entry('sender', 'onward.answer', propose, answer, { proposal: propose.digest, answer: 'personRefuses' })
  const execute = entry('receiver', 'onward.execute', answer, propose, { proposal: propose.digest })
  const failLate = entry('sender', 'case.cannotContinue', propose, answer)
  const sorted = (one: Entry, other: Entry): readonly Entry[] =>
    one.n < other.n || (one.n === other.n && one.digest < other.digest) ? [one, other] : [other, one]
  const [first, second] = sorted(hold, start) as [Entry, Entry]
  const [holdFirst, holdSecond] = sorted(holdLate, holdAgain) as [Entry, Entry]
  const [failFirst, failSecond] = sorted(failLate, execute) as [Entry, Entry]
  return [
    fold('a hold and the begin of work cross: by number, then by digest', [offer, accept, first, second], {
      state: 'onHold',
      ...(first === hold ? { superseded: [start] } : {}),
    }),
    fold('two holds cross: both count', [offer, accept, start, holdFirst, holdSecond], { state: 'onHold' }),
    fold(
      'two holds cross, and one side resumes without knowing of the other one',
      [offer, accept, start, holdFirst, holdSecond, blindResume],
      { state: 'onHold' },
    ),
    fold(
      'two holds cross, and one side resumes knowing of both',
      [offer, accept, start, holdFirst, holdSecond, knowingResume],
      { state: 'inProgress' },
    ),
    fold('a rest ends where it began', [offer, accept, start, holdLate, resume], { state: 'inProgress' }),
    fold('one side cannot go on', [offer, accept, start, fail], { state: 'failed' }),
    fold('a proposal to refer on is answered once', [offer, accept, propose, answer, twice], {
      state: 'accepted',
      superseded: [twice],
    }),
    fold('referred on, and given up, at once', [offer, accept, propose, answer, failFirst, failSecond], {
      state: failFirst === execute ? 'transferredOnward' : 'failed',
      superseded: [failSecond],
    }),
  ]
}

/** After the end, and before the beginning. */
function ends(): readonly Vector[] {
  const withdraw = entry('sender', end, null, offer)
  const certify = entry('receiver', 'erasure.certify', withdraw)
  const own = entry('sender', 'erasure.certify', certify, withdraw)
  const again = entry('receiver', 'erasure.certify', withdraw, certify)
  const early = entry('sender', end, null, { ...offer, digest: offer.digest })
  const decline = entry('receiver', 'referral.decline', offer)
  const blind = entry('receiver', 'erasure.certify', offer)
  return [
    fold('both certify after a withdrawal', [offer, withdraw, certify, own], {
      state: 'consentWithdrawn',
      grantEnded: true,
    }),
    fold('a holder certifies twice', [offer, withdraw, certify, again], {
      state: 'consentWithdrawn',
      grantEnded: true,
    }),
    fold('a certificate and a withdrawal cross', [offer, withdraw, blind], {
      state: 'consentWithdrawn',
      grantEnded: true,
    }),
    fold('a certificate after a decline', [offer, decline, entry('receiver', 'erasure.certify', offer, decline)], {
      state: 'declined',
    }),
    fold('a withdrawal without its referral', [early], { state: 'consentWithdrawn', grantEnded: true }),
  ]
}
