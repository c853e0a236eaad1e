import type { AlarmView, DueList } from '../wire/generated/types.js'
import type { LocalApi } from './local-api.js'
import { readDue } from './read-due.js'
import { fallbackContact } from './thread/fallback-contact.js'
import { seeThread } from './thread-step.js'

/** What somebody needs who looks after an alarm. */
export interface AlarmHelp {
  /** Desk of the other side, as the directory has it; absent where the alarm is about no other node. */
  readonly contact?: string
  /** Something of this node has not arrived at the other one. */
  readonly isWaiting: boolean
  /** What is owed in the referral. */
  readonly owed: DueList['due']
}

const maxOwed = 100

/** Whom to call, and what is owed. What cannot be read is left out: an alarm is shown all the same. */
export async function alarmHelp(api: LocalApi, { node, thread }: AlarmView): Promise<AlarmHelp> {
  const view = thread === undefined ? undefined : await seeThread(api, thread)
  const peer = view?.ok === true ? view.body : node === undefined ? undefined : { peer: node }
  const due = thread === undefined ? undefined : await readDue(api, { thread }, maxOwed)
  return {
    ...(peer === undefined ? {} : { contact: await fallbackContact(api, peer) }),
    isWaiting: view?.ok === true && view.body.delivery.length > 0,
    owed: due?.ok === true ? due.due : [],
  }
}
