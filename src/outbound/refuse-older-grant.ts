import { ExchangeError } from '../base/errors.js'
import { countedEvents } from '../policy/counted-events.js'
import { goesBeyond, takenBack } from '../policy/taken-back.js'
import { utcDay } from '../policy/utc-day.js'
import { loadThread, type LoadedThread } from '../threads/load-thread.js'
import type { Grant } from '../wire/generated/types.js'
import type { SubmitDeps } from './submit-deps.js'

/** A grant that is about to be given, and to whom. */
export type NewGrant = Omit<Grant, 'id' | 'recipient' | 'personCode'>

/**
 * PROTOCOL 5.5: what a person took back in a referral does not go out again, in one that continues it, by a consent from before. One of the same
 * day counts as newer if it is another one.
 *
 * @throws ExchangeError grant-before-withdrawal
 */
export async function refuseOlderGrant(
  deps: Pick<SubmitDeps, 'self' | 'store' | 'keys'>,
  continued: string,
  { to, grant }: { readonly to: string; readonly grant: NewGrant },
): Promise<void> {
  for (let at: string | undefined = continued; at !== undefined; at = (await deps.store.findThreadLink(at))?.parent) {
    const thread = await loadThread(deps, at)
    const on = thread === undefined ? undefined : withdrawnOn(thread, { to, grant })
    if (thread === undefined || on === undefined) continue
    const isSame = grant.givenOn === on && thread.facts?.grant.evidence === grant.evidence
    if (grant.givenOn < on || isSame)
      throw new ExchangeError('grant-before-withdrawal', { pointers: ['/body/grant/givenOn'], thread: at })
  }
}

/** The last day on which the person took back, in a referral, what the grant would give to this node; undefined where she did not. */
function withdrawnOn(
  thread: LoadedThread,
  { to, grant }: { readonly to: string; readonly grant: NewGrant },
): string | undefined {
  const { events, view, row, facts } = thread
  const isLess = view.narrowed.length > 0 && goesBeyond({ ...grant, recipient: to }, takenBack(thread, facts?.grant))
  const days = countedEvents(events, view.inOrder).flatMap(({ event }) => {
    if (event.type !== 'consent.withdraw') return []
    const { scope } = event.body
    const isEnd = scope === 'everything' || (scope === 'oneRecipient' && to === row.peer)
    // Of what was destroyed the day is gone.
    return isEnd || isLess ? ['withdrawnOn' in event.body ? event.body.withdrawnOn : utcDay(event.iat)] : []
  })
  return days.sort().at(-1)
}
