import { setTimeout as pause } from 'node:timers/promises'
import { systemClock, toDay } from '../../src/base/clock.js'
import type { Random } from '../../src/base/random.js'
import type { ThreadView } from '../../src/wire/generated/types.js'
import type { ChaosNode } from './chaos-federation.js'
import { exerciseDraft, markerOf } from './exercise.js'
import type { Call, EventType } from './history.js'
import { localCall, nobodyThere } from './local-call.js'
import type { Pace } from './pace.js'

type Step = 'accept' | 'decline' | 'recall' | 'withdraw-consent'

interface PlannedStep {
  readonly by: 'sender' | 'receiver'
  readonly step: Step
  /** Only once the offer has its receipt: one that is recalled or withdrawn earlier is held back, and has none. */
  readonly afterReceipt?: true
}

/** How a referral goes on. Steps of the two sides that stand side by side often cross on their way. */
const plots: readonly (readonly PlannedStep[])[] = [
  [{ by: 'receiver', step: 'accept' }],
  [{ by: 'receiver', step: 'decline' }],
  [{ by: 'sender', step: 'recall', afterReceipt: true }],
  [
    { by: 'sender', step: 'recall', afterReceipt: true },
    { by: 'receiver', step: 'accept' },
  ],
  [
    { by: 'receiver', step: 'accept' },
    { by: 'sender', step: 'recall', afterReceipt: true },
  ],
  [
    { by: 'receiver', step: 'accept' },
    { by: 'sender', step: 'withdraw-consent', afterReceipt: true },
  ],
  [
    { by: 'receiver', step: 'accept' },
    { by: 'receiver', step: 'withdraw-consent' },
  ],
  [
    { by: 'sender', step: 'withdraw-consent', afterReceipt: true },
    { by: 'receiver', step: 'decline' },
  ],
]

const typeOf: Readonly<Record<Step, EventType>> = {
  accept: 'referral.accept',
  decline: 'referral.decline',
  recall: 'referral.recall',
  'withdraw-consent': 'consent.withdraw',
}

interface Play {
  readonly thread: string
  readonly sender: ChaosNode
  readonly receiver: ChaosNode
  readonly left: readonly PlannedStep[]
}

export interface WorkloadDeps {
  readonly nodes: readonly ChaosNode[]
  readonly pace: Pace
  readonly randomOf: (worker: string) => Random
}

const workers = 8
const offerShare = 0.4
const pollMs = 15
const dayMs = 86_400_000

/** Clients of all nodes submit referrals and answer them until the goal is reached. Every call that asks for an event is in the result. */
export async function drive({ nodes, pace, randomOf }: WorkloadDeps): Promise<readonly Call[]> {
  const calls: Call[] = []
  const plays: Play[] = []
  let offers = 0

  const submit = async (random: Random): Promise<void> => {
    const [sender, receiver] = pickTwo(nodes, random)
    const marker = markerOf((offers += 1))
    const end = await post(sender, '/api/v1/referrals', exerciseDraft(receiver.id, marker, systemClock.now()))
    const view = end.outcome === 'acknowledged' ? (end.body as ThreadView) : undefined
    calls.push({
      node: sender.id,
      type: 'referral.offer',
      outcome: end.outcome,
      marker,
      ...written(view, 'referral.offer'),
    })
    pace.endCall(view !== undefined)
    if (end.outcome === 'refused') return pause(pollMs)
    const plot = plots[Math.floor(random.fraction() * plots.length)] ?? []
    if (view !== undefined) plays.push({ thread: view.thread, sender, receiver, left: plot })
  }

  const goOn = async (play: Play, random: Random): Promise<void> => {
    const [planned, ...left] = play.left
    if (planned === undefined) {
      pace.endCall(false)
      return
    }
    const { by, step, afterReceipt } = planned
    const node = by === 'sender' ? play.sender : play.receiver
    if (afterReceipt === true && !(await isReceipted(node, play.thread))) {
      pace.endCall(false)
      plays.push(play)
      return pause(pollMs)
    }
    const type = typeOf[step]
    const end = await post(
      node,
      `/api/v1/threads/${play.thread}/${step === 'withdraw-consent' ? step : `steps/referral.${step}`}`,
      bodyOf(step),
    )
    const view = end.outcome === 'acknowledged' ? (end.body as ThreadView) : undefined
    calls.push({ node: node.id, type, outcome: end.outcome, thread: play.thread, ...written(view, type) })
    pace.endCall(view !== undefined)
    const isEarly = end.outcome === 'refused' && (end.code === nobodyThere || end.code === 'thread-not-found')
    // A client that got no answer asks again, or leaves it.
    const isRepeated = end.outcome === 'unknown' && random.fraction() < 0.5
    const next = isEarly || isRepeated ? play.left : left
    if (next.length > 0) plays.push({ ...play, left: next })
    if (isEarly) await pause(pollMs)
  }

  const work = async (random: Random): Promise<void> => {
    while (!pace.isDone) {
      if (!pace.beginCall()) {
        await pause(pollMs)
        continue
      }
      const isOffer = random.fraction() < offerShare
      const [play] = isOffer ? [] : plays.splice(Math.floor(random.fraction() * plays.length), 1)
      await (play === undefined ? submit(random) : goOn(play, random))
    }
  }

  await Promise.all(Array.from({ length: workers }, (_, index) => work(randomOf(`worker ${index}`))))
  return calls
}

function post(node: ChaosNode, path: string, body: unknown): ReturnType<typeof localCall> {
  return localCall(node.process.localUrl, { method: 'POST', path, token: node.token, body })
}

async function isReceipted(node: ChaosNode, thread: string): Promise<boolean> {
  const request = { method: 'GET', path: `/api/v1/threads/${thread}`, token: node.token } as const
  const end = await localCall(node.process.localUrl, request)
  return end.outcome === 'acknowledged' && (end.body as ThreadView).receipts.some(({ givenBy }) => givenBy !== node.id)
}

/** The event that the call made, as its answer shows it. */
function written(view: ThreadView | undefined, type: EventType): Pick<Call, 'thread' | 'event'> {
  const event = view?.events.findLast((candidate) => candidate.direction === 'out' && candidate.type === type)
  if (view === undefined || event === undefined) return {}
  return { thread: view.thread, event: { id: event.id, digest: event.digest } }
}

function pickTwo(nodes: readonly ChaosNode[], random: Random): readonly [ChaosNode, ChaosNode] {
  const at = Math.floor(random.fraction() * nodes.length)
  const [one, other] = [nodes[at], nodes[(at + 1 + Math.floor(random.fraction() * (nodes.length - 1))) % nodes.length]]
  if (one === undefined || other === undefined) throw new RangeError('two nodes at least')
  return [one, other]
}

function bodyOf(step: Step): unknown {
  if (step === 'accept') return { servicesOffered: ['safeAccommodation'] }
  if (step === 'decline') return { reason: 'noCapacity' }
  if (step === 'recall') return { obstacles: [] }
  return { scope: 'everything', channel: 'viaSender', withdrawnOn: toDay(systemClock.now() - dayMs) }
}
