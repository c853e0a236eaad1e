import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { systemClock } from '../../base/clock.js'
import { systemRandom } from '../../base/random.js'
import type { ThreadView } from '../../wire/generated/types.js'
import { fingerprintOf } from '../../directory/fingerprint.js'
import { readDemoCases, type DemoCase } from './demo-cases.js'
import { startDemoNode, type DemoNode } from './demo-node.js'
import { agree, eventually, pair } from './join-nodes.js'
import { findDesk, spreadContacts } from './spread-contacts.js'
import { tallyEvidence, type Tally } from './tally.js'

export interface DemoOptions {
  /** Keeps the nodes up until `until` resolves, and tells how to reach them. */
  readonly serve: boolean
  /** Leaves the data folders there; a new, or empty, folder. */
  readonly keep: string | undefined
  /** One line of the story. */
  readonly tell: (line: string) => void
  /** When the nodes of `serve` may stop. */
  readonly until: Promise<void>
}

const countries = ['RO', 'IT', 'DE', 'RS'] as const

/**
 * Plays the demo: nodes of four countries on loopback exchange referrals that follow the case studies, with real keys,
 * real envelopes, real receipts. Returns what they hold at the end.
 *
 * @throws ExchangeError config-invalid, already-initialised, desk-not-found, peer-timeout where an exchange does not come about in time
 */
export async function runDemo({ serve, keep, tell, until }: DemoOptions): Promise<Tally> {
  const folder = keep === undefined ? mkdtempSync(path.join(tmpdir(), 'trm-demo-')) : path.resolve(keep)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const nodes: DemoNode[] = []
  try {
    tell('Four nodes start, each with keys and a database of its own:')
    for (const country of countries) {
      const node = await startDemoNode(country, { folder, clock: systemClock, random: systemRandom })
      nodes.push(node)
      tell(`  ${node.label.padEnd(36)} ${fingerprintOf(node.id)}  ${node.url}`)
    }
    await join(nodes, tell)
    const rounds = await spreadContacts(nodes)
    tell(`Every node published its desks. After ${rounds} rounds of gossip each holds the contacts of the other three,`)
    tell('also of those that it is not paired with: their records came through others, and verify.')
    for (const demoCase of readDemoCases(systemClock.now())) await play(nodes, demoCase, tell)

    const tally = await tallyEvidence(nodes, systemClock.now())
    tellEvidence(tally, tell)
    if (keep !== undefined)
      tell(`The data folders are in ${folder}, to look at: nodes with example keys run in the demo only.`)
    if (serve) {
      tellAddresses(nodes, tell)
      await until
    }
    return tally
  } finally {
    for (const { node } of nodes) await node[Symbol.asyncDispose]()
    if (keep === undefined) rmSync(folder, { recursive: true, force: true })
  }
}

/** Whether every receipt verifies and nothing is lost: the demo's exit code. */
export function isProven({ receipts, verifiedReceipts, lost, duplicates, agreements, contacts }: Tally): boolean {
  const isExchanged = receipts > 0 && receipts === verifiedReceipts && lost === 0 && duplicates === 0
  return isExchanged && agreements > 0 && contacts > 0
}

/** Each line: who invites, who joins, and the template they agree on. */
const partners = [
  ['RO', 'IT', 'nationalReferralMechanism'],
  ['RO', 'DE', 'nationalReferralMechanism'],
  ['IT', 'RS', 'informal'],
] as const

async function join(nodes: readonly DemoNode[], tell: DemoOptions['tell']): Promise<void> {
  tell('')
  tell('People who never met pair their nodes over the phone, and agree on what may flow:')
  for (const [inviter, joiner, template] of partners) {
    const [one, other] = [nodeOf(nodes, inviter), nodeOf(nodes, joiner)]
    const digits = await pair(one, other)
    const agreement = await agree(one, other, template)
    tell(
      `  ${inviter} and ${joiner} read ${digits} to each other; agreement ${agreement.slice(0, 10)} (${template}), signed by both`,
    )
  }
  tell('')
}

