import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { ExchangeError } from '../../src/base/errors.js'
import { checkCaseCode, newCaseCode } from '../../src/cases/case-code.js'
import { consentChain, currentConsents, verifiedRecords } from '../../src/cases/consent-chain.js'
import { consentFaults, isValidConsent } from '../../src/cases/consent-faults.js'
import { grantFor } from '../../src/cases/grant-for.js'
import { retentionAtClosure, retentionOf } from '../../src/cases/retain-until.js'
import { normalised } from '../../src/cases/vault-hints.js'
import { withdrawFrom } from '../../src/cases/withdraw-from.js'
import { localLeaf } from '../../src/cases/local-leaf.js'
import { sha256Text } from '../../src/crypto/sha256.js'
import { makeSigner, messageDigest } from '../../src/crypto/signer.js'
import { leafHash } from '../../src/log/leaf.js'
import type { Consent, RecordConsentRequest } from '../../src/wire/generated/types.js'
import { validateConsent } from '../../src/wire/generated/validators.js'
import { consentDraft } from '../support/case-drafts.js'
import { caseEntryRow } from '../support/case-rows.js'
import { seededRandom } from '../support/seeded-random.js'

const node = 'hoDIbpV6r0iE0g8Zwl9bpnFZHrYuFgY2AOJmDhgLs0E'
const other = 'ilaUGdlA8TQAuUV0nxNeesoyiEii4otPLFigF0j41dU'
const now = Date.parse('2026-11-22T09:30:00Z')
const dayMs = 86_400_000

function consent(change: Partial<RecordConsentRequest> = {}): Consent {
  const record = {
    ...consentDraft(node, change),
    v: 1 as const,
    node: other,
    case: '4a5ee087-0022-4b8d-a3f6-7e764741bc77',
    consentId: '59792fd0-a35a-486e-91da-dbdc87fa204b',
    subjectCode: 'K7QM-2XPA',
    seq: 1,
    prev: null,
    iat: 1_795_339_800,
  }
  if (!validateConsent(record)) throw new Error('the draft is no consent')
  return record
}

const codesOf = (change: Partial<RecordConsentRequest>): readonly string[] =>
  consentFaults(consentDraft(node, change), now).map(
    ({ code, details }) => `${code} ${(details['pointers'] as string[]).join(' ')}`,
  )

t.test('a consent that cannot be is told with every fault, each with its own code', (t) => {
  t.strictSame(codesOf({}), [])
  const cases: readonly (readonly [Partial<RecordConsentRequest>, string])[] = [
    [{ informedOf: ['purpose'] }, 'consent-not-informed /informedOf'],
    [{ childAssent: 'no' }, 'assent-missing /childAssent'],
    [{ mode: 'refused' }, 'consent-not-valid /mode'],
    [{ mode: 'notObtainable' }, 'consent-not-valid /mode'],
    [{ givenBy: 'relativeReporting' }, 'consent-not-valid /givenBy'],
    [{ givenBy: 'nobody' }, 'consent-not-valid /givenBy'],
    [{ status: 'withdrawn' }, 'consent-not-valid /status'],
    [{ givenOn: '2026-12-24' }, 'consent-not-valid /givenOn'],
    [{ validUntil: '2026-11-19' }, 'consent-not-valid /validUntil'],
    [{ purposes: ['assistance'] }, 'purpose-not-granted /recipients/0/purposes'],
    [{ onward: 'namedList' }, 'onward-not-allowed /onwardTo'],
    [{ onwardTo: [other] }, 'onward-not-allowed /onwardTo'],
    [{ exception: 'imminentDanger' }, 'exception-not-applicable /exception'],
    [{ lawfulBasis: 'vitalInterests', validUntil: '2026-12-01' }, 'exception-not-applicable /exception'],
    [{ lawfulBasis: 'vitalInterests', exception: 'searchForMissing' }, 'exception-too-long /validUntil'],
  ]
  for (const [change, told] of cases) t.strictSame(codesOf(change), [told], told)
  const { evidence: _, ...noPaper } = consentDraft(node)
  t.match(consentFaults(noPaper, now), [{ code: 'consent-not-valid', details: { pointers: ['/evidence'] } }])
  t.strictSame(consentFaults({ ...noPaper, mode: 'verbalWitnessed' }, now), [], 'what was said leaves no paper')
  t.strictSame(codesOf({ status: 'refused', mode: 'refused', informedOf: [] }), [], 'a refusal is recorded as it is')
  t.end()
})

