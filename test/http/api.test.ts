import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { allScopes } from '../../src/cli/local-api.js'
import type { Scope } from '../../src/http/api/authenticate.js'
import type { OfferDraft } from '../../src/outbound/submit-offer.js'
import type { Step } from '../../src/outbound/submit-step.js'
import { states, type ThreadState } from '../../src/referral/thread-states.js'
import { nodeWrittenTypes, personalStepTypes } from '../../src/referral/step-types.js'
import type {
  CreatedToken,
  PeerList,
  PeerView,
  PingResult,
  Problem,
  ThreadList,
  ThreadView,
  TokenList,
} from '../../src/wire/generated/types.js'
import { freeTextPointers } from '../../src/wire/generated/free-texts.js'
import { readSchemaJson } from '../codegen/schema-files.js'
import { routes } from '../support/api-routes.js'
import { mutationsOf, withMembers, type Members } from '../support/body-mutations.js'
import { bodyRoutes } from '../support/body-routes.js'
import { canary, openDesks, refuser, withoutTrace, type Desk, type Sent } from '../support/desk.js'
import { offerDraft } from '../support/drafts.js'
import { day, second } from '../support/fake-clock.js'
import { freePorts } from '../../src/cli/demo/free-ports.js'
import { fullReferral, fullSections } from '../support/full-referral.js'
import { noNode, nobody } from '../support/ids-of-nothing.js'
import { Outlaw } from '../support/outlaw.js'
import { stepBodies } from '../support/step-bodies.js'
import type { TestNode } from '../support/test-federation.js'

const methods = ['GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY']
const guarded = routes.filter(({ scope }) => scope !== 'none')

t.test('every route answers what is right with what its schema says', async (t) => {
  const { federation, it, ro, offered } = await openDesks(t, { seed: 'right' })
  const outlaw = await Outlaw.start(t, 'right', federation.clock)

  for (const url of ['/livez', '/readyz']) t.equal((await it.ask('GET', url, { token: '' })).status, 200)
  t.match(await it.take('GET', '/api/v1/node'), { id: it.node.id, country: 'IT', peers: 1, threads: 0, waiting: 0 })

  const added = await it.take<PeerView>('POST', '/api/v1/peers', { url: outlaw.url, id: outlaw.id, pin: true })
  t.match(added, { id: outlaw.id, label: 'Outlaw, AQ', pinnedAddress: new URL(outlaw.url).host })
  const { peers } = await it.take<PeerList>('GET', '/api/v1/peers')
  t.strictSame(peers.map(({ id }) => id).sort(), [ro.node.id, outlaw.id].sort())
  t.match(await it.take<PingResult>('POST', `/api/v1/peers/${ro.node.id}/ping`), {
    peer: ro.node.id,
    software: /^trm-node\//,
    clockDifferenceSeconds: 0,
    versions: [1],
  })

  const submitted = await it.ask('POST', '/api/v1/referrals', { body: offerDraft(ro.node.id) })
  const first = (submitted.body as ThreadView).thread
  t.equal(submitted.headers['location'], `/api/v1/threads/${first}`)
  t.match(submitted.body, { role: 'sender', state: 'offered', delivery: [{ state: 'waiting' }], receipts: [] })
  await federation.settle()
  t.match(await ro.take('GET', `/api/v1/threads/${first}`), { role: 'receiver', events: [{ direction: 'in' }] })
  await ro.take('POST', `/api/v1/threads/${first}/steps/referral.accept`, { servicesOffered: ['safeAccommodation'] })
  await federation.settle()
  const withdrawal = { scope: 'everything', channel: 'viaSender' }
  const today = { type: 'consent.withdraw', body: { withdrawnOn: '2026-11-22' } }
  const ended = await it.take<ThreadView>('POST', `/api/v1/threads/${first}/withdraw-consent`, withdrawal)
  t.match(
    ended.events.find(({ type }) => type === 'consent.withdraw'),
    today,
    'today, where nobody says another day',
  )

  const second = await offered()
  await ro.take('POST', `/api/v1/threads/${second}/steps/referral.decline`, { reason: 'noCapacity' })
  const third = await offered()
  await it.take('POST', `/api/v1/threads/${third}/steps/referral.recall`, { obstacles: ['wishChanging'] })
  await federation.settle()
  const listed = await ro.take<ThreadList>('GET', '/api/v1/threads')
  const statesOf = Object.fromEntries(listed.threads.map(({ thread, state }) => [thread, state]))
  t.strictSame(statesOf, { [first]: 'consentWithdrawn', [second]: 'declined', [third]: 'recalled' })
  t.equal(listed.next, undefined)

  const wish = { label: 'Case file import', scopes: ['referral:read'], days: 1 }
  const { jti } = await it.take<CreatedToken>('POST', '/api/v1/tokens', wish)
  const { tokens } = await it.take<TokenList>('GET', '/api/v1/tokens')
  t.match(
    tokens.find((token) => token.jti === jti),
    { label: 'Case file import', scopes: ['referral:read'] },
  )
  t.equal((await it.ask('DELETE', `/api/v1/tokens/${jti}`)).status, 204)
})

