import { readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { openIdentityFile } from '../../src/crypto/identity-file.js'
import { keyPairFromSeed } from '../../src/crypto/private-key.js'
import { signRequested, type IdentityKeysAtHand } from '../../src/directory/sign-requested.js'
import type { KeyList, StatementRequest, StatementWish } from '../../src/wire/generated/types.js'
import { offerDraft } from '../support/drafts.js'
import { day, hour, minute, second } from '../support/fake-clock.js'
import { jsonIn } from '../support/forge.js'
import { seededRandom } from '../support/seeded-random.js'
import { TestFederation, testPassphrase, type TestNode } from '../support/test-federation.js'

const afterNext = keyPairFromSeed('Ed25519', seededRandom('after next').bytes(32)).x

/** The two files that left the node after its initialisation. */
async function filesOf(node: TestNode): Promise<IdentityKeysAtHand> {
  const open = (file: string) => openIdentityFile(readFileSync(path.join(node.folder, file), 'utf8'), testPassphrase)
  return { identity: await open('identity.jwe'), next: await open('next-identity.jwe'), afterNext }
}

async function ask(node: TestNode, wish: StatementWish): Promise<StatementRequest> {
  const { status, body } = await node.api<StatementRequest>('POST', '/api/v1/keys/statement-requests', wish)
  if (status !== 201) throw new Error(`no request: ${JSON.stringify(body)}`)
  return body
}

function install(node: TestNode, statement: string) {
  return node.api<KeyList & { readonly code?: string }>('POST', '/api/v1/keys/statements', { statement })
}

/** Request, signature and installation; answers the keys. */
async function change(node: TestNode, wish: StatementWish, files: IdentityKeysAtHand): Promise<KeyList> {
  const { status, body } = await install(node, signRequested(await ask(node, wish), files))
  if (status !== 201) throw new Error(`not installed: ${JSON.stringify(body)}`)
  return body
}

function signingKids({ keys }: KeyList): Readonly<Record<string, string>> {
  return Object.fromEntries(keys.filter(({ use }) => use === 'signing').map(({ state, kid }) => [state, kid]))
}

/** The key that signed the card that everybody can fetch. */
function cardKid(node: TestNode): unknown {
  return jsonIn(node.running.document().card, 0)['kid']
}

t.test('a signing key is replaced, revoked and the identity changed, and referrals go on', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'keys' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const files = await filesOf(it)
  /** A referral from `it` arrives and both sides can verify its receipt. */
  const exchange = async (name: string): Promise<string> => {
    const thread = await it.submit(offerDraft(ro.id))
    await federation.settle()
    t.match(await it.thread(thread), { receipts: [{ verdict: 'accepted', verified: true }] }, name)
    t.equal(await ro.stateOf(thread), 'offered', name)
    return thread
  }
  const later = async (ms: number): Promise<void> => {
    federation.clock.jump(ms)
    for (const node of [it, ro]) await node.running.upkeep()
  }

  const first = cardKid(it)
  const early = await exchange('before any change')
  const planned = signingKids(await change(it, { kind: 'signing' }, files))
  t.equal(planned['inUse'], first, 'the old key goes on')
  t.equal(cardKid(it), first)
  await exchange('announced, before peers know')
  await later(2 * day)
  await exchange('announced')
  await later(day)
  t.equal(cardKid(it), planned['planned'], 'the new key took over by itself')
  await exchange('switched')
  await ro.step(early, 'accept', { servicesOffered: ['safeAccommodation'] })
  await federation.settle()
  t.equal(await it.stateOf(early), 'accepted')

  await later(hour)
  const since = Math.floor(federation.clock.now() / 1000)
  await later(hour)
  const { body: list } = await it.api<KeyList>('GET', '/api/v1/keys')
  const revoked = await change(it, { kind: 'compromised', since }, files)
  t.match(
    revoked.keys.find(({ kid }) => kid === planned['planned']),
    { state: 'revoked', reason: 'compromised' },
  )
  t.match(
    revoked.keys.find(({ kid }) => kid === first),
    { state: 'revoked', reason: 'superseded' },
  )
  t.equal(cardKid(it), signingKids(revoked)['inUse'], 'a card of the new key at once')
  t.notOk(list.keys.some(({ kid }) => kid === cardKid(it)))
  await later(day)
  await exchange('after the revocation')
  t.match(await it.thread(early), { state: 'accepted' })
  t.match(await ro.thread(early), { receipts: [{ verified: true }, { verified: true }] }, 'what was held still counts')

  const recovered = await change(it, { kind: 'identity' }, files)
  t.equal(recovered.identityApproved, true)
  await later(day)
  await exchange('under another identity key')
  t.match(JSON.parse((await ro.running.store.findPeer(it.id))?.statements ?? ''), it.running.document().statements)
  t.throws(() => signRequested({ ...requestOf(it, recovered), kind: 'witness' }, files), {
    code: 'identity-file-wrong',
  })
  await it.stop()
  await it.start()
  await exchange('after a restart')
})

