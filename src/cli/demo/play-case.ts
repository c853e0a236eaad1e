import { systemClock } from '../../base/clock.js'
import { ExchangeError, isProblemCode } from '../../base/errors.js'
import type { LabelBook } from '../../labels/label-book.js'
import type { ContactHits, Problem, ThreadView } from '../../wire/generated/types.js'
import type { DemoCase, DemoReferral, DemoStep } from './demo-cases.js'
import { dateOf } from './demo-dates.js'
import type { DemoNode } from './demo-node.js'
import { endingText } from '../ending.js'
import { fillIn } from './fill-in.js'
import { eventually } from './join-nodes.js'
import { mergePatch } from './merge-patch.js'
import { findDesk } from './spread-contacts.js'
import { stepText } from '../step-words.js'

/** What a case has come to. */
export interface PlayedCase {
  readonly case: number
  readonly title: string
  readonly referrals: readonly PlayedReferral[]
}

export interface PlayedReferral {
  readonly referral: string
  readonly from: string
  readonly to: string
  /** As the node of the sender and that of the receiver computed it, each for itself. */
  readonly state: readonly [string, string]
  /** In words. */
  readonly ended: string
}

export interface Stage {
  readonly nodes: readonly DemoNode[]
  readonly book: LabelBook
  readonly tell: (line: string) => void
}

/**
 * Lives through one case, step by step, over the local APIs of the nodes concerned; after each step both nodes must have come
 * to the same state.
 *
 * @throws ExchangeError internal where a node refuses what it should take or takes what it should refuse, peer-timeout where the two
 * ends do not come to the same state
 */
export async function playCase(stage: Stage, demoCase: DemoCase): Promise<PlayedCase> {
  const { tell, book } = stage
  tell('')
  tell(`Case ${demoCase.case}: ${demoCase.title}`)
  tell(`  ${demoCase.asks}`)
  const threads = new Map<string, string>()
  for (const step of demoCase.steps) {
    if ('note' in step) tell(`  (${step.note})`)
    else await playStep(stage, demoCase, threads, step)
  }
  const referrals: PlayedReferral[] = []
  for (const [referral, thread] of threads) {
    const { from, to } = referralOf(demoCase, referral)
    const [here, there] = await settled(nodeOf(stage, from), nodeOf(stage, to), thread)
    const ended = endingText(book, here)
    referrals.push({ referral, from, to, state: [here.state, there.state], ended })
    tell(`  = ${referral}, ${from} to ${to}: ${ended} [${here.state} at ${from}, ${there.state} at ${to}]`)
  }
  return { case: demoCase.case, title: demoCase.title, referrals }
}

async function playStep(stage: Stage, demoCase: DemoCase, threads: Map<string, string>, step: DemoStep): Promise<void> {
  const referral = referralOf(demoCase, step.in)
  const author = nodeOf(stage, step.by)
  const peer = nodeOf(stage, step.by === referral.from ? referral.to : referral.from)
  const { path, body, words } = await requestOf(stage, threads, step, referral)
  const answer = await author.ask('POST', path, body)
  const told = `  ${step.in}: ${step.by} ${words}`
  const problem = answer.status < 300 ? undefined : (JSON.parse(answer.text) as Problem)
  if (problem?.code !== step.refused) {
    const code = problem !== undefined && isProblemCode(problem.code) ? problem.code : 'none'
    const wanted = step.refused ?? 'none'
    const errors = [...(problem?.errors ?? [])]
    throw new ExchangeError('internal', { case: demoCase.case, in: step.in, step: step.type, code, wanted, errors })
  }
  if (problem !== undefined) {
    stage.tell(`${told}. Its own node refuses: ${problem.title} (${problem.code})`)
    return
  }
  const { thread } = JSON.parse(answer.text) as ThreadView
  threads.set(step.in, thread)
  const [, there] = await settled(author, peer, thread)
  stage.tell(`${told} -> ${there.state}`)
}

interface Request {
  readonly path: string
  readonly body: unknown
  readonly words: string
}

