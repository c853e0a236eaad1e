import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { relationshipThread } from '../../src/agreements/relationship-thread.js'
import { toSeconds } from '../../src/base/clock.js'
import { silentLogger } from '../../src/base/logger.js'
import { openIdentityFile } from '../../src/crypto/identity-file.js'
import { keyPairFromSeed } from '../../src/crypto/private-key.js'
import { nextKeyHashOf } from '../../src/crypto/node-id.js'
import { makeSigner, messageDigest } from '../../src/crypto/signer.js'
import { namedKey, payloadOf } from '../support/chains.js'
import { desk } from '../support/contacts.js'
import { hour, minute } from '../support/fake-clock.js'
import { jsonIn, signRaw } from '../support/forge.js'
import { Outlaw } from '../support/outlaw.js'
import { seededRandom } from '../support/seeded-random.js'
import { TestFederation, testPassphrase, type TestNode } from '../support/test-federation.js'
import { withKeysOf } from '../support/with-keys-of.js'
import { freezePeer } from '../../src/directory/freeze-peer.js'
import { makeProof } from '../../src/directory/gossip/equivocation-proof.js'
import { openOwnStatements } from '../../src/directory/own-statements.js'
import { readRecord } from '../../src/directory/gossip/read-record.js'
import { signRequested } from '../../src/directory/sign-requested.js'
import type { AlarmList, ContactHits, ContactRecord, StatementRequest } from '../../src/wire/generated/types.js'

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

t.test(
  'a peer that contradicts itself is frozen and a person is alarmed; where it was never met nobody is',
  async (t) => {
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
    }
    const alarmsAt = (node: TestNode) => node.running.store.listAlarms({ limit: 10, onlyOpen: true })
    t.match(await alarmsAt(ro), [{ code: 'record-equivocation', node: it.id }])
    t.same(await alarmsAt(de), [], 'anybody can make nodes that contradict themselves')
  },
)

t.test(
  'a freeze takes the place of a suspension that a person set for another reason, and of none that is stronger',
  async (t) => {
    const { federation, nodes } = await inLine(t, ['it', 'ro'])
    const [it, ro] = nodes as [TestNode, TestNode]
    const { store, directory } = it.running
    const deps = { store, directory, clock: federation.clock, random: seededRandom('freeze'), log: silentLogger }
    const reason = (): string | null | undefined => directory.find(ro.id)?.row.suspendedFor
    const resume = `/api/v1/peers/${ro.id}/resume`
    t.equal((await it.api('POST', `/api/v1/peers/${ro.id}/suspend`, { reason: 'incident' })).status, 200)
    await freezePeer(deps, ro.id, 'record-equivocation')
    t.equal(reason(), 'equivocation')
    t.match(await it.api('POST', resume, {}), { body: { code: 'schema-invalid', errors: ['/confirmed required'] } })
    t.equal(reason(), 'equivocation')
    t.equal((await it.api('POST', resume, { confirmed: true })).status, 200)
    t.equal((await it.api('DELETE', `/api/v1/peers/${ro.id}`)).status, 204)
    await freezePeer(deps, ro.id, 'record-equivocation')
    t.equal(reason(), 'removed')
    t.match(await store.listAlarms({ limit: 10, onlyOpen: true }), [{ code: 'record-equivocation', node: ro.id }])
  },
)

