import { toSeconds } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import type { ConsentWithdrawBody } from '../wire/generated/types.js'
import { threadFaults, type ThreadFacts } from '../policy/thread-gate.js'
import { dayAfter } from '../policy/utc-day.js'
import { decide, mayHaveSent } from '../referral/decide.js'
import { foldThread } from '../referral/fold.js'
import { isThreadFull } from '../referral/thread-limit.js'
import type { DataKey } from '../crypto/at-rest.js'
import type { Batch } from '../store/batch.js'
import { afterEvent } from '../threads/after-event.js'
import { attentionAfter } from '../threads/attention-after.js'
import type { ReferralEvent } from '../referral/referral-event.js'
import { loadThread, roleOf, threadEvent, type LoadedThread } from '../threads/load-thread.js'
import { refuseBehindGap } from './refuse-behind-gap.js'
import { eventEffects, isUrgent, type SignedEvent } from './sign-event.js'
import { leaveOutDenied } from './settle-texts.js'
import type { SubmitDeps, Submitted } from './submit-deps.js'
import type { TextWish } from './text-wish.js'
import { clearAndSign, gateFacts, getPeerFor, hurryIfUrgent, newFrame, nextPlace } from './write-event.js'

/** Type and body of an event in an existing thread. */
export type Step = { [E in ReferralEvent as E['type']]: Pick<E, 'type' | 'body'> }[Exclude<
  ReferralEvent['type'],
  'referral.offer'
>]

/** A step by what is known of its thread: the node itself names the grant. */
export type MakeStep = (facts: ThreadFacts) => Step

/** Rounds of reload and decide again before the caller is told. */
const maxRounds = 5

/**
 * Adds one of our events to a thread.
 *
 * @param wish what a person decided about its texts
 * @throws ExchangeError thread-not-found, transition-not-allowed, identity-doubtful, conflict, and every code of the gates
 */
export async function submitStep(
  deps: SubmitDeps,
  thread: string,
  makeStep: MakeStep,
  wish?: TextWish,
): Promise<Submitted> {
  return submitDraft(deps, thread, (loaded) => {
    const facts = factsForStep(loaded)
    return { step: makeStep(facts), grant: facts.grant.id, facts, ...(wish === undefined ? {} : { wish }) }
  })
}

/**
 * Withdraws consent in a thread, also where its content is destroyed here: the other side may hold what it was sent.
 *
 * @throws ExchangeError thread-not-found, transition-not-allowed where nothing is left to withdraw, consent-not-valid for a
 * day after tomorrow, conflict
 */
export async function submitWithdrawal(
  deps: SubmitDeps,
  thread: string,
  body: Omit<ConsentWithdrawBody, 'grant'>,
): Promise<Submitted> {
  // A slip of the pen. Of a peer it is taken all the same: nobody's withdrawal fails because of a date.
  if (body.withdrawnOn > dayAfter(toSeconds(deps.clock.now())))
    throw new ExchangeError('consent-not-valid', { pointers: ['/body/withdrawnOn'] })
  return submitDraft(deps, thread, (loaded) => {
    const { facts, events, view } = loaded
    const grant = facts?.grant.id ?? events.find(({ event }) => event.type === 'referral.offer')?.event.grant ?? null
    if (grant === null || (facts === undefined && view.state === 'unopened')) return factsMissing(loaded)
    return { step: { type: 'consent.withdraw', body: { grant, ...body } }, grant, facts }
  })
}

async function submitDraft(
  deps: SubmitDeps,
  thread: string,
  makeDraft: (loaded: LoadedThread) => StepDraft,
): Promise<Submitted> {
  for (let round = 0; round < maxRounds; round += 1) {
    const loaded = await loadThread(deps, thread)
    if (loaded === undefined) throw new ExchangeError('thread-not-found')
    const draft = makeDraft(loaded)
    await refuseBehindGap(deps, loaded, draft.step)
    const { event, signed } = await prepareStep(deps, loaded, draft)
    const result = await deps.store.commit(stepBatch(deps, loaded, event, signed))
    if (result.ok) {
      await hurryIfUrgent(deps, loaded.row.peer, isUrgent(signed.event.type, loaded.row.urgency))
      deps.onQueued(signed.event.type)
      return { thread, event: signed.event.id }
    }
  }
  throw new ExchangeError('conflict', { thread })
}

/** What is known of a thread in which a step can be taken. @throws ExchangeError transition-not-allowed where no offer is in effect */
export function factsForStep(loaded: LoadedThread): ThreadFacts {
  return loaded.facts ?? factsMissing(loaded)
}

function factsMissing({ view }: LoadedThread): never {
  throw new ExchangeError('transition-not-allowed', { state: view.state })
}

export interface StepDraft {
  readonly step: Step
  readonly grant: string
  /** undefined where the content of the thread was destroyed: then only a withdrawal or a certificate follows. */
  readonly facts: ThreadFacts | undefined
  readonly wish?: TextWish
}

/**
 * Judges and signs a step; nothing is kept yet.
 *
 * @throws ExchangeError thread-full, transition-not-allowed, and every code of the gates
 */
export async function prepareStep(
  deps: SubmitDeps,
  { row, inEffect, view }: LoadedThread,
  { step, grant, facts, wish }: StepDraft,
): Promise<{ readonly event: ReferralEvent; readonly signed: SignedEvent }> {
  const peer = getPeerFor(deps.directory, row.peer, step.type)
  const frame = newFrame(deps, peer, step.type, { ...(await nextPlace(deps, row)), grant })
  const draft = leaveOutDenied<ReferralEvent>(deps.ruleset, { ...frame, ...step }, wish)
  const { event } = draft
  if (isThreadFull(event)) throw new ExchangeError('thread-full', { number: event.n })
  const candidate = threadEvent(event, '', roleOf(row, deps.self, deps.self))
  // What it names as seen may be less than what it holds: a withdrawal may have overtaken something that is still missing.
  if (!mayHaveSent(inEffect, candidate) || decide(view, candidate, candidate.role) !== undefined) {
    throw new ExchangeError('transition-not-allowed', { state: view.state, type: event.type })
  }
  const refusal = facts === undefined ? undefined : threadFaults(event, facts, gateFacts(deps, peer, event.iat))[0]
  if (refusal !== undefined) throw new ExchangeError(refusal.code, refusal.details)
  return { event, signed: clearAndSign(deps, peer, draft, wish) }
}

/** What a signed step changes. */
export function stepBatch(
  deps: SubmitDeps,
  thread: LoadedThread,
  event: ReferralEvent,
  signed: SignedEvent,
  underKey?: DataKey,
): Batch {
  const { row, inEffect } = thread
  const key = underKey ?? deps.keys.dataKey(row.keyId)
  if (key === undefined) throw new ExchangeError('content-unreadable', { thread: row.thread })
  const now = deps.clock.now()
  const own = threadEvent(event, signed.digest, roleOf(row, deps.self, deps.self))
  const view = foldThread([...inEffect, own])
  return [
    {
      do: 'updateThread',
      thread: row.thread,
      expectVersion: row.version,
      set: {
        state: view.state,
        updatedAt: now,
        ownN: signed.event.n,
        ownDigest: signed.digest,
        peerN: row.peerN,
        peerDigest: row.peerDigest,
        attention: attentionAfter(row.attention, event, { digest: signed.digest, view }),
      },
    },
    ...eventEffects(signed, { key, now, isUrgent: isUrgent(signed.event.type, row.urgency) }),
    ...afterEvent({
      before: thread,
      row,
      view,
      event,
      digest: signed.digest,
      self: deps.self,
      now,
      random: deps.random,
    }),
  ]
}