async function requestOf(
  stage: Stage,
  threads: ReadonlyMap<string, string>,
  step: DemoStep,
  referral: DemoReferral,
): Promise<Request> {
  const author = nodeOf(stage, step.by)
  const thread = threads.get(step.in)
  const proposal = thread === undefined ? undefined : await lastProposal(author, thread)
  const fill = (value: unknown): unknown => fillIn(value, (text) => wordOf(stage, threads, proposal, text))
  if (step.type !== 'referral.offer') {
    const words = stepText(stage.book, step.type, step.body)
    return { path: `/api/v1/threads/${thread ?? ''}/${routeOf(step.type)}`, body: fill(step.body ?? {}), words }
  }
  const hit = await deskFor(stage, referral)
  const draft = mergePatch(fill(referral.submit), step.change ?? {})
  const to = { to: hit.node, desk: { record: hit.contact, desk: hit.desk.desk } }
  const words = `${stepText(stage.book, step.type, draft)}, to ${hit.desk.desk} of ${referral.to}`
  return { path: '/api/v1/referrals', body: mergePatch(draft, to), words }
}

/** The desk that the sender's directory puts first. @throws ExchangeError desk-not-found where it is one of another node */
async function deskFor(stage: Stage, { from, to, search }: DemoReferral): Promise<ContactHits['hits'][number]> {
  const hit = await findDesk(nodeOf(stage, from), search)
  if (hit.node !== nodeOf(stage, to).id) throw new ExchangeError('desk-not-found', { wanted: to, found: hit.desk.desk })
  return hit
}

function routeOf(type: Exclude<DemoStep['type'], 'referral.offer'>): string {
  switch (type) {
    case 'consent.withdraw':
      return 'withdraw-consent'
    case 'consent.update':
      return 'update-consent'
    case 'erase':
      return 'erase'
    default:
      return `steps/${type}`
  }
}

/** What stands for a word of time, a node, a referral or a proposal; undefined for any other text. */
function wordOf(
  stage: Stage,
  threads: ReadonlyMap<string, string>,
  proposal: string | undefined,
  text: string,
): string | number | undefined {
  if (text === '@proposal') return proposal
  const [word, name = ''] = text.split(' ')
  if (word === '@node') return nodeOf(stage, name).id
  return word === '@referral' ? threads.get(name) : dateOf(text, systemClock.now())
}

async function lastProposal(node: DemoNode, thread: string): Promise<string | undefined> {
  const { events } = await node.api<ThreadView>('GET', `/api/v1/threads/${thread}`)
  return events.findLast(({ type }) => type === 'closure.propose' || type === 'onward.propose')?.digest
}

/** Waits until nothing of the thread is under way and both ends hold the same events in the same state. */
async function settled(one: DemoNode, other: DemoNode, thread: string): Promise<readonly [ThreadView, ThreadView]> {
  const path = `/api/v1/threads/${thread}`
  return eventually(`both ends of ${thread}`, async () => {
    const here = await one.api<ThreadView>('GET', path)
    refuseLoss(here)
    if (here.delivery.length > 0) return undefined
    const there = await other.api<ThreadView>('GET', path)
    refuseLoss(there)
    return there.delivery.length === 0 && isSame(here, there) ? [here, there] : undefined
  })
}

/** @throws ExchangeError internal where an event was refused, or given up */
function refuseLoss({ thread, events, delivery }: ThreadView): void {
  const refused = events.find(({ verdict }) => verdict === 'refused')
  const failed = delivery.find(({ state }) => state === 'failed')
  const code = refused?.code ?? failed?.lastCode
  if (refused !== undefined || failed !== undefined)
    throw new ExchangeError('internal', { thread, code: code ?? 'none' })
}

function isSame(here: ThreadView, there: ThreadView): boolean {
  const digests = new Set(here.events.map(({ digest }) => digest))
  const isHeld = there.events.length === digests.size && there.events.every(({ digest }) => digests.has(digest))
  return isHeld && here.state === there.state
}

function referralOf({ referrals }: DemoCase, name: string): DemoReferral {
  const referral = referrals[name]
  if (referral === undefined) throw new TypeError(`no referral ${name} in this case`)
  return referral
}

function nodeOf({ nodes }: Stage, name: string): DemoNode {
  const node = nodes.find((candidate) => candidate.name === name)
  if (node === undefined) throw new TypeError(`no demo node ${name}`)
  return node
}
