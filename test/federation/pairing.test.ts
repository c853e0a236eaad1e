import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { newUuid } from '../../src/base/ids.js'
import { systemRandom } from '../../src/base/random.js'
import t, { type Test } from 'tap'
import { messageDigest } from '../../src/crypto/signer.js'
import { commitmentOf, invitationMac, pairingDigits } from '../../src/directory/pairing/transcript.js'
import type {
  AlarmList,
  CreatedInvitation,
  InvitationList,
  NodeDocument,
  PairingList,
  PairingView,
  PeerList,
  PeerView,
  Problem,
  RemoteView,
} from '../../src/wire/generated/types.js'
import {
  validateCreatedInvitation,
  validateInvitationList,
  validatePairingView,
  validatePeerView,
  validateRemoteView,
} from '../../src/wire/generated/validators.js'
import { hour, minute } from '../support/fake-clock.js'
import { b64, jsonIn, post, signRaw } from '../support/forge.js'
import { Outlaw, type Hit, type OutlawAnswer } from '../support/outlaw.js'
import { TestFederation, type ApiAnswer, type TestNode } from '../support/test-federation.js'

const queryPath = '/federation/v1/query'
const nonceOf = (byte: number): string => b64(Buffer.alloc(32, byte))

async function unpaired(t: Test, seed: string, nodes: readonly string[] = ['it', 'ro']) {
  const federation = await TestFederation.create(t, { nodes, seed, unpaired: true })
  return { federation, it: federation.get('it'), ro: federation.get('ro') }
}

async function invite(node: TestNode, hours?: number): Promise<CreatedInvitation> {
  const answer = await node.api<CreatedInvitation>('POST', '/api/v1/invitations', hours === undefined ? {} : { hours })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body
}

function join(node: TestNode, invitation: string): Promise<ApiAnswer<PairingView & Problem>> {
  return node.api('POST', '/api/v1/pairings', { invitation, pin: true })
}

async function pairings(node: TestNode): Promise<readonly PairingView[]> {
  return (await node.api<PairingList>('GET', '/api/v1/pairings')).body.pairings
}

function confirm(
  node: TestNode,
  pairing: string,
  digits: string,
  more: object = {},
): Promise<ApiAnswer<PeerView & Problem>> {
  return node.api('POST', `/api/v1/pairings/${pairing}/confirm`, { digits, pin: true, ...more })
}

async function peersOf(node: TestNode, query = ''): Promise<readonly string[]> {
  return (await node.api<PeerList>('GET', `/api/v1/peers${query}`)).body.peers.map(({ id }) => id)
}

/** Both people do everything right. */
async function pair(inviter: TestNode, joiner: TestNode): Promise<void> {
  const { body: joined } = await join(joiner, (await invite(inviter)).invitation)
  const [invited] = await pairings(inviter)
  for (const [node, view] of [
    [inviter, invited],
    [joiner, joined],
  ] as const) {
    const { status, body } = await confirm(node, view?.id ?? '', joined.digits)
    if (status !== 200) throw new Error(JSON.stringify(body))
  }
}

/** The two halves of a code. */
function codeOf({ invitation }: CreatedInvitation): { readonly id: string; readonly secret: string } {
  const characters = invitation.slice(invitation.indexOf('#') + 1).replaceAll('-', '')
  return { id: characters.slice(0, 8), secret: characters.slice(8) }
}

function headOf({ statements }: NodeDocument): string {
  return messageDigest(statements.at(-1) ?? '')
}

/** A stranger that knows a code and uses it by hand. */
class Guest {
  readonly outlaw: Outlaw
  readonly node: TestNode
  readonly code: { readonly id: string; readonly secret: string }

  constructor(outlaw: Outlaw, node: TestNode, code: { readonly id: string; readonly secret: string }) {
    this.outlaw = outlaw
    this.node = node
    this.code = code
  }

  query(type: string, body: unknown): Record<string, unknown> {
    return { ...this.outlaw.query(this.node.id), type, body }
  }

