import type { ProblemCode } from '../base/errors.js'

type Duties = Readonly<Record<'sender' | 'receiver', string>>

/** Where something waits for the other node: what else is said of it, its people cannot know. */
export const undeliveredDuty =
  'NOT DELIVERED: something of yours in this referral has not arrived at their node. Call them, and tell them. What waits, and why: trm referral list --waiting. Whether their node answers: trm peer ping PEER'

const givenUp =
  'It was given up and will not arrive any more: call them, and tell them. What it was: trm referral show THREAD'

/** What each side does about an alarm of a referral, where the two do different things. */
const duties: Partial<Readonly<Record<ProblemCode, Duties>>> = {
  'arrival-missed': {
    sender:
      'Call them, and who was with the person. If the journey is made later: trm referral travel THREAD --help\nIf nobody travels now: trm referral missed THREAD --reason travelCancelled\nIf it cannot go on: trm referral cannot-continue THREAD --help',
    receiver:
      'You owe it to find the person: call them, and who was to meet them. After the arrival: trm referral arrived THREAD\nIf it cannot go on: trm referral cannot-continue THREAD --help',
  },
  'arrival-unconfirmed': {
    sender: 'Call them: did the person arrive? If not: trm referral missed THREAD --reason unknown',
    receiver:
      'Say whether the person arrived: trm referral arrived THREAD\nIf not: trm referral missed THREAD --reason unknown',
  },
  'referral-unopened': {
    sender:
      'Nobody there has opened it: call them. If nobody answers: trm referral recall THREAD, then another desk: trm directory search --help',
    receiver: 'Look at it, and say so: trm referral show THREAD, then trm referral open THREAD --by ROLE',
  },
  'answer-overdue': {
    sender: 'Call them. If nobody answers: trm referral recall THREAD, then another desk: trm directory search --help',
    receiver: 'Decide: trm referral accept THREAD, or trm referral decline THREAD --reason CODE',
  },
  'question-unanswered': {
    sender: 'Answer, or say why not: trm referral answer THREAD --help',
    receiver: 'Call them: they owe the answer.',
  },
  'event-undelivered': { sender: givenUp, receiver: givenUp },
}

/** What who has this part does about an alarm; undefined where both do the same, which the code itself says. */
export function dutyOf(code: string, role: 'sender' | 'receiver' | undefined): string | undefined {
  if (role === undefined || !Object.hasOwn(duties, code)) return undefined
  return duties[code as ProblemCode]?.[role]
}
