import { createHash } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { agreementHtml, agreementText } from '../../src/agreements/agreement-page.js'
import { agreementStanding } from '../../src/agreements/agreement-standing.js'
import { agreementDigest, readAgreement, signAgreement } from '../../src/agreements/agreement-text.js'
import { relationshipRole, relationshipThread } from '../../src/agreements/relationship-thread.js'
import { templates, type TemplateName } from '../../src/agreements/templates.js'
import { keyPairFromSeed } from '../../src/crypto/private-key.js'
import { nextKeyHashOf } from '../../src/crypto/node-id.js'
import { makeSigner, type Signer } from '../../src/crypto/signer.js'
import { signFirstStatement } from '../../src/directory/key-statement.js'
import { verifyAgreementExport } from '../../src/directory/verify-agreement-export.js'
import { termsOf } from '../../src/outbound/agree.js'
import { exceptionRules } from '../../src/policy/exception-rules.js'
import { requiredPurposes, type ReferralType } from '../../src/policy/required-purposes.js'
import { agreementAt, findClause, type AcceptedAgreement } from '../../src/referral/agreement.js'
import { findTermFault } from '../../src/referral/agreement-terms.js'
import {
  couldTake,
  foldRelationship,
  type RelationshipEvent,
  type RelationshipStep,
  lastAccepted,
} from '../../src/referral/relationship-fold.js'
import type { Role } from '../../src/referral/transition-table.js'
import type {
  Agreement,
  AgreementExport,
  AgreementView,
  Grant,
  ReferralOfferBody,
} from '../../src/wire/generated/types.js'
import { validateAgreement, validateAgreementExport } from '../../src/wire/generated/validators.js'
import { readSchemaJson } from '../codegen/schema-files.js'
import { testAgreement } from '../support/agreements.js'
import { offerDraft } from '../support/drafts.js'
import { changed, extended, firstOf, listed, namedKey, payloadOf } from '../support/chains.js'
import { refusalOf } from '../support/refusal-of.js'

const [low, high, other] = [
  'hoDIbpV6r0iE0g8Zwl9bpnFZHrYuFgY2AOJmDhgLs0E',
  'n8zTTLRU2zN7hnk33Nqeo6W796Lc3TqmU_MHqqfWoic',
  'ilaUGdlA8TQAuUV0nxNeesoyiEii4otPLFigF0j41dU',
]
const base = testAgreement(low, high)
const seeded = { seed: 20_261_122, numRuns: 300 }

function accepted(digest: string, validFrom: number, validUntil: number): AcceptedAgreement {
  return { digest, agreement: { ...base, validFrom, validUntil }, isTakenBack: false }
}

t.test('the agreement accepted last that has begun is the one in force; an older one never comes back', (t) => {
  const [long, short, later] = [accepted('long', 100, 1000), accepted('short', 200, 300), accepted('later', 500, 900)]
  const digestAt = (list: readonly AcceptedAgreement[], now: number): string => {
    const agreement = agreementAt(list, false, now)
    return agreement.state === 'none' ? 'none' : `${agreement.state} ${agreement.digest}`
  }
  const expected: readonly (readonly [readonly AcceptedAgreement[], number, string])[] = [
    [[], 100, 'none'],
    [[long], 99, 'ended long'],
    [[long], 100, 'inForce long'],
    [[long], 999, 'inForce long'],
    [[long], 1000, 'ended long'],
    [[long, short], 199, 'inForce long'],
    [[long, short], 200, 'inForce short'],
    [[long, short], 300, 'ended short'],
    [[long, short, later], 400, 'ended short'],
    [[long, short, later], 500, 'inForce later'],
    // Accepted before, begins later: what was accepted last has begun and stays.
    [[later, long], 600, 'inForce long'],
  ]
  for (const [list, now, digest] of expected) t.equal(digestAt(list, now), digest)
  t.match(agreementAt([long, short], true, 250), { state: 'suspended', digest: 'short' })
  t.match(agreementAt([long, short], true, 300), { state: 'ended' })
  const takenBack = { ...short, isTakenBack: true }
  t.match(agreementAt([long, takenBack], false, 250), { state: 'ended', digest: 'short' }, 'nor after a taking back')
  t.equal(agreementStanding([long, takenBack], 'short', { isSuspended: false, nowSeconds: 250 }), 'ended')
  t.strictSame(agreementAt([long, short], false, 250), {
    state: 'inForce',
    digest: 'short',
    agreement: short.agreement,
    accepted: new Set(['long', 'short']),
  })
  t.end()
})