  joinQuery(nonce: string, change: object = {}): Record<string, unknown> {
    const { outlaw, node, code } = this
    const commitment = commitmentOf({ node: outlaw.id, peer: node.id, head: headOf(outlaw.document()), nonce })
    const mac = invitationMac(code.secret, { invitation: code.id, inviter: node.id, joiner: outlaw.id, commitment })
    return this.query('pair.join', {
      invitation: code.id,
      mac,
      commitment,
      document: outlaw.document(),
      ...change,
    })
  }

  async ask(query: unknown): Promise<Readonly<Record<string, unknown>>> {
    return this.outlaw.open(this.node, await this.outlaw.tell(this.node, query, 'trm-query+jwt', queryPath)).payload
  }

  join(nonce: string, change?: object): Promise<Readonly<Record<string, unknown>>> {
    return this.ask(this.joinQuery(nonce, change))
  }

  reveal(nonce: string): Promise<Readonly<Record<string, unknown>>> {
    return this.ask(this.query('pair.reveal', { invitation: this.code.id, nonce }))
  }
}

/** The outlaw plays the inviting side: answers each question with the body that `play` gives. */
function host(outlaw: Outlaw, node: TestNode, play: (type: string, body: Record<string, unknown>) => unknown): void {
  outlaw.answer = (hit: Hit): OutlawAnswer => {
    const jws = outlaw.unseal(hit.body, ['trm-query+jwt'])
    const query = JSON.parse(Buffer.from(jws.payload).toString()) as Record<string, unknown>
    const body = play(String(query['type']), query['body'] as Record<string, unknown>)
    const frame = { ...outlaw.query(node.id), type: query['type'], body, query: messageDigest(jws.text) }
    return outlaw.answerWith(node, outlaw.sign(frame, 'trm-reply+jwt'))
  }
}

t.test('two nodes that never met pair by an invitation and twelve digits', async (t) => {
  const { it, ro } = await unpaired(t, 'pair')
  const made = await invite(it)
  t.ok(validateCreatedInvitation(made))
  const { secret } = codeOf(made)
  const { status, body: joined } = await join(ro, made.invitation.toLowerCase().replaceAll('-', ' '))
  t.equal(status, 201)
  t.match(joined, { role: 'joiner', node: it.id, label: 'Test office it, IT' })
  t.ok(validatePairingView(joined))
  const [invited] = await pairings(it)
  t.match(invited, { role: 'inviter', node: ro.id, label: 'Test office ro, RO', digits: joined.digits })
  t.match(await pairings(ro), [joined])
  t.strictSame([...(await peersOf(it)), ...(await peersOf(ro))], [], 'nobody trusts anybody yet')

  t.match(await confirm(it, invited?.id ?? '', joined.digits.replaceAll(' ', '')), { status: 200, body: { id: ro.id } })
  t.strictSame(await peersOf(ro), [], 'each side confirms for itself')
  t.match(await confirm(ro, joined.id, joined.digits), { status: 200, body: { id: it.id } })
  for (const [one, other] of [
    [it, ro],
    [ro, it],
  ] as const) {
    t.strictSame(await peersOf(one), [other.id])
    t.match(await one.api('POST', `/api/v1/peers/${other.id}/ping`), { status: 200 })
    t.strictSame(await pairings(one), [], 'the pairing is over')
  }
  const listed = (await it.api<InvitationList>('GET', '/api/v1/invitations')).body
  t.ok(validateInvitationList(listed))
  const { invitations } = listed
  t.match(invitations, [{ id: made.id, state: 'used', usedBy: ro.id }])

  for (const node of [it, ro]) {
    const kept = readdirSync(node.folder)
      .filter((file) => file.includes('.db'))
      .map((file) => readFileSync(path.join(node.folder, file), 'latin1'))
    const digits = joined.digits.replaceAll(' ', '')
    for (const told of [JSON.stringify(invitations), node.logLines.join(''), ...kept]) t.notOk(told.includes(secret))
    for (const form of [digits, joined.digits]) t.notOk(node.logLines.join('').includes(form), 'no digits in the log')
  }
})

