import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { desk } from '../support/contacts.js'
import { minute } from '../support/fake-clock.js'
import { TestFederation, type TestNode } from '../support/test-federation.js'
import { withKeysOf } from '../support/with-keys-of.js'
import { readRecord } from '../../src/directory/gossip/read-record.js'
import type { ContactHits, ContactRecord } from '../../src/wire/generated/types.js'

/** Nodes in a line: each is paired with its neighbours only. */
async function inLine(
  t: Parameters<typeof TestFederation.create>[0],
  names: readonly string[],
): Promise<{ readonly federation: TestFederation; readonly nodes: readonly TestNode[] }> {
  const federation = await TestFederation.create(t, { nodes: names, seed: names.join(), unpaired: true })
  const nodes = names.map((name) => federation.get(name))
  for (const [at, node] of nodes.entries()) {
    for (const neighbour of [nodes[at - 1], nodes[at + 1]]) if (neighbour !== undefined) await node.addPeer(neighbour)
  }
  return { federation, nodes }
}

async function publish(node: TestNode): Promise<void> {
  const draft = {
    visibility: 'federation',
    country: 'RO',
    organisation: { name: node.name, agencyType: 'ngo' },
    desks: [desk()],
  }
  const { status, body } = await node.api('POST', '/api/v1/contacts', draft)
  if (status >= 300) throw new Error(`not published: ${JSON.stringify(body)}`)
}

async function gossip(federation: TestFederation, rounds = 1): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    for (const node of federation.nodes.values()) await node.running.gossip()
  }
}

async function holds(node: TestNode, kind: 'statements' | 'contact' | 'vouch', about: TestNode): Promise<boolean> {
  const rows = await node.running.store.listRecords(kind)
  return rows.some((row) => row.node === about.id)
}

/** Other nodes whose contacts people see. */
async function seenBy(node: TestNode): Promise<readonly string[]> {
  const { body } = await node.api<ContactHits>('GET', '/api/v1/contacts')
  return [...new Set(body.hits.map((hit) => hit.node))].filter((owner) => owner !== node.id).sort()
}

t.test('statements and contacts come over a neighbour to a node that does not know their owner', async (t) => {
  const { federation, nodes } = await inLine(t, ['it', 'ro', 'de'])
  const [it, ro, de] = nodes as [TestNode, TestNode, TestNode]
  await publish(it)
  await gossip(federation, 2)
  for (const node of [ro, de])
    t.same([await holds(node, 'statements', it), await holds(node, 'contact', it)], [true, true])
  t.same(await seenBy(ro), [it.id])
  t.same(await seenBy(de), [], 'held and passed on, and not shown: nobody vouched')

  const before = de.faults.sent.length
  await gossip(federation)
  t.equal(de.faults.sent.length - before, 1, 'equal roots: one question')
})

t.test('rounds come by the clock, ten minutes apart', async (t) => {
  const { federation, nodes } = await inLine(t, ['it', 'ro'])
  const [it, ro] = nodes as [TestNode, TestNode]
  await publish(it)
  await federation.pass(12 * minute, minute)
  t.same(await seenBy(ro), [it.id])
})

t.test('a node that enough trusted introducers vouch for is shown, until one of them takes it back', async (t) => {
  const { federation, nodes } = await inLine(t, ['it', 'ro', 'de'])
  const [it, ro, de] = nodes as [TestNode, TestNode, TestNode]
  await publish(it)
  await de.stop()
  const file = path.join(de.folder, 'config.json')
  const config = JSON.parse(readFileSync(file, 'utf8')) as object
  writeFileSync(file, JSON.stringify({ ...config, directory: { introducers: [ro.id], vouchesNeeded: 1 } }), {
    mode: 0o600,
  })
  await de.start()
  await gossip(federation, 2)
  t.same(await seenBy(de), [])

  t.match(await ro.api('POST', `/api/v1/peers/${it.id}/vouch`), { status: 200, body: { node: it.id } })
  await gossip(federation)
  t.same(await seenBy(de), [it.id])
  t.equal(de.running.directory.find(it.id), undefined, 'shown is not paired')

  t.equal((await ro.api('DELETE', `/api/v1/peers/${it.id}/vouch`)).status, 204)
  await gossip(federation)
  t.same(await seenBy(de), [])
  t.match(await ro.api('POST', `/api/v1/peers/${de.id.replace(/^./, 'A')}/vouch`), { status: 404 })
})

t.test('a suspended peer is neither asked nor answered, and its contacts are not shown', async (t) => {
  const { federation, nodes } = await inLine(t, ['it', 'ro', 'de'])
  const [it, ro, de] = nodes as [TestNode, TestNode, TestNode]
  await publish(it)
  await gossip(federation, 2)
  t.equal((await ro.api('POST', `/api/v1/peers/${it.id}/suspend`, { reason: 'incident' })).status, 200)
  t.same(await seenBy(ro), [])
  await publish(de)
  await publish(it)
  const asked = ro.faults.sent.length
  await gossip(federation, 2)
  const toSuspended = ro.faults.sent.slice(asked).filter(({ url }) => url.startsWith(it.url))
  t.same(toSuspended, [])
  t.equal(await holds(it, 'contact', de), false, 'it gets no answer')
  t.equal(await holds(ro, 'contact', de), true)
})

t.test('a peer that contradicts itself is frozen and a person is alarmed, also where it was never met', async (t) => {
  const { federation, nodes } = await inLine(t, ['it', 'ro', 'de'])
  const [it, ro, de] = nodes as [TestNode, TestNode, TestNode]
  await publish(it)
  await gossip(federation, 1)
  // The owner of the record goes back to before, and signs another one of the same second.
  const [own] = (await it.running.store.listRecords('contact')).filter((row) => row.node === it.id)
  if (own === undefined) throw new Error('no contact')
  await it.running.store.commit([{ do: 'deleteRecord', kind: 'contact', node: own.node, id: own.id }])
  const [, payload = ''] = own.text.split('.')
  const contact = JSON.parse(Buffer.from(payload, 'base64url').toString()) as ContactRecord
  const other = await withKeysOf(it, federation.clock, (keys) =>
    keys.signer().sign('trm-contact+jwt', { ...contact, country: 'XK' }),
  )
  const { digest } = readRecord('contact', other)
  await it.running.store.commit([{ do: 'putRecord', row: { ...own, text: other, digest }, expect: null }])

  await gossip(federation, 2)
  t.equal(ro.running.directory.find(it.id)?.row.suspendedFor, 'equivocation')
  t.same(await seenBy(ro), [])
  for (const node of [ro, de]) {
    const proofs = await node.running.store.listRecords('proof')
    t.match(proofs, [{ node: it.id }], `proof at ${node.name}`)
    const alarms = await node.running.store.listAlarms({ limit: 10, onlyOpen: true })
    t.match(alarms, [{ code: 'record-equivocation', node: it.id }])
  }
})
