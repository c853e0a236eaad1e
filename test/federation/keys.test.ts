import { readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { toSeconds } from '../../src/base/clock.js'
import { newUuid } from '../../src/base/ids.js'
import { signAgreement } from '../../src/agreements/agreement-text.js'
import { relationshipThread } from '../../src/agreements/relationship-thread.js'
import { openIdentityFile } from '../../src/crypto/identity-file.js'
import { keyPairFromSeed } from '../../src/crypto/private-key.js'
import type { Signer } from '../../src/crypto/signer.js'
import { rulesetVersion } from '../../src/policy/identity/ruleset.js'
import { maxEventLifeSeconds } from '../../src/wire/limits.js'
import { signRequested, type IdentityKeysAtHand } from '../../src/directory/sign-requested.js'
import type {
  AgreementView,
  KeyList,
  NodeDocument,
  StatementRequest,
  StatementWish,
} from '../../src/wire/generated/types.js'
import { offerDraft } from '../support/drafts.js'
import { day, hour, minute, second } from '../support/fake-clock.js'
import { jsonIn, post, sealRaw, targetOf } from '../support/forge.js'
import { Outlaw } from '../support/outlaw.js'
import { seededRandom } from '../support/seeded-random.js'
import { withKeysOf } from '../support/with-keys-of.js'
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
  await ro.step(early, 'referral.accept', { servicesOffered: ['safeAccommodation'] })
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

/** The sequence of our latest statement that counts at another node, as the node itself sees it. */
async function seenBy(peer: TestNode, node: TestNode): Promise<number | undefined> {
  return peer.running.directory.find(node.id)?.statementSeq
}

function alarmsOf(node: TestNode): Promise<readonly { readonly code: string; readonly node: string | null }[]> {
  return node.running.store.listAlarms({ limit: 99, onlyOpen: true })
}

t.test('a change of keys is told to every peer at once, and nothing is fetched for it', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro', 'rs'], seed: 'told' })
  const [it, ro, rs] = [federation.get('it'), federation.get('ro'), federation.get('rs')]
  const files = await filesOf(it)
  const early = await ro.submit(offerDraft(it.id))
  await federation.settle()
  t.match(await ro.thread(early), { receipts: [{ verified: true }] })

  await rs.stop()
  federation.clock.advance(minute)
  const since = Math.floor(federation.clock.now() / 1000)
  federation.clock.advance(minute)
  const thread = await ro.submit(offerDraft(it.id))
  await federation.settle()
  const before = ro.faults.sent.length
  const revoked = await change(it, { kind: 'compromised', since }, files)
  t.match(revoked.peers, [
    { node: ro.id, label: 'Test office ro, RO', statementSeq: revoked.sequence },
    { node: rs.id, code: /^peer-/ },
  ])
  t.equal(await seenBy(ro, it), revoked.sequence)
  t.equal(ro.faults.sent.length, before, 'what the message brings is enough')
  t.match(await alarmsOf(ro), [{ code: 'peer-key-compromised', node: it.id }], 'its people are told, once')
  t.match((await ro.api('GET', `/api/v1/peers/${it.id}`)).body, { keyStolenSince: /^2026-/ })
  t.match(await ro.thread(early), { receipts: [{ verified: true }] }, 'signed before the theft')
  t.match(await ro.thread(thread), { receipts: [{ verified: false, fault: 'keyStolen' }] })

  const recovered = await change(it, { kind: 'identity' }, files)
  const alone = signRequested(await ask(it, { kind: 'identity' }), {
    identity: undefined,
    next: keyPairFromSeed('Ed25519', seededRandom('after next').bytes(32)).privateKey,
    afterNext: keyPairFromSeed('Ed25519', seededRandom('another').bytes(32)).x,
  })
  const installed = await install(it, alone)
  t.match(installed.body.peers?.[0], { statementSeq: recovered.sequence }, 'what nobody approved waits')
  t.match(await alarmsOf(ro), [{ code: 'rotation-pending', node: it.id }, { code: 'peer-key-compromised' }])

  await rs.start()
  await federation.settle()
  t.equal((await it.api('POST', `/api/v1/peers/${rs.id}/ping`)).status, 200, 'who was away is told when it refuses')
  t.equal(await seenBy(rs, it), recovered.sequence)
})

/** Nothing that tells of new keys arrives. */
function withoutAnnouncements(...nodes: readonly TestNode[]): void {
  for (const node of nodes) {
    node.faults.plan(({ url }) => (url.endsWith('/federation/v1/query') ? 'lost' : undefined))
  }
}

