import type { WaitingList } from '../wire/generated/types.js'
import { validateWaitingList } from '../wire/generated/validators.js'
import type { ApiAnswer, LocalApi } from './local-api.js'

type Waiting = WaitingList['waiting'][number]

/** What has not reached its peer. */
export interface WaitingEvents {
  readonly ofThread: (thread: string) => Waiting | undefined
  /** All that waits for a peer, as one; the code is that of the first thread that has one, and not for what is missing in it alone. */
  readonly ofPeer: (peer: string) => Pick<Waiting, 'events' | 'code'> | undefined
}

/** Asks the node what waits for delivery, and why. */
export async function waitingEvents(api: LocalApi): Promise<ApiAnswer<WaitingEvents>> {
  const answer = await api.ask({ method: 'GET', path: '/api/v1/waiting', answer: validateWaitingList })
  if (!answer.ok) return answer
  const { waiting } = answer.body
  return {
    ok: true,
    body: {
      ofThread: (thread) => waiting.find((each) => each.thread === thread),
      ofPeer(peer) {
        const own = waiting.filter((each) => each.peer === peer)
        if (own.length === 0) return undefined
        const code = own.find((each) => each.code !== undefined && each.code !== 'out-of-order')?.code
        const events = own.reduce((sum, each) => sum + each.events, 0)
        return code === undefined ? { events } : { events, code }
      },
    },
  }
}

/** In a list: that something waits, and why where an attempt was made. */
export function waitingWords({ code }: Pick<Waiting, 'code'>): string {
  return code === undefined ? 'not sent yet' : `waiting (${code})`
}