t.test('what people are shown of a standing is what the gate goes by', (t) => {
  const time = fc.integer({ min: 0, max: 20 })
  const lives = fc.array(fc.tuple(time, time), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(lives, fc.boolean(), time, (list, isSuspended, nowSeconds) => {
      const all = list.map(([from, life], index) => accepted(String(index), from, from + life + 1))
      const now = agreementAt(all, isSuspended, nowSeconds)
      const standings = all.map(({ digest }) => agreementStanding(all, digest, { isSuspended, nowSeconds }))
      const live = standings.flatMap((each, index) =>
        each === 'inForce' || each === 'suspended' ? [[each, index]] : [],
      )
      const isLive = now.state === 'inForce' || now.state === 'suspended'
      return JSON.stringify(live) === JSON.stringify(isLive ? [[now.state, Number(now.digest)]] : [])
    }),
    seeded,
  )
  const [one, two] = [accepted('one', 100, 200), accepted('two', 300, 400)]
  const at = (nowSeconds: number) =>
    [one, two].map(({ digest }) => agreementStanding([one, two], digest, { isSuspended: false, nowSeconds }))
  t.strictSame(at(50), ['future', 'future'])
  t.strictSame(at(150), ['inForce', 'future'])
  t.strictSame(at(250), ['ended', 'future'])
  t.strictSame(at(350), ['replaced', 'inForce'])
  t.strictSame(at(450), ['replaced', 'ended'])
  t.equal(agreementStanding([one], 'two', { isSuspended: false, nowSeconds: 1 }), undefined)
  t.end()
})

t.test('an offer goes under one clause that covers it whole', (t) => {
  const { referral, grant } = offerDraft(high)
  // The members that a clause judges are the draft's.
  const offer = { referral, grant } as unknown as ReferralOfferBody
  const clause = {
    clause: '1',
    senders: [low],
    referralTypes: ['assistedVoluntaryReturn', 'documentIssuance'],
    purposes: [...grant.purposes],
    dataCategories: [...grant.dataCategories],
    lawfulBases: ['explicitConsent'],
    onward: ['askMeEachTime'],
  } satisfies Agreement['clauses'][number]
  const numberOf = (clauses: Agreement['clauses'], body = offer): string | undefined =>
    findClause({ clauses }, low, body)?.clause
  t.equal(numberOf([clause]), '1')
  t.equal(findClause({ clauses: [clause] }, high, offer), undefined, 'of the other sender')
  const otherType = {
    ...offer,
    referral: { ...referral, request: { ...referral.request, otherTypes: ['documentIssuance'] } },
  }
  t.equal(numberOf([clause], otherType as unknown as ReferralOfferBody), '1')
  const narrower: readonly Partial<Agreement['clauses'][number]>[] = [
    { referralTypes: ['documentIssuance'] },
    { purposes: ['assistance', 'return'] },
    { dataCategories: ['profile', 'exploitation'] },
    { lawfulBases: ['vitalInterests'] },
    { onward: ['none'] },
  ]
  for (const change of narrower) t.equal(numberOf([{ ...clause, ...change }]), undefined, Object.keys(change).join())
  const halves = [
    { ...clause, purposes: ['assistance' as const] },
    { ...clause, clause: '2', dataCategories: ['profile' as const] },
  ]
  t.equal(numberOf(halves), undefined, 'two clauses do not add up')
  t.equal(numberOf([...halves, { ...clause, clause: '3' }]), '3')
  t.end()
})

t.test('terms that no schema can check have the member at fault', (t) => {
  const first = base.clauses[0]
  if (first === undefined) throw new Error('an agreement without clauses')
  const before = 'before'
  const faults: readonly (readonly [Partial<Agreement>, string | null, string | undefined])[] = [
    [{}, null, undefined],
    [{ replaces: 'before' }, before, undefined],
    [{ parties: [high, low] }, null, 'parties'],
    [{ parties: [low, other] }, null, 'parties'],
    [{}, before, 'replaces'],
    [{ replaces: 'else' }, before, 'replaces'],
    [{ replaces: 'else' }, null, 'replaces'],
    [{ validUntil: base.validFrom }, null, 'validUntil'],
    [{ validUntil: base.validFrom + 1827 * 86_400 }, null, undefined],
    [{ validUntil: base.validFrom + 1827 * 86_400 + 1 }, null, 'validUntil'],
    [{ clauses: [first, first] }, null, 'clauses'],
    [{ clauses: [first, { ...first, clause: '2' }] }, null, undefined],
    [{ clauses: [{ ...first, senders: [other] }] }, null, 'clauses'],
  ]
  for (const [change, held, member] of faults) {
    for (const between of [[low, high] as const, [high, low] as const]) {
      t.equal(findTermFault({ ...base, ...change }, between, held), member, JSON.stringify(Object.keys(change)))
    }
  }
  t.end()
})

