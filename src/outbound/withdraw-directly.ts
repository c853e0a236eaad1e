import { ExchangeError, codeOf } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { Logger } from '../base/logger.js'
import type { Effect } from '../store/batch.js'
import { loadThread, type LoadedThread } from '../threads/load-thread.js'
import { ask, type AskDeps } from './ask.js'
import type { OnwardReferral } from './end-onward-referral.js'
import type { SubmitDeps } from './submit-deps.js'

export type WithdrawDirectlyDeps = SubmitDeps & AskDeps & { readonly log: Logger }

/** PROTOCOL 5.7: a hop has so long to confirm a withdrawal; then those behind it are told without it. */
export const confirmationMs = 3_600_000
const againMs = 10 * 60_000
/** Most threads that are looked at in a round. */
const maxWaiting = 1000

/** Tells onward holders what the node in between does not confirm; a function that does one round. */
export function makeWithdrawDirectly(deps: WithdrawDirectlyDeps): () => Promise<void> {
  const { store, clock } = deps
  // How far it came with each holder is kept: after a restart nobody is told anew of one that knows.
  const nextAt = new Map<string, number>()

  const tell = async (thread: string, holder: Holder): Promise<void> => {
    const { referral, node } = holder
    if ((nextAt.get(referral) ?? 0) > clock.now()) return
    const name = `onward-withdraw|${referral}`
    const before = await store.readMeta(name)
    if (before === 'told') return
    const isEnded = await endAt(deps, holder)
    if (isEnded) await store.commit([{ do: 'setMeta', name, value: 'told', expect: before ?? null }])
    else if (before === undefined)
      await store.commit([raise(deps, thread, node), { do: 'setMeta', name, value: 'alarmed', expect: null }])
    nextAt.set(referral, isEnded ? Infinity : clock.now() + againMs)
  }

  return async () => {
    for (const { thread } of await store.listWaiting(maxWaiting)) {
      const since = clock.now() - confirmationMs
      const waiting = (await store.outboxOf(thread)).filter((row) => row.passesSuspension && row.createdAt <= since)
      if (waiting.length === 0) continue
      const loaded = await loadThread(deps, thread)
      if (loaded?.row.role !== 'sender' || !hasEnded(loaded)) continue
      for (const holder of onwardHolders(loaded)) await tell(thread, holder)
    }
  }
}

interface Holder extends OnwardReferral {
  readonly node: string
}

function hasEnded({ view }: LoadedThread): boolean {
  return view.grantEnded || view.state === 'enteredInError'
}

/** Those to whom the other side says that it referred the case on. */
function onwardHolders({ row: { peer, root }, events }: LoadedThread): readonly Holder[] {
  return events.flatMap(({ row, event }) =>
    event.type === 'onward.execute' && row.author === peer && row.verdict !== 'refused'
      ? [{ node: event.body.recipient, root, referral: event.body.referral, grant: event.body.grant }]
      : [],
  )
}

async function endAt(deps: WithdrawDirectlyDeps, { node, ...body }: Holder): Promise<boolean> {
  const peer = deps.directory.find(node)
  if (peer === undefined || peer.row.suspendedFor === 'removed') return false
  try {
    return (await ask(deps, node, { type: 'onward.withdraw', body })).ended
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error
    deps.log.warn({ peer: node, code: codeOf(error) }, 'onward holder not reached')
    return false
  }
}

function raise({ clock, random }: WithdrawDirectlyDeps, thread: string, node: string): Effect {
  const about = { id: newUuid(random), at: clock.now(), code: 'onward-holder-untold', node, thread } as const
  return { do: 'raiseAlarm', row: { ...about, acknowledgedAt: null, acknowledgedBy: null } }
}