t.test('nothing travels by a consent that was refused, withdrawn, invalidated or is over, whatever the basis', (t) => {
  const open = { now, isClosed: false }
  const states = ['requested', 'given', 'renewed', 'refused', 'withdrawn', 'expired', 'invalidated', 'unknown'] as const
  const valid = (change: Partial<RecordConsentRequest>): readonly string[] =>
    states.filter((status) => isValidConsent(consent({ ...change, status }), open))
  t.strictSame(valid({}), ['given', 'renewed'])
  const exception = { lawfulBasis: 'vitalInterests', exception: 'imminentDanger', validUntil: '2026-11-30' } as const
  t.strictSame(valid(exception), ['requested', 'given', 'renewed', 'unknown'])
  t.notOk(isValidConsent(consent(), { now, isClosed: true }), 'until the case is closed')
  t.ok(isValidConsent(consent({ validUntil: '2026-11-22' }), open), 'the last day counts whole')
  t.notOk(isValidConsent(consent({ validUntil: '2026-11-21' }), open))
  t.end()
})

t.test('a record counts as verified only where it was signed, in the place in which it was signed', (t) => {
  const { privateKey } = generateKeyPairSync('ed25519')
  const signer = makeSigner(privateKey)
  const caseId = consent().case
  const sign = (change: Partial<Consent>): string => signer.sign('trm-consent+jwt', { ...consent(), ...change })
  const entriesOf = (...records: readonly string[]) =>
    records.map((jws, index) => ({
      kind: 'consent' as const,
      row: caseEntryRow({ id: `entry-${index}`, caseId, seq: index + 1 }),
      content: { jws, nonce: 'nonce' },
    }))
  const findKey = (kid: string) => (kid === signer.kid ? createPublicKey(privateKey) : undefined)
  const verified = (...records: readonly string[]): readonly boolean[] => {
    const chain = consentChain({ entries: entriesOf(...records) })
    const good = verifiedRecords(chain, { self: other, findKey })
    return chain.map(({ digest }) => good.has(digest))
  }
  const first = sign({})
  const second = sign({ seq: 2, prev: messageDigest(first), status: 'renewed' })
  t.strictSame(verified(first, second), [true, true])
  const [current] = currentConsents(consentChain({ entries: entriesOf(first, second) }))
  t.equal(current?.record.status, 'renewed', 'the latest record of a consent is the consent')
  t.strictSame(verified(second), [false], 'the record before was taken away')
  t.strictSame(verified(second, first), [false, false], 'their order was changed')
  t.strictSame(verified(sign({ status: 'refused' }), second), [true, false], 'the record before was exchanged')
  t.strictSame(verified(sign({ case: node.slice(0, 36) })), [false], 'it is of another case')
  t.strictSame(verified(sign({ node })), [false], 'it is of another node')
  const [header = '', , signature = ''] = first.split('.')
  const altered = Buffer.from(JSON.stringify(consent({ status: 'renewed' }))).toString('base64url')
  t.strictSame(verified(`${header}.${altered}.${signature}`), [false], 'its words were changed')
  const thief = makeSigner(generateKeyPairSync('ed25519').privateKey)
  t.strictSame(verified(thief.sign('trm-consent+jwt', consent())), [false], 'another key signed it')
  t.end()
})

t.test('a grant holds what the person said for this recipient, and is refused to anybody else', (t) => {
  const facts = { now, isClosed: false, digest: 'digest-of-the-record', salt: 'salt-1' }
  const granted = grantFor(consent({ validUntil: '2027-01-31' }), node, facts)
  t.match(granted, {
    ok: true,
    grant: { purposes: ['assistance', 'return'], validUntil: '2027-01-31', exclusions: ['family'], language: 'ro' },
  })
  t.match(grantFor(consent(), other, facts), { ok: false, refusal: { code: 'recipient-not-named' } })
  t.match(grantFor(consent({ status: 'refused' }), node, facts), { ok: false, refusal: { code: 'consent-not-valid' } })
  t.match(grantFor(consent({ status: 'requested' }), other, facts), { refusal: { code: 'consent-not-valid' } })
  t.match(grantFor(consent(), node, facts), { grant: { validUntil: '2027-05-21' } }, 'as long as the case: asked anew')
  const evidence = (salt: string, change: Partial<RecordConsentRequest> = {}): unknown => {
    const { ok, ...rest } = grantFor(consent(change), node, { ...facts, salt })
    return ok && 'grant' in rest ? rest.grant.evidence : undefined
  }
  t.not(evidence('salt-1'), evidence('salt-2'), 'two receivers cannot compare')
  t.equal(evidence('salt-1'), sha256Text(`salt-1|${String(consent().evidence)}`))
  t.notMatch(JSON.stringify(granted), String(consent().evidence), 'the hash of the paper stays')
  t.notMatch(JSON.stringify(granted), /K7QM-2XPA|59792fd0|Municipal Shelter/, 'and so do code, id and other recipients')
  t.end()
})