t.test('an invitation that does not work says why, to who knows it', async (t) => {
  const { federation, it, ro } = await unpaired(t, 'refused', ['it', 'ro', 'md'])
  const md = federation.get('md')
  const codeAfter = async (node: TestNode, invitation: string): Promise<string> =>
    (await join(node, invitation)).body.code

  const wrong = (await invite(it)).invitation.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
  t.equal(await codeAfter(ro, wrong), 'invitation-secret-wrong')
  t.equal(await codeAfter(it, wrong), 'pairing-with-self')

  const used = await invite(it)
  t.equal((await join(ro, used.invitation)).status, 201)
  t.equal(await codeAfter(md, used.invitation), 'invitation-used')

  const revoked = await invite(it)
  t.equal((await it.api('DELETE', `/api/v1/invitations/${revoked.id}`)).status, 204)
  t.equal(await codeAfter(ro, revoked.invitation), 'invitation-used')
  t.match(await it.api('DELETE', `/api/v1/invitations/${revoked.id}`), { body: { code: 'invitation-used' } })
  t.match(await it.api('DELETE', '/api/v1/invitations/00000000'), { body: { code: 'invitation-not-found' } })

  const [short, long] = [await invite(it), await invite(it, 2)]
  federation.clock.advance(hour)
  t.equal(await codeAfter(md, short.invitation), 'invitation-expired')
  t.equal((await join(md, long.invitation)).status, 201)
  t.equal(
    await codeAfter(md, `${it.url}#0000-0000-0000-0000-0000`),
    'peer-refused-envelope',
    'an unknown one is nothing',
  )
  t.equal(await codeAfter(md, `${it.url}#0000`), 'schema-invalid')
  t.match(await it.api('POST', '/api/v1/invitations', { hours: 169 }), { body: { code: 'schema-invalid' } })

  federation.clock.advance(26 * hour)
  await it.running.upkeep()
  t.strictSame(
    (await it.api<InvitationList>('GET', '/api/v1/invitations')).body.invitations,
    [],
    'forgotten after a day',
  )
  t.match(await it.running.store.counts(), { invitations: 0, pairings: 0 })
})

t.test('joining again after a lost answer goes on with the same pairing', async (t) => {
  const { it, ro } = await unpaired(t, 'again')
  const { invitation } = await invite(it)
  for (const lost of [1, 2]) {
    let answers = 0
    ro.faults.plan(({ method }) => (method === 'POST' && ++answers === lost ? 'answer-lost' : undefined))
    t.match(await join(ro, invitation), { body: { code: 'peer-timeout' } }, `answer ${lost}`)
    t.strictSame(await pairings(ro), [], 'not shown before its digits are known')
  }
  ro.faults.plan(({ method }) => (method === 'POST' ? 'doubled' : undefined))
  const { body: joined } = await join(ro, invitation)
  const [invited, ...more] = await pairings(it)
  t.equal(invited?.digits, joined.digits)
  t.strictSame(more, [])
  t.match(await join(ro, invitation), { status: 201, body: { id: joined.id, digits: joined.digits } })
})

t.test('wrong digits destroy the pairing, and so does time', async (t) => {
  const { federation, it, ro } = await unpaired(t, 'digits')
  const { body: joined } = await join(ro, (await invite(it)).invitation)
  const [invited] = await pairings(it)
  const wrong = joined.digits.replace(/^./, (first) => (first === '9' ? '0' : '9'))
  t.match(await confirm(ro, joined.id, '1234'), { body: { code: 'schema-invalid' } })
  t.match(await confirm(ro, joined.id, '1234 5678 901 2 3'), {
    body: { code: 'schema-invalid', errors: ['/digits pattern'] },
  })
  t.match(await confirm(ro, joined.id, wrong), { body: { code: 'pairing-digits-wrong' } })
  t.match(await confirm(ro, joined.id, joined.digits), { body: { code: 'pairing-not-found' } })
  t.strictSame(await peersOf(ro), [])
  t.match(ro.logLines.join(''), 'pairing-digits-wrong')
  t.notMatch(ro.logLines.join(''), wrong)

  federation.clock.advance(hour)
  t.strictSame(await pairings(it), [])
  t.match(await confirm(it, invited?.id ?? '', joined.digits), { body: { code: 'pairing-not-found' } })
  const { body: second } = await join(ro, (await invite(it)).invitation)
  t.equal((await ro.api('DELETE', `/api/v1/pairings/${second.id}`)).status, 204)
  t.match(await ro.api('DELETE', `/api/v1/pairings/${second.id}`), { body: { code: 'pairing-not-found' } })
})

