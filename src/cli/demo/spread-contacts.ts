import { systemClock } from '../../base/clock.js'
import { ExchangeError } from '../../base/errors.js'
import type { ContactHits } from '../../wire/generated/types.js'
import { readDemoContact } from './demo-contact.js'
import type { DemoNode } from './demo-node.js'

/** More than the longest way from partner to partner takes. */
const maxRounds = 24

/** Every node publishes its desks, then all of them gossip until every contact is everywhere. Returns the rounds it took. */
export async function spreadContacts(nodes: readonly DemoNode[]): Promise<number> {
  for (const node of nodes) await publish(node)
  for (let round = 1; round <= maxRounds; round += 1) {
    for (const { node } of nodes) await node.gossip()
    if ((await countForeignContacts(nodes)) === nodes.length * (nodes.length - 1)) return round
  }
  throw new ExchangeError('peer-timeout', { waitedFor: 'contacts' })
}

/** Contact records that nodes hold of each other, added up. */
export async function countForeignContacts(nodes: readonly DemoNode[]): Promise<number> {
  const counts = nodes.map(async ({ id, node }) => {
    const records = await node.store.listRecordHeads('contact')
    return records.filter((record) => record.node !== id).length
  })
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
}

/** The node and desk that a search of the directory puts first. */
export async function findDesk(
  node: DemoNode,
  search: Readonly<Record<string, string>>,
): Promise<ContactHits['hits'][number]> {
  const { hits } = await node.api<ContactHits>('GET', `/api/v1/contacts?${new URLSearchParams(search).toString()}`)
  const [first] = hits.filter(({ own }) => !own)
  if (first === undefined) throw new ExchangeError('desk-not-found', { search: Object.keys(search) })
  return first
}

async function publish(node: DemoNode): Promise<void> {
  await node.api('POST', '/api/v1/contacts', readDemoContact(node.name, systemClock.now()))
}
