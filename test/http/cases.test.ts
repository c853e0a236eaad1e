import { chmodSync, copyFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import Database from 'better-sqlite3'
import t from 'tap'
import { systemClock, toDay } from '../../src/base/clock.js'
import { leafHash } from '../../src/log/leaf.js'
import { sha256Text } from '../../src/crypto/sha256.js'
import type {
  AlarmList,
  CaseChange,
  CaseHolders,
  CaseLikeness,
  CaseList,
  CaseSummary,
  CaseVault,
  CaseView,
  DraftCheck,
  DueTaskList,
  ErasedCase,
  Problem,
  RecordConsentRequest,
  RetentionReport,
  ThreadView,
} from '../../src/wire/generated/types.js'
import { CanaryScanner } from '../support/canary-scanner.js'
import { consentDraft } from '../support/case-drafts.js'
import { openDesks, type Desk } from '../support/desk.js'
import { offerDraft } from '../support/drafts.js'
import { day, hour } from '../support/fake-clock.js'
import { Office, trm } from '../support/office.js'
import { TestFederation, type TestNode } from '../support/test-federation.js'

const cases = '/api/v1/cases'

/** A case with one of everything; every text in it is one of the canaries. */
const canaries = {
  name: 'kanariname-of-the-vault',
  phone: 'kanariphone-of-the-vault',
  note: 'kanarinote-for-the-office',
  task: 'kanaritask-for-the-office',
  place: 'kanarishelf-of-the-paper',
  agency: 'kanariagency-that-was-written-to',
  recipient: 'kanarirecipient-in-the-consent',
  plan: 'kanariplan-remark',
  hint: 'kanarihint-of-a-duplicate',
}

function scanOf(texts: readonly string[]): (node: TestNode) => readonly string[] {
  const scanner = new CanaryScanner(texts.map((text) => ({ name: text, text })))
  return ({ folder }) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .flatMap((entry) => {
        const file = path.join(entry.parentPath, entry.name)
        return scanner.find(readFileSync(file)).map((found) => `${entry.name}: ${found}`)
      })
}

async function fillCase(desk: Desk, node: string, code?: string): Promise<{ id: string; consent: string }> {
  const { case: id } = await desk.take<CaseSummary>('POST', cases, code === undefined ? {} : { code })
  const url = `${cases}/${id}`
  const vault = {
    members: [
      { name: 'name', value: canaries.name },
      { name: 'phone', value: canaries.phone },
    ],
  }
  await desk.take('POST', `${url}/vault`, vault)
  await desk.take('POST', `${url}/notes`, { text: canaries.note })
  await desk.take('POST', `${url}/documents`, { kind: 'birthCertificate', place: canaries.place })
  await desk.take('POST', `${url}/tasks`, { kind: 'followUp', text: canaries.task, dueOn: '2026-11-25' })
  await desk.take('POST', `${url}/plan`, { measure: 'SOP4.M2', state: 'inProgress', note: canaries.plan })
  await desk.take('POST', `${url}/disclosures`, {
    organisation: canaries.agency,
    country: 'RO',
    channel: 'letter',
    on: '2026-11-21',
    dataCategories: ['profile'],
  })
  const draft = consentDraft(node)
  const [named, outside] = draft.recipients
  if (named === undefined || outside === undefined) throw new Error('the draft names two recipients')
  const { consent = '' } = await desk.take<CaseChange>('POST', `${url}/consents`, {
    ...draft,
    recipients: [named, { ...outside, organisation: canaries.recipient }],
  })
  return { id, consent }
}

/** What the draft of a referral holds besides its grant. */
function offerBody(to: string, consent: string) {
  return { to, consent, referral: offerDraft(to).referral }
}

t.test(
  'what a person withdrew at the receiver keeps the consent from being used until somebody writes it down',
  async (t) => {
    const { federation, it, ro } = await openDesks(t, { seed: 'unrecorded' })
    const { id, consent } = await fillCase(it, ro.node.id)
    const url = `${cases}/${id}`
    const body = offerBody(ro.node.id, consent)
    const { thread } = await it.take<ThreadView>('POST', `${url}/offers`, body)
    await federation.settle()
    const withdrawn = { scope: 'everything', channel: 'viaReceiver', withdrawnOn: '2026-11-22' }
    await ro.take('POST', `/api/v1/threads/${thread}/withdraw-consent`, withdrawn)
    await federation.settle()
    t.match(await it.take<CaseView>('GET', url), { consents: [{ isValid: false, withdrawnIn: [thread] }] })
    const refused = await it.ask('POST', `${url}/offers`, { body })
    t.match(refused, { status: 409, body: { code: 'withdrawal-unrecorded' } })
    const due = { case: id, thread }
    t.match((await it.take<DueTaskList>('GET', `${cases}/due`)).withdrawals, [due])
    const { referral, grant } = offerDraft(ro.node.id)
    const anew = (givenOn: string) => ({
      body: { to: ro.node.id, referral: { ...referral, parentReferralId: thread }, grant: { ...grant, givenOn } },
    })
    t.match(await it.ask('POST', '/api/v1/referrals', anew('2026-11-21')), {
      status: 409,
      body: { code: 'grant-before-withdrawal' },
    })
    t.equal((await it.ask('POST', '/api/v1/referrals', anew('2026-11-22'))).status, 201, 'what she said since')

    federation.clock.advance(day)
    const again = { ...consentDraft(ro.node.id), consentId: consent }
    await it.take('POST', `${url}/consents`, again)
    t.match((await it.take<CaseView>('GET', url)).consents, [{ isValid: true, withdrawnIn: undefined }])
    t.strictSame((await it.take<DueTaskList>('GET', `${cases}/due`)).withdrawals, [])
    const { thread: second } = await it.take<ThreadView>('POST', `${url}/offers`, body)
    await federation.settle()
    await ro.take('POST', `/api/v1/threads/${second}/withdraw-consent`, withdrawn)
    await federation.settle()
    federation.clock.advance(day)
    await it.take('POST', `${url}/consents/${consent}/withdraw`, {
      ...{ on: '2026-11-23', scope: 'everything', channel: 'viaReceiver' },
    })
    t.match((await it.take<CaseView>('GET', url)).consents, [
      { isValid: false, withdrawnIn: undefined, record: { status: 'withdrawn' } },
    ])
  },
)

t.test('a case holds consents, plan, papers and tasks, and says who holds what', async (t) => {
  const { federation, it, ro } = await openDesks(t, { seed: 'case' })
  const { id, consent } = await fillCase(it, ro.node.id, '2026-014')
  const url = `${cases}/${id}`
  const told = async (method: 'GET' | 'POST' | 'DELETE', at: string, body?: unknown): Promise<Problem> =>
    (await it.ask(method, at, body === undefined ? {} : { body })).body as Problem

  t.match(await told('POST', cases, { code: '2026-014' }), { code: 'case-code-taken' })
  t.match(await told('POST', cases, { code: 'MARIA-1990' }), { code: 'identity-found' })
  t.match(await told('GET', `${cases}/2026-999`), { code: 'case-not-found' })

  const view = await it.take<CaseView>('GET', `${cases}/2026-014`)
  t.match(view, {
    case: id,
    state: 'open',
    plan: [{ measure: 'SOP4.M2', state: 'inProgress' }],
    consents: [{ isValid: true, verified: true, record: { consentId: consent, seq: 1, prev: null } }],
    documents: [{ place: canaries.place }],
    notes: [{ text: canaries.note, by: 'Test' }],
    tasks: [{ kind: 'followUp', dueOn: '2026-11-25' }],
    hasVault: true,
  })
  t.notMatch(JSON.stringify(view), canaries.name, 'the vault is nowhere but in its own answer')
  t.match(await it.take<DueTaskList>('GET', `${cases}/due`), { tasks: [{ code: '2026-014', dueOn: '2026-11-25' }] })
  t.match(await told('POST', `${url}/plan`, { measure: 'SOP4.M99', state: 'open' }), { code: 'measure-not-found' })
  await it.take('DELETE', `${url}/plan/SOP4.M2`)
  t.match(await told('DELETE', `${url}/plan/SOP4.M2`), { code: 'measure-not-found' })
  const [task] = view.tasks
  await it.take('POST', `${url}/entries/${task?.entry}/done`)
  t.match(await told('POST', `${url}/entries/${task?.entry}/done`), { code: 'case-entry-not-found' })
  t.match(await it.take<DueTaskList>('GET', `${cases}/due`), { tasks: [] })

  t.test(
    'a referral goes out by the consent, and the case remembers the code of the person towards each receiver',
    async (t) => {
      const third = 'hoDIbpV6r0iE0g8Zwl9bpnFZHrYuFgY2AOJmDhgLs0E'
      t.match(await told('POST', `${url}/offers`, offerBody(third, consent)), { code: 'recipient-not-named' })
      const sent = await it.take<ThreadView>('POST', `${url}/offers`, offerBody(ro.node.id, consent))
      const { case: second } = await it.take<CaseSummary>('POST', cases, {})
      const other = await it.take<CaseChange>('POST', `${cases}/${second}/consents`, consentDraft(ro.node.id))
      const again = await it.take<ThreadView>(
        'POST',
        `${cases}/${second}/offers`,
        offerBody(ro.node.id, String(other.consent)),
      )
      await federation.settle()
      t.equal(await ro.node.stateOf(sent.thread), 'offered')
      const { referrals, consents } = await it.take<CaseView>('GET', url)
      const grantOf = (thread: ThreadView): NonNullable<ThreadView['grant']> => {
        if (thread.grant === undefined) throw new Error('no grant')
        return thread.grant
      }
      const [one, two] = [grantOf(sent), grantOf(again)]
      t.match(referrals, [{ thread: sent.thread, recipient: ro.node.id, consent, personCode: one.personCode }])
      t.strictSame(one.purposes, ['assistance', 'return'], 'no more than this recipient was named for')
      t.not(one.personCode, two.personCode)
      t.not(one.evidence, two.evidence, 'one paper, and no two grants that could be compared')
      t.notMatch(JSON.stringify(await ro.node.thread(sent.thread)), consents[0]?.record.subjectCode)

      const received = await ro.take<CaseSummary>('POST', cases, {})
      await ro.take('POST', `${cases}/${received.case}/referrals`, { thread: sent.thread })
      t.match((await ro.ask('POST', `${cases}/${received.case}/referrals`, { body: { thread: sent.thread } })).body, {
        code: 'conflict',
      })
      t.match(await ro.take<CaseView>('GET', `${cases}/${received.case}`), {
        referrals: [{ personCode: one.personCode }],
      })
      t.strictSame(
        (await ro.take<CaseHolders>('GET', `${cases}/${received.case}/holders`)).holders,
        [],
        'sent by others',
      )
    },
  )

  t.test('a token that may write cases alone sends nothing', async (t) => {
    const token = await it.node.running.issueToken({ label: 'Writer', scopes: ['case:write'], days: 1 })
    const { body } = await it.ask('POST', `${url}/offers`, { body: offerBody(ro.node.id, consent), token: token.token })
    t.match(body, { code: 'forbidden' })
  })

  t.test('a withdrawal goes to every receiver; what was told by letter stays on the call list', async (t) => {
    const before = await it.take<CaseHolders>('GET', `${url}/holders`)
    t.match(before, { holders: [{ node: ro.node.id, holds: true }], disclosures: [{ organisation: canaries.agency }] })
    t.equal(before.callList.length, 1)
    const body = { scope: 'everything', channel: 'viaSender', on: '2026-11-22' }
    const [thread] = before.holders.map((holder) => holder.thread)
    const said = await it.take<CaseChange>('POST', `${url}/consents/${consent}/withdraw`, body)
    t.match(said, { withdrawn: [thread], notWithdrawn: [] })
    await federation.settle()
    t.equal(await ro.node.stateOf(String(thread)), 'consentWithdrawn')
    const twice = await it.take<CaseChange>('POST', `${url}/consents/${consent}/withdraw`, body)
    t.match(twice, { entries: [], withdrawn: [], notWithdrawn: [] })
    t.match(await told('POST', `${url}/offers`, offerBody(ro.node.id, consent)), { code: 'consent-not-valid' })

    const { consents } = await it.take<CaseView>('GET', url)
    t.match(consents, [{ isValid: false, verified: true, record: { status: 'withdrawn', seq: 2 } }])
    t.match(consents[0]?.record.prev, /^.{43}$/, 'chained to the record before')
    await federation.pass(4 * day, day / 4)
    const after = await it.take<CaseHolders>('GET', `${url}/holders`)
    t.match(after.holders, [{ holds: false, certificate: { onward: 0 } }], 'the certificate of the receiver')
    await it.take('POST', `${url}/entries/${after.callList[0]}/done`)
    t.strictSame((await it.take<CaseHolders>('GET', `${url}/holders`)).callList, [])
  })
})

t.test('the vault opens to its own scope alone, and every read is logged', async (t) => {
  const { it, ro } = await openDesks(t, { seed: 'vault' })
  const { id } = await fillCase(it, ro.node.id)
  const reader = await it.tokenFor('case:read', 'case:write', 'case:erase', 'referral:read', 'node:read')
  for (const method of ['GET', 'POST'] as const) {
    const { status, text } = await it.ask(method, `${cases}/${id}/vault`, { token: reader, body: { members: [] } })
    t.equal(status, 403)
    t.notMatch(text, canaries.name)
  }
  t.equal((await it.ask('POST', `${cases}/${id}/hints`, { token: reader, body: {} })).status, 403)
  const leaves = async (): Promise<number> => (await it.node.running.store.counts())['leaves'] ?? 0
  const before = await leaves()
  t.match(await it.take<CaseVault>('GET', `${cases}/${id}/vault`), { members: [{ value: canaries.name }, {}] })
  await it.take('GET', `${cases}/${id}`)
  await it.take('GET', `${cases}/${id}/holders`)
  t.equal(await leaves(), before + 3)
  const { reads } = await it.take<CaseView>('GET', `${cases}/${id}`)
  t.strictSame(new Set(reads.map(({ part }) => part)), new Set(['vault', 'case', 'holders']))
  await it.take<CaseList>('GET', cases)
  t.equal(await leaves(), before + 4, 'a list holds nothing of a case')

  t.test('two cases about one person look alike, and stay two', async (t) => {
    const { case: other } = await it.take<CaseSummary>('POST', cases, { code: '2026-077' })
    const hintsOf = (value: string) => ({ hints: [{ kind: 'documentNumber', value }] })
    t.match(await it.take<CaseLikeness>('POST', `${cases}/${other}/hints`, hintsOf(canaries.hint)), { looksLike: [] })
    const written = canaries.hint.toUpperCase().replaceAll('-', ' ')
    t.strictSame((await it.take<CaseLikeness>('POST', `${cases}/${id}/hints`, hintsOf(written))).looksLike, [
      { case: other, code: '2026-077', kinds: ['documentNumber'] },
    ])
    t.equal((await it.take<CaseList>('GET', cases)).cases.length, 2)
  })

  t.strictSame(scanOf(Object.values(canaries))(it.node), [], 'no text of a case is readable in any file')
  const log = it.node.logLines.join('')
  for (const canary of Object.values(canaries)) t.notMatch(log, canary)
})

t.test('a withdrawal says which referrals of the case it does not reach, and a closure which go on', async (t) => {
  const { federation, it, ro } = await openDesks(t, { seed: 'beyond-reach' })
  const { id, consent } = await fillCase(it, ro.node.id)
  const url = `${cases}/${id}`
  const { consent: other = '' } = await it.take<CaseChange>('POST', `${url}/consents`, consentDraft(ro.node.id))
  const sent = async (at: string, body: object): Promise<string> => (await it.take<ThreadView>('POST', at, body)).thread
  const meant = await sent(`${url}/offers`, offerBody(ro.node.id, consent))
  const otherConsent = await sent(`${url}/offers`, { ...offerBody(ro.node.id, other), again: true })
  const noConsent = await sent('/api/v1/referrals', offerDraft(ro.node.id))
  await it.take('POST', `${url}/referrals`, { thread: noConsent })
  const draft = offerDraft(ro.node.id)
  const again = { ...draft, referral: { ...draft.referral, parentReferralId: noConsent } }
  const notLinked = await sent('/api/v1/referrals', again)
  await federation.settle()
  const withdraw = (which: string, body: object): Promise<CaseChange> =>
    it.take<CaseChange>('POST', `${url}/consents/${which}/withdraw`, {
      channel: 'viaSender',
      on: '2026-11-22',
      ...body,
    })
  t.match(await withdraw(consent, { scope: 'onwardOnly' }), {
    withdrawn: [meant],
    notWithdrawn: [
      { thread: noConsent, reason: 'noConsent' },
      { thread: notLinked, reason: 'notLinked' },
    ],
  })
  const { notWithdrawn } = await withdraw(consent, { scope: 'everything' })
  t.strictSame(notWithdrawn, [
    { thread: otherConsent, reason: 'otherConsent' },
    { thread: noConsent, reason: 'noConsent' },
    { thread: notLinked, reason: 'notLinked' },
  ])
  await it.take('POST', `/api/v1/threads/${noConsent}/withdraw-consent`, {
    ...{ scope: 'everything', channel: 'viaSender', withdrawnOn: '2026-11-22' },
  })
  t.match(await withdraw(consent, { scope: 'everything' }), {
    notWithdrawn: [{ thread: otherConsent }, { thread: notLinked }],
  })
  t.match(await it.take<CaseSummary>('POST', `${url}/close`), { state: 'closed', openReferrals: [otherConsent] })
})

t.test('a consent that covers less says who holds more, and goes to them', async (t) => {
  const { federation, it, ro } = await openDesks(t, { seed: 'wider' })
  const { id, consent } = await fillCase(it, ro.node.id)
  const url = `${cases}/${id}`
  const { thread } = await it.take<ThreadView>('POST', `${url}/offers`, offerBody(ro.node.id, consent))
  await federation.settle()
  const dataCategories: RecordConsentRequest['dataCategories'] = ['profile', 'travel', 'risk']
  const less = { ...consentDraft(ro.node.id, { dataCategories }), consentId: consent }
  t.match(await it.take<CaseChange>('POST', `${url}/consents`, less), { wider: [thread], standing: undefined })
  const wider = async (): Promise<DueTaskList['wider']> => (await it.take<DueTaskList>('GET', `${cases}/due`)).wider
  t.match(await wider(), [{ case: id, consent, thread }], 'it waits for somebody to pass it on')

  const { grant } = offerDraft(ro.node.id)
  const asTyped = { ...grant, purposes: ['assistance', 'return'], exclusions: less.exclusions }
  t.match(await it.ask('POST', `/api/v1/threads/${thread}/update-consent`, { body: { grant: asTyped } }), {
    body: { code: 'consent-too-narrow' },
  })
  const passOn = (): Promise<CaseChange> => it.take<CaseChange>('POST', `${url}/consents/${consent}/pass-on`)
  t.match(await passOn(), { consent, updated: [thread], wider: [] })
  t.strictSame(await wider(), [])
  await federation.settle()
  t.match((await ro.take<ThreadView>('GET', `/api/v1/threads/${thread}`)).grant, { dataCategories })
  t.match(await passOn(), { updated: [], wider: [] })

  const shorter = { ...less, validUntil: '2027-01-31', exclusions: ['family', 'localPolice'] }
  t.match(await it.take<CaseChange>('POST', `${url}/consents`, shorter), { wider: [thread] })
  t.match(await passOn(), { updated: [thread], wider: [thread] }, 'whom the referral does not name, a person tells')
  t.match((await it.take<ThreadView>('GET', `/api/v1/threads/${thread}`)).grant, {
    validUntil: '2027-01-31',
    exclusions: ['family'],
  })
  t.match(await passOn(), { updated: [], wider: [thread] }, 'and nothing is said twice')
  t.match(await wider(), [{ case: id, consent, thread }])
  const longer = { ...asTyped, dataCategories, exclusions: [], validUntil: '2027-02-01' }
  t.match(await it.ask('POST', `/api/v1/threads/${thread}/update-consent`, { body: { grant: longer } }), {
    body: { code: 'consent-too-narrow', errors: [/validUntil/, /exclusions/] },
  })
  // Until the case is closed is no day: what was given until one is no more than that.
  t.match((await it.take<CaseChange>('POST', `${url}/consents`, less)).wider, undefined)

  await ro.take('POST', `/api/v1/threads/${thread}/steps/referral.decline`, { reason: 'noCapacity' })
  await federation.settle()
  const least = { ...less, dataCategories: ['risk'] }
  await it.take<CaseChange>('POST', `${url}/consents`, least)
  t.match(await passOn(), { updated: [], wider: [thread] }, 'who has ended gets no new grant')
  const refused = consentDraft(ro.node.id, { status: 'refused', mode: 'refused' })
  t.match(await it.take<CaseChange>('POST', `${url}/consents`, refused), { standing: [consent], wider: undefined })
  const token = await it.tokenFor('case:write')
  t.match(await it.ask('POST', `${url}/consents/${consent}/pass-on`, { token }), { body: { code: 'forbidden' } })
})

t.test('a referral of one case is not continued for another, and nobody withdraws on a day to come', async (t) => {
  const { federation, it, ro } = await openDesks(t, { seed: 'other-case' })
  const [one, other] = [await fillCase(it, ro.node.id), await fillCase(it, ro.node.id)]
  const { thread } = await it.take<ThreadView>('POST', `${cases}/${one.id}/offers`, offerBody(ro.node.id, one.consent))
  await federation.settle()
  await ro.take('POST', `/api/v1/threads/${thread}/steps/referral.decline`, { reason: 'noCapacity' })
  await federation.settle()
  const draft = offerBody(ro.node.id, other.consent)
  const body = { ...draft, referral: { ...draft.referral, parentReferralId: thread } }
  const refused = { status: 409, body: { code: 'other-case' } }
  t.match(await it.ask('POST', `${cases}/${other.id}/offers`, { body }), refused)
  t.match(await it.take<DraftCheck>('POST', `${cases}/${other.id}/offers/check`, body), {
    passes: false,
    faults: [{ code: 'other-case', pointer: '/referral/parentReferralId' }],
  })
  await it.take('POST', `${cases}/${one.id}/offers`, { ...body, consent: one.consent })
  const ahead = { on: '2027-06-01', scope: 'everything', channel: 'viaSender' }
  const at = `${cases}/${one.id}/consents/${one.consent}/withdraw`
  t.match(await it.ask('POST', at, { body: ahead }), {
    status: 422,
    body: { code: 'date-not-possible', errors: ['/on'] },
  })
})

t.test('the same is asked of a receiver once, unless a second one is meant', async (t) => {
  const { federation, it, ro } = await openDesks(t, { seed: 'again' })
  const { id, consent } = await fillCase(it, ro.node.id)
  const url = `${cases}/${id}`
  const body = offerBody(ro.node.id, consent)
  const { thread } = await it.take<ThreadView>('POST', `${url}/offers`, body)
  await federation.settle()
  const before = (await it.take<CaseView>('GET', url)).referrals
  t.match(await it.ask('POST', `${url}/offers`, { body }), {
    status: 409,
    body: { code: 'referral-open', threads: [thread] },
  })
  t.match(await it.take<DraftCheck>('POST', `${url}/offers/check`, body), {
    passes: false,
    faults: [{ code: 'referral-open', pointer: '/to', message: `is asked for the same already: ${thread}` }],
  })
  t.strictSame((await it.take<CaseView>('GET', url)).referrals, before, 'nothing is sent or kept')
  const real = { ...body, referral: { ...body.referral, isExercise: false } }
  t.match(await it.take<DraftCheck>('POST', `${url}/offers/check`, real), { passes: true }, 'after an exercise')
  const again = { ...body, again: true }
  t.match(await it.take<DraftCheck>('POST', `${url}/offers/check`, again), { passes: true })
  const { thread: second } = await it.take<ThreadView>('POST', `${url}/offers`, again)
  await federation.settle()
  await ro.take('POST', `/api/v1/threads/${thread}/steps/referral.decline`, { reason: 'noCapacity' })
  await it.take('POST', `/api/v1/threads/${second}/steps/referral.recall`, { obstacles: [] })
  await federation.settle()
  t.match(
    await it.take<ThreadView>('POST', `${url}/offers`, body),
    { state: 'offered' },
    'what has ended stands in no way',
  )
})

t.test('a withdrawal is told where something is left, by receiver, and it is said until when', async (t) => {
  const { federation, it, ro } = await openDesks(t, { seed: 'left' })
  const { id, consent } = await fillCase(it, ro.node.id)
  const url = `${cases}/${id}`
  const body = { ...offerBody(ro.node.id, consent), again: true }
  const threads: string[] = []
  for (let count = 0; count < 3; count += 1)
    threads.push((await it.take<ThreadView>('POST', `${url}/offers`, body)).thread)
  const [wrong = '', ...left] = threads
  await federation.settle()
  await it.take('POST', `/api/v1/threads/${wrong}/steps/referral.void`, { reason: 'duplicate' })
  await federation.settle()
  const less = { ...consentDraft(ro.node.id, { dataCategories: ['profile', 'travel', 'risk'] }), consentId: consent }
  const narrowed = await it.take<CaseChange>('POST', `${url}/consents`, less)
  t.strictSame([narrowed.wider, narrowed.receivers], [left, 1])
  const withdrawn = await it.take<CaseChange>('POST', `${url}/consents/${consent}/withdraw`, {
    ...{ scope: 'everything', channel: 'viaSender', on: '2026-11-22' },
  })
  t.strictSame([withdrawn.withdrawn, withdrawn.receivers, withdrawn.notWithdrawn], [left, 1, []])
  await federation.settle()
  const { alarms } = await ro.take<AlarmList>('GET', '/api/v1/alarms')
  t.strictSame(new Set(alarms.map(({ thread }) => thread)), new Set(left), 'nobody is alarmed for what is gone')
  t.match(alarms, [{ code: 'withdrawn-at-peer', role: 'receiver' }, { role: 'receiver' }])
  const dues = async (): Promise<readonly (string | undefined)[]> =>
    (await it.take<CaseHolders>('GET', `${url}/holders`)).holders.map(({ certificateDueAt }) => certificateDueAt)
  for (const due of await dues()) t.match(due, /^2026-11-25T/)
  await federation.pass(4 * day, day / 4)
  t.strictSame(await dues(), [undefined, undefined, undefined], 'all is certified')
})

t.test('a withdrawal that a stop cuts short is passed on after the next start, once', async (t) => {
  let isBroken = false
  let cut = Infinity
  const { federation, it, ro } = await openDesks(t, { seed: 'cut', isBroken: () => (isBroken ||= (cut -= 1) < 0) })
  const { id, consent } = await fillCase(it, ro.node.id)
  const url = `${cases}/${id}`
  const [one, two] = [
    await it.take<ThreadView>('POST', `${url}/offers`, offerBody(ro.node.id, consent)),
    await it.take<ThreadView>('POST', `${url}/offers`, { ...offerBody(ro.node.id, consent), again: true }),
  ]
  await federation.settle()
  // The record of the withdrawal is kept, and nothing after it.
  cut = 1
  await it.ask('POST', `${url}/consents/${consent}/withdraw`, {
    body: { scope: 'everything', channel: 'viaSender', on: '2026-11-22' },
  })
  t.equal(isBroken, true)
  await it.node.stop()
  ;[isBroken, cut] = [false, Infinity]
  t.same([await ro.node.stateOf(one.thread), await ro.node.stateOf(two.thread)], ['offered', 'offered'])
  await it.node.start()
  await federation.settle()
  for (const { thread } of [one, two]) t.equal(await ro.node.stateOf(thread), 'consentWithdrawn')
  t.same(await it.node.running.store.dueCaseEntries(0, 9), [], 'nothing is left to pass on')
  await it.open()

  const again = await it.take<CaseChange>('POST', `${url}/consents`, consentDraft(ro.node.id))
  const fresh = await it.take<ThreadView>('POST', `${url}/offers`, offerBody(ro.node.id, String(again.consent)))
  await it.node.running.upkeep()
  await federation.settle()
  t.equal(await ro.node.stateOf(fresh.thread), 'offered', 'what was sent by a later consent stays')
})

t.test('what is erased is gone for good, and the evidence still verifies', async (t) => {
  const { federation, it, ro } = await openDesks(t, { seed: 'erase' })
  const { id, consent } = await fillCase(it, ro.node.id, '2026-014')
  const url = `${cases}/${id}`
  const sent = await it.take<ThreadView>('POST', `${url}/offers`, offerBody(ro.node.id, consent))
  await federation.settle()
  const told = async (body: unknown): Promise<Problem> =>
    (await it.ask('POST', `${url}/erase`, { body })).body as Problem
  t.match(await told({ confirm: '2026-015' }), { code: 'schema-invalid', errors: ['/confirm const'] })
  t.match(await told({ confirm: '2026-014' }), { code: 'case-still-held' })

  const keyOf = (name: string): string => {
    const database = new Database(path.join(it.node.folder, 'data.db'), { readonly: true })
    const row = database.prepare<[string], { keyId: string }>('SELECT keyId FROM cases WHERE id = ?').get(name)
    database.close()
    return row?.keyId ?? ''
  }
  const keyId = keyOf(id)
  const wrapped = readKey(it.node, keyId)
  t.ok(wrapped)
  const contents = readContents(it.node, id)
  t.equal(contents.length, 8)

  const backups = [it, ro].map(({ node }) => backUp(node))
  const erased = await it.take<ErasedCase>('POST', `${url}/erase`, { confirm: '2026-014', referrals: 'withdraw' })
  t.match(erased, { case: id, withdrawn: [sent.thread], holders: [ro.node.id], callList: [`${canaries.agency}, RO`] })
  await federation.settle()
  t.equal(await ro.node.stateOf(sent.thread), 'consentWithdrawn')

  t.equal(readKey(it.node, keyId), undefined, 'the key is destroyed')
  t.strictSame(readContents(it.node, id), [], 'and so is what it covered')
  const files = readdirSync(it.node.folder).filter((name) => name.startsWith('keys.db'))
  for (const name of files) {
    const bytes = readFileSync(path.join(it.node.folder, name))
    t.notOk(bytes.includes(wrapped ?? ''), `${name} holds the wrapped key no more`)
  }
  t.strictSame(scanOf(Object.values(canaries))(it.node), [], 'no text of the case is in any file')
  t.strictSame(scanOf(Object.values(canaries))(ro.node), [], 'nor at the peer')

  for (const at of [url, `${url}/vault`, `${url}/holders`]) {
    t.match((await it.ask('GET', at)).body, { code: 'case-erased' })
  }
  t.match((await it.ask('POST', `${url}/notes`, { body: { text: 'more' } })).body, { code: 'case-erased' })
  t.match((await it.ask('GET', `${cases}/2026-014`)).body, { code: 'case-not-found' }, 'not even its code is left')
  const { cases: listed } = await it.take<CaseList>('GET', `${cases}?state=erased`)
  t.match(listed, [{ case: id, state: 'erased', erasedAt: erased.erasedAt }])
  t.notOk('code' in (listed[0] ?? {}))

  const at = Date.parse(erased.erasedAt)
  const leaf = leafHash(String(erased.nonce), 'local', 'case.erased', sha256Text(`${id}|${at}`))
  const log = new Database(path.join(it.node.folder, 'data.db'), { readonly: true })
  t.ok(log.prepare('SELECT 1 FROM leaves WHERE hash = ?').get(leaf), 'the erasure is in the log and can be shown')
  log.close()
  const { receipts } = await it.node.thread(sent.thread)
  t.ok(receipts.length > 0)
  t.ok(
    receipts.every(({ verified }) => verified),
    'receipts verify',
  )
  const { case: anew } = await it.take<CaseSummary>('POST', cases, { code: '2026-014' })
  t.not(anew, id, 'the code can be used again')

  t.test('an erasure that a stop cut in two is finished at the next start', async (t) => {
    const next = await fillCase(it, ro.node.id, '2026-055')
    const nextKey = keyOf(next.id)
    const row = await it.node.running.store.findCase(next.id)
    const done = await it.node.running.store.commit([
      { do: 'eraseCase', id: next.id, expectVersion: row?.version ?? 0, at: 5, nonce: 'n' },
      { do: 'insertDeadKey', keyId: nextKey, at: 5 },
    ])
    t.strictSame(done, { ok: true })
    t.ok(readKey(it.node, nextKey))
    await it.node.stop()
    await it.node.start()
    t.equal(readKey(it.node, nextKey), undefined)
    t.strictSame(await it.node.running.store.listDeadKeys(), [])
  })

  t.test('a backup of before opens nothing of it with the keys of today', async (t) => {
    await federation.pass(74 * hour, 6 * hour)
    for (const [at, desk] of [it, ro].entries()) {
      await desk.node.stop()
      restore(desk.node, backups[at] ?? '')
      await desk.node.start()
      await desk.open()
    }
    const read = [
      ...['', '/vault', '/holders'].map((part) => it.ask('GET', `${url}${part}`)),
      ...[it, ro].map((desk) => desk.ask('GET', `/api/v1/threads/${sent.thread}`)),
    ]
    for (const { text, body } of await Promise.all(read)) {
      t.match(body, { code: 'content-unreadable' })
      for (const canary of Object.values(canaries)) t.notOk(text.includes(canary))
    }
    for (const { node } of [it, ro]) t.strictSame(scanOf(Object.values(canaries))(node), [])
  })
})

/** A copy of data.db as a backup takes it: without keys, consistent. Returns its path. */
function backUp({ folder }: TestNode): string {
  const copy = path.join(path.dirname(folder), `${path.basename(folder)}-backup.db`)
  const database = new Database(path.join(folder, 'data.db'))
  database.prepare('VACUUM INTO ?').run(copy)
  database.close()
  return copy
}

/** The node must be stopped. */
function restore({ folder }: TestNode, copy: string): void {
  for (const end of ['-wal', '-shm']) rmSync(path.join(folder, `data.db${end}`), { force: true })
  copyFileSync(copy, path.join(folder, 'data.db'))
  chmodSync(path.join(folder, 'data.db'), 0o600)
}

t.test('what was kept long enough is erased by rule, and told of before', async (t) => {
  const { federation, it, ro, offered } = await openDesks(t, { seed: 'retention' })
  const { id: closed } = await fillCase(it, ro.node.id, '2026-001')
  const { id: open } = await fillCase(it, ro.node.id, '2026-002')
  const { id: kept } = await fillCase(it, ro.node.id, '2026-003')
  await it.take('POST', `${cases}/${closed}/retention`, { retainDays: 30 })
  await it.take('POST', `${cases}/${open}/retention`, { retainUntil: '2026-11-23' })
  await it.take('POST', `${cases}/${closed}/close`)
  await it.take('POST', `${cases}/${kept}/close`)
  t.match((await it.ask('POST', `${cases}/${kept}/close`)).body, { code: 'transition-not-allowed' })
  await it.take('POST', `${cases}/${kept}/reopen`)
  const thread = await offered()
  await ro.take('POST', `/api/v1/threads/${thread}/steps/referral.decline`, { reason: 'noCapacity' })
  await federation.settle()

  const run = (desk: Desk, dryRun: boolean) => desk.take<RetentionReport>('POST', '/api/v1/retention', { dryRun })
  const withoutRule = [{ case: kept, code: '2026-003', state: 'open' }]
  t.match(await run(it, false), { cases: [], threads: [], withoutRule })
  t.match(await it.ask('POST', `${cases}/${closed}/retention`, { body: { none: true, retainDays: 1 } }), {
    body: { code: 'schema-invalid' },
  })
  t.match(
    await it.take<CaseSummary>('POST', `${cases}/${closed}/retention`, {}),
    { retainDays: 30 },
    'asked, not changed',
  )
  // Time that no timer sees: nothing happens by itself yet.
  it.node.skewMs = 31 * day
  it.token = await it.tokenFor('case:read', 'case:erase', 'case:write')
  const due = {
    dryRun: true,
    cases: [
      { case: open, outcome: 'stillOpen' },
      { case: closed, outcome: 'due' },
    ],
  }
  t.match(await run(it, true), due)
  t.match(await run(it, true), due, 'a dry run changes nothing')
  await it.node.running.upkeep()
  t.match((await it.ask('GET', `${cases}/${closed}`)).body, { code: 'case-erased' }, 'the upkeep of a day does it')
  t.equal((await it.ask('GET', `${cases}/${open}`)).status, 200)
  t.equal((await it.ask('GET', `${cases}/${kept}`)).status, 200, 'nothing is erased without a rule')

  ro.node.skewMs = 4 * 366 * day
  ro.token = await ro.tokenFor('case:erase')
  t.match(await run(ro, true), { threads: [{ thread, outcome: 'due' }] })
  t.match(await run(ro, false), { threads: [{ thread, outcome: 'scheduled' }] })
  t.match(await ro.node.running.store.findErasure(thread), { cause: 'retentionOver' })
  t.match(await run(ro, false), { threads: [] })
})

t.test('no referral is decrypted to see that its time is not over', async (t) => {
  const read: string[] = []
  const federation = await TestFederation.create(t, {
    nodes: ['it', 'ro'],
    seed: 'unread',
    wrapStore: (name, store) => ({
      ...store,
      eventsOf: (thread) => {
        if (name === 'ro') read.push(thread)
        return store.eventsOf(thread)
      },
    }),
  })
  const [it, ro] = [federation.get('it'), federation.get('ro')]
  const thread = await it.submit(offerDraft(ro.id))
  await federation.settle()
  await ro.step(thread, 'referral.decline', { reason: 'noCapacity' })
  await federation.settle()
  federation.clock.advance(720 * day)
  await ro.stop()
  await ro.start()
  read.length = 0
  t.match((await ro.api('POST', '/api/v1/retention', { dryRun: true })).body, { threads: [] })
  t.same(read, [])
  federation.clock.advance(11 * day)
  await ro.running.upkeep()
  t.match(await ro.running.store.findErasure(thread), { cause: 'retentionOver' })
})

t.test('an office keeps its cases from the command line', async (t) => {
  const office = new Office(t, t.testdir(), 'RO')
  await office.init()
  const piped = (text: string, ...argv: readonly string[]) =>
    trm([...argv, '--data', office.folder, '--json'], { stdin: Readable.from([text]) })
  const created = await office.json('case', 'create', '--code', '2026-014', '--keep-days', '365')
  t.match(created, { state: 'open', retainDays: 365 })
  t.match((await piped(canaries.note, 'case', 'note', '2026-014')).result, { code: '2026-014' })
  t.match((await office.trm('case', 'retain', '2026-014')).out, /kept for 365 days after closure/)
  const ruleless = await office.trm('case', 'create', '--code', '2026-015')
  t.match(ruleless, { out: /2026-015 {2}open {2}kept for ever/, err: /No rule[^]*trm case retain 2026-015 --days/ })
  t.match(await office.json('case', 'retain', '2026-015', '--days', '30'), { retainDays: 30 })
  t.match(await office.json('case', 'retain', '2026-015'), { retainDays: 30 }, 'to look changes nothing')
  t.match((await office.trm('case', 'retain', '2026-015', '--none')).err, /No rule says/)
  t.match(await office.trm('case', 'retain', '2026-015', '--days', '99999'), { code: 2, err: /--days must be at most/ })
  t.match((await office.trm('retention', 'run', '--dry-run')).err, /No rule says[^]*2026-015 \(open\)/)
  const telling = await office.trm('case', 'create', '--code', 'MARIA-1990')
  t.match(telling, { code: 1, err: /--code holds a name[^]*leave it out/ })
  t.notMatch(telling.err, '--leave-out')
  t.match(await office.trm('case', 'show', '2026'), { code: 2, err: /More than one case begins so: 2026-01/ })
  t.match(await office.json('case', 'show', String(created.case).slice(0, 8)), { code: '2026-014' })
  const unwritten = path.join(office.folder, 'vault.json')
  writeFileSync(unwritten, (await office.trm('case', 'new', 'vault')).out)
  const untouched = await office.trm('case', 'vault', '2026-015', '--add', unwritten)
  t.match(untouched, { code: 2, err: /\/members\/0\/value was not filled in/ })
  writeFileSync(unwritten, JSON.stringify({ members: [{ name: 'fax', value: 'none that anybody knows' }] }))
  const stored = await office.trm('case', 'vault', '2026-015', '--add', unwritten)
  t.match(stored, { code: 0, err: /destroy it now[^]*shred -u .*vault\.json/ })
  const mailed = ['--to', canaries.agency, '--country', 'RO', '--channel', 'email', '--categories', 'profile']
  t.equal((await office.trm('case', 'disclose', '2026-015', ...mailed)).code, 0)
  writeFileSync(unwritten, 'a scan of the paper')
  t.match(await office.trm('evidence', unwritten), {
    code: 0,
    out: `${sha256Text('a scan of the paper')}\n`,
    err: /KEEP the paper/,
  })
  writeFileSync(unwritten, '')
  t.match(await office.trm('evidence', unwritten, '--json'), { code: 1, problem: { code: 'evidence-of-nothing' } })
  rmSync(unwritten)
  const vault = JSON.stringify({ members: [{ name: 'name', value: canaries.name }] })
  t.match((await piped(vault, 'case', 'vault', '2026-014', '--set', '-')).code, 0)
  const phone = JSON.stringify({ members: [{ name: 'phone', value: canaries.phone }] })
  const lost = await piped(phone, 'case', 'vault', '2026-014', '--set', '-')
  t.match(lost, { code: 1, problem: { code: 'vault-member-missing', detail: /--add FILE[^]*--remove NAME/ } })
  t.equal((await piped(phone, 'case', 'vault', '2026-014', '--add', '-')).code, 0)
  t.equal((await office.trm('case', 'vault', '2026-014')).out, `name   ${canaries.name}\nphone  ${canaries.phone}\n`)
  t.match(await office.trm('case', 'vault', '2026-014', '--remove', 'fax'), { code: 2, err: /no member of the vault/ })
  t.equal((await office.trm('case', 'vault', '2026-014', '--remove', 'phone')).code, 0)
  t.equal((await office.trm('case', 'vault', '2026-014')).out, `name  ${canaries.name}\n`)
  await piped('Ask how the flat is.', 'case', 'remind', '2026-014', '--on', '2099-12-22', '--follow-up')
  t.match(await office.trm('today'), {
    code: 0,
    out: /^THIS NODE DOES NOT RUN.*\n$/,
    err: /Nothing waits for you today/,
  })
  await piped('Call the school.', 'case', 'remind', '2026-014', '--on', toDay(systemClock.now()))
  t.match((await office.trm('today')).out, /\nReminders of cases[^]*2026-014 +reminder +20/)
  await office.json('case', 'plan', '2026-014', 'SOP4.M2', '--state', 'planned')
  await office.json('case', 'document', '2026-014', '--kind', 'passport', '--place', 'Archive, shelf 3')
  const disclosed = ['--to', canaries.agency, '--country', 'RO', '--channel', 'letter', '--categories', 'profile']
  await office.json('case', 'disclose', '2026-014', ...disclosed)
  const node = 'hoDIbpV6r0iE0g8Zwl9bpnFZHrYuFgY2AOJmDhgLs0E'
  const said = JSON.stringify(consentDraft(node))
  const unknown = await piped(said, 'case', 'consent', '2026-014', '-')
  t.match(unknown, { code: 2, problem: { faults: [{ at: '/recipients/0/node', message: /is no peer/ }] } })
  const { result } = await piped(said, 'case', 'consent', '2026-014', '-', '--unpaired')
  const shown = await office.trm('case', 'show', '2026-014')
  for (const part of [result.consent, 'Counselling Centre South, RO', canaries.note, 'SOP4.M2', 'Archive, shelf 3']) {
    t.match(shown.out, part)
  }
  t.notMatch(shown.out, canaries.name)
  t.match((await office.trm('case', 'holders', '2026-014')).out, /To call after a withdrawal[^]*kanariagency/)
  t.match(await office.json('case', 'pass-on', '2026-014', result.consent.slice(0, 8)), {
    consent: result.consent,
    updated: [],
  })
  t.match((await office.trm('case', 'pass-on', '2026-014', '00000000')).err, /no consent that begins so/)
  t.match(await office.json('case', 'withdraw', '2026-014', result.consent.slice(0, 8)), {
    withdrawn: [],
    consent: result.consent,
  })
  t.match((await office.trm('case', 'list')).out, /CASE +STATE[^]*2026-014 +open/)
  t.match((await office.trm('case', 'show', 'X-1')).err, /trm case list/)
  t.match(await office.trm('retention', 'run', '--dry-run'), { code: 0, err: /Nothing is due/ })
  t.match(await office.trm('case', 'close', '2026-014'), { code: 0, out: /2026-014 {2}closed {2}kept until/ })
  t.match(await office.trm('case', 'erase', '2026-014'), { code: 2, err: /cannot be undone/ })
  t.match(await office.trm('case', 'erase', '2026-014', '--confirm', '2026-14'), {
    code: 2,
    err: /--confirm is not the code of this case/,
  })
  const beginning = String(created.case).slice(0, 8)
  t.match(await office.trm('case', 'erase', beginning, '--yes'), { code: 2, err: /whole code: 2026-014/ })
  const gone = await office.trm('case', 'erase', '2026-014', '--confirm', '2026-014')
  t.match(gone, { code: 0, err: new RegExp(`named here for the last time: ${canaries.agency}, RO`) })
  t.match(await office.trm('case', 'show', created.case), { code: 1, err: /The case is erased/ })
  t.strictSame(scanOf(Object.values(canaries))({ folder: office.folder } as TestNode), [])
})

function readKey({ folder }: Pick<TestNode, 'folder'>, id: string): Buffer | undefined {
  const database = new Database(path.join(folder, 'keys.db'), { readonly: true })
  const row = database.prepare<[string], { wrapped: Buffer }>('SELECT wrapped FROM keys WHERE id = ?').get(id)
  database.close()
  return row?.wrapped
}

/** Every ciphertext that belongs to a case. */
function readContents({ folder }: Pick<TestNode, 'folder'>, id: string): readonly Buffer[] {
  const database = new Database(path.join(folder, 'data.db'), { readonly: true })
  const rows = ['caseEntries', 'caseVaults', 'caseReads'].flatMap((table) =>
    database.prepare<[string], { content: Buffer }>(`SELECT content FROM ${table} WHERE caseId = ?`).all(id),
  )
  const own = database.prepare<[string], { content: Buffer }>('SELECT content FROM cases WHERE id = ?').all(id)
  database.close()
  return [...rows, ...own].map(({ content }) => content).filter((content) => content.length > 0)
}