t.test('who breaks its commitment is told so, and the pairing is gone', async (t) => {
  const { federation, it, ro } = await unpaired(t, 'broken')
  const outlaw = await Outlaw.start(t, 'broken', federation.clock)
  const guest = new Guest(outlaw, it, codeOf(await invite(it)))
  t.match(await guest.join(nonceOf(1)), { type: 'pair.join' })
  t.match(await guest.join(nonceOf(2)), { body: { code: 'invitation-used' } }, 'a commitment is not changed')
  t.match(await guest.reveal(nonceOf(2)), { body: { code: 'pairing-commitment-broken' } })
  t.equal((await it.running.store.counts())['pairings'], 0)

  const head = headOf(outlaw.document())
  const commitmentTo = (nonce: string) => ({ commitment: commitmentOf({ node: outlaw.id, peer: ro.id, head, nonce }) })
  host(outlaw, ro, (type) => (type === 'pair.join' ? commitmentTo(nonceOf(3)) : { nonce: nonceOf(4) }))
  t.match(await join(ro, `${outlaw.url}#AAAA-AAAA-BBBB-BBBB-BBBB`), { body: { code: 'pairing-commitment-broken' } })
  t.equal((await ro.running.store.counts())['pairings'], 0)

  let joins = 0
  host(outlaw, ro, (type) => (type === 'pair.join' ? commitmentTo(nonceOf(++joins)) : { nonce: nonceOf(joins) }))
  let posts = 0
  ro.faults.plan(({ method }) => (method === 'POST' && ++posts === 2 ? 'answer-lost' : undefined))
  t.match(await join(ro, `${outlaw.url}#AAAA-AAAB-BBBB-BBBB-BBBB`), { body: { code: 'peer-timeout' } })
  t.match(await join(ro, `${outlaw.url}#AAAA-AAAB-BBBB-BBBB-BBBB`), { body: { code: 'pairing-commitment-broken' } })
  t.equal((await ro.running.store.counts())['pairings'], 0)
})

t.test('nobody chooses its chain of statements after it knows the nonces', async (t) => {
  const { federation, it, ro } = await unpaired(t, 'heads')
  const middle = await Outlaw.start(t, 'heads', federation.clock)
  const shown = middle.document()
  const [first = ''] = shown.statements
  const payload = jsonIn(first, 1)
  const header = { alg: 'EdDSA', kid: middle.identity.kid, typ: 'trm-keys+jwt' }
  const second = signRaw(middle.identity.privateKey, header, {
    ...payload,
    seq: Number(payload['seq']) + 1,
    prev: messageDigest(first),
  })
  const other: NodeDocument = { ...shown, statements: [first, second] }
  const commitment = commitmentOf({ node: middle.id, peer: ro.id, head: headOf(shown), nonce: nonceOf(3) })
  const revealed: unknown[] = []
  host(middle, ro, (type, body) => {
    if (type === 'pair.reveal') revealed.push(body['nonce'])
    return type === 'pair.join' ? { commitment } : { nonce: nonceOf(3) }
  })

  let posts = 0
  ro.faults.plan(({ method }) => (method === 'POST' && ++posts === 2 ? 'answer-lost' : undefined))
  const again = `${middle.url}#AAAA-AAAA-BBBB-BBBB-BBBB`
  t.match(await join(ro, again), { body: { code: 'peer-timeout' } })
  t.equal(revealed.length, 1, 'the nonce of the joining node is known')
  middle.shown = () => other
  t.match(await join(ro, again), { body: { code: 'pairing-commitment-broken' } })
  t.equal((await ro.running.store.counts())['pairings'], 0)
  t.match(
    await join(ro, again),
    { body: { code: 'pairing-commitment-broken' } },
    'it was a commitment to another chain',
  )
  t.equal(new Set(revealed).size, 2, 'with another nonce')
  middle.shown = () => shown
  t.match(await join(ro, again), { status: 201 })

  const code = codeOf(await invite(it))
  const guest = new Guest(middle, it, code)
  t.match(await guest.join(nonceOf(1), { document: other }), { type: 'pair.join' })
  t.match(await guest.reveal(nonceOf(1)), { body: { code: 'pairing-commitment-broken' } }, 'nor does who joins')
  t.equal((await it.running.store.counts())['pairings'], 0)
})