t.test('what is wrong with a request is told with its code and leaves no trace', async (t) => {
  let isBroken = false
  const { federation, it, ro, offered } = await openDesks(t, { seed: 'wrong', isBroken: () => isBroken })
  const desks = [it, ro]
  const refuse = refuser(t, desks)
  const open = await offered()
  const begun = (body: unknown) => ({ ...(body as object), departs: Math.floor(federation.clock.now() / 1000) })
  const arrived = await it.node.submit(fullReferral(ro.node.id))
  await federation.settle()
  for (const [type, desk, body] of [
    ['referral.accept', ro, { servicesOffered: ['safeAccommodation'] }],
    ['work.start', ro, { sopMeasures: [] }],
    ['travel.notice', it, begun(stepBodies(it, ro, arrived).find(({ url }) => url.endsWith('travel.notice'))?.body)],
    ['arrival.confirm', ro, { arrivedOn: '2026-11-22' }],
  ] as const) {
    await desk.node.step(arrived, type, body)
    await federation.settle()
  }
  const outlaw = await Outlaw.start(t, 'wrong', federation.clock)
  // A round of gossip that a token may ask for finds nothing new.
  for (const { node } of desks) await node.running.gossip()
  const bodies = bodyRoutes(it, ro, open, outlaw.url)
  const tokens = await Promise.all(allScopes.map(async (scope) => [scope, await it.tokenFor(scope)] as const))

  t.test('the table of this test names every route of the listener', (t) => {
    const printed = it.node.running.listeners.local.printRoutes({ commonPrefix: false })
    const parents: string[] = []
    const paths = [...printed.matchAll(/^([│ ]*)[├└]── (\/\S*) /gm)].map(([, indent = '', part = '']) => {
      parents.length = indent.length / 4
      return parents.push(part) && parents.join('')
    })
    t.strictSame(new Set(paths), new Set(routes.map(({ path }) => path)))
    t.end()
  })

  t.test('no token, a token without the scope, and every method that a path does not take are refused', (t) =>
    withoutTrace(t, desks, async () => {
      const urlOf = (route: string): string =>
        route
          .replace(':thread', open)
          .replace(':type', 'referral.recall')
          .replace(/:(jti|node|id|digest)/, nobody)
      for (const { method, path: route, scope } of guarded) {
        const url = urlOf(route)
        const bare = await refuse(it, method, url, { token: '' })
        t.match(bare, { code: 'unauthenticated', headers: { 'www-authenticate': 'Bearer' } }, `${method} ${route}`)
        for (const [granted, token] of tokens) {
          const told = await it.ask(method, url, { token })
          if (granted === scope) t.notOk([401, 403].includes(told.status), `${granted} opens ${method} ${route}`)
          else t.match(told.body, { code: 'forbidden', scope }, `${granted} does not open ${method} ${route}`)
        }
      }
      for (const path of new Set(routes.map((route) => route.path))) {
        const taken: readonly string[] = routes.filter((route) => route.path === path).map(({ method }) => method)
        for (const method of methods.filter((each) => !taken.includes(each))) {
          const { headers, code } = await refuse(it, method, `${urlOf(path)}?${canary}`, { body: {} })
          if (method !== 'HEAD') t.equal(code, 'method-not-allowed', `${method} ${path}`)
          t.strictSame(String(headers['allow']).split(', ').sort(), [...taken].sort())
        }
      }
      const foreign = await refuse(it, 'GET', '/api/v1/node', { token: ro.token })
      t.equal(foreign.code, 'unauthenticated', 'the token of another node')
    }),
  )

  t.test('H-03 no member of a body can be missing, unknown, of another type, too long or no code', (t) =>
    withoutTrace(t, desks, async () => {
      for (const { url, desk, body, optional: missing = [], gated = {}, freeText = [], beyond = {} } of bodies) {
        const mutations = mutationsOf(body, { missing, gated, freeText, beyond })
        t.ok(mutations.length > 5, `${url}: ${mutations.length} faults`)
        for (const { name, body: wrong, code: expected, error } of mutations) {
          const { code, errors = [] } = await refuse(desk, 'POST', url, { body: wrong })
          const isPointedTo = errors.some((told) => told.startsWith(error))
          if (code !== expected || !isPointedTo) t.fail(`${url}: ${name}`, { code, errors, expected, error })
        }
      }
    }),
  )

  t.test('H-03 what the node sets itself cannot be set by a client', (t) =>
    withoutTrace(t, desks, async () => {
      for (const { url, desk, body, owned } of bodies) {
        for (const [pointer, members] of Object.entries(owned)) {
          for (const [name, value] of Object.entries(members)) {
            const wrong = withMembers(body, pointer, { [name]: value })
            const { code, errors } = await refuse(desk, 'POST', url, { body: wrong })
            t.match(
              { code, errors },
              { code: 'schema-invalid', errors: [`${pointer || '/'} additionalProperties`] },
              `${url} ${name}`,
            )
          }
        }
      }
    }),
  )

  t.test('a body that is not one JSON text, in JSON, of at most 64 KiB is refused', (t) =>
    withoutTrace(t, desks, async () => {
      for (const { url, desk, body } of bodies) {
        const text = JSON.stringify(body)
        const [name = ''] = Object.keys(body)
        const json = { 'content-type': 'application/json' }
        const cases: readonly (readonly [string, Sent, string])[] = [
          ['cut off', { raw: text.slice(0, -1) }, 'malformed-request'],
          ['two values', { raw: `${text}{}` }, 'malformed-request'],
          ['a member twice', { raw: `{"${name}":${JSON.stringify(body[name])},${text.slice(1)}` }, 'malformed-request'],
          [
            'a member twice, once escaped',
            { raw: `{"\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}":1,${text.slice(1)}` },
            'malformed-request',
          ],
          ['__proto__', { raw: `{"__proto__":{"${name}":1},${text.slice(1)}` }, 'malformed-request'],
          ['a byte order mark', { raw: `\ufeff${text}` }, 'malformed-request'],
          ['a comment', { raw: `/* ${canary} */${text}` }, 'malformed-request'],
          ['single quotes', { raw: text.replaceAll('"', "'") }, 'malformed-request'],
          ['NaN', { raw: '{"a":NaN}' }, 'malformed-request'],
          ['broken UTF-8', { raw: Buffer.from([0x22, 0xff, 0x22]) }, 'malformed-request'],
          ['nothing', { raw: '', headers: json }, 'malformed-request'],
          ['deeper than 16', { raw: `${'['.repeat(17)}${']'.repeat(17)}` }, 'malformed-request'],
          ['no body', {}, 'schema-invalid'],
          ['null', { body: null }, 'schema-invalid'],
          ['a list', { body: [body] }, 'schema-invalid'],
          ['a text', { body: text }, 'schema-invalid'],
          ['plain text', { raw: text, headers: { 'content-type': 'text/plain' } }, 'unsupported-media-type'],
          [
            'a form',
            { raw: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
            'unsupported-media-type',
          ],
          [
            'problem+json',
            { raw: text, headers: { 'content-type': 'application/problem+json' } },
            'unsupported-media-type',
          ],
          [
            'latin-1',
            { raw: text, headers: { 'content-type': 'application/json; charset=latin1' } },
            'unsupported-media-type',
          ],
          ['gzip', { raw: text, headers: { 'content-encoding': 'gzip' } }, 'unsupported-media-type'],
          ['64 KiB and one', { raw: `"${'x'.repeat(64 * 1024 - 1)}"` }, 'payload-too-large'],
        ]
        for (const [fault, sent, code] of cases)
          t.equal((await refuse(desk, 'POST', url, sent)).code, code, `${url}: ${fault}`)
      }
    }),
  )

  t.test('what is not there is told as such, on every route that names something', (t) =>
    withoutTrace(t, desks, async () => {
      const steps = bodies.filter(({ url }) => url.includes(open))
      for (const id of [nobody, nobody.toUpperCase(), 'x', '%00', `${nobody} `, "' OR 1=1 --", `${open}%2faccept`]) {
        const url = `/api/v1/threads/${encodeURI(id)}`
        t.equal((await refuse(it, 'GET', url)).code, 'thread-not-found', url)
        for (const { url: step, desk, body } of steps) {
          t.equal((await refuse(desk, 'POST', step.replace(open, encodeURI(id)), { body })).code, 'thread-not-found')
        }
        t.equal((await refuse(it, 'DELETE', `/api/v1/tokens/${encodeURI(id)}`)).code, 'token-unknown')
        t.equal((await refuse(it, 'POST', `/api/v1/peers/${encodeURI(id)}/ping`)).code, 'peer-unknown')
      }
      t.equal((await refuse(it, 'GET', '/api/v1/threads/')).code, 'thread-not-found')
      const noStep = ['agreement.accept', 'contact.share', 'accept', '__proto__']
      for (const type of [...nodeWrittenTypes, ...noStep, 'constructor', 'referral.Accept', 'referral.accept%20']) {
        const url = `/api/v1/threads/${open}/steps/${type}`
        t.equal((await refuse(it, 'POST', url, { body: { reason: 'other' } })).code, 'step-unknown', type)
      }
      const { next } = await it.take<ThreadView>('GET', `/api/v1/threads/${open}`)
      const unknown = await refuse(it, 'POST', `/api/v1/threads/${open}/steps/accept`, { body: {} })
      t.strictSame({ code: unknown.code, next: unknown.next }, { code: 'step-unknown', next })
      const early = await refuse(it, 'POST', `/api/v1/threads/${open}/erase`, { body: { remaining: 'none' } })
      t.match(early, { code: 'erasure-not-due', status: 409 })
      const empty = await refuse(it, 'POST', `/api/v1/threads/${open}/withdraw-consent`, { body: {} })
      t.strictSame(empty.errors, ['/scope required', '/channel required'])
      t.equal((await refuse(it, 'POST', '/api/v1/referrals', { body: offerDraft(noNode) })).code, 'peer-unknown')
      t.equal((await refuse(it, 'POST', '/api/v1/referrals', { body: offerDraft(it.node.id) })).code, 'peer-unknown')
      for (const url of [
        '/api/v1/nowhere',
        `/api/v1/threads/${open}/close`,
        '/api/v2/threads',
        `/api/v1/threads/${'a'.repeat(300)}`,
      ]) {
        t.equal((await refuse(it, 'GET', `${url}?a=b`)).code, 'not-found', url)
      }
    }),
  )

  t.test('a query parameter that no route reads, or that means nothing, is refused', (t) =>
    withoutTrace(t, desks, async () => {
      const after = Buffer.from(`1|${open}`).toString('base64url')
      const cases: readonly (readonly [string, string])[] = [
        ['limit=0', '/query/limit pattern'],
        ['limit=51', '/query/limit maximum'],
        ['limit=100', '/query/limit pattern'],
        ['limit=abc', '/query/limit pattern'],
        ['limit=', '/query/limit pattern'],
        ['limit=-1', '/query/limit pattern'],
        ['limit=1e1', '/query/limit pattern'],
        ['limit=0x5', '/query/limit pattern'],
        ['limit=%205', '/query/limit pattern'],
        ['limit=05', '/query/limit pattern'],
        ['after=', '/query/after pattern'],
        ['after=abc', '/query/after pattern'],
        [`after=${after}=`, '/query/after pattern'],
        [`after=${after}A`, '/query/after pattern'],
        [`after=${Buffer.from(`-1|${open}`).toString('base64url')}`, '/query/after pattern'],
        [`after=${Buffer.from(`1|${canary}`).toString('base64url')}`, '/query/after pattern'],
        [`after=${'A'.repeat(4000)}`, '/query/after pattern'],
        ['state=', '/query/state enum'],
        ['state=sent', '/query/state enum'],
        ['state=constructor', '/query/state enum'],
        ['state=Accepted', '/query/state enum'],
        ['peer=', '/query/peer pattern'],
        [`peer=${ro.node.id}A`, '/query/peer pattern'],
        ['peer=Test office ro, RO', '/query/peer pattern'],
        ['role=', '/query/role enum'],
        ['role=either', '/query/role enum'],
        ['urgency=', '/query/urgency enum'],
        ['urgency=soon', '/query/urgency enum'],
        ['waiting=', '/query/waiting enum'],
        ['waiting=false', '/query/waiting enum'],
        ['begins=', '/query/begins pattern'],
        [`begins=${open.slice(0, 7)}`, '/query/begins pattern'],
        [`begins=${open.toUpperCase()}`, '/query/begins pattern'],
        [`begins=${open}a`, '/query/begins pattern'],
        ['begins=________', '/query/begins pattern'],
        ['sate=accepted', '/query additionalProperties'],
        [`limit=5&${canary}=1`, '/query additionalProperties'],
        ['__proto__=1', '/query additionalProperties'],
        ['=1', '/query additionalProperties'],
      ]
      for (const [query, error] of cases) {
        const { code, errors } = await refuse(it, 'GET', `/api/v1/threads?${encodeURI(query)}`)
        t.strictSame({ code, errors }, { code: 'schema-invalid', errors: [error] }, query)
      }
      t.equal((await refuse(it, 'GET', '/api/v1/threads?limit=5&limit=6')).code, 'malformed-request')
      const bodyOf = new Map(bodies.map(({ url, body }) => [url, body]))
      for (const { method, path: route } of guarded.filter(({ path }) => path !== '/api/v1/threads')) {
        const url = route
          .replace(':thread', open)
          .replace(':type', 'referral.recall')
          .replace(/:(jti|id)/, nobody)
          .replace(':node', ro.node.id)
        const body = bodyOf.get(url)
        const { code } = await refuse(it, method, `${url}?sate=5`, body === undefined ? {} : { body })
        t.equal(code, 'schema-invalid', `${method} ${route}`)
      }
    }),
  )

  t.test('every gate of the policy tells its code, and where in the request', (t) =>
    withoutTrace(t, desks, async () => {
      const plain = offerDraft(ro.node.id).referral
      const { returnPlan } = fullSections()
      /** The case for which a basis other than consent is meant. */
      const danger = {
        referral: { urgency: 'urgent', request: { ...plain.request, primaryType: 'caseReferral' } },
        grant: {
          lawfulBasis: 'vitalInterests',
          exception: 'imminentDanger',
          mode: 'notObtainable',
          givenBy: 'nobody',
          validUntil: '2026-12-15',
        },
      } satisfies Parameters<typeof offerDraft>[1]
      const cases: readonly (readonly [
        string,
        Parameters<typeof offerDraft>[1],
        string,
        readonly string[] | undefined,
      ])[] = [
        [
          'narrow',
          { grant: { dataCategories: ['profile', 'risk'] } },
          'consent-too-narrow',
          ['/referral/exploitation', '/referral/returnPlan'],
        ],
        [
          'codes only',
          { grant: { dataCategories: ['codesOnly'] } },
          'consent-too-narrow',
          ['/referral/exploitation', '/referral/documents', '/referral/returnPlan', '/referral/request/specificNeed'],
        ],
        [
          'health in the risk',
          {
            referral: {
              risk: { ...plain.risk, factors: [...plain.risk.factors, { factor: 'mentalDisorder', level: 'high' }] },
            },
          },
          'consent-too-narrow',
          ['/referral/risk/factors/1'],
        ],
        [
          'more of the person than the profile',
          {
            referral: { subject: { ...plain.subject, initials: 'QX', originArea: 'RO21', dependants: 'one' } },
            grant: { dataCategories: ['exploitation', 'travel', 'risk'] },
          },
          'consent-too-narrow',
          [
            '/referral/documents',
            '/referral/subject/originArea',
            '/referral/subject/dependants',
            '/referral/subject/initials',
          ],
        ],
        ['purpose', { grant: { purposes: ['statistics'] } }, 'purpose-not-granted', ['/referral/request/primaryType']],
        [
          'purpose of a further type',
          { referral: { request: { ...plain.request, otherTypes: ['caseReferral', 'caseFollowUp'] } } },
          'purpose-not-granted',
          ['/referral/request/otherTypes/1'],
        ],
        [
          'a section of a further type',
          { referral: { request: { ...plain.request, otherTypes: ['socialInquiry', 'legalCooperation'] } } },
          'section-missing',
          ['/referral/family', '/referral/legal'],
        ],
        [
          'documents without which',
          { referral: { request: { ...plain.request, otherTypes: ['documentIssuance'] } } },
          'section-missing',
          ['/referral/documents/documentsNeeded'],
        ],
        [
          'no adult, and nobody responsible',
          { referral: { subject: { ...plain.subject, minorStatus: 'unknown' } } },
          'guardianship-missing',
          ['/referral/subject/guardianship'],
        ],
        [
          'against the will',
          { referral: { returnPlan: { ...returnPlan, voluntaryDecisionConfirmed: false } } },
          'return-not-voluntary',
          ['/referral/returnPlan/voluntaryDecisionConfirmed'],
        ],
        [
          'a return without a look at the risk',
          { referral: { risk: { ...plain.risk, jointlyAssessed: 'notDone' } } },
          'return-risk-not-assessed',
          ['/referral/risk/jointlyAssessed'],
        ],
        [
          'whom to keep away from',
          { referral: { risk: { ...plain.risk, doNotContact: [] } } },
          'exclusion-missing',
          ['/referral/risk/doNotContact'],
        ],
        [
          'protection claimed against the country of the peer',
          { referral: { documents: { ...fullSections().documents, stayStatus: 'asylumSeeker' } } },
          'protection-claim',
          ['/to'],
        ],
        ['refused', { grant: { mode: 'refused' } }, 'consent-not-valid', ['/grant/mode']],
        [
          'refused in danger',
          { grant: { mode: 'refused', lawfulBasis: 'vitalInterests' } },
          'consent-not-valid',
          ['/grant/mode'],
        ],
        ['not obtainable', { grant: { mode: 'notObtainable' } }, 'consent-not-valid', ['/grant/mode']],
        ['given by nobody', { grant: { givenBy: 'nobody' } }, 'consent-not-valid', ['/grant/givenBy']],
        ['given by a relative', { grant: { givenBy: 'relativeReporting' } }, 'consent-not-valid', ['/grant/givenBy']],
        ['a parent of an adult', { grant: { givenBy: 'parent' } }, 'consent-not-valid', ['/grant/givenBy']],
        ['given next week', { grant: { givenOn: '2026-11-29' } }, 'consent-not-valid', ['/grant/givenOn']],
        ['not told all', { grant: { informedOf: ['purpose'] } }, 'consent-not-informed', ['/grant/informedOf']],
        ['against the child', { grant: { childAssent: 'no' } }, 'assent-missing', ['/grant/childAssent']],
        [
          'another basis without its reason',
          { grant: { lawfulBasis: 'vitalInterests' } },
          'exception-not-applicable',
          ['/grant/exception'],
        ],
        [
          'an exception for another end',
          { grant: { lawfulBasis: 'vitalInterests', exception: 'imminentDanger' } },
          'exception-not-applicable',
          ['/referral/request', '/referral/urgency'],
        ],
        [
          'an exception for months',
          { ...danger, grant: { ...danger.grant, validUntil: '2027-01-20' } },
          'exception-too-long',
          ['/grant/validUntil'],
        ],
        [
          'another basis',
          { ...danger, grant: { ...danger.grant, dataCategories: ['profile', 'exploitation', 'travel', 'risk'] } },
          'basis-codes-only',
          [
            '/grant/dataCategories',
            '/referral/exploitation',
            '/referral/documents',
            '/referral/returnPlan',
            '/referral/request/specificNeed',
          ],
        ],
        ['ended yesterday', { grant: { validUntil: '2026-11-21' } }, 'grant-expired', ['/grant/validUntil']],
      ]
      for (const [name, change, expected, pointers] of cases) {
        const { code, errors } = await refuse(it, 'POST', '/api/v1/referrals', { body: offerDraft(ro.node.id, change) })
        t.strictSame({ code, errors }, { code: expected, errors: pointers }, name)
      }
    }),
  )

  t.test('identity data is told by rule and place, never by its text, in every free text', (t) =>
    withoutTrace(t, desks, async () => {
      const address = 'role.desk@mail.example'
      const phone = '+40 21 555 01 23'
      const routes = [
        ...bodies.filter(({ url }) => url === '/api/v1/referrals'),
        ...stepBodies(it, ro, open).filter(({ url }) => /(accept|decline|info\.request)$/.test(url)),
        ...stepBodies(it, ro, arrived).filter(({ url }) => !/(accept|decline|info\.request)$/.test(url)),
      ]
      const places = routes.flatMap(({ freeText = [], ...route }) => freeText.map((pointer) => ({ ...route, pointer })))
      const typeOf = (url: string): string => (url.endsWith('/referrals') ? 'referral.offer' : path.basename(url))
      t.strictSame(
        places.map(({ url, pointer }) => `${typeOf(url)} ${pointer}`).sort(),
        Object.entries(freeTextPointers)
          .flatMap(([type, pointers]) => pointers.map((pointer) => `${type} ${pointer}`))
          .sort(),
        'every text that the schemas know',
      )
      const texts = [address, `Să scrie 😀 la ${address}, nu acasă.`, `${phone} or ${address}`]
      for (const text of texts) {
        const at = (part: string): string => `${text.indexOf(part)}-${text.indexOf(part) + part.length}`
        const told = [...(text.includes(phone) ? [`phone-international ${at(phone)}`] : []), `email ${at(address)}`]
        for (const { desk, url, body, pointer } of places) {
          const changed = withMembers(body, path.dirname(pointer).replace(/^\/$/, ''), {
            [path.basename(pointer)]: text,
          })
          const problem = await refuse(desk, 'POST', url, { body: changed })
          t.match(
            problem,
            { code: 'identity-found', status: 422, errors: told.map((each) => `${pointer} ${each}`) },
            `${typeOf(url)} ${pointer}`,
          )
          t.notMatch(JSON.stringify(problem), /role\.desk|mail\.example|555/)
        }
      }
      const summary = 'a@mail.example '.repeat(60).trim()
      const many = fullReferral(ro.node.id, { summary, need: 'A place.', questions: 'From when on?' })
      t.equal((await refuse(it, 'POST', '/api/v1/referrals', { body: many })).errors?.length, 20, 'and not without end')
      for (const { node } of desks) t.notMatch(node.logLines.join(''), /role\.desk|mail\.example|555 01/)
    }),
  )

  t.test('a peer is added only at an address that may be reached and answers as that node', (t) =>
    withoutTrace(t, desks, async () => {
      const right = { url: outlaw.url, id: outlaw.id, pin: true }
      const add = async (change: Partial<typeof right>): Promise<string> =>
        (await refuse(it, 'POST', '/api/v1/peers', { body: { ...right, ...change } })).code
      t.equal(await add({ url: ro.node.url, id: noNode }), 'node-id-mismatch')
      t.equal(await add({ url: it.node.url, id: it.node.id }), 'pairing-with-self')
      t.equal(await add({ url: ro.node.url, id: ro.node.id }), 'peer-known')
      t.equal(await add({ pin: false }), 'peer-address-refused')
      t.equal(await add({ url: outlaw.url.replace('127.0.0.1', 'localhost'), pin: false }), 'peer-address-refused')
      for (const pin of [true, false]) {
        for (const url of ['http://127.0.0.1:99999/', 'https://[::1/', 'https://::/']) {
          t.equal(await add({ url, pin }), 'peer-address-refused', url)
        }
        const repaired = [
          'https://127。0。0。1/',
          'https://node.example\\a/',
          'https:/node.example/',
          'https://node.example/é',
          'https://a@node.example/',
        ]
        for (const url of repaired) t.equal(await add({ url, pin }), 'schema-invalid', url)
      }
      t.equal(await add({ url: `http://127.0.0.1:${(await freePorts(1))[0]}/` }), 'peer-unreachable')
      t.equal(outlaw.hits.length, 0, 'nothing was asked without a pin')

      const document = outlaw.document()
      const served: readonly (readonly [string, unknown, string])[] = [
        ['a web page', '<html>', 'card-invalid'],
        ['nothing', '', 'card-invalid'],
        ['another JSON', { card: 1 }, 'card-invalid'],
        ['a member twice', `{"card":1,${JSON.stringify(document).slice(1)}`, 'card-invalid'],
        ['a card for a statement', { ...document, statements: [document.card] }, 'statement-invalid'],
        ['a statement for a card', { ...document, card: document.statements[0] }, 'card-invalid'],
        [
          'a card of rubbish',
          { ...document, card: `${'A'.repeat(60)}.${'A'.repeat(60)}.${'A'.repeat(86)}` },
          'card-invalid',
        ],
        ['too much', 'x'.repeat(1024 * 1024 + 1), 'peer-answer-too-large'],
      ]
      for (const [name, body, code] of served) t.equal(await add({ url: await serve(t, 200, body) }), code, name)
      t.equal(await add({ url: await serve(t, 404, document) }), 'peer-answer-invalid')
      t.equal(await add({ url: await serve(t, 302, document) }), 'peer-redirect')

      const { editCard } = outlaw
      outlaw.editCard = (card) => ({ ...card, iat: card.iat - 8 * 86_400, exp: card.exp })
      t.equal(await add({}), 'card-invalid', 'signed before its key was in force')
      outlaw.editCard = (card) => ({ ...card, exp: card.iat })
      t.equal(await add({}), 'card-expired')
      outlaw.editCard = (card) => ({ ...card, url: 'https://::/' })
      t.equal(await add({}), 'card-invalid', 'a URL that cannot be called')
      outlaw.editCard = editCard
    }),
  )

  t.test('a ping that does not come back is a problem of the peer and changes nothing', (t) =>
    withoutTrace(t, desks, async () => {
      it.node.faults.plan(() => 'lost')
      const unreachable = await refuse(it, 'POST', `/api/v1/peers/${ro.node.id}/ping`)
      t.match(unreachable, { code: 'peer-unreachable', status: 502, retry: 'later' })
      it.node.faults.plan()
      t.equal((await it.ask('POST', `/api/v1/peers/${ro.node.id}/ping`)).status, 200)
    }),
  )

  t.test('a store that does not take a write is told as such, and no row of the request is kept', async (t) => {
    const counts = await it.node.running.store.counts()
    const offer = offerDraft(ro.node.id)
    isBroken = true
    const requests: readonly (readonly [string, unknown])[] = [
      ['/api/v1/referrals', offer],
      [`/api/v1/threads/${open}/steps/referral.recall`, { obstacles: [] }],
      ['/api/v1/tokens', { label: 'Test', scopes: ['node:read'], days: 1 }],
    ]
    for (const [url, body] of requests) {
      const { code, retry, errors } = (await it.ask('POST', url, { body })).body as Problem
      t.strictSame({ code, retry, errors }, { code: 'storage-failed', retry: 'later', errors: undefined }, url)
    }
    isBroken = false
    t.strictSame(await it.node.running.store.counts(), counts)
    await it.take('POST', '/api/v1/referrals', offer)
  })
})

/** A server that answers everything with one thing. */
async function serve(t: Pick<Test, 'teardown'>, status: number, body: unknown): Promise<string> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', location: '/elsewhere' }).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

t.test('referrals, tokens and peers live as the API says they do', async (t) => {
  const { federation, it, ro, offered } = await openDesks(t, { seed: 'life' })
  const refuse = refuser(t, [it, ro])
  const examplesOf = (name: string): readonly Members[] =>
    readSchemaJson<{ examples: Members[] }>(`${name}.schema.json`).examples

  t.test('the example of every request schema is taken', async () => {
    for (const example of examplesOf('api/submit-referral')) {
      await it.take('POST', '/api/v1/referrals', { ...example, to: ro.node.id })
    }
    for (const example of examplesOf('api/create-token')) await it.take('POST', '/api/v1/tokens', example)
    const ends = [
      ['steps/referral.decline', 'event/referral-decline', ro],
      ['steps/referral.recall', 'event/referral-recall', it],
      ['steps/referral.void', 'event/referral-void', it],
      ['withdraw-consent', 'api/withdraw-consent', it],
      ['update-consent', 'api/update-consent', it],
    ] as const
    for (const [step, schema, desk] of ends) {
      for (const example of examplesOf(schema)) {
        await desk.take('POST', `/api/v1/threads/${await offered()}/${step}`, example)
      }
    }
  })

  t.test('a thread goes through every state, each step by the example of its schema', async (t) => {
    const grant = { ...fullReferral(ro.node.id).grant, onward: 'askMeEachTime' } as const
    const start = async (): Promise<string> => offered({ grant })
    const now = federation.clock.now() / 1000
    const proposals = new Map<string, string>()
    const inThread: Readonly<Record<string, (thread: string) => Members>> = {
      'travel.notice': () => ({ departs: now - 60, arrives: now + 7200 }),
      'onward.answer': (thread) => ({ proposal: proposals.get(thread) }),
      'closure.agree': (thread) => ({ proposal: proposals.get(thread) }),
      'closure.refuse': (thread) => ({ proposal: proposals.get(thread) }),
    }
    const take = async (thread: string, type: Step['type'], desk: Desk, state: ThreadState): Promise<void> => {
      const file = type.replace(/[A-Z.]/g, (sign) => (sign === '.' ? '-' : `-${sign.toLowerCase()}`))
      const body = { ...examplesOf(`event/${file}`)[0], ...inThread[type]?.(thread) }
      const { next } = await desk.take<ThreadView>('GET', `/api/v1/threads/${thread}`)
      t.ok(next.includes(type), `${type} was told as what can be done`)
      const view = await desk.take<ThreadView>('POST', `/api/v1/threads/${thread}/steps/${type}`, body)
      t.equal(view.state, state, type)
      // Several of a kind may be of the same millisecond: the newest is the one with the highest number.
      const ofKind = view.events.filter((event) => event.type === type).sort((a, b) => a.n - b.n)
      const { digest } = ofKind.at(-1) ?? { digest: '' }
      if (type.endsWith('.propose')) proposals.set(thread, digest)
      await federation.settle()
      for (const each of [it, ro]) {
        const { events, state: seen } = await each.take<ThreadView>('GET', `/api/v1/threads/${thread}`)
        const kept = events.find((event) => event.digest === digest)
        t.match({ seen, kept }, { seen: state, kept: { type, verdict: 'accepted', left: 'whole', body } }, type)
      }
    }
    const life = [
      ['referral.open', ro, 'underReview'],
      ['info.request', ro, 'infoRequested'],
      ['info.response', it, 'underReview'],
      ['referral.accept', ro, 'accepted'],
      ['work.start', ro, 'inProgress'],
      ['partial.result', ro, 'inProgress'],
      ['case.hold', ro, 'onHold'],
      ['case.resume', it, 'inProgress'],
      ['onward.propose', ro, 'inProgress'],
      ['onward.answer', it, 'inProgress'],
      ['travel.notice', it, 'inTransit'],
      ['arrival.missed', ro, 'alert'],
      ['arrival.confirm', ro, 'arrived'],
      ['followUp.request', it, 'arrived'],
      ['followUp.report', ro, 'arrived'],
      ['case.takeover', ro, 'followUp'],
      ['closure.propose', ro, 'followUp'],
      ['closure.refuse', it, 'followUp'],
      ['closure.propose', ro, 'followUp'],
      ['closure.agree', it, 'closed'],
      ['referral.void', it, 'enteredInError'],
    ] as const
    const whole = await start()
    for (const [type, desk, state] of life) await take(whole, type, desk, state)
    const failed = await start()
    await take(failed, 'referral.accept', ro, 'accepted')
    await take(failed, 'case.cannotContinue', ro, 'failed')
    t.strictSame(
      new Set([...life.map(([type]) => type), 'case.cannotContinue', 'referral.decline', 'referral.recall']),
      new Set(personalStepTypes),
      'every step but those that the node writes itself',
    )
  })

  t.test('a step is taken only by the side and in the state that the table allows', async (t) => {
    const bodyOf = {
      'steps/referral.accept': { servicesOffered: ['medical'] },
      'steps/referral.decline': { reason: 'noCapacity' },
      'steps/referral.recall': { obstacles: [] },
      'steps/work.start': { sopMeasures: [] },
      'steps/closure.agree': { proposal: noNode },
      'withdraw-consent': { scope: 'everything', channel: 'viaReceiver', withdrawnOn: '2026-11-22' },
      'update-consent': { grant: offerDraft(ro.node.id).grant },
    }
    type StepName = keyof typeof bodyOf
    const answers = ['steps/referral.accept', 'steps/referral.decline'] as const
    const first = [...answers, 'steps/referral.recall'] as const
    const take = async (desk: Desk, id: string, step: StepName): Promise<void> => {
      await desk.take('POST', `/api/v1/threads/${id}/${step}`, bodyOf[step])
      await federation.settle()
    }
    const refused = async (desk: Desk, id: string, ...steps: readonly StepName[]): Promise<void> => {
      for (const step of steps) {
        const { code, errors } = await refuse(desk, 'POST', `/api/v1/threads/${id}/${step}`, { body: bodyOf[step] })
        t.strictSame({ code, errors }, { code: 'transition-not-allowed', errors: undefined }, step)
      }
    }

    const accepted = await offered()
    await refused(it, accepted, ...answers, 'steps/work.start')
    await refused(ro, accepted, 'steps/referral.recall', 'steps/work.start', 'update-consent')
    await take(ro, accepted, 'steps/referral.accept')
    for (const desk of [it, ro]) await refused(desk, accepted, ...first, 'steps/closure.agree')
    await refused(it, accepted, 'steps/work.start')
    await take(ro, accepted, 'steps/work.start')
    await take(ro, accepted, 'withdraw-consent')
    for (const desk of [it, ro]) await refused(desk, accepted, ...first, 'withdraw-consent', 'update-consent')

    const declined = await offered()
    await take(ro, declined, 'steps/referral.decline')
    for (const desk of [it, ro]) await refused(desk, declined, ...first)
    const recalled = await offered()
    await take(it, recalled, 'steps/referral.recall')
    for (const desk of [it, ro]) await refused(desk, recalled, ...first)

    const race = await offered()
    const told = await Promise.all(
      [...answers, answers[0]].map((step) => ro.ask('POST', `/api/v1/threads/${race}/${step}`, { body: bodyOf[step] })),
    )
    t.strictSame(told.map(({ status }) => status).sort(), [200, 409, 409], 'of three at one moment one is taken')
    t.equal((await ro.take<ThreadView>('GET', `/api/v1/threads/${race}`)).events.length, 2)
  })

  t.test('what answers a referral goes no further than its grant', async (t) => {
    const { exploitation: _, documents: __, returnPlan: ___, ...referral } = offerDraft(ro.node.id).referral
    const { specificNeed: ____, ...rest } = referral.request
    const request = { ...rest, primaryType: 'caseReferral' } as const
    const codesOnly = async (grant: Partial<OfferDraft['grant']>): Promise<string> => {
      const draft = offerDraft(ro.node.id, { grant: { ...grant, dataCategories: ['codesOnly', 'risk'] } })
      const id = await it.node.submit({ ...draft, referral: { ...referral, request, urgency: 'urgent' } })
      await federation.settle()
      return id
    }
    const danger = {
      lawfulBasis: 'vitalInterests',
      exception: 'imminentDanger',
      mode: 'notObtainable',
      givenBy: 'nobody',
      validUntil: '2026-12-15',
    } as const
    const conditions = { servicesOffered: ['medical'], conditions: 'Only on working days.' }
    const explanation = { reason: 'other', explanation: 'Closed.' }
    for (const [grant, expected] of [
      [{}, 'consent-too-narrow'],
      [danger, 'basis-codes-only'],
    ] as const) {
      const id = await codesOnly(grant)
      const accepting = await refuse(ro, 'POST', `/api/v1/threads/${id}/steps/referral.accept`, { body: conditions })
      t.match(accepting, { code: expected, errors: ['/conditions'] })
      const declining = await refuse(ro, 'POST', `/api/v1/threads/${id}/steps/referral.decline`, { body: explanation })
      t.match(declining, { code: expected, errors: ['/explanation'] })
      await ro.take('POST', `/api/v1/threads/${id}/steps/referral.accept`, { servicesOffered: ['medical'] })
      await federation.settle()
      const { risk, ...sections } = fullSections()
      const answering = await refuse(it, 'POST', `/api/v1/threads/${id}/steps/info.response`, {
        body: { answers: [], text: 'She is well.', sections: { risk, ...sections } },
      })
      const beyond = Object.keys(sections).map((name) => `/sections/${name}`)
      t.strictSame(
        [answering.code, answering.errors?.toSorted()],
        [expected, [...beyond, '/sections/exploitation/summary', '/text'].sort()],
      )
      await it.take('POST', `/api/v1/threads/${id}/steps/info.response`, { answers: [], sections: { risk } })
    }

    const lastDay = await offered({ grant: { validUntil: '2026-11-22' } })
    await federation.pass(day, day / 4)
    const late = await refuse(ro, 'POST', `/api/v1/threads/${lastDay}/steps/referral.accept`, {
      body: { servicesOffered: ['medical'] },
    })
    t.strictSame([late.code, late.errors], ['grant-expired', undefined], 'nothing in the request is at fault')
    await ro.take('POST', `/api/v1/threads/${lastDay}/steps/referral.decline`, { reason: 'noCapacity' })
  })

  t.test('who may write and not read is told of a step, and nothing of the content', async (t) => {
    const token = await it.tokenFor('referral:write')
    const sent = await it.ask('POST', '/api/v1/referrals', { token, body: offerDraft(ro.node.id) })
    t.equal(sent.status, 201)
    const { thread } = JSON.parse(sent.text) as ThreadView
    const recalled = await it.ask('POST', `/api/v1/threads/${thread}/steps/referral.recall`, {
      token,
      body: { obstacles: [] },
    })
    t.equal(recalled.status, 200)
    for (const { text } of [sent, recalled]) {
      t.match(JSON.parse(text), { thread, role: 'sender' })
      t.notMatch(text, /"events"|"grant"|specificNeed/)
    }
    const both = await it.tokenFor('referral:write', 'referral:read')
    const body = offerDraft(ro.node.id)
    t.match((await it.ask('POST', '/api/v1/referrals', { token: both, body })).text, /"events"/)
  })

  t.test('a token is shown once, opens what it says, and ends when it is revoked or its days are over', async (t) => {
    const make = (days: number, scopes: readonly Scope[] = ['node:read']): Promise<CreatedToken> =>
      it.take<CreatedToken>('POST', '/api/v1/tokens', { label: 'Statistics', scopes, days })
    const [short, long] = [await make(1), await make(2)]
    for (const { token } of [short, long]) t.equal((await it.ask('GET', '/api/v1/node', { token })).status, 200)
    t.equal((await refuse(it, 'GET', '/api/v1/tokens', { token: long.token })).code, 'forbidden')

    const list = await it.ask('GET', '/api/v1/tokens')
    t.notMatch(list.text, /eyJ|[A-Za-z0-9_-]{60}/, 'no token and no signature')
    for (const { token } of [short, long]) t.notOk(list.text.includes(token.split('.')[2] ?? ''))
    t.notOk(
      it.node.logLines.some((line) => line.includes('eyJ')),
      'nor in the log',
    )

    const maker = (await make(30, ['token:write', 'node:read'])).token
    const more = { label: 'More', scopes: ['node:read', 'referral:read'], days: 1 }
    t.equal(
      (await refuse(it, 'POST', '/api/v1/tokens', { body: more, token: maker })).code,
      'forbidden',
      'no more than its own',
    )
    const same = { ...more, scopes: ['node:read'] }
    t.equal((await it.ask('POST', '/api/v1/tokens', { body: same, token: maker })).status, 201)

    await it.take('DELETE', `/api/v1/tokens/${long.jti}`)
    t.equal((await refuse(it, 'GET', '/api/v1/node', { token: long.token })).code, 'unauthenticated')
    t.equal((await refuse(it, 'DELETE', `/api/v1/tokens/${long.jti}`)).code, 'token-unknown', 'once is enough')
    const { tokens } = await it.take<TokenList>('GET', '/api/v1/tokens')
    t.match(
      tokens.find(({ jti }) => jti === long.jti),
      { revokedAt: /^2026-/ },
    )

    federation.clock.advance(day - second)
    t.equal((await it.ask('GET', '/api/v1/node', { token: short.token })).status, 200)
    federation.clock.advance(second)
    await federation.settle()
    t.equal((await refuse(it, 'GET', '/api/v1/node', { token: short.token })).code, 'unauthenticated')
  })

  t.test(
    'a suspended peer is shown as such and gets no referral; content that does not open is told without it',
    async (t) => {
      const id = await offered()
      await it.node.stop()
      change(it.node, `UPDATE peers SET suspendedAt = addedAt WHERE node = '${ro.node.id}'`)
      change(it.node, `UPDATE events SET content = substr(content, 1, length(content) - 1)`)
      await it.node.start()
      await it.open()
      t.match((await it.take<PeerList>('GET', '/api/v1/peers')).peers, [{ id: ro.node.id, suspendedAt: /^2026-/ }])
      const { code } = await refuse(it, 'POST', '/api/v1/referrals', { body: offerDraft(ro.node.id) })
      t.equal(code, 'peer-suspended')
      const unreadable = await refuse(it, 'GET', `/api/v1/threads/${id}`)
      t.strictSame([unreadable.code, unreadable.errors], ['content-unreadable', undefined])
      const { threads } = await it.take<ThreadList>('GET', '/api/v1/threads')
      t.ok(
        threads.some(({ thread }) => thread === id),
        'the list needs no content',
      )
    },
  )
})

t.test('H-05 a list that grows while it is read neither skips nor repeats a thread', async (t) => {
  const { federation, it, ro, offered } = await openDesks(t, { seed: 'pages' })
  const there: string[] = []
  for (let index = 0; index < 8; index += 1) {
    there.push(await offered())
    // Some share one moment: then the id decides.
    if (index % 3 === 0) federation.clock.advance(second)
  }
  const read = async (query: string, between: () => Promise<unknown>): Promise<readonly string[]> => {
    const seen: string[] = []
    let after: string | undefined
    do {
      const url = `/api/v1/threads?limit=3${query}${after === undefined ? '' : `&after=${after}`}`
      const page: ThreadList = await it.take<ThreadList>('GET', url)
      t.ok(page.threads.length === 3 || page.next === undefined, 'every page but the last is full')
      seen.push(...page.threads.map((each) => each.thread))
      after = page.next
      await between()
    } while (after !== undefined)
    return seen
  }
  const grow = async (): Promise<void> => {
    await offered()
    federation.clock.advance(second)
    await offered()
  }
  for (const query of ['', `&state=offered&peer=${ro.node.id}`]) {
    const seen = await read(query, grow)
    t.equal(new Set(seen).size, seen.length, 'nothing twice')
    t.strictSame(
      there.filter((id) => !seen.includes(id)),
      [],
      'nothing left out',
    )
  }
  const all = await read('', () => Promise.resolve())
  const { threads } = await it.take<ThreadList>('GET', '/api/v1/threads?limit=50')
  t.strictSame(
    all,
    threads.map((each) => each.thread),
    'pages are parts of the whole',
  )

  await ro.node.step(all[0] ?? '', 'referral.decline', { reason: 'noCapacity' })
  await federation.settle()
  t.strictSame(await read('&state=declined', () => Promise.resolve()), [all[0]])
  t.strictSame(await read(`&peer=${noNode}`, () => Promise.resolve()), [])
  for (const state of Object.keys(states)) await it.take('GET', `/api/v1/threads?state=${state}`)
})

/** Changes the database of a stopped node by hand. */
function change(node: TestNode, statement: string): void {
  const database = new Database(path.join(node.folder, 'data.db'))
  database.exec(statement)
  database.close()
}
