import type { Members } from './body-mutations.js'
import type { Desk } from './desk.js'
import { caseBodies } from './case-bodies.js'
import { contactDraft } from './contacts.js'
import { fullReferral } from './full-referral.js'
import { noNode, nobody } from './ids-of-nothing.js'
import { stepBodies } from './step-bodies.js'

/** A route that takes a body: one that is right, and what the node alone says. */
export interface BodyRoute {
  readonly url: string
  readonly desk: Desk
  readonly body: Members
  readonly optional?: readonly string[]
  readonly freeText?: readonly string[]
  /** Members that a gate asks for where the schema does not, with its code. */
  readonly gated?: Readonly<Record<string, string>>
  /** Numbers out of the range of a member that takes 0 or a very large one. */
  readonly beyond?: Readonly<Record<string, readonly number[]>>
  /** Pointer of an object, and members that the node sets itself. */
  readonly owned: Readonly<Record<string, Members>>
}

/** All of them, each with a body that is right. */
export function bodyRoutes(it: Desk, ro: Desk, thread: string, peer: string): readonly BodyRoute[] {
  return [
    {
      url: '/api/v1/referrals',
      desk: it,
      body: { ...fullReferral(ro.node.id) },
      optional: [
        '/grant/onwardTo',
        '/grant/originCountryNamed',
        ...[
          '/respondBy',
          '/relatedReferralIds',
          '/parties/involvedAgencies',
          '/subject/initials',
          '/subject/originArea',
          '/subject/dependants',
          '/subject/guardianship',
          '/exploitation',
          '/exploitation/sexualExploitationForms',
          '/exploitation/labourSector',
          '/exploitation/meansOfControl',
          '/exploitation/majorityAtExploitation',
          '/exploitation/durationBand',
          '/exploitation/summary',
          '/request/services/0/inCountry',
          '/request/services/0/priority',
          '/request/specificNeed',
          '/request/neededFrom',
          '/request/neededUntil',
          '/request/questionsToReceiver',
          '/health',
          '/health/pregnancy',
          '/health/accommodationLimits',
          '/health/clinicalHandover',
          '/risk/factors/0/country',
          '/risk/protective',
          '/risk/measures',
          '/family/resources',
          '/family/soughtRelation',
          '/returnPlan/window',
          '/returnPlan/mode',
          '/returnPlan/escort',
          '/returnPlan/departureHelp',
          '/returnPlan/arrivalHelp',
          '/returnPlan/handoverPoint',
          '/legal/hearing',
          '/followUpPlan',
        ].map((member) => `/referral${member}`),
      ],
      gated: {
        '/referral/identification/statusDecidedBy': 'section-missing',
        '/referral/documents': 'section-missing',
        '/referral/family': 'section-missing',
        '/referral/returnPlan': 'section-missing',
        '/referral/legal': 'section-missing',
      },
      beyond: { '/referral/legal/hearing/noticeDays': [401] },
      freeText: [
        '/referral/exploitation/summary',
        '/referral/request/specificNeed',
        '/referral/request/questionsToReceiver',
      ],
      owned: {
        '': {
          id: nobody,
          thread,
          state: 'accepted',
          from: it.node.id,
          agreement: null,
          referralId: nobody,
          ruleset: 'x',
        },
        '/referral': {
          schemaVersion: 'trm-referral/1.0',
          referralId: nobody,
          rootReferralId: nobody,
          createdOn: '2026-11-22',
          state: 'accepted',
          consentVerified: true,
        },
        '/referral/subject': { personCode: 'K7QM-2XPA', id: nobody },
        '/grant': { id: nobody, recipient: ro.node.id, personCode: 'K7QM-2XPA', verified: true },
      },
    },
    ...stepBodies(it, ro, thread),
    {
      url: '/api/v1/peers',
      desk: it,
      body: { url: peer, id: noNode, pin: true, acceptLookalike: true },
      optional: ['/acceptLookalike'],
      owned: {
        '': {
          label: 'Peer',
          agreement: noNode,
          suspendedAt: null,
          pinnedAddress: '127.0.0.1:1',
          cardSeq: 1,
          failures: 0,
        },
      },
    },
    {
      url: '/api/v1/contacts',
      desk: it,
      body: {
        id: nobody,
        shareWith: [ro.node.id],
        ...contactDraft({
          organisation: {
            name: 'Counselling Centre North',
            agencyType: 'ngo',
            website: 'https://office.example/',
          },
        }),
      },
      optional: ['/id', '/shareWith', '/organisation/website', '/desks/0/phones'],
      freeText: ['/organisation/name'],
      owned: { '': { v: 1, node: it.node.id, seq: 1, iat: 1, exp: 2, ended: true } },
    },
    {
      url: `/api/v1/contacts/${it.node.id}/${nobody}/check`,
      desk: it,
      body: { desk: 'duty-desk', checkedBy: 'administration' },
      owned: { '': { checkedOn: '2026-11-22', id: nobody, node: it.node.id } },
    },
    {
      url: `/api/v1/peers/${ro.node.id}/suspend`,
      desk: it,
      body: { reason: 'keyInDoubt' },
      owned: { '': { suspendedAt: '2026-11-22T09:30:00.000Z', suspendedFor: 'removed' } },
    },
    {
      url: `/api/v1/peers/${ro.node.id}/resume`,
      desk: it,
      body: { confirmed: true },
      optional: ['/confirmed'],
      owned: { '': { suspendedAt: null, suspendedFor: null } },
    },
    {
      url: `/api/v1/peers/${ro.node.id}/agreements`,
      desk: it,
      body: { template: 'informal', validDays: 90, document: { digest: noNode, signedOn: '2026-11-20' } },
      optional: ['/template', '/validDays', '/document'],
      owned: {
        '': { id: nobody, parties: [it.node.id, ro.node.id], replaces: null, state: 'accepted', agreement: noNode },
        '/document': { content: 'x' },
      },
    },
    {
      url: `/api/v1/agreements/${noNode}/decline`,
      desk: it,
      body: { reason: 'notNow' },
      owned: { '': { agreement: noNode, signature: 'a.b.c' } },
    },
    {
      url: `/api/v1/agreements/${noNode}/suspend`,
      desk: it,
      body: { reason: 'incident' },
      owned: { '': { agreement: noNode, suspendedAt: 1 } },
    },
    {
      url: '/api/v1/invitations',
      desk: it,
      body: { hours: 24 },
      optional: ['/hours'],
      owned: { '': { id: '7K3M9QWX', secret: '0ABCDEFGHJKM', usedBy: noNode, expiresAt: 1 } },
    },
    {
      url: '/api/v1/pairings',
      desk: it,
      body: { invitation: `${peer}#7K3M-9QWX-0ABC-DEFG-HJKM`, pin: true },
      freeText: ['/invitation'],
      owned: { '': { id: nobody, role: 'inviter', node: noNode, digits: '1234 5678 9012', ownNonce: noNode } },
    },
    {
      url: `/api/v1/pairings/${nobody}/confirm`,
      desk: it,
      body: { digits: '1234 5678 9012', acceptLookalike: true, pin: false },
      optional: ['/acceptLookalike', '/pin'],
      owned: { '': { id: nobody, node: noNode, theirNonce: noNode, pinnedAddress: '127.0.0.1:1' } },
    },
    {
      url: '/api/v1/keys/statement-requests',
      desk: it,
      body: { kind: 'compromised', since: 1_795_000_000 },
      optional: ['/since'],
      beyond: { '/since': [9_999_999_999, 1e10] },
      owned: { '': { node: noNode, seq: 1, iat: 1, signing: [], witness: noNode } },
    },
    {
      url: '/api/v1/keys/statements',
      desk: it,
      body: { statement: `${'e'.repeat(40)}.${'e'.repeat(40)}.${'A'.repeat(86)}` },
      owned: { '': { node: noNode, prev: noNode, identityKey: noNode } },
    },
    ...caseBodies(it, ro),
    {
      url: '/api/v1/tokens',
      desk: it,
      body: { label: 'Case file import', scopes: ['referral:read', 'node:read'], days: 90 },
      freeText: ['/label'],
      owned: { '': { jti: nobody, iss: noNode, exp: 1_800_000_000, createdAt: 1, revokedAt: null, token: 'a.b.c' } },
    },
  ]
}
