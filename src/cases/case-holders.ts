import { ExchangeError, codeOf } from '../base/errors.js'
import { toTimestamp } from '../base/clock.js'
import { countingCertificate } from '../referral/counting-certificate.js'
import { states } from '../referral/thread-states.js'
import type { ThreadRow } from '../store/rows.js'
import { loadThread, type LoadedThread } from '../threads/load-thread.js'
import type { CaseHolders } from '../wire/generated/types.js'
import type { CaseDeps } from './case-deps.js'
import { entriesOf, type EntryOf, type LoadedCase } from './load-case.js'

/** A node that was sent something of the case, or got it from such a one. */
export interface Holder {
  readonly thread: ThreadRow
  readonly node: string
  /** The node that referred it on; undefined for a receiver of ours. */
  readonly via?: string
  /** No certificate says that it is destroyed. */
  readonly holds: boolean
  /** Its consent was withdrawn already. */
  readonly isEnded: boolean
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

/** Whether a receiver can still be asked to give up what it holds. */
export function isWithdrawable({ holds, via, isEnded }: Holder): boolean {
  return holds && via === undefined && !isEnded
}

/** Whether a referral is still under way. */
export function isUnderWay({ thread, via }: Holder): boolean {
  return via === undefined && !states[thread.state].isFinal
}

async function holdersBy(deps: CaseDeps, thread: ThreadRow): Promise<readonly Holder[]> {
  const loaded = await readable(deps, thread)
  if (loaded === undefined) return [{ thread, node: thread.peer, holds: true, isEnded: true }]
  if (loaded.view.state === 'unopened') return []
  const shared = { thread: { ...thread, state: loaded.view.state }, isEnded: loaded.view.grantEnded }
  const theirs = loaded.events.filter(({ row: { author, verdict } }) => author === thread.peer && verdict !== 'refused')
  const certificate = countingCertificate(loaded, thread.peer)?.event.body
  const receiver: Holder = {
    ...shared,
    node: thread.peer,
    holds: certificate === undefined,
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
  const onward = theirs.flatMap(({ event }): readonly Holder[] => {
    if (event.type !== 'onward.execute') return []
    // Its certificate goes to the node that referred on, which counts who has not sent one.
    return [{ ...shared, node: event.body.recipient, via: thread.peer, holds: certificate?.onward !== 0 }]
  })
  return [receiver, ...onward]
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
