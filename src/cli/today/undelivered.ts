import { toTimestamp } from '../../base/clock.js'
import type { ThreadSummary, WaitingList } from '../../wire/generated/types.js'
import { validateWaitingList } from '../../wire/generated/validators.js'
import type { PeerLabels } from '../alarm-lines.js'
import type { ApiAnswer, LocalApi } from '../local-api.js'
import { minuteOf } from '../minute-of.js'
import { readThreads } from '../read-threads.js'
import { shortThread } from '../resolve-thread.js'
import { table } from '../table.js'
import { fallbackContact } from '../thread/fallback-contact.js'
import { waitingWords } from '../waiting-events.js'

type Waiting = WaitingList['waiting'][number]

/** What waits in the thread of a referral, or in the one with a peer. */
export interface Undelivered {
  readonly waiting: Waiting
  /** Absent where it is no referral. */
  readonly referral?: ThreadSummary
  /** Whom to call there, as the directory has it. */
  readonly contact: string
}

/** Delivery takes seconds: what waits longer may not arrive at all. */
const longMs = 60_000

const maxThreads = 1000

/** What waits longer than a minute for its peer, the oldest first. @param now epoch milliseconds */
export async function undelivered(api: LocalApi, now: number): Promise<ApiAnswer<readonly Undelivered[]>> {
  const answer = await api.ask({ method: 'GET', path: '/api/v1/waiting', answer: validateWaitingList })
  if (!answer.ok) return answer
  // Times of the API sort as text.
  const until = toTimestamp(now - longMs)
  const long = answer.body.waiting.filter(({ since }) => since <= until)
  if (long.length === 0) return { ok: true, body: [] }
  const list = await readThreads(api, { waiting: 'true' }, maxThreads)
  if (!list.ok) return list
  const contacts = new Map<string, string>()
  for (const peer of new Set(long.map((each) => each.peer))) contacts.set(peer, await fallbackContact(api, { peer }))
  const body = long
    .map((waiting) => {
      const referral = list.threads.find(({ thread }) => thread === waiting.thread)
      const contact = contacts.get(waiting.peer) ?? ''
      return { waiting, contact, ...(referral === undefined ? {} : { referral }) }
    })
    .sort((a, b) => (a.waiting.since < b.waiting.since ? -1 : Number(a.waiting.since > b.waiting.since)))
  return { ok: true, body }
}

/** As a table, and below it whom to call at each peer. */
export function undeliveredTable(all: readonly Undelivered[], labels: PeerLabels): readonly string[] {
  const contacts = new Map(all.map(({ waiting: { peer }, contact }) => [labels.get(peer) ?? peer, contact]))
  const rows = table(
    ['SINCE', 'WHAT', 'URGENCY', 'TO', 'WHY'],
    all.map(({ waiting, referral }) => [
      minuteOf(waiting.since),
      referral === undefined ? 'agreement or card' : `referral ${shortThread(waiting.thread)}`,
      referral === undefined ? '-' : `${referral.urgency}${referral.isExercise ? ' (exercise)' : ''}`,
      labels.get(waiting.peer) ?? waiting.peer,
      waitingWords(waiting),
    ]),
  )
  return [...rows, ...[...contacts].map(([label, contact]) => `To call ${label}: ${contact}`)]
}