t.test('every template makes an agreement that can be', (t) => {
  for (const template of Object.keys(templates) as TemplateName[]) {
    const terms = termsOf(template, [high, low], { from: 1_800_000_000 })
    const agreement = { ...terms, v: 1, id: base.id, parties: [low, high], replaces: null } satisfies Agreement
    t.ok(validateAgreement(agreement), template)
    t.equal(findTermFault(agreement, [low, high], null), undefined, template)
  }
  t.end()
})

t.test(
  'every referral type is in a clause of each template, for a purpose that it needs, or left out on purpose',
  (t) => {
    const types = readSchemaJson<{ $defs: { referralType: { enum: readonly ReferralType[] } } }>('codes.schema.json')
      .$defs.referralType.enum
    const ofCourts: readonly ReferralType[] = ['hearingTravel', 'legalCooperation', 'compensationClaim']
    const leftOut: Readonly<Record<TemplateName, readonly ReferralType[]>> = {
      informal: ofCourts,
      memorandumOfUnderstanding: [],
      nationalReferralMechanism: [],
    }
    for (const template of Object.keys(templates) as TemplateName[]) {
      const covers = (type: ReferralType, basis: Grant['lawfulBasis']): boolean =>
        templates[template].clauses.some(
          ({ referralTypes, purposes, lawfulBases }) =>
            referralTypes.includes(type) &&
            lawfulBases.includes(basis) &&
            requiredPurposes[type].some((purpose) => purposes.includes(purpose)),
        )
      t.same(
        types.filter((type) => !covers(type, 'explicitConsent')),
        types.filter((type) => leftOut[template].includes(type)),
        `${template}: with consent`,
      )
      for (const [exception, { lawfulBases, types: allowed }] of Object.entries(exceptionRules)) {
        const without = lawfulBases.flatMap((basis) => allowed.filter((type) => !covers(type, basis)))
        t.same(without, [], `${template}: ${exception}`)
      }
    }
    t.end()
  },
)

