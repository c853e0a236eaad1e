import { toDay, toSeconds } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { leafHash } from '../log/leaf.js'
import { isFinal } from '../referral/transition-table.js'
import type { Batch, Effect } from '../store/batch.js'
import { endsUse } from '../referral/ends-use.js'
import type { ErasureRow } from '../store/erasure-rows.js'
import type { EventRow } from '../store/rows.js'
import { destroyDeadKeys } from '../threads/destroy-dead-keys.js'
import { loadThread, type LoadedThread } from '../threads/load-thread.js'
import { placeOnly } from '../threads/remains.js'
import { rewriteThread } from '../threads/rewrite-thread.js'
import type { SubmitDeps } from './submit-deps.js'
import { prepareStep, stepBatch, type Step } from './submit-step.js'

/** Days for which a backup of the keys is kept (architecture, decision 8): then nobody can read what was destroyed. */
export const keyBackupDays = 30

/** What a person stated about copies outside the node. */
export type Remaining = NonNullable<ErasureRow['remaining']>

/**
 * PROTOCOL 5: destroys the content of a thread and certifies it, in one batch; then the key. Where it was destroyed before and fewer
 * onward holders are left than the last certificate said, it certifies again.
 *
 * @throws ExchangeError thread-not-found, conflict
 */
export async function eraseThread(deps: SubmitDeps, thread: string, remaining?: Remaining): Promise<void> {
  const { store, keys, clock } = deps
  const loaded = await loadThread(deps, thread)
  const erasure = await store.findErasure(thread)
  if (loaded === undefined || erasure === undefined) throw new ExchangeError('thread-not-found')
  const now = clock.now()
  const onward = await uncertified(deps, thread)
  const isFirst = erasure.erasedAt === null
  if (!isFirst && erasure.certifiedOnward !== null && onward >= erasure.certifiedOnward) return
  const stated = remaining ?? erasure.remaining ?? 'notStated'
  const certificate = await certify(
    deps,
    loaded,
    { ...erasure, remaining: stated, erasedAt: erasure.erasedAt ?? now },
    onward,
  )
  const rewrite = isFirst
    ? await rewriteThread({ keys, now }, loaded, loaded.row.version, ({ event, row, left }) =>
        left === 'place' || waits(event.type, row) ? undefined : placeOnly(event),
      )
    : undefined
  const result = await store.commit([
    ...(rewrite?.effects ?? []),
    ...(isFirst ? await withdrawnOutbox(deps, thread) : []),
    ...(certificate === undefined ? [] : certificate(rewrite === undefined ? 0 : 1, rewrite?.key)),
    { do: 'deleteTrim', thread },
    { do: 'deleteTextDecisions', thread },
    {
      do: 'updateErasure',
      thread,
      set: {
        dueAt: Math.min(erasure.dueAt, now),
        erasedAt: erasure.erasedAt ?? now,
        remaining: stated,
        certifiedOnward: onward,
      },
    },
    ...(isFirst ? [erasureLeaf(deps, now)] : []),
  ])
  if (!result.ok) throw new ExchangeError('conflict', { thread })
  await destroyDeadKeys({ store, keys })
  deps.onQueued()
}

/** A withdrawal, void or certificate that is still on its way is kept: it holds no content, and has to arrive. */
function waits(type: string, { verdict }: Pick<EventRow, 'verdict'>): boolean {
  return verdict === 'pending' && endsUse(type)
}

/** Onward holders of what came in this thread that have not certified yet. */
export async function uncertified(deps: Pick<SubmitDeps, 'self' | 'store' | 'keys'>, thread: string): Promise<number> {
  const links = await deps.store.linksTo(thread)
  const open = await Promise.all(
    links.map(async (link) => {
      const child = await loadThread(deps, link.thread)
      return child !== undefined && holdsData(child)
    }),
  )
  return open.filter(Boolean).length
}

/** Whether the other side of a referral that this node sent still holds its content, as far as this node knows. */
function holdsData({ row, events, view }: LoadedThread): boolean {
  if (row.role !== 'sender' || view.state === 'unopened') return false
  return !events.some(({ event, row: { author } }) => {
    return event.type === 'erasure.certify' && author === row.peer && event.body.onward === 0
  })
}

/** The certificate of a receiver; a sender that voids has nobody to certify to. */
async function certify(
  deps: SubmitDeps,
  loaded: LoadedThread,
  { cause, erasedAt, remaining }: ErasureRow,
  onward: number,
): Promise<((laterBy: number, key?: Parameters<typeof stepBatch>[4]) => Batch) | undefined> {
  const grant = loaded.events.find(({ event }) => event.type === 'referral.offer')?.event.grant
  if (loaded.row.role !== 'receiver' || grant === undefined || grant === null) return undefined
  const at = erasedAt ?? deps.clock.now()
  const step: Step = {
    type: 'erasure.certify',
    body: {
      grant,
      cause,
      erasedAt: toSeconds(at),
      backupsEndOn: toDay(at + keyBackupDays * 86_400_000),
      remaining: remaining ?? 'notStated',
      onward,
    },
  }
  const { event, signed } = await prepareStep(deps, loaded, { step, grant, facts: undefined })
  return (laterBy, key) => {
    const row = { ...loaded.row, version: loaded.row.version + laterBy }
    return stepBatch(deps, { ...loaded, row }, event, signed, key)
  }
}

/** What still waited to be sent is not sent any more; withdrawals and certificates go on. */
async function withdrawnOutbox({ store }: SubmitDeps, thread: string): Promise<readonly Effect[]> {
  return (await store.outboxOf(thread))
    .filter(({ passesSuspension }) => !passesSuspension)
    .map(({ id }) => ({ do: 'deleteOutbox', id }))
}

/** Protocol 8: an erasure is an entry of the exchange log. */
function erasureLeaf({ random }: SubmitDeps, now: number): Effect {
  const nonce = Buffer.from(random.bytes(32)).toString('base64url')
  const digest = Buffer.from(random.bytes(32)).toString('base64url')
  return { do: 'insertLeaf', hash: leafHash(nonce, 'local', 'erasure', digest), at: now }
}

/** Whether a thread whose retention is over may be erased: only what has ended. */
export function mayRetire({ view }: Pick<LoadedThread, 'view'>): boolean {
  return isFinal(view.state)
}