t.test('where no announcement arrives a new key is found with the next answer, or by gossip', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'heard' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const compromised = (): StatementWish => ({
    kind: 'compromised',
    since: Math.floor(federation.clock.now() / 1000),
  })
  withoutAnnouncements(it, ro)
  const first = await change(it, compromised(), await filesOf(it))
  t.match(first.peers, [{ node: ro.id, code: 'peer-unreachable' }])
  federation.clock.advance(2 * minute)
  ro.faults.plan()
  t.equal((await ro.api('POST', `/api/v1/peers/${it.id}/ping`)).status, 200, 'an answer with the new key')
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  t.equal(await ro.stateOf(thread), 'offered')

  withoutAnnouncements(ro)
  await change(ro, compromised(), await filesOf(ro))
  federation.clock.advance(2 * minute)
  const before = it.faults.sent.length
  const other = await ro.submit(offerDraft(it.id))
  await federation.settle()
  t.match(await ro.thread(other), { delivery: [{ lastCode: 'peer-refused-envelope' }] }, 'nobody tells a stranger why')
  t.equal(it.faults.sent.length, before, 'a stranger causes no traffic')
  it.faults.plan()
  await it.running.gossip()
  await federation.pass(minute, second)
  t.equal(
    await it.stateOf(other),
    'offered',
    'the next round of gossip finds the key, the round of the owner is not waited for',
  )
})

t.test('nobody but the node itself can announce its keys, and nobody learns who is paired with it', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'announced' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const outlaw = await Outlaw.start(t, 'announcer', federation.clock)
  const held = await seenBy(ro, it)
  withoutAnnouncements(it)
  await change(it, { kind: 'signing' }, await filesOf(it))
  const announce = (from: string, document: NodeDocument, change: object = {}) => {
    const query = { ...outlaw.query(ro.id), from, type: 'node.announce', body: { document }, ...change }
    return outlaw.tell(ro, query, 'trm-query+jwt', '/federation/v1/query')
  }
  const before = ro.faults.sent.length
  const refused = await announce(outlaw.id, outlaw.document())
  t.match(refused, { status: 400, code: 'envelope-refused' }, 'a stranger')
  const others = [
    await announce(it.id, it.running.document()),
    await announce(it.id, outlaw.document()),
    await announce(outlaw.id, it.running.document()),
    await announce(outlaw.id, outlaw.document(), { to: it.id }),
  ]
  for (const answer of others) t.strictSame(answer, refused)
  t.equal(await seenBy(ro, it), held)
  t.equal(ro.faults.sent.length, before, 'nothing of it causes traffic')

  await outlaw.join(ro)
  const ask = async (document: NodeDocument): Promise<unknown> =>
    outlaw.open(ro, await announce(outlaw.id, document)).payload['body']
  const { cardFetchedAt } = ro.running.directory.find(outlaw.id)?.row ?? {}
  federation.clock.advance(minute)
  t.match(await ask(outlaw.document()), { statementSeq: Number })
  t.equal(ro.running.directory.find(outlaw.id)?.row.cardFetchedAt, cardFetchedAt, 'what is known was not fetched anew')
  for (let at = 0; at < 6; at += 1)
    t.match(await ask(it.running.document()), { code: 'query-unknown' }, 'of another node')
  t.match(await ask(it.running.document()), { code: 'rate-limited' }, 'a chain costs its checking')
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
  federation.clock.jump(2 * day - hour)
  t.equal(await chainAt(), 1)
  federation.clock.jump(2 * hour)
  t.equal(await chainAt(), 2, '72 hours after it was told')
})