t.test('both nodes derive the same thread, and one of them stands as the sender', (t) => {
  t.equal(relationshipThread(low, high), relationshipThread(high, low))
  t.not(relationshipThread(low, high), relationshipThread(low, other))
  t.match(relationshipThread(low, high), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  t.strictSame([relationshipRole(low, high), relationshipRole(high, low)], ['sender', 'receiver'])
  t.end()
})

/** Two honest nodes that write what is open to them, while their events are on the way for a while. */
function writeHistory(choices: readonly number[]): readonly RelationshipEvent[] {
  const events: RelationshipEvent[] = []
  const arrived: Record<Role, number> = { sender: 0, receiver: 0 }
  for (const [index, choice] of choices.entries()) {
    const role: Role = choice % 2 === 0 ? 'sender' : 'receiver'
    const [own, theirs] = [events.filter((event) => event.role === role), events.filter((event) => event.role !== role)]
    arrived[role] = Math.min(theirs.length, arrived[role] + (Math.floor(choice / 2) % 3))
    const last = theirs[arrived[role] - 1]
    const named = String(Math.floor(choice / 6) % 4)
    const seenLast = lastAccepted(foldRelationship([...own, ...theirs.slice(0, arrived[role])]).agreements)
    const steps: readonly RelationshipStep[] = [
      { type: 'agreement.propose', agreement: `${role}-${index}`, replaces: seenLast },
      ...[
        ...new Set(
          [...own, ...theirs.slice(0, arrived[role])].flatMap((event) => ('agreement' in event ? event.agreement : [])),
        ),
      ]
        .slice(Number(named))
        .flatMap((agreement): readonly RelationshipStep[] => [
          { type: 'agreement.accept', agreement },
          { type: 'agreement.decline', agreement, reason: 'notNow' },
          { type: 'agreement.suspend', agreement },
          { type: 'agreement.resume', agreement },
        ]),
    ]
    const place = {
      author: role,
      role,
      n: own.length + 1,
      prev: own.at(-1)?.digest ?? null,
      seen: last === undefined ? null : { n: last.n, digest: last.digest },
    }
    const open = steps.filter((step) => couldTake(events, { ...step, ...place, digest: '' }))
    const step = open[Math.floor(choice / 24) % Math.max(open.length, 1)]
    if (step === undefined) continue
    const digest = createHash('sha256')
      .update(JSON.stringify([step, place]))
      .digest('base64url')
    events.push({ ...step, ...place, digest })
  }
  return events
}

t.test('both nodes come to the same agreements in whatever order the events arrive', (t) => {
  const plain = (events: readonly RelationshipEvent[]): string => {
    const { agreements, suspendedBy, superseded } = foldRelationship(events)
    return JSON.stringify([agreements, [...suspendedBy].sort(), superseded])
  }
  let [both, crossed] = [0, 0]
  const history = fc.array(fc.nat(10_000), { maxLength: 14 }).map(writeHistory)
  fc.assert(
    fc.property(history, fc.array(fc.nat(), { minLength: 14, maxLength: 14 }), (events, keys) => {
      const shuffled = events
        .map((event, index) => ({ event, key: keys[index] ?? 0 }))
        .sort((a, b) => a.key - b.key)
        .map(({ event }) => event)
      const view = foldRelationship(events)
      both += view.agreements.some(({ state }) => state === 'accepted') ? 1 : 0
      crossed += view.superseded.length > 0 ? 1 : 0
      const places = view.agreements.map(({ place }) => place).filter((place) => place > 0)
      const isNumbered = [...places].sort((a, b) => a - b).every((place, index) => place === index + 1)
      return plain(shuffled) === plain(events) && plain([...shuffled, ...events]) === plain(events) && isNumbered
    }),
    seeded,
  )
  t.ok(both > 20 && crossed > 5, `the histories do something: ${both} agree, ${crossed} cross`)
  t.end()
})

t.test('nobody accepts what it proposed or did not see, decides twice, or resumes what the other suspends', (t) => {
  const event = (role: Role, step: RelationshipStep, n: number, seen: RelationshipEvent | null): RelationshipEvent => ({
    ...step,
    author: role,
    role,
    n,
    prev: n === 1 ? null : `${role}-${n - 1}`,
    seen: seen === null ? null : { n: seen.n, digest: seen.digest },
    digest: `${role}-${n}`,
  })
  const propose = event('sender', { type: 'agreement.propose', agreement: 'a', replaces: null }, 1, null)
  const accept = (seen: RelationshipEvent | null) =>
    event('receiver', { type: 'agreement.accept', agreement: 'a' }, 1, seen)
  t.notOk(couldTake([propose], event('sender', { type: 'agreement.accept', agreement: 'a' }, 2, null)))
  t.notOk(couldTake([propose], accept(null)))
  t.ok(couldTake([propose], accept(propose)))
  const agreed = [propose, accept(propose)]
  const [, second] = agreed
  if (second === undefined) throw new Error('no acceptance')
  t.notOk(
    couldTake(agreed, event('receiver', { type: 'agreement.decline', agreement: 'a', reason: 'other' }, 2, propose)),
  )
  const suspend = event('sender', { type: 'agreement.suspend', agreement: 'a' }, 2, second)
  t.ok(couldTake(agreed, suspend))
  t.ok(
    couldTake(agreed, event('sender', { type: 'agreement.suspend', agreement: 'a' }, 2, null)),
    'a suspension waits for nothing',
  )
  const resumedByOther = event('receiver', { type: 'agreement.resume', agreement: 'a' }, 2, suspend)
  t.strictSame([...foldRelationship([...agreed, suspend, resumedByOther]).suspendedBy], ['sender'], 'without effect')
  t.ok(couldTake([...agreed, suspend], event('sender', { type: 'agreement.resume', agreement: 'a' }, 3, second)))
  t.strictSame([...foldRelationship([...agreed, suspend]).suspendedBy], ['sender'])

  const withdraw = event('sender', { type: 'agreement.decline', agreement: 'a', reason: 'notNow' }, 2, null)
  const crossing = foldRelationship([...agreed, withdraw])
  t.match(
    crossing.agreements,
    [{ state: 'declined', place: 1 }],
    'taken back and accepted at the same time: taken back',
  )
  t.equal(lastAccepted(crossing.agreements), 'a', 'and what it replaced does not come back')
  const sawIt = event('sender', { type: 'agreement.decline', agreement: 'a', reason: 'notNow' }, 2, second)
  t.notOk(couldTake(agreed, sawIt), 'who has seen the acceptance takes nothing back')
  t.end()
})

t.test('a signed agreement has one text', (t) => {
  const signer = makeSigner(keyPairFromSeed('Ed25519', Buffer.alloc(32, 3)).privateKey)
  const text = signAgreement(signer, base)
  t.strictSame(readAgreement(text).agreement, base)
  t.equal(readAgreement(text).digest, agreementDigest(base))
  t.equal(
    agreementDigest(Object.fromEntries(Object.entries(base).reverse()) as unknown as Agreement),
    agreementDigest(base),
  )
  const spaced = signer.sign('trm-agreement+jwt', { ...base })
  t.equal(spaced === text, false)
  t.match(
    refusalOf(() => readAgreement(spaced)),
    { code: 'agreement-invalid' },
    'the same members in another order',
  )
  t.match(
    refusalOf(() => readAgreement(signer.sign('trm-event+jwt', base))),
    { code: 'agreement-invalid' },
  )
  t.end()
})

const view = readSchemaJson<{ examples: [AgreementView] }>('api/agreement-view.schema.json').examples[0]

t.test('the page says in words what was agreed, and by whom', (t) => {
  const text = agreementText(view).join('\n')
  for (const part of [
    'Agreement between Shelter South, IT and Office North, RO',
    'Signed by both and in force.',
    'fingerprint Q2BS-DJC2-RPHA-RUQD',
    'Clause 1: Shelter South, IT and Office North, RO may send each other',
    'Referrals: case referral, risk assessment request.',
    'For these purposes: assistance, risk assessment.',
    'With these data: codes only, profile, risk.',
    'On this legal basis: explicit consent, vital interests, child protection duty.',
    'none, ask me each time',
    'immediate: within 24 hours',
    '365 days after a case is closed',
    'From 2026-11-22 09:30 UTC until 2027-11-22 09:30 UTC.',
    'It replaces no other agreement.',
    'Office North, RO, 2026-11-22 09:30 UTC',
    view.digest,
  ]) {
    t.ok(text.includes(part), part)
  }
  const states: readonly (readonly [Partial<AgreementView>, string])[] = [
    [{ state: 'proposed', proposer: high }, 'Proposed by Office North, RO; it waits for the other party.'],
    [{ state: 'declined', reason: 'termsTooWide' }, 'Declined: terms too wide.'],
    [{ standing: 'suspended', suspendedBy: [low] }, 'suspended by Shelter South, IT'],
    [{ standing: 'ended' }, 'Its time is over.'],
    [{ standing: 'replaced' }, 'A later agreement came in its place.'],
    [{ standing: 'future' }, 'It has not begun yet.'],
  ]
  for (const [change, said] of states)
    t.ok(
      agreementText({ ...view, ...change })
        .join('\n')
        .includes(said),
      said,
    )
  const [clause] = view.agreement.clauses
  if (clause === undefined) throw new Error('an agreement without clauses')
  const change = {
    replaces: 'before',
    document: { digest: view.digest, signedOn: '2026-11-20' },
    clauses: [{ ...clause, senders: [low] }],
  }
  const further = agreementText({ ...view, agreement: { ...view.agreement, ...change } }).join('\n')
  for (const part of [
    'It replaces agreement before.',
    'signed on 2026-11-20',
    'Shelter South, IT may send to the other',
  ]) {
    t.ok(further.includes(part), part)
  }
  t.end()
})

t.test('a label of another node cannot bring anything into the page, nor stand for the other party', (t) => {
  const label = '<script>alert("x")</script> & \'y\''
  const hostile = { ...view, parties: view.parties.map((party) => ({ ...party, label })) }
  const html = agreementHtml(hostile)
  t.notMatch(html, /<script/)
  t.ok(html.includes('&#60;script&#62;alert(&#34;x&#34;)&#60;/script&#62; &#38; &#39;y&#39; (Q2BS-DJC2-RPHA-RUQD)'))
  t.match(html, /^<!doctype html>\n<html lang="en">/)
  const paragraphs = agreementHtml(view).match(/<p>|<h[12]>/g) ?? []
  t.equal(paragraphs.length, agreementText(view).filter((line) => line !== '').length, 'the same lines')
  t.end()
})

/** A party with its first statement. */
function party(seed: number): { readonly node: string; readonly signer: Signer; readonly statements: string[] } {
  const pair = (part: number) => keyPairFromSeed('Ed25519', Buffer.alloc(32, seed * 10 + part))
  const signer = makeSigner(pair(2).privateKey)
  const statement = signFirstStatement(makeSigner(pair(1).privateKey), {
    nextKeyHash: nextKeyHashOf(pair(3).x),
    issuedAt: 1_790_000_000,
    signing: [{ key: pair(2).x, notBefore: 1_790_000_000, notAfter: 1_820_000_000 }],
    witness: pair(4).x,
  })
  const { node } = JSON.parse(Buffer.from(statement.split('.')[1] ?? '', 'base64url').toString()) as { node: string }
  return { node, signer, statements: [statement] }
}

t.test(
  'an export is refused whose chain changes the identity key without approval: its thief could have made it',
  (t) => {
    const honest = party(1)
    const victim = extended(firstOf(), 'k0')
    const { node, signing } = payloadOf(victim[0] ?? '')
    const agreement = testAgreement(honest.node, node)
    const exportOf = (chain: readonly string[], by: string): AgreementExport => ({
      digest: agreementDigest(agreement),
      agreement,
      signatures: [
        { node: honest.node, jws: signAgreement(honest.signer, agreement) },
        { node, jws: signAgreement(namedKey(by).signer, agreement) },
      ],
      statements: [
        { node: honest.node, statements: honest.statements },
        { node, statements: [...chain] },
      ],
    })
    const change = { signing: [...signing, listed('thief')] }
    const toK1 = { to: 'k1', next: 'k2' }
    t.match(
      refusalOf(() => verifyAgreementExport(exportOf(changed(victim, toK1, change), 'thief'))),
      { code: 'rotation-pending', details: { peer: node } },
    )
    for (const chain of [victim, changed(victim, { ...toK1, from: 'k0' }, change)]) {
      t.match(verifyAgreementExport(exportOf(chain, 's0')).signers.at(-1), { node })
    }
    t.end()
  },
)

t.test('an exported agreement proves itself, and no changed one does', (t) => {
  const [one, two, three] = [party(1), party(2), party(3)]
  const agreement = testAgreement(one.node, two.node)
  const digest = agreementDigest(agreement)
  const signed = ({ node, signer }: typeof one, text = agreement) => ({ node, jws: signAgreement(signer, text) })
  const statements = [one, two].map(({ node, statements: chain }) => ({ node, statements: chain }))
  const honest: AgreementExport = { digest, agreement, signatures: [signed(one), signed(two)], statements }
  t.ok(validateAgreementExport(honest))
  t.match(verifyAgreementExport(honest), { digest, signers: [{ node: one.node }, { node: two.node }] })

  const changed = { ...agreement, retention: { daysAfterClosure: 1 } }
  const forged: readonly (readonly [string, Partial<AgreementExport>, string])[] = [
    ['one party signs twice', { signatures: [signed(one), signed(one)] }, 'agreement-signature'],
    ['one party alone', { signatures: [signed(one)] }, 'agreement-signature'],
    [
      'a key of somebody else',
      { signatures: [signed(one), { ...signed(three), node: two.node }] },
      'agreement-signature',
    ],
    ['another text by one of them', { signatures: [signed(one), signed(two, changed)] }, 'agreement-signature'],
    ['another digest', { digest: agreementDigest(changed) }, 'agreement-signature'],
    ['another text beside it', { agreement: changed }, 'agreement-invalid'],
    [
      'statements of somebody else',
      {
        statements: [
          { node: one.node, statements: one.statements },
          { node: two.node, statements: three.statements },
        ],
      },
      'statement-invalid',
    ],
    [
      'a node that is no party',
      {
        signatures: [signed(one), signed(three)],
        statements: [one, three].map(({ node, statements: chain }) => ({ node, statements: chain })),
      },
      'agreement-signature',
    ],
  ]
  for (const [what, change, code] of forged) {
    t.match(
      refusalOf(() => verifyAgreementExport({ ...honest, ...change })),
      { code },
      what,
    )
  }
  t.end()
})