t.test('what a thief signs in the name of a node is not taken by it, and goes with the revocation', async (t) => {
  const { federation, nodes } = await inLine(t, ['it', 'ro', 'de'])
  const [it, ro, de] = nodes as [TestNode, TestNode, TestNode]
  await publish(it)
  t.equal((await it.api('POST', `/api/v1/peers/${ro.id}/vouch`)).status, 200)
  await gossip(federation, 2)
  federation.clock.advance(hour)
  const contactAt = async (node: TestNode) => {
    const rows = await node.running.store.listRecordsOf('contact', it.id)
    return rows.map(({ text, seq }) => ({ kid: jsonIn(text, 0)['kid'], country: jsonIn(text, 1)['country'], seq }))
  }
  const [own] = await it.running.store.listRecordsOf('contact', it.id)
  if (own === undefined) throw new Error('no contact')
  const now = toSeconds(federation.clock.now())
  const seq = now + 6 * 86_400
  const dated = { ...jsonIn(own.text, 1), seq, iat: now - 1800, country: 'XK' }
  const other = '6e1f9a57-03c2-4c53-9d2e-7a5b8c9d0e1f'
  const forged = await withKeysOf(it, federation.clock, (keys) =>
    [dated, { ...dated, id: other }].map((contact) =>
      readRecord('contact', keys.signer().sign('trm-contact+jwt', contact)),
    ),
  )
  const bring = async (): Promise<void> => {
    for (const { digest, exp, text, id } of forged) {
      const held = await ro.running.store.findRecord('contact', it.id, id)
      const row = { kind: 'contact', node: it.id, id, seq, digest, exp, visibility: 'federation', text } as const
      const effect = { ...row, source: de.id, storedAt: federation.clock.now() }
      await ro.running.store.commit([{ do: 'putRecord', expect: held?.digest ?? null, row: effect }])
    }
  }
  await bring()
  const [stolen] = await contactAt(it)
  await it.running.gossip()
  t.match(await contactAt(it), [{ country: 'RO', seq: seq + 1 }], 'its own words, above those of the thief')
  t.match((await it.api<AlarmList>('GET', '/api/v1/alarms')).body.alarms, [{ code: 'record-equivocation' }])
  await ro.running.gossip()
  t.match(
    (await contactAt(ro)).map(({ country }) => country).toSorted(),
    ['RO', 'XK'],
    'the other one is not its to say again',
  )

  const open = (file: string) => openIdentityFile(readFileSync(path.join(it.folder, file), 'utf8'), testPassphrase)
  const { body: request } = await it.api<StatementRequest>('POST', '/api/v1/keys/statement-requests', {
    ...{ kind: 'compromised', since: now - 900 },
  })
  const keys = { identity: await open('identity.jwe'), next: undefined, afterNext: undefined }
  const statement = signRequested(request, keys)
  t.equal((await it.api('POST', '/api/v1/keys/statements', { statement })).status, 201)
  const [anew, ...others] = await contactAt(it)
  t.same(others, [])
  t.match(anew, { country: 'RO', seq: seq + 2 })
  t.not(anew?.kid, stolen?.kid, 'signed anew before peers give up what the old key signed')
  const [word] = await it.running.store.listRecordsOf('vouch', it.id)
  t.equal(jsonIn(word?.text ?? '', 0)['kid'], anew?.kid, 'so is its word')
  await gossip(federation, 3)
  for (const node of [it, ro, de]) {
    t.same(await contactAt(node), [anew], `at ${node.name}`)
    t.match(await node.running.store.listRecordsOf('vouch', it.id), [{ id: ro.id, digest: word?.digest }])
  }
})

t.test('a chain too long for one record is refused, and one that is held stops no round', async (t) => {
  const { federation, nodes } = await inLine(t, ['it', 'ro'])
  const [it, ro] = nodes as [TestNode, TestNode]
  const outlaw = await Outlaw.start(t, 'long', federation.clock)
  const { statements, card } = outlaw.document()
  const payload = jsonIn(statements[0] ?? '', 1)
  const [life] = payload['signing'] as { notBefore: number; notAfter: number }[]
  const more = Array.from({ length: 63 }, (_, at) => ({ ...life, key: namedKey(`more ${at}`).x }))
  const header = { alg: 'EdDSA', kid: outlaw.identity.kid, typ: 'trm-keys+jwt' }
  const chain = [...statements]
  while (JSON.stringify(chain).length <= 131_072) {
    const next = { ...payload, signing: [life, ...more], seq: Number(payload['seq']) + chain.length }
    chain.push(signRaw(outlaw.identity.privateKey, header, { ...next, prev: messageDigest(chain.at(-1) ?? '') }))
  }
  outlaw.shown = () => ({ statements: chain, card })
  t.match(await outlaw.askToJoin(it), { body: { code: 'statement-invalid' } })
  outlaw.shown = () => ({ statements: chain.slice(0, -1), card })
  t.match(await outlaw.askToJoin(it), { status: 201 })
  const own = await withKeysOf(it, federation.clock, (keys) =>
    openOwnStatements({ store: it.running.store, keys, self: it.id }),
  )
  const tooLong = { code: 'statement-invalid', details: { member: 'size' } }
  await t.rejects(own.install('a'.repeat(131_072)), tooLong, 'nor does a node make its own that long')

  const row = await it.running.store.findPeer(outlaw.id)
  if (row === undefined) throw new Error('no peer')
  const expect = { statements: row.statements, card: row.card }
  const longer = { ...row, statements: JSON.stringify(chain) }
  await it.running.store.commit([{ do: 'updatePeerCard', expect, row: longer }])
  await it.running.directory.reload(outlaw.id)
  await publish(ro)
  await it.running.gossip()
  t.same(await seenBy(it), [ro.id])
})