t.test('somebody in the middle with own keys on both sides comes to other digits on each', async (t) => {
  const { federation, it, ro } = await unpaired(t, 'middle')
  const middle = await Outlaw.start(t, 'middle', federation.clock)
  const made = await invite(it)
  const guest = new Guest(middle, it, codeOf(made))
  let inner = ''
  host(middle, ro, (type) => {
    return type === 'pair.join'
      ? {
          commitment: commitmentOf({
            node: middle.id,
            peer: ro.id,
            head: headOf(middle.document()),
            nonce: nonceOf(7),
          }),
        }
      : { nonce: nonceOf(7) }
  })
  t.match(await guest.join(nonceOf(8)), { type: 'pair.join' })
  const { body: revealed } = await guest.reveal(nonceOf(8))
  inner = (revealed as { readonly nonce: string }).nonce

  const { body: joined } = await join(ro, made.invitation.replace(it.url, middle.url))
  const [invited] = await pairings(it)
  const { secret } = guest.code
  const asInviterSees = pairingDigits({
    inviter: it.id,
    inviterHead: headOf(it.running.document()),
    inviterNonce: inner,
    joiner: middle.id,
    joinerHead: headOf(middle.document()),
    joinerNonce: nonceOf(8),
    secret,
  })
  t.equal(invited?.digits.replaceAll(' ', ''), asInviterSees, 'the middle knows them')
  t.not(joined.digits, invited?.digits)
  t.match(await confirm(ro, joined.id, invited?.digits ?? ''), { body: { code: 'pairing-digits-wrong' } })
  t.match(await confirm(it, invited?.id ?? '', joined.digits), { body: { code: 'pairing-digits-wrong' } })
  t.strictSame([...(await peersOf(it)), ...(await peersOf(ro))], [])
})

t.test('an unknown sender gets the one constant refusal, whether an invitation is open or not', async (t) => {
  const { federation, it } = await unpaired(t, 'constant')
  const outlaw = await Outlaw.start(t, 'constant', federation.clock)
  const other = await Outlaw.start(t, 'constant-other', federation.clock)
  const refusal = await post(it, 'nothing', queryPath)
  t.match(refusal, { status: 400, code: 'envelope-refused' })
  const unknown = { id: '00000000', secret: '000000000000' }
  const tell = (query: unknown, typ = 'trm-query+jwt') => outlaw.tell(it, query, typ, queryPath)
  const stranger = new Guest(outlaw, it, unknown)
  t.strictSame(await tell(stranger.joinQuery(nonceOf(1))), refusal, 'no invitation')

  const guest = new Guest(outlaw, it, codeOf(await invite(it)))
  const right = guest.joinQuery(nonceOf(1))
  // A key of keys.example, for a moment among those of the outlaw.
  const example = JSON.parse(readFileSync('keys.example/ro.jwks.json', 'utf8')) as {
    keys: { job: string; x: string }[]
  }
  const exampleX = example.keys.find(({ job }) => job === 'signing')?.x ?? ''
  outlaw.editStatement = (honest) => ({
    ...honest,
    signing: [...honest.signing, { ...honest.signing[0], key: exampleX }],
  })
  const withExampleKey = guest.joinQuery(nonceOf(1))
  outlaw.editStatement = (honest) => honest
  const body = right['body'] as Record<string, unknown>
  const seal = (jws: string) => post(it, outlaw.seal(it, jws), queryPath)
  const cases: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['an unknown invitation', () => tell(stranger.joinQuery(nonceOf(1)))],
    ['another question', () => tell(outlaw.query(it.id))],
    [
      'a reveal before the join',
      () => tell(guest.query('pair.reveal', { invitation: guest.code.id, nonce: nonceOf(1) })),
    ],
    ['a member too many', () => tell({ ...right, more: 1 })],
    ['no object', () => tell([right])],
    ['no JSON', () => tell(Buffer.from('{'))],
    ['another type of message', () => tell(right, 'trm-event+jwt')],
    ['another recipient', () => tell({ ...right, to: other.id })],
    ['another name over its own document', () => tell({ ...right, from: other.id })],
    ['the document of another node', () => tell({ ...right, body: { ...body, document: other.document() } })],
    [
      'the name of another node',
      () => tell({ ...right, from: other.id, body: { ...body, document: other.document() } }),
    ],
    [
      'a broken document',
      () => tell({ ...right, body: { ...body, document: { ...outlaw.document(), card: 'a'.repeat(100) } } }),
    ],
    ['a signature of another key', () => seal(other.sign(right, 'trm-query+jwt', { kid: outlaw.signing.kid }))],
    ['a key of the examples', () => tell(withExampleKey)],
    ['an unknown key', () => seal(other.sign(right, 'trm-query+jwt'))],
    ['the other endpoint', () => outlaw.tell(it, right, 'trm-query+jwt')],
  ]
  for (const [name, ask] of cases) t.strictSame(await ask(), refusal, name)
  t.match(await guest.ask({ ...right, exp: Number(right['exp']) + 1 }), { body: { code: 'query-stale' } })
  t.match(await guest.ask(right), { type: 'pair.join' }, 'the same message, told right, is taken')
})

