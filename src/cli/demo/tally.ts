import { toSeconds } from '../../base/clock.js'
import { parseNodeDocument, verifyNodeDocument } from '../../directory/node-document.js'
import { faultOfReceipt, type FindSigningKey } from '../../directory/fault-of-receipt.js'
import type { AgreementList, ThreadList, ThreadView } from '../../wire/generated/types.js'
import type { DemoNode } from './demo-node.js'
import { countForeignContacts } from './spread-contacts.js'

/** What the demo proves at its end. Counted from what the nodes hold, not from what the story told. */
export interface Tally {
  readonly nodes: number
  readonly referrals: number
  readonly accepted: number
  readonly declined: number
  /** Referrals that a withdrawal of consent ended. */
  readonly withdrawn: number
  readonly receipts: number
  /** Receipts whose signature verifies with the keys that the giver publishes. */
  readonly verifiedReceipts: number
  /** Events that their receiver does not hold, or that have no receipt. */
  readonly lost: number
  /** Events that their receiver holds more than once. */
  readonly duplicates: number
  /** Agreements that both parties hold in force, with the same digest. */
  readonly agreements: number
  /** Contact records that nodes hold of other nodes. */
  readonly contacts: number
}

/** Compares what every node sent with what its peers hold, and verifies every receipt with the published keys. */
export async function tallyEvidence(nodes: readonly DemoNode[], now: number): Promise<Tally> {
  const findKey = publishedKeys(nodes, toSeconds(now))
  const views = new Map<string, readonly ThreadView[]>()
  for (const node of nodes) views.set(node.id, await readThreads(node))
  const sent = [...views].flatMap(([id, threads]) => threads.flatMap((thread) => eventsOf(thread, id)))
  const effective = (type: string): number =>
    sent.filter(({ event }) => event.type === type && !event.superseded).length

  const receipts = sent.flatMap(({ thread, event }) =>
    thread.receipts
      .filter(({ event: id, givenBy }) => id === event.id && givenBy === thread.peer)
      .map((receipt) => ({ receipt, event })),
  )
  const held = sent.map(({ thread, event }) => ({
    copies: (views.get(thread.peer) ?? [])
      .filter((other) => other.thread === thread.thread)
      .flatMap(({ events }) => events)
      .filter(({ id, digest }) => id === event.id && digest === event.digest).length,
    hasReceipt: receipts.some(({ event: { id } }) => id === event.id),
  }))
  return {
    nodes: nodes.length,
    referrals: effective('referral.offer'),
    accepted: effective('referral.accept'),
    declined: effective('referral.decline'),
    withdrawn: [...views.values()].flat().filter(isWithdrawn).length,
    receipts: receipts.length,
    verifiedReceipts: receipts.filter(({ receipt: { receipt, givenBy }, event: { id, digest } }) => {
      return faultOfReceipt(findKey, receipt, { givenBy, event: id, digest }) === undefined
    }).length,
    lost: held.filter(({ copies, hasReceipt }) => copies === 0 || !hasReceipt).length,
    duplicates: held.filter(({ copies }) => copies > 1).length,
    agreements: await countAgreements(nodes),
    contacts: await countForeignContacts(nodes),
  }
}

function isWithdrawn({ role, state }: ThreadView): boolean {
  return role === 'sender' && state === 'consentWithdrawn'
}

/** A digest counts where two nodes say of it that it is in force. */
async function countAgreements(nodes: readonly DemoNode[]): Promise<number> {
  const lists = nodes.map((node) => node.api<AgreementList>('GET', '/api/v1/agreements'))
  const inForce = (await Promise.all(lists)).flatMap(({ agreements }) =>
    agreements.filter(({ standing }) => standing === 'inForce').map(({ digest }) => digest),
  )
  return [...new Set(inForce)].filter((digest) => inForce.filter((other) => other === digest).length === 2).length
}

/** All threads of a node, page by page. */
async function readThreads(node: DemoNode): Promise<readonly ThreadView[]> {
  const threads: ThreadView[] = []
  let next: string | undefined
  do {
    const page: ThreadList = await node.api('GET', `/api/v1/threads${next === undefined ? '' : `?after=${next}`}`)
    for (const { thread } of page.threads) threads.push(await node.api('GET', `/api/v1/threads/${thread}`))
    next = page.next
  } while (next !== undefined)
  return threads
}

function eventsOf(
  thread: ThreadView,
  author: string,
): readonly { thread: ThreadView; event: ThreadView['events'][number] }[] {
  return thread.events.filter((event) => event.author === author).map((event) => ({ thread, event }))
}

/** Keys as each node publishes them, verified from its key statements: no node is asked whether its own receipt is right. */
function publishedKeys(nodes: readonly DemoNode[], nowSeconds: number): FindSigningKey {
  const keys = new Map(
    nodes.map(({ id, node }) => {
      const document = parseNodeDocument(Buffer.from(JSON.stringify(node.document())))
      return [id, verifyNodeDocument(document, nowSeconds).statements.signingKeys]
    }),
  )
  return (node, kid) => keys.get(node)?.find((key) => key.kid === kid)
}
