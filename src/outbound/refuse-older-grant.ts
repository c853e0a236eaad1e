import { toDay } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { goesBeyond, takenBack } from '../policy/taken-back.js'
import { loadThread, type LoadedEvent, type LoadedThread } from '../threads/load-thread.js'
import type { Grant } from '../wire/generated/types.js'
import { onwardReferrals } from './onward-referrals.js'
import type { SubmitDeps } from './submit-deps.js'

/** A grant that is about to be given, and to whom. */
export type NewGrant = Omit<Grant, 'id' | 'recipient' | 'personCode'>

/**
 * PROTOCOL 5.5: what a person took back in a referral does not go out again by a consent from before: neither in that referral nor in any
 * other one of this node in the same chain. One of the same day counts as newer if it is another one.
 *
 * @param known a referral of the chain
 * @throws ExchangeError grant-before-withdrawal
 */
export async function refuseOlderGrant(
  deps: Pick<SubmitDeps, 'self' | 'store' | 'keys'>,
  known: string,
  { to, grant }: { readonly to: string; readonly grant: NewGrant },
): Promise<void> {
  for (const thread of await referralsOfChain(deps, known)) {
    const on = takenBackOn(thread, { to, grant })
    if (on === undefined) continue
    const isSame = grant.givenOn === on && evidenceOf(thread).has(grant.evidence)
    if (grant.givenOn < on || isSame)
      throw new ExchangeError('grant-before-withdrawal', {
        pointers: ['/body/grant/givenOn'],
        thread: thread.row.thread,
      })
  }
}

/** Every referral of this node that the one continues, that continues it, or that continues the same. */
async function referralsOfChain(
  deps: Pick<SubmitDeps, 'self' | 'store' | 'keys'>,
  known: string,
): Promise<readonly LoadedThread[]> {
  let first = known
  for (let link = await deps.store.findThreadLink(first); link !== undefined;) {
    first = link.parent
    link = await deps.store.findThreadLink(first)
  }
  const thread = await loadThread(deps, first)
  return [...(thread === undefined ? [] : [thread]), ...(await onwardReferrals(deps, first))]
}

/** The last day on which the person took back, in a referral, what the grant would give to this node; undefined where nothing was taken back. */
function takenBackOn(
  thread: LoadedThread,
  { to, grant }: { readonly to: string; readonly grant: NewGrant },
): string | undefined {
  const { events, row, facts } = thread
  const isLess = goesBeyond({ ...grant, recipient: to }, takenBack(thread, facts?.grant))
  const days = events.flatMap((known) => {
    const { event } = known
    if (event.type === 'consent.update') return isLess ? [dayOf(known)] : []
    if (event.type !== 'consent.withdraw') return []
    const { scope } = event.body
    const isEnd = scope === 'everything' || (scope === 'oneRecipient' && to === row.peer)
    return isEnd || isLess ? [dayOf(known)] : []
  })
  return days.sort().at(-1)
}

/**
 * When the person said so: by what was written here, and else when this node came to know of it. What the other side writes as its day is for
 * people: it may be wrong by years.
 */
function dayOf({ event, row }: LoadedEvent): string {
  const knownOn = toDay(row.storedAt)
  if (row.direction === 'in') return knownOn
  const said = saidOn(event) ?? knownOn
  return said < knownOn ? said : knownOn
}

/** Of what was destroyed the day is gone. */
function saidOn(event: LoadedEvent['event']): string | undefined {
  if (event.type === 'consent.withdraw') return 'withdrawnOn' in event.body ? event.body.withdrawnOn : undefined
  return event.type === 'consent.update' && 'grant' in event.body ? event.body.grant.givenOn : undefined
}

function evidenceOf({ events }: LoadedThread): ReadonlySet<string> {
  return new Set(
    events.flatMap(({ event }) =>
      (event.type === 'referral.offer' || event.type === 'consent.update') && 'grant' in event.body
        ? [event.body.grant.evidence]
        : [],
    ),
  )
}