t.test(
  'strangers together have a budget by what they cost, and only what names an invitation is charged',
  async (t) => {
    const { federation, it } = await unpaired(t, 'budget')
    const outlaw = await Outlaw.start(t, 'budget', federation.clock)
    const code = codeOf(await invite(it))
    const stranger = new Guest(outlaw, it, { ...code, id: '00000000' })
    const wrong = new Guest(outlaw, it, { ...code, secret: '000000000000' })
    const tell = (query: unknown) => outlaw.tell(it, query, 'trm-query+jwt', queryPath)
    for (let at = 0; at < 40; at += 1) t.match(await tell(stranger.joinQuery(nonceOf(1))), { code: 'envelope-refused' })
    // Seven units each: five keys, a statement, and the question.
    for (let at = 0; at < 34; at += 1)
      t.match(await wrong.join(nonceOf(1)), { body: { code: 'invitation-secret-wrong' } })
    t.match(await tell(wrong.joinQuery(nonceOf(1))), { status: 429, code: 'rate-limited' })
    federation.clock.advance(minute)
    t.match(await new Guest(outlaw, it, code).join(nonceOf(1)), { type: 'pair.join' })
  },
)

t.test('who knows an invitation that is over cannot keep others from pairing', async (t) => {
  const { federation, it, ro } = await unpaired(t, 'starved', ['it', 'ro', 'de'])
  const outlaw = await Outlaw.start(t, 'starved', federation.clock)
  const tell = (query: unknown) => outlaw.tell(it, query, 'trm-query+jwt', queryPath)
  const revoked = await invite(it)
  t.equal((await it.api('DELETE', `/api/v1/invitations/${revoked.id}`)).status, 204)
  const used = await invite(it)
  t.equal((await join(federation.get('de'), used.invitation)).status, 201)
  const expired = await invite(it, 1)
  federation.clock.advance(hour)
  const over = [revoked, used, expired].map((made) => new Guest(outlaw, it, codeOf(made)))
  for (const guest of over) {
    for (let at = 0; at < 20; at += 1) {
      await tell(
        at % 2 === 0
          ? guest.joinQuery(nonceOf(1))
          : guest.query('pair.reveal', { invitation: guest.code.id, nonce: nonceOf(1) }),
      )
    }
    t.match(await tell(guest.joinQuery(nonceOf(1))), { status: guest === over[2] ? 429 : 200 })
  }
  const { status } = await join(ro, (await invite(it)).invitation)
  t.equal(status, 201)
})