t.test('a withdrawal narrows a consent, or ends it where nothing is left', (t) => {
  const on = { on: '2026-11-24', channel: 'viaSender' } as const
  t.match(withdrawFrom(consent(), { ...on, scope: 'everything' }), { status: 'withdrawn', withdrawal: on })
  const lessPurpose = withdrawFrom(consent(), { ...on, scope: 'onePurpose', purpose: 'assistance' })
  t.match(lessPurpose, { status: 'given', purposes: ['return', 'riskAssessment'] })
  t.match(lessPurpose.recipients, [{ node, purposes: ['return'] }], 'a recipient without a purpose goes')
  t.match(
    withdrawFrom(
      consent({
        purposes: ['assistance'],
        recipients: [{ node, organisation: 'Centre', country: 'RO', purposes: ['assistance'] }],
      }),
      {
        ...on,
        scope: 'onePurpose',
        purpose: 'assistance',
      },
    ),
    { status: 'withdrawn' },
  )
  const named = consent({ onward: 'namedList', onwardTo: [node, other] })
  const lessOne = withdrawFrom(named, { ...on, scope: 'oneRecipient', recipient: node })
  t.match(lessOne, { status: 'given', onward: 'namedList', onwardTo: [other] })
  t.match(lessOne.recipients, [{ organisation: 'Municipal Shelter East' }])
  const alone = withdrawFrom(consent({ onward: 'namedList', onwardTo: [node] }), {
    ...on,
    scope: 'oneRecipient',
    recipient: node,
  })
  t.match(alone, { onward: 'none' })
  t.notOk('onwardTo' in alone)
  t.match(withdrawFrom(named, { ...on, scope: 'onwardOnly' }), { status: 'given', onward: 'none' })
  t.match(withdrawFrom(consent(), { ...on, scope: 'statisticsOnly' }), { status: 'given', statisticsAllowed: false })
  for (const each of ['everything', 'onwardOnly', 'statisticsOnly'] as const) {
    t.ok(validateConsent(withdrawFrom(named, { ...on, scope: each })), `${each} leaves a consent`)
  }
  t.throws(() => withdrawFrom(consent(), { ...on, scope: 'onePurpose' }), { code: 'schema-invalid' })
  t.throws(() => withdrawFrom(consent(), { ...on, scope: 'oneRecipient' }), { code: 'schema-invalid' })
  t.throws(() => withdrawFrom(consent(), { ...on, scope: 'oneRecipient', recipient: other }), {
    code: 'recipient-not-named',
  })
  t.end()
})

t.test('a code of a case holds no name, no number and no date', (t) => {
  for (const code of ['2026-014', 'K-17', 'RO-2026-0014', newCaseCode(seededRandom('code'))]) {
    t.doesNotThrow(() => checkCaseCode(code), code)
  }
  for (const code of ['MARIA-1990', 'MARIA-POPESCU', '1990-01-31', '0722123456']) {
    t.throws(() => checkCaseCode(code), { code: 'identity-found' }, code)
  }
  try {
    checkCaseCode('MARIA-POPESCU')
  } catch (error) {
    t.ok(error instanceof ExchangeError)
    t.notMatch(JSON.stringify((error as ExchangeError).details), /MARIA|POPESCU/, 'the refusal repeats nothing')
  }
  t.end()
})

t.test('the time of a case runs from its closure, or to a day that a person said, whichever is later', (t) => {
  const closedAt = now
  t.strictSame(retentionOf({}, null), { retainDays: null, retainUntil: null })
  t.strictSame(retentionOf({ retainDays: 30 }, null), { retainDays: 30, retainUntil: null })
  t.strictSame(retentionOf({ retainDays: 30 }, closedAt), { retainDays: 30, retainUntil: closedAt + 30 * dayMs })
  const end = Date.parse('2027-01-01T00:00:00Z')
  t.strictSame(retentionOf({ retainUntil: '2026-12-31' }, null), { retainDays: null, retainUntil: end })
  t.strictSame(retentionOf({ retainDays: 1, retainUntil: '2026-12-31' }, closedAt).retainUntil, end)
  t.strictSame(retentionAtClosure({ retainDays: 30, retainUntil: null }, closedAt).retainUntil, closedAt + 30 * dayMs)
  t.strictSame(retentionAtClosure({ retainDays: 1, retainUntil: end }, closedAt).retainUntil, end)
  t.strictSame(retentionAtClosure({ retainDays: null, retainUntil: null }, closedAt).retainUntil, null)
  t.end()
})

t.test('people write one thing in many ways, and a hint takes them for one', (t) => {
  t.equal(normalised(' AB-123 456 '), 'ab123456')
  t.equal(normalised('Ștefan  Ó'), normalised('stefan o'))
  t.not(normalised('AB123456'), normalised('AB123457'))
  t.end()
})

t.test('a leaf of the node itself can be shown by whoever has its nonce, and by nobody else', (t) => {
  const { nonce, effect } = localLeaf(seededRandom('leaf'), 'case.erased', { subject: 'case-1|5', at: 5 })
  t.equal(effect.hash, leafHash(nonce, 'local', 'case.erased', sha256Text('case-1|5')))
  t.not(effect.hash, leafHash(nonce, 'local', 'case.read', sha256Text('case-1|5')))
  t.end()
})
