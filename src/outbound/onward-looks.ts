import { countingCertificate } from '../referral/counting-certificate.js'
import type { PeerDirectory } from '../directory/peer-directory.js'
import type { ProblemCode } from '../base/errors.js'
import type { KeyStore } from '../crypto/key-store.js'
import type { Store } from '../store/port.js'
import { consentEnd } from '../threads/consent-end.js'
import type { LoadedThread } from '../threads/load-thread.js'
import { isNamedTwice } from '../threads/named-twice.js'
import { onwardHolders, type OnwardHolder } from '../threads/onward-holders.js'
import {
  onwardDoubtedName,
  onwardNarrowedName,
  onwardTold,
  onwardToldName,
  onwardUnconfirmedName,
} from '../threads/onward-told.js'
import { narrowings, unconfirmedNarrowings, type Narrowing } from '../threads/unconfirmed-narrowings.js'
import { isOnwardCopy } from './onward-referrals.js'

/** PROTOCOL 5.7: a hop has so long to confirm what it is told; then those behind it are asked, or a person is told, without it. */
export const confirmationMs = 3_600_000
/** Within this time a withdrawal is carried out and certified (PROTOCOL 5). */
const certificateMs = 72 * 3_600_000
/** A holder that does not answer is asked anew after so long at least, and at most. */
const againMs = 10 * 60_000
const dayMs = 24 * 3_600_000

export interface OnwardLookDeps {
  readonly self: string
  readonly store: Store
  readonly keys: KeyStore
  readonly directory: PeerDirectory
}

/** Something that this node has to see to because of a node behind another one. What became of it is kept under `name`. */
export interface OnwardLook {
  readonly node: string
  /** What a person is told of. */
  readonly code: ProblemCode
  readonly name: string
  /** What is kept there now; undefined: nothing. */
  readonly kept: string | undefined
  /** What is kept there once a person was told. */
  readonly alarmed: string
  /** Epoch milliseconds; from then on a person is told. Undefined: never, as things are. */
  readonly alarmAt: number | undefined
  /** Whom to ask whether the use has ended there, from when on; undefined where nobody can be asked. */
  readonly ask?: { readonly holder: OnwardHolder; readonly at: number }
}

/** What is open now in a thread in which this node is the sender; nothing where everybody behind it is known to know. */
export async function onwardLooks(deps: OnwardLookDeps, loaded: LoadedThread): Promise<readonly OnwardLook[]> {
  if (loaded.row.role !== 'sender') return []
  const looks: OnwardLook[] = []
  for (const holder of onwardHolders(loaded)) looks.push(...(await looksAt(deps, loaded, holder)))
  return [...looks, ...(await lookAtOwnReceiver(deps, loaded))]
}

/** When the next of them is due after `now`; undefined where none is. */
export function nextLookAt(looks: readonly OnwardLook[], now: number): number | undefined {
  const times = looks.flatMap(({ ask, alarmAt, kept, alarmed }) => [
    ...(ask === undefined ? [] : [ask.at > now ? ask.at : now + pause(now - ask.at)]),
    // One that is due is seen to in the round in which it is; where that failed, in a later one.
    ...(alarmAt === undefined || kept === alarmed ? [] : [Math.max(alarmAt, now + againMs)]),
  ])
  return times.length === 0 ? undefined : Math.min(...times)
}

/** The longer nobody answers, the less often it is asked. */
function pause(elapsed: number): number {
  return Math.min(Math.max(elapsed / 4, againMs), dayMs)
}

async function looksAt(
  deps: OnwardLookDeps,
  loaded: LoadedThread,
  holder: OnwardHolder,
): Promise<readonly OnwardLook[]> {
  const { store, directory } = deps
  const end = consentEnd(loaded)
  const { node, executed } = holder
  if (end === undefined) {
    const name = onwardNarrowedName(executed)
    const kept = await store.readMeta(name)
    return narrowingLook({ node, code: 'onward-holder-untold', name, kept }, unconfirmedNarrowings(loaded, executed))
  }
  const name = onwardToldName(executed)
  const kept = await store.readMeta(name)
  const askAt = Math.max(end.at, executed.row.storedAt) + confirmationMs
  const peer = directory.find(node)
  const isPaired = peer !== undefined && peer.row.suspendedFor !== 'removed'
  const question = isPaired && kept !== onwardTold ? { ask: { holder, at: askAt } } : {}
  if (await isNamedTwice(deps, holder)) {
    // Who is asked may be somebody else's holder: the use ends there all the same, and a person finds out who holds this one.
    const doubted = onwardDoubtedName(executed)
    const alarm = { name: doubted, kept: await store.readMeta(doubted), alarmed: 'alarmed', alarmAt: askAt }
    return [
      { node, code: 'onward-holder-untold', name, kept, alarmed: 'alarmed', alarmAt: undefined, ...question },
      { node, code: 'onward-holder-untold', ...alarm },
    ]
  }
  if (kept === onwardTold) return []
  const certificate = countingCertificate(loaded, loaded.row.peer)?.event.body
  const isSettled = !isPaired && certificate?.onward === 0
  const alarmAt = end.isConfirmed ? Math.max(askAt, end.at + certificateMs) : askAt
  const alarm = { name, kept, alarmed: 'alarmed', alarmAt: isSettled ? undefined : alarmAt }
  return [{ node, code: 'onward-holder-untold', ...alarm, ...question }]
}

/** What waits to be taken back from the receiver itself, which goes by the wider consent until it comes; that of an onward copy is a node behind another one as well. */
async function lookAtOwnReceiver(
  { store, directory }: OnwardLookDeps,
  loaded: LoadedThread,
): Promise<readonly OnwardLook[]> {
  const { thread, peer: node } = loaded.row
  const waiting = (await store.outboxOf(thread)).filter(({ state }) => state === 'waiting')
  const open = narrowings(loaded.events).flatMap(({ row, event }) => {
    const sent = waiting.find(({ id }) => id === row.id)
    if (sent === undefined) return []
    // A gate may stay closed for as long as people want; a silent node has the time of a withdrawal.
    const isHeldBack = sent.lastCode === 'agreement-suspended' || directory.find(node)?.row.suspendedAt !== null
    return [{ n: event.n, at: row.storedAt + (isHeldBack ? 0 : certificateMs - confirmationMs) }]
  })
  if (open.length === 0 || loaded.view.grantEnded) return []
  const name = onwardUnconfirmedName(thread)
  const code = (await isOnwardCopy({ store }, thread)) ? 'onward-holder-untold' : 'narrowing-unconfirmed'
  return narrowingLook({ node, code, name, kept: await store.readMeta(name) }, open)
}

/** Told once of each: what is kept is the number of the last one. */
function narrowingLook(
  about: Pick<OnwardLook, 'node' | 'code' | 'name' | 'kept'>,
  open: readonly Narrowing[],
): readonly OnwardLook[] {
  const [next] = open.filter(({ n }) => n > Number(about.kept ?? 0)).toSorted((a, b) => a.at - b.at)
  return next === undefined ? [] : [{ ...about, alarmed: String(next.n), alarmAt: next.at + confirmationMs }]
}