t.test('a peer that asks and gets an answer with a new key looks for its statement by itself', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'heard' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  await change(it, { kind: 'compromised', since: Math.floor(federation.clock.now() / 1000) }, await filesOf(it))
  federation.clock.advance(2 * minute)

  t.equal((await ro.api('POST', `/api/v1/peers/${it.id}/ping`)).status, 200, 'an answer with the new key')
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  t.equal(await ro.stateOf(thread), 'offered')

  await change(ro, { kind: 'compromised', since: Math.floor(federation.clock.now() / 1000) }, await filesOf(ro))
  federation.clock.advance(2 * minute)
  const before = it.faults.sent.length
  const other = await ro.submit(offerDraft(it.id))
  await federation.settle()
  t.match(await ro.thread(other), { delivery: [{ lastCode: 'peer-refused-envelope' }] }, 'nobody tells a stranger why')
  t.equal(it.faults.sent.length, before, 'a stranger causes no traffic')
  await it.running.gossip()
  await federation.pass(minute, second)
  t.equal(await it.stateOf(other), 'offered', 'the next round of gossip finds the key')
})

/** A request that was made up from what everybody knows. */
function requestOf(node: TestNode, { node: id }: KeyList): StatementRequest {
  const { statements } = node.running.document()
  const latest = jsonIn(statements.at(-1) ?? '', 1) as unknown as StatementRequest
  const { signing, witness, seq, iat } = latest
  return { v: 1, kind: 'signing', node: id, statements, seq: seq + 1, iat: iat + 1, signing, witness }
}

t.test('a statement is installed only if it follows the last one and the node can live by it', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it'], seed: 'install' })
  const it = federation.get('it')
  const files = await filesOf(it)
  const first = signRequested(await ask(it, { kind: 'witness' }), files)
  const request = await ask(it, { kind: 'signing' })
  const second = signRequested(request, files)
  const { body: before } = await it.api<KeyList>('GET', '/api/v1/keys')
  t.equal((await install(it, first)).status, 201)
  t.match(
    await install(it, second),
    { status: 409, body: { code: 'statement-stale' } },
    'made before another was installed',
  )
  t.match(await install(it, first), { status: 409, body: { code: 'statement-stale' } }, 'the same again')
  const after = requestOf(it, before)
  const [key] = after.signing
  const bad: readonly (readonly [string, Partial<StatementRequest>, string])[] = [
    [
      'a signing key that the node does not hold',
      { signing: [...after.signing, { ...key, key: afterNext } as never] },
      'key-missing',
    ],
    ['a witness key that the node does not hold', { witness: afterNext }, 'key-missing'],
    ['an old key left out', { signing: request.signing.slice(1) }, 'statement-invalid'],
  ]
  for (const [name, wrong, code] of bad) {
    t.equal((await install(it, signRequested({ ...after, ...wrong }, files))).body.code, code, name)
  }
  t.match(await install(it, `${first.slice(0, -4)}AAAA`), { body: { code: 'statement-stale' } })
  const forged = signRequested({ ...after, seq: after.seq + 9 }, files)
  t.match(
    await install(it, `${forged.slice(0, -4)}AAAA`),
    { status: 400, body: { code: 'statement-invalid' } },
    'forged',
  )
  t.match(
    (await it.api('POST', '/api/v1/keys/statement-requests', { kind: 'signing', since: 1 })).body,
    { code: 'schema-invalid' },
    'since belongs to a theft',
  )
  t.equal((await it.api<KeyList>('GET', '/api/v1/keys')).body.statements, 2)
})

t.test('without the identity file the change is signed by the next key alone, and the peer waits', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'lost' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const files = { ...(await filesOf(it)), identity: undefined }
  t.equal((await change(it, { kind: 'identity' }, files)).identityApproved, false)
  const chainAt = async (): Promise<number> => {
    for (const node of [it, ro]) await node.running.upkeep()
    return (JSON.parse((await ro.running.store.findPeer(it.id))?.statements ?? '') as readonly string[]).length
  }
  federation.clock.jump(day)
  t.equal(await chainAt(), 1)
  t.match(await ro.running.store.listAlarms({ limit: 9, onlyOpen: true }), [{ code: 'rotation-pending', node: it.id }])
  federation.clock.jump(2 * day)
  t.equal(await chainAt(), 1)
  federation.clock.jump(day)
  t.equal(await chainAt(), 2)
})
