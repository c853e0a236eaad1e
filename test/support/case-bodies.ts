import type { BodyRoute } from './body-routes.js'
import type { Desk } from './desk.js'
import { consentDraft } from './case-drafts.js'
import { offerDraft } from './drafts.js'

const id = '4a5ee087-0022-4b8d-a3f6-7e764741bc77'
const digest = '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'

/** Routes of local cases that take a body, each with one that is right; the case is one that is not there. */
export function caseBodies(desk: Desk, ro: Desk): readonly BodyRoute[] {
  const url = `/api/v1/cases/${id}`
  const owned = { '': { case: id, by: 'Somebody', at: '2026-11-22T09:30:00.000Z', seq: 1, state: 'open' } }
  const node = ro.node.id
  const { referral } = offerDraft(node)
  const { exploitation: _, ...codesAlone } = referral
  const { specificNeed: __, ...request } = referral.request
  return [
    {
      url: '/api/v1/cases',
      desk,
      body: { code: '2026-014', retainDays: 365, retainUntil: '2027-11-22' },
      optional: ['/code', '/retainDays', '/retainUntil'],
      owned: { '': { ...owned[''], keyId: id, subjectCode: 'K7QM-2XPA' } },
    },
    {
      url: `${url}/retention`,
      desk,
      body: { retainDays: 365, retainUntil: '2027-11-22' },
      optional: ['/retainDays', '/retainUntil'],
      owned,
    },
    {
      url: `${url}/erase`,
      desk,
      body: { confirm: '2026-014', referrals: 'withdraw' },
      optional: ['/referrals'],
      owned,
    },
    { url: `${url}/notes`, desk, body: { text: 'Waits for the consulate.' }, freeText: ['/text'], owned },
    {
      url: `${url}/documents`,
      desk,
      body: { kind: 'birthCertificate', sha256: digest, place: 'Archive, shelf 3' },
      optional: ['/sha256'],
      freeText: ['/place'],
      owned: { '': { ...owned[''], content: 'x' } },
    },
    {
      url: `${url}/tasks`,
      desk,
      body: { kind: 'followUp', text: 'Ask how the flat is.', dueOn: '2026-12-22' },
      freeText: ['/text'],
      owned,
    },
    {
      url: `${url}/disclosures`,
      desk,
      body: {
        organisation: 'Municipal Shelter East',
        country: 'IT',
        channel: 'letter',
        on: '2026-11-21',
        dataCategories: ['profile'],
        consent: id,
      },
      optional: ['/consent'],
      freeText: ['/organisation'],
      owned: { '': { ...owned[''], returnedAt: '2026-11-22T09:30:00.000Z' } },
    },
    {
      url: `${url}/plan`,
      desk,
      body: { measure: 'SOP4.M2', state: 'inProgress', note: 'Waits for the inquiry.' },
      optional: ['/note'],
      freeText: ['/note'],
      owned: { '': { case: id, since: '2026-11-22' } },
    },
    { url: `${url}/referrals`, desk, body: { thread: id, consent: id }, optional: ['/consent'], owned },
    {
      url: `${url}/consents`,
      desk,
      body: { consentId: id, ...consentDraft(node), onwardTo: [node], originCountryNamed: false },
      optional: ['/consentId', '/onwardTo', '/originCountryNamed', '/evidence', '/recipients/0/node'],
      freeText: ['/recipients/0/organisation', '/recipients/1/organisation'],
      owned: { '': { ...owned[''], v: 1, node, prev: null, iat: 1, subjectCode: 'K7QM-2XPA', withdrawal: null } },
    },
    {
      url: `${url}/consents/${id}/withdraw`,
      desk,
      body: { scope: 'onePurpose', channel: 'viaSender', on: '2026-11-22', purpose: 'return', recipient: node },
      optional: ['/purpose', '/recipient'],
      owned: { '': { ...owned[''], reason: 'other' } },
    },
    {
      url: `${url}/offers`,
      desk,
      body: { to: node, consent: id, again: true, referral: { ...codesAlone, request } },
      // The template asks for these by the type of the referral.
      optional: [
        '/again',
        '/referral/identification/statusDecidedBy',
        '/referral/documents',
        '/referral/risk/factors/0/country',
        '/referral/returnPlan',
      ],
      owned: { '': { ...owned[''], grant: {}, from: node }, '/referral': { referralId: id } },
    },
    {
      url: `${url}/vault`,
      desk,
      body: { members: [{ name: 'phone', value: 'unknown' }] },
      freeText: ['/members/0/name', '/members/0/value'],
      owned: { '': { ...owned[''], key: 'x' } },
    },
    {
      url: `${url}/hints`,
      desk,
      body: { hints: [{ kind: 'documentNumber', value: 'AB 123456' }] },
      freeText: ['/hints/0/value'],
      owned: { '': { ...owned[''], hash: digest } },
    },
    { url: '/api/v1/retention', desk, body: { dryRun: true }, owned },
  ]
}