t.test('a name that looks like a known one needs a second word', async (t) => {
  const { federation, it, ro } = await unpaired(t, 'lookalike')
  await pair(it, ro)
  const outlaw = await Outlaw.start(t, 'lookalike', federation.clock)
  outlaw.editCard = (card) => ({ ...card, label: 'Теst 0ffice ro, RO', organisation: 'Another' })
  const code = codeOf(await invite(it))
  const guest = new Guest(outlaw, it, code)
  await guest.join(nonceOf(1))
  await guest.reveal(nonceOf(1))
  const [pairing] = await pairings(it)
  const digits = pairing?.digits ?? ''
  t.match(pairing, { looksLike: [{ node: ro.id, label: String }] }, 'told before anybody confirms')
  t.match(await confirm(it, pairing?.id ?? '', digits), { status: 409, body: { code: 'label-lookalike' } })
  t.match(await confirm(it, pairing?.id ?? '', digits, { acceptLookalike: true }), {
    status: 200,
    body: { id: outlaw.id },
  })
})

t.test('a peer does not take the name of another one after pairing', async (t) => {
  const federation = await TestFederation.create(t, { nodes: ['it', 'ro'], seed: 'renamed' })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const other = await Outlaw.start(t, 'other', federation.clock)
  await other.join(it)
  const shown = async (id: string): Promise<PeerView | undefined> =>
    (await it.api<PeerList>('GET', '/api/v1/peers')).body.peers.find((peer) => peer.id === id)
  const alarmed = async (): Promise<readonly string[]> => {
    const { body } = await it.api<AlarmList>('GET', '/api/v1/alarms')
    return body.alarms.map(({ code }) => code)
  }
  const [before, target] = [await shown(other.id), await shown(ro.id)]
  const cyrillic = (target?.label ?? '').replace('o', '\u043e')
  t.not(cyrillic, target?.label)
  const rename = async (label: string): Promise<void> => {
    other.editCard = (card) => ({ ...card, label })
    federation.clock.advance(25 * hour)
    await it.running.upkeep()
  }
  await rename(cyrillic)
  t.equal((await shown(other.id))?.label, before?.label)
  t.same(await alarmed(), ['label-lookalike'])
  await rename(cyrillic)
  t.same(await alarmed(), ['label-lookalike'], 'told once')
  await rename('Another good name, XK')
  t.equal((await shown(other.id))?.label, 'Another good name, XK')

  await rename(cyrillic)
  t.equal((await it.api('DELETE', `/api/v1/peers/${other.id}`)).status, 204)
  const again = { url: other.url, id: other.id, pin: true }
  t.match(await it.api('POST', '/api/v1/peers', again), { status: 409, body: { code: 'label-lookalike' } })
  const added = await it.api<PeerView>('POST', '/api/v1/peers', { ...again, acceptLookalike: true })
  t.match(added, { status: 201, body: { label: cyrillic } }, 'a person said that it is another one')
})

t.test('a peer that is suspended, removed and paired anew', async (t) => {
  const { it, ro } = await unpaired(t, 'removed')
  await pair(it, ro)
  const peer = `/api/v1/peers/${ro.id}`
  t.match((await join(ro, (await invite(it)).invitation)).body, { code: 'peer-known' }, 'the joining node knows it')
  const seen = (await it.api<RemoteView>('GET', `${peer}/view`)).body
  t.ok(validateRemoteView(seen))
  t.match(seen, { peer: ro.id, failures: 0 })

  t.match(await it.api('POST', `${peer}/suspend`, { reason: 'keyInDoubt' }), { body: { suspendedFor: 'keyInDoubt' } })
  t.match(await it.api('POST', `${peer}/suspend`, { reason: 'other' }), { body: { code: 'peer-suspended' } })
  t.match(await it.api('GET', `${peer}/view`), { body: { code: 'peer-suspended' } })
  t.match(await ro.api('POST', `/api/v1/peers/${it.id}/ping`), { body: { code: 'peer-suspended' } })
  t.equal((await ro.api('DELETE', `/api/v1/peers/${it.id}`)).status, 204)
  t.match(
    (await join(ro, (await invite(it)).invitation)).body,
    { code: 'peer-suspended' },
    'pairing undoes no suspension',
  )
  t.match((await it.api<PeerView>('POST', `${peer}/resume`, {})).body.suspendedFor, undefined)
  t.match((await join(ro, (await invite(it)).invitation)).body, { code: 'peer-known' }, 'the inviting node tells it')

  t.equal((await it.api('DELETE', peer)).status, 204)
  t.strictSame(await peersOf(it), [])
  t.strictSame(await peersOf(it, '?removed=true'), [ro.id])
  const removed = (await it.api<PeerView>('GET', peer)).body
  t.ok(validatePeerView(removed))
  t.match(removed, { suspendedFor: 'removed' })
  for (const step of ['suspend', 'resume']) {
    t.match(await it.api('POST', `${peer}/${step}`, step === 'suspend' ? { reason: 'other' } : {}), {
      body: { code: 'peer-removed' },
    })
  }
  t.match(await it.api('POST', `${peer}/ping`), { body: { code: 'peer-removed' } })
  await pair(it, ro)
  t.strictSame([await peersOf(it), await peersOf(ro)], [[ro.id], [it.id]])
  t.match(await ro.api('POST', `/api/v1/peers/${it.id}/ping`), { status: 200 })
})