t.test('what a stolen key shared with one partner goes with the key, and does not stand in the way', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it'], seed: 'shared' })
  const it = federation.get('it')
  const owner = await Outlaw.start(t, 'owner', federation.clock)
  await owner.join(it)
  const [first = ''] = owner.document().statements
  const phonesSeen = async (): Promise<readonly unknown[]> => {
    const { body } = await it.api<ContactHits>('GET', `/api/v1/contacts?node=${owner.id}`)
    return body.hits.map((hit) => hit.desk.phones?.[0]?.number)
  }
  let n = 0
  const share = async (seq: number, phone: string, id = '6e1f9a57-03c2-4c53-9d2e-7a5b8c9d0e1f'): Promise<unknown> => {
    // Numbers may be left out here, and after a gap there is no digest to hold it against.
    n += 2
    const iat = toSeconds(federation.clock.now())
    const contact = {
      ...{ v: 1, node: owner.id, id, seq, iat, exp: iat + 80 * 86_400 },
      ...{ visibility: 'bilateral', country: 'RO', organisation: { name: 'Office', agencyType: 'ngo' } },
      desks: [desk({ phones: [{ number: phone, kind: 'night' }] })],
    }
    return owner.tellEvent(it, {
      ...owner.offer(it.id),
      ...{ thread: relationshipThread(it.id, owner.id), n, prev: 'A'.repeat(43), grant: null },
      type: 'contact.share',
      body: { contact: owner.sign(contact, 'trm-contact+jwt') },
    })
  }
  const stolenAt = toSeconds(federation.clock.now())
  t.match(await share(stolenAt + 6 * 86_400, '+40666666666'), { verdict: 'accepted' }, 'nobody knows yet')
  const other = '6e1f9a57-03c2-4c53-9d2e-7a5b8c9d0e20'
  t.match(await share(stolenAt, '+40777777777', other), { verdict: 'accepted' })
  t.same((await phonesSeen()).toSorted(), ['+40666666666', '+40777777777'])

  federation.clock.advance(25 * hour)
  const now = toSeconds(federation.clock.now())
  const fresh = keyPairFromSeed('Ed25519', seededRandom('fresh').bytes(32))
  const { identity } = owner
  const revoked = { at: now, reason: 'compromised', compromisedSince: stolenAt - 60 }
  const [stolen] = payloadOf(first).signing
  const second = signRaw(
    identity.privateKey,
    { alg: 'EdDSA', kid: identity.kid, typ: 'trm-keys+jwt' },
    {
      ...{ ...payloadOf(first), seq: now, iat: now, prev: messageDigest(first) },
      signing: [
        { ...stolen, revoked },
        { key: fresh.x, notBefore: now, notAfter: now + 300 * 86_400 },
      ],
    },
  )
  const card = signRaw(
    fresh.privateKey,
    { alg: 'EdDSA', kid: fresh.kid, typ: 'trm-card+jwt' },
    { ...jsonIn(owner.document().card, 1), seq: now, iat: now, exp: now + 7 * 86_400 },
  )
  owner.shown = () => ({ statements: [first, second], card })
  owner.signing = fresh
  await it.running.upkeep()
  t.match(await share(now, '+40111111111'), { verdict: 'accepted' })
  t.same((await phonesSeen()).toSorted(), ['+40111111111', '+40777777777'], 'a lower sequence of its owner wins')
  await it.running.gossip()
  t.same(await phonesSeen(), ['+40111111111'], 'the other one is gone with the next round')
  t.equal(it.running.directory.find(owner.id)?.row.suspendedFor, null)
})

t.test('a thief of the next key alone freezes nobody', async (t) => {
  const { federation, nodes } = await inLine(t, ['it', 'ro', 'de'])
  const [it, ro] = nodes as [TestNode, TestNode, TestNode]
  const next = makeSigner(
    await openIdentityFile(readFileSync(path.join(it.folder, 'next-identity.jwe'), 'utf8'), testPassphrase),
  )
  await gossip(federation)
  const last = it.running.document().statements.at(-1) ?? ''
  const alone = ['a', 'b'].map((name) =>
    next.sign('trm-keys+jwt', {
      ...payloadOf(last),
      seq: payloadOf(last).seq + 1,
      prev: messageDigest(last),
      identityKey: next.publicKey,
      nextKeyHash: nextKeyHashOf(namedKey(name).x),
    }),
  ) as [string, string]
  const { text, digest, exp } = readRecord('proof', makeProof('statement', it.id, ...alone))
  const row = { kind: 'proof', node: it.id, id: '', seq: 0, digest, exp, visibility: 'federation', text } as const
  const effect = { ...row, source: null, storedAt: federation.clock.now() }
  await ro.running.store.commit([{ do: 'putRecord', expect: null, row: effect }])
  await ro.stop()
  await ro.start()
  await federation.get('de').running.gossip()
  t.same(await federation.get('de').running.store.listRecords('proof'), [], 'it is not taken')
})
