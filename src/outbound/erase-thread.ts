import { toDay, toSeconds } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { leafHash } from '../log/leaf.js'
import { countingCertificate } from '../referral/counting-certificate.js'
import { isThreadFull } from '../referral/thread-limit.js'
import { maxEventLifeSeconds } from '../wire/limits.js'
import { isFinal } from '../referral/transition-table.js'
import type { Batch, Effect } from '../store/batch.js'
import { isForEverybody, type ErasureRow } from '../store/erasure-rows.js'
import type { OutboxRow } from '../store/rows.js'
import { destroyDeadKeys } from '../threads/destroy-dead-keys.js'
import { loadThread, type LoadedThread } from '../threads/load-thread.js'
import { placeOnly } from '../threads/remains.js'
import { rewriteThread } from '../threads/rewrite-thread.js'
import { outlivesErasure, settledMs } from '../threads/thread-changes.js'
import { nextLookAt, onwardLooks } from './onward-looks.js'
import { onwardReferrals } from './onward-referrals.js'
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
 * @throws ExchangeError thread-not-found, erasure-not-due, conflict
 */
export async function eraseThread(deps: SubmitDeps, thread: string, remaining?: Remaining): Promise<void> {
  const { store, keys, clock } = deps
  const loaded = await loadThread(deps, thread)
  const erasure = await store.findErasure(thread)
  if (loaded === undefined) throw new ExchangeError('thread-not-found')
  if (erasure === undefined) throw new ExchangeError('erasure-not-due', { thread })
  const now = clock.now()
  if (waitsForEnd(loaded, erasure, await store.outboxOf(thread), now)) return
  await eraseOnwardCopies(deps, loaded, erasure)
  const onward = await uncertified(deps, loaded)
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
        left === 'place' || outlivesErasure(row) ? undefined : placeOnly(event),
      )
    : undefined
  const look = nextLookAt(await onwardLooks(deps, loaded), now)
  const result = await store.commit([
    ...(rewrite?.effects ?? []),
    ...(isFirst ? await withdrawnOutbox(deps, loaded) : []),
    ...(certificate === undefined ? [] : certificate(rewrite === undefined ? 0 : 1, rewrite?.key)),
    { do: 'deleteTrim', thread },
    // Whoever is behind the receiver has it still.
    ...(look === undefined ? [] : [{ do: 'putTrim', row: { thread, dueAt: look } } as const]),
    // What still waits is destroyed when it has arrived.
    ...(lastingEvents(loaded).size === 0 ? [] : [{ do: 'putTrim', row: { thread, dueAt: now + settledMs } } as const]),
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

/**
 * What is erased with a case alone waits until its referral has ended, and until everything is out that tells the other side of it: no
 * more than thirty days, then nothing waits.
 */
function waitsForEnd(
  loaded: LoadedThread,
  { cause, erasedAt }: ErasureRow,
  outbox: readonly Pick<OutboxRow, 'id' | 'state' | 'createdAt'>[],
  now: number,
): boolean {
  const { view, row } = loaded
  if (cause !== 'personAsked' || erasedAt !== null || (row.role === 'receiver' && view.grantEnded)) return false
  const lasting = lastingEvents(loaded)
  const since = now - maxEventLifeSeconds * 1000
  return (
    !hasEnded(view) ||
    outbox.some(({ id, state, createdAt }) => state === 'waiting' && createdAt > since && !lasting.has(id))
  )
}

/** What goes on its way although the thread is destroyed. */
function lastingEvents({ events }: LoadedThread): ReadonlySet<string> {
  return new Set(events.flatMap(({ row }) => (outlivesErasure(row) ? [row.id] : [])))
}

function hasEnded({ state, grantEnded }: LoadedThread['view']): boolean {
  return isFinal(state) || grantEnded || state === 'unopened'
}

/**
 * What this node itself keeps of referrals by which it passed on what it received goes before the certificate: at once where the person
 * withdrew, else once these have ended. Those farthest from the received one go first.
 */
async function eraseOnwardCopies(deps: SubmitDeps, { row }: LoadedThread, { cause }: ErasureRow): Promise<void> {
  if (row.role !== 'receiver') return
  for (const copy of [...(await onwardReferrals(deps, row.thread))].reverse()) {
    const { thread } = copy.row
    if (!(isForEverybody(cause) || hasEnded(copy.view)) || (await isErased(deps, thread))) continue
    const due = {
      thread,
      cause,
      dueAt: deps.clock.now(),
      erasedAt: null,
      remaining: null,
      certifiedOnward: null,
    } as const
    await deps.store.commit([{ do: 'insertErasure', row: due }])
    await eraseThread(deps, thread)
  }
}

async function isErased({ store }: Pick<SubmitDeps, 'store'>, thread: string): Promise<boolean> {
  return ((await store.findErasure(thread))?.erasedAt ?? null) !== null
}

/** Referrals by which what came in this thread went on, at any distance, of which a copy is left: there, as far as is known, or here. */
async function uncertified(deps: SubmitDeps, { row }: LoadedThread): Promise<number> {
  let left = 0
  for (const child of await onwardReferrals(deps, row.thread)) {
    const isKeptHere = row.role === 'receiver' && !(await isErased(deps, child.row.thread))
    if (isKeptHere || holdsData(child)) left += 1
  }
  return left
}

/** Whether the other side of a referral that this node sent still holds its content, as far as this node knows. */
function holdsData(loaded: LoadedThread): boolean {
  const { row, view } = loaded
  if (row.role !== 'sender' || view.state === 'unopened') return false
  return countingCertificate(loaded, row.peer)?.event.body.onward !== 0
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
  // Where no certificate fits any more, the content goes all the same.
  if (isThreadFull({ n: loaded.row.ownN + 1, ...step })) return undefined
  const { event, signed } = await prepareStep(deps, loaded, { step, grant, facts: undefined })
  return (laterBy, key) => {
    const row = { ...loaded.row, version: loaded.row.version + laterBy }
    return stepBatch(deps, { ...loaded, row }, event, signed, key)
  }
}

/** What still waited to be sent is not sent any more; what takes consent back, and certificates, go on. */
async function withdrawnOutbox({ store }: SubmitDeps, loaded: LoadedThread): Promise<readonly Effect[]> {
  const lasting = lastingEvents(loaded)
  return (await store.outboxOf(loaded.row.thread))
    .filter(({ id }) => !lasting.has(id))
    .map(({ id }) => ({ do: 'deleteOutbox', id }))
}

/** Protocol 8: an erasure is an entry of the exchange log. */
function erasureLeaf({ random }: SubmitDeps, now: number): Effect {
  const nonce = Buffer.from(random.bytes(32)).toString('base64url')
  const digest = Buffer.from(random.bytes(32)).toString('base64url')
  return { do: 'insertLeaf', hash: leafHash(nonce, 'local', 'erasure', digest), at: now }
}