t.test('a peer that was frozen is let in again only where a person says that it was cleared', async (t) => {
  const { federation, it, ro } = await unpaired(t, 'frozen')
  await pair(it, ro)
  const { store, directory } = it.running
  const set = { suspendedAt: federation.clock.now(), suspendedFor: 'equivocation' }
  await store.commit([{ do: 'setPeerSuspension', node: ro.id, expect: null, set }])
  await directory.reload(ro.id)
  const resume = `/api/v1/peers/${ro.id}/resume`
  t.match(await it.api('POST', `/api/v1/peers/${ro.id}/suspend`, { reason: 'other' }), {
    body: { code: 'peer-suspended' },
  })
  t.match(await it.api('POST', resume, {}), { body: { code: 'schema-invalid', errors: ['/confirmed required'] } })
  t.match(await it.api('POST', resume, { confirmed: true }), { status: 200, body: { id: ro.id } })
})

t.test('alarms wait until a person says that they were seen, by whose token is kept', async (t) => {
  const { federation, it } = await unpaired(t, 'alarms')
  const alarm = {
    id: '4a5ee087-0022-4b8d-a3f6-7e764741bc77',
    at: federation.clock.now(),
    code: 'card-equivocation',
    node: it.id,
    thread: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
  }
  await it.running.store.commit([{ do: 'raiseAlarm', row: alarm }])
  t.match((await it.api('GET', '/api/v1/alarms')).body, {
    alarms: [{ id: alarm.id, code: alarm.code, title: 'Two cards of one sequence', node: it.id }],
  })
  t.equal((await it.api('POST', `/api/v1/alarms/${alarm.id}/acknowledge`)).status, 204)
  t.match(await it.api('POST', `/api/v1/alarms/${alarm.id}/acknowledge`), { body: { code: 'alarm-not-found' } })
  t.strictSame((await it.api('GET', '/api/v1/alarms')).body, { alarms: [] })
  t.match((await it.api('GET', '/api/v1/alarms?all=true')).body, { alarms: [{ acknowledgedBy: 'test' }] })
  const more = Array.from({ length: 60 }, (_, at) => ({
    ...alarm,
    id: newUuid(systemRandom),
    at: alarm.at + (at >> 1),
    node: `${at}`,
  }))
  await it.running.store.commit(more.map((row) => ({ do: 'raiseAlarm' as const, row })))
  const first = (await it.api<AlarmList>('GET', '/api/v1/alarms')).body
  const rest = (await it.api<AlarmList>('GET', `/api/v1/alarms?after=${first.next ?? ''}`)).body
  t.same([first.alarms.length, rest.alarms.length, rest.next], [50, 10, undefined])
  t.equal(new Set([...first.alarms, ...rest.alarms].map(({ id }) => id)).size, 60, 'none is out of sight')
  t.match(await it.api('GET', '/api/v1/alarms?after=x'), { body: { code: 'schema-invalid' } })
  t.match(await it.api('GET', '/api/v1/alarms?all=yes'), {
    body: { code: 'schema-invalid', errors: ['/query/all enum'] },
  })
})