t.test(
  'what a stolen key wrote about agreements has no effect once it is revoked, and its owner goes on',
  async (t) => {
    const federation = await TestFederation.create(t, {
      nodes: ['it', 'ro'],
      seed: 'stolen-steps',
      withoutAgreements: true,
    })
    const [it, ro] = [federation.get('it'), federation.get('ro')]
    const random = seededRandom('thief')
    const thread = relationshipThread(it.id, ro.id)
    const agree = async (proposer: TestNode, other: TestNode): Promise<string> => {
      const proposed = await proposer.api<AgreementView>('POST', `/api/v1/peers/${other.id}/agreements`, {
        template: 'informal',
      })
      t.equal(proposed.status, 201)
      await federation.settle()
      t.equal((await other.api('POST', `/api/v1/agreements/${proposed.body.digest}/accept`)).status, 200)
      await federation.settle()
      return proposed.body.digest
    }
    const codeOf = async (from: TestNode, to: TestNode): Promise<unknown> => {
      const { status, body } = await from.api('POST', '/api/v1/referrals', offerDraft(to.id))
      return status === 201 ? 'taken' : body['code']
    }
    const first = await agree(it, ro)
    federation.clock.advance(5 * hour)
    const stolenAt = toSeconds(federation.clock.now())
    federation.clock.advance(minute)
    const { body: offered } = await it.api<AgreementView>('POST', `/api/v1/peers/${ro.id}/agreements`, {
      renews: first,
    })
    await federation.settle()

    /** A step in the name of the second node, by the signing key that was stolen from it. */
    const forge = async (n: number, type: string, makeBody: (signer: Signer) => object): Promise<string> => {
      const iat = toSeconds(federation.clock.now())
      const seen = (await it.running.store.eventsOf(thread)).findLast(({ author }) => author === it.id)
      const jws = await withKeysOf(ro, federation.clock, (keys) =>
        keys.signer().sign('trm-event+jwt', {
          ...{ v: 1, from: ro.id, to: it.id, id: newUuid(random), iat, exp: iat + maxEventLifeSeconds, thread, n },
          ...{ prev: 'A'.repeat(43), seen: { n: seen?.n, digest: seen?.digest }, agreement: null, grant: null },
          ...{
            ruleset: rulesetVersion,
            nonce: Buffer.from(random.bytes(32)).toString('base64url'),
            type,
            body: makeBody(keys.signer()),
          },
        }),
      )
      const outcome = await post(it, sealRaw(targetOf(it).prekey, jws))
      t.equal(outcome.status, 200)
      const given = await it.running.store.findGivenReceiptByNumber(thread, ro.id, n)
      return given?.code ?? given?.verdict ?? 'later'
    }
    const suspend = () => ({ agreement: first, reason: 'incident' })
    t.equal(await forge(100_000, 'agreement.suspend', suspend), 'later', 'not all numbers at once')
    t.equal(
      await forge(3, 'agreement.accept', (signer) => ({
        agreement: offered.digest,
        signature: signAgreement(signer, offered.agreement),
      })),
      'accepted',
    )
    t.equal(await forge(900, 'agreement.suspend', suspend), 'accepted')
    t.equal(await codeOf(it, ro), 'agreement-suspended')

    federation.clock.advance(hour)
    const { body: request } = await ro.api<StatementRequest>('POST', '/api/v1/keys/statement-requests', {
      ...{ kind: 'compromised', since: stolenAt },
    })
    const identity = await openIdentityFile(readFileSync(path.join(ro.folder, 'identity.jwe'), 'utf8'), testPassphrase)
    const statement = signRequested(request, { identity, next: undefined, afterNext: undefined })
    t.equal((await ro.api('POST', '/api/v1/keys/statements', { statement })).status, 201)
    federation.clock.advance(25 * hour)
    for (const node of [it, ro]) await node.running.upkeep()
    await federation.settle()

    t.match((await it.api('GET', `/api/v1/agreements/${first}`)).body, { standing: 'inForce', suspendedBy: [] })
    t.match((await it.api('GET', `/api/v1/agreements/${offered.digest}`)).body, { state: 'proposed' })
    const alarms = await it.running.store.listAlarms({ limit: 9, onlyOpen: true })
    t.match(alarms, [{ code: 'agreement-undone', node: ro.id, thread }])
    t.same(await Promise.all([codeOf(it, ro), codeOf(ro, it)]), ['taken', 'taken'])

    // What the other side writes names nothing that the owner does not know, and the owner finds a number that is free.
    t.equal((await ro.api('POST', `/api/v1/agreements/${first}/suspend`, { reason: 'incident' })).status, 200)
    await federation.settle()
    t.equal((await ro.api('POST', `/api/v1/agreements/${first}/resume`)).status, 200)
    await federation.settle()
    t.equal(await codeOf(it, ro), 'agreement-suspended', 'the thief used that number')
    t.equal((await ro.api('POST', `/api/v1/agreements/${first}/resume`)).status, 200)
    await federation.settle()
    t.equal(await codeOf(it, ro), 'taken')
    await agree(it, ro)
    t.equal(await codeOf(ro, it), 'taken')
  },
)