async function play(nodes: readonly DemoNode[], demoCase: DemoCase, tell: DemoOptions['tell']): Promise<void> {
  const sender = nodeOf(nodes, demoCase.from)
  const { answer, then } = demoCase
  tell('')
  tell(`Case ${demoCase.case}: ${demoCase.title} (${demoCase.from} -> ${demoCase.to})`)
  tell(`  ${demoCase.story}`)

  const { node: to, contact, desk } = await findDesk(sender, demoCase.search)
  const receiver = nodes.find(({ id }) => id === to) ?? sender
  tell(`  The directory of ${sender.country} puts ${desk.desk} of ${receiver.label} first.`)
  const draft = { ...demoCase.submit, to, desk: { record: contact, desk: desk.desk } }
  const { thread } = await sender.api<ThreadView>('POST', '/api/v1/referrals', draft)
  const offered = await settled(sender, thread, 'offered')
  tellStep(tell, sender, 'offers the referral', offered)

  const [verb, body] =
    'accept' in answer ? (['accept', answer.accept] as const) : (['decline', answer.decline] as const)
  await receiver.api('POST', `/api/v1/threads/${thread}/${verb}`, body)
  const answered = await settled(receiver, thread, `${verb}${verb === 'accept' ? 'ed' : 'd'}`)
  const reason = 'decline' in answer ? ` (${answer.decline.reason})` : ''
  tellStep(tell, receiver, `${verb}s${reason}`, answered)
  await settled(sender, thread, answered.state)

  if (then !== undefined) {
    await sender.api('POST', `/api/v1/threads/${thread}/withdraw-consent`, then.withdraw)
    const withdrawn = await settled(sender, thread, 'consentWithdrawn')
    tellStep(tell, sender, 'passes on that the person withdrew her consent', withdrawn)
    await settled(receiver, thread, 'consentWithdrawn')
  }
  const [here, there] = [await stateAt(sender, thread), await stateAt(receiver, thread)]
  tell(`  Both nodes computed the state for themselves: ${demoCase.from} ${here}, ${demoCase.to} ${there}.`)
}

function nodeOf(nodes: readonly DemoNode[], country: string): DemoNode {
  const node = nodes.find((candidate) => candidate.country === country)
  if (node === undefined) throw new TypeError(`no demo node in ${country}`)
  return node
}

async function stateAt(node: DemoNode, thread: string): Promise<string> {
  return (await node.api<ThreadView>('GET', `/api/v1/threads/${thread}`)).state
}

/** Waits until the thread has that state and nothing of it waits for a receipt. */
async function settled(node: DemoNode, thread: string, state: string): Promise<ThreadView> {
  return eventually(state, async () => {
    const view = await node.api<ThreadView>('GET', `/api/v1/threads/${thread}`)
    return view.state === state && view.delivery.length === 0 ? view : undefined
  })
}

function tellStep(tell: DemoOptions['tell'], author: DemoNode, deed: string, view: ThreadView): void {
  const event = view.events.filter(({ direction }) => direction === 'out').at(-1)
  const receipt = view.receipts.find((candidate) => candidate.event === event?.id)
  const verdict = receipt?.verified === true ? `${receipt.verdict}, signature verified` : 'none yet'
  tell(`  ${author.country} ${deed}. Event ${event?.digest.slice(0, 10) ?? '?'}; receipt: ${verdict}.`)
}

function tellEvidence(tally: Tally, tell: DemoOptions['tell']): void {
  tell('')
  tell('Evidence, read back from all nodes:')
  tell(
    `  ${tally.referrals} referrals: ${tally.accepted} accepted, ${tally.declined} declined; ${tally.withdrawn} withdrawn after that`,
  )
  tell(`  ${tally.verifiedReceipts} of ${tally.receipts} receipts verify with the keys that their givers publish`)
  tell(
    `  ${tally.agreements} agreements in force, the same on both sides; ${tally.contacts} contacts held of other nodes`,
  )
  tell(`  ${tally.lost} events lost, ${tally.duplicates} applied twice`)
}

function tellAddresses(nodes: readonly DemoNode[], tell: DemoOptions['tell']): void {
  tell('')
  tell('The nodes stay up until you press Ctrl-C. Their local APIs, for instance with curl:')
  for (const { label, apiUrl, token } of nodes) {
    tell(`  ${label}`)
    tell(`    curl -H 'authorization: Bearer ${token}' ${apiUrl}/api/v1/threads`)
  }
}
