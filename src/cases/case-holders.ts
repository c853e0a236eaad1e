import { ExchangeError, codeOf } from '../base/errors.js'
import { toTimestamp } from '../base/clock.js'
import { isAnything, takenBack } from '../policy/taken-back.js'
import { threadClocks } from '../policy/thread-clocks.js'
import { countingCertificate } from '../referral/counting-certificate.js'
import { states } from '../referral/thread-states.js'
import type { ThreadRow } from '../store/rows.js'
import { loadThread, type LoadedThread } from '../threads/load-thread.js'
import { isNamedTwice } from '../threads/named-twice.js'
import { onwardHolders, type OnwardHolder } from '../threads/onward-holders.js'
import { onwardTold, onwardToldName } from '../threads/onward-told.js'
import { unconfirmedNarrowings } from '../threads/unconfirmed-narrowings.js'
import type { CaseHolders } from '../wire/generated/types.js'
import type { CaseDeps } from './case-deps.js'
import { isLeftToWithdraw } from './left-to-withdraw.js'
import { entriesOf, type EntryOf, type LoadedCase } from './load-case.js'

/** A node that was sent something of the case, or got it from such a one. */
export interface Holder {
  readonly thread: ThreadRow
  readonly node: string
  /** The node that referred it on; undefined for a receiver of ours. */
  readonly via?: string
  /** Of a node behind a receiver: as the proposal to refer on to it says. */
  readonly country?: string
  /** No certificate says that it is destroyed; of a node behind a receiver: it did not say itself that the use has ended. */
  readonly holds: boolean
  /** Of a node behind a receiver, who says that the use has ended there: it did itself, or who referred it on certified that none is left. */
  readonly endedBy?: 'holder' | 'via'
  /** Who has it through a receiver, and was given it before the person took something back: whether that receiver was told. */
  readonly narrowing?: 'waiting' | 'toldVia'
  /** Its consent was withdrawn already, or the referral entered in error. */
  readonly isEnded: boolean
  /** Until when a receiver certifies that what has ended is destroyed, epoch milliseconds; undefined where nothing of it is owed. */
  readonly certificateDueAt?: number
  readonly certificate?: NonNullable<CaseHolders['holders'][number]['certificate']>
}

/** Every node that holds, or held, something by what is known here: receivers, and those to whom they referred on. */
export async function holdersOf(deps: CaseDeps, loaded: Pick<LoadedCase, 'entries'>): Promise<readonly Holder[]> {
  const holders: Holder[] = []
  for (const { row } of entriesOf(loaded, 'link')) {
    const thread = row.thread === null ? undefined : await deps.store.findThread(row.thread)
    if (thread?.role === 'sender') holders.push(...(await holdersBy(deps, thread)))
  }
  return holders
}

/** What was told outside the federation and never confirmed as returned or destroyed: somebody has to call them. */
export function callList(loaded: Pick<LoadedCase, 'entries'>): readonly EntryOf<'disclosure'>[] {
  return entriesOf(loaded, 'disclosure').filter(({ row }) => row.doneAt === null)
}

/** Whether a receiver can still be asked to give up what it holds, and those behind it; what it certifies decides nothing of that. */
export function isWithdrawable({ via, isEnded }: Holder): boolean {
  return via === undefined && !isEnded
}

/** Whether a referral is still under way. */
export function isUnderWay({ thread, via }: Holder): boolean {
  return via === undefined && !states[thread.state].isFinal
}

async function holdersBy(deps: CaseDeps, thread: ThreadRow): Promise<readonly Holder[]> {
  const loaded = await readable(deps, thread)
  if (loaded === undefined) return [{ thread, node: thread.peer, holds: true, isEnded: true }]
  if (loaded.view.state === 'unopened') return []
  const shared = { thread: { ...thread, state: loaded.view.state }, isEnded: !isLeftToWithdraw(loaded) }
  const certificate = countingCertificate(loaded, thread.peer)?.event.body
  const { view, events, facts } = loaded
  const clocks = threadClocks({ role: 'sender', urgency: thread.urgency, view, events, facts })
  const dueAt = clocks.find(({ kind }) => kind === 'certifyErasure')?.dueAt
  const receiver: Holder = {
    ...shared,
    node: thread.peer,
    holds: certificate === undefined,
    ...(dueAt === undefined ? {} : { certificateDueAt: dueAt }),
    ...(certificate === undefined
      ? {}
      : {
          certificate: {
            erasedAt: toTimestamp(certificate.erasedAt * 1000),
            backupsEndOn: certificate.backupsEndOn,
            remaining: certificate.remaining,
            onward: certificate.onward,
          },
        }),
  }
  const onward: Holder[] = []
  for (const holder of onwardHolders(loaded)) {
    const { node, executed } = holder
    const told = narrowing(loaded, executed)
    // That none is left there is the word of the node in between; nothing but its own counts.
    const isTold = (await deps.store.readMeta(onwardToldName(executed))) === onwardTold
    const holds = !isTold || (await isNamedTwice(deps, holder))
    const endedBy = holds ? (certificate?.onward === 0 ? 'via' : undefined) : 'holder'
    const country = proposedCountry(loaded, executed)
    onward.push({
      ...shared,
      node,
      via: thread.peer,
      holds,
      ...(endedBy === undefined ? {} : { endedBy }),
      ...(country === undefined ? {} : { country }),
      ...(told === undefined ? {} : { narrowing: told }),
    })
  }
  return [receiver, ...onward]
}

/**
 * Whether the node that referred a case on has a receipt for what was taken back since. What becomes of it behind that node nobody tells us
 * (PROTOCOL 5.7): it passes it on by itself, or tells its people to call.
 */
function narrowing(loaded: LoadedThread, executed: OnwardHolder['executed']): Holder['narrowing'] {
  const { events, view, facts } = loaded
  if (view.grantEnded) return undefined
  if (unconfirmedNarrowings(loaded, executed).length > 0) return 'waiting'
  const { from, n, seen } = executed.event
  const isAfter = events.some(({ row, event }) => {
    const isConsent = event.type === 'consent.update' || event.type === 'consent.withdraw'
    const isUnseen = event.from === from ? event.n > n : event.n > (seen?.n ?? 0)
    return isConsent && isUnseen && view.inOrder.includes(row.digest)
  })
  return isAfter && isAnything(takenBack(loaded, facts?.grant)) ? 'toldVia' : undefined
}

function proposedCountry({ events }: LoadedThread, { event: { body } }: OnwardHolder['executed']): string | undefined {
  const proposal = events.find(({ row }) => row.digest === body.proposal)?.event
  // Of what was destroyed it is gone.
  return proposal?.type === 'onward.propose' && 'country' in proposal.body ? proposal.body.country : undefined
}

/** Undefined where our own copy is erased already. */
async function readable(deps: CaseDeps, { thread }: ThreadRow): Promise<LoadedThread | undefined> {
  try {
    return await loadThread(deps, thread)
  } catch (error) {
    if (error instanceof ExchangeError && codeOf(error) === 'content-unreadable') return undefined
    throw error
  }
}
