import type { ThreadSummary, ThreadView } from '../../wire/generated/types.js'
import type { LocalApi } from '../local-api.js'
import type { Failure } from '../outcome.js'
import { readThreads } from '../read-threads.js'
import { seeThread } from '../thread-step.js'

/** More than this in one state nobody has under way. */
const maxThreads = 1000

/** States in which somebody is on the way, or should have been there. */
const travelling = ['inTransit', 'alert']
/** States from which the receiver can propose to refer on. */
const working = ['accepted', 'inProgress', 'onHold', 'arrived', 'followUp']

export interface LiveThreads {
  readonly ok: true
  readonly views: readonly ThreadView[]
  /** Those whose content this node cannot open. */
  readonly unreadable: readonly ThreadSummary[]
  /** There are more than were read. */
  readonly isMore: boolean
}

/** The referrals of which the content alone tells what waits: journeys at both sides, proposals to refer on at the sender. */
export async function readLiveThreads(api: LocalApi): Promise<LiveThreads | Failure> {
  const views: ThreadView[] = []
  const unreadable: ThreadSummary[] = []
  let isMore = false
  const filters = [...travelling.map((state) => ({ state })), ...working.map((state) => ({ state, role: 'sender' }))]
  for (const filter of filters) {
    const list = await readThreads(api, filter, maxThreads)
    if (!list.ok) return list
    isMore ||= list.next !== undefined
    for (const thread of list.threads) {
      const view = await seeThread(api, thread.thread)
      if (view.ok) views.push(view.body)
      else unreadable.push(thread)
    }
  }
  return { ok: true, views, unreadable, isMore }
}
