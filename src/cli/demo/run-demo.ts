import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { systemClock } from '../../base/clock.js'
import { ExchangeError } from '../../base/errors.js'
import { systemRandom } from '../../base/random.js'
import { fingerprintOf } from '../../directory/fingerprint.js'
import { fallbackLanguage } from '../../labels/find-language.js'
import { loadLabelBook } from '../../labels/label-book.js'
import { counted } from '../counted.js'
import { readDemoCases, readPartners, type DemoCase, type DemoPartners } from './demo-cases.js'
import { startDemoNode, type DemoNode } from './demo-node.js'
import { agree, pair } from './join-nodes.js'
import { playCase, type PlayedCase } from './play-case.js'
import { spreadContacts } from './spread-contacts.js'
import { tallyEvidence, type Tally } from './tally.js'

export interface DemoOptions {
  /** Number of the only case to play; all of them where it is left out. */
  readonly only: number | undefined
  /** Keeps the nodes up until `until` resolves, and tells how to reach them. */
  readonly serve: boolean
  /** Leaves the data folders there; a new, or empty, folder. */
  readonly keep: string | undefined
  /** One line of the story. */
  readonly tell: (line: string) => void
  /** When the nodes of `serve` may stop. */
  readonly until: Promise<void>
}

/** What the nodes hold at the end, and how every case ended. */
export interface DemoResult extends Tally {
  readonly cases: number
  readonly played: readonly PlayedCase[]
}

/**
 * Plays the demo: nodes of the countries concerned live through the case studies on loopback, with real keys, real envelopes,
 * real receipts. Returns what they hold at the end.
 *
 * @throws ExchangeError not-found where there is no such case, config-invalid, already-initialised, desk-not-found, internal where a
 * step does not end as the case says, peer-timeout where an exchange does not come about in time
 */
export async function runDemo({ only, serve, keep, tell, until }: DemoOptions): Promise<DemoResult> {
  const cases = readDemoCases().filter((demoCase) => only === undefined || demoCase.case === only)
  if (cases.length === 0) throw new ExchangeError('not-found', { case: only ?? 0 })
  const folder = keep === undefined ? mkdtempSync(path.join(tmpdir(), 'trm-demo-')) : path.resolve(keep)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const nodes: DemoNode[] = []
  try {
    const names = namesIn(cases)
    tell(`Starting ${counted(names.length, 'node')}, each with keys and a database of its own:`)
    for (const name of names) {
      const node = await startDemoNode(name, { folder, clock: systemClock, random: systemRandom })
      nodes.push(node)
      tell(`  ${node.label.padEnd(47)} ${fingerprintOf(node.id)}  ${node.url}`)
    }
    await join(nodes, readPartners(cases), tell)
    const rounds = await spreadContacts(nodes)
    tell(
      `Every node published its desks. After ${counted(rounds, 'round')} of gossip each holds the contacts of all others,`,
    )
    tell('also of those that it is not paired with: their records came through others, and verify.')
    const book = await loadLabelBook(fallbackLanguage)
    const played: PlayedCase[] = []
    for (const demoCase of cases) played.push(await playCase({ nodes, book, tell }, demoCase))

    const tally = await tallyEvidence(nodes, systemClock.now())
    tellEvidence(tally, played, tell)
    if (keep !== undefined)
      tell(`The data folders are in ${folder}, to look at: nodes with example keys run in the demo only.`)
    if (serve) {
      tellAddresses(nodes, tell)
      await until
    }
    return { ...tally, cases: played.length, played }
  } finally {
    for (const { node } of nodes) await node[Symbol.asyncDispose]()
    if (keep === undefined) rmSync(folder, { recursive: true, force: true })
  }
}

/** Whether every receipt verifies, nothing is lost, and both ends of every referral agree: the demo's exit code. */
export function isProven({
  receipts,
  verifiedReceipts,
  lost,
  duplicates,
  agreements,
  contacts,
  played,
}: DemoResult): boolean {
  const isExchanged = receipts > 0 && receipts === verifiedReceipts && lost === 0 && duplicates === 0
  const isAgreed = played.every(({ referrals }) => referrals.every(({ state: [here, there] }) => here === there))
  return isExchanged && isAgreed && agreements > 0 && contacts > 0
}

/** Names of the nodes that these cases need, in the order of their first referral. */
function namesIn(cases: readonly DemoCase[]): readonly string[] {
  return [...new Set(cases.flatMap(({ referrals }) => Object.values(referrals).flatMap(({ from, to }) => [from, to])))]
}

async function join(
  nodes: readonly DemoNode[],
  partners: readonly DemoPartners[],
  tell: DemoOptions['tell'],
): Promise<void> {
  tell('')
  tell('People who never met pair their nodes over the phone, and agree on what may flow:')
  for (const { inviter, joiner, template } of partners) {
    const [one, other] = [nodeOf(nodes, inviter), nodeOf(nodes, joiner)]
    const digits = await pair(one, other)
    const agreement = await agree(one, other, template)
    tell(
      `  ${inviter} and ${joiner} read ${digits} to each other; agreement ${agreement.slice(0, 10)} (${template}), signed by both`,
    )
  }
  tell('')
}

function nodeOf(nodes: readonly DemoNode[], name: string): DemoNode {
  const node = nodes.find((candidate) => candidate.name === name)
  if (node === undefined) throw new TypeError(`no demo node ${name}`)
  return node
}

function tellEvidence(tally: Tally, played: readonly PlayedCase[], tell: DemoOptions['tell']): void {
  tell('')
  tell('Evidence, read back from all nodes:')
  tell(`  ${counted(played.length, 'case')}; both ends of every referral computed the same state, each for itself`)
  tell(
    `  ${counted(tally.referrals, 'referral')}: ${tally.accepted} accepted, ${tally.declined} declined; ${tally.withdrawn} ended by a withdrawal`,
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
