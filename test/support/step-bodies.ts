import type { PersonalStepType } from '../../src/referral/step-types.js'
import type { BodyRoute } from './body-routes.js'
import type { Desk } from './desk.js'
import { offerDraft } from './drafts.js'
import { fullSections } from './full-referral.js'
import { noNode, nobody } from './ids-of-nothing.js'

/** Routes of a thread that take a body, each with one that is right for some state of it. */
export function stepBodies(it: Desk, ro: Desk, thread: string): readonly BodyRoute[] {
  const of = { id: nobody, thread, state: 'accepted', n: 7, author: it.node.id, verdict: 'accepted', v: 1, seen: null }
  const step = (type: PersonalStepType): string => `/api/v1/threads/${thread}/steps/${type}`
  const {
    legal: { hearing: _, ...legal },
    ...sections
  } = fullSections()
  const { grant } = offerDraft(ro.node.id, { grant: { onwardTo: [noNode], originCountryNamed: true } })
  return [
    {
      url: step('referral.accept'),
      desk: ro,
      body: { servicesOffered: ['safeAccommodation'], availableFrom: '2026-12', conditions: 'A place is kept free.' },
      optional: ['/availableFrom', '/conditions'],
      freeText: ['/conditions'],
      owned: { '': of },
    },
    {
      url: step('referral.decline'),
      desk: ro,
      body: { reason: 'other', explanation: 'The shelter is closed for repairs.', suggestedAlternative: noNode },
      optional: ['/suggestedAlternative'],
      freeText: ['/explanation'],
      owned: { '': of },
    },
    {
      url: step('referral.recall'),
      desk: it,
      body: { obstacles: ['wishChanging'] },
      owned: { '': { ...of, reason: 'other' } },
    },
    {
      url: step('info.request'),
      desk: ro,
      body: { questions: ['timing'], text: 'Can she travel before the end of the month?' },
      optional: ['/text'],
      freeText: ['/text'],
      owned: { '': of },
    },
    {
      url: step('info.response'),
      desk: it,
      body: {
        answers: [{ question: 'timing', refusal: 'notKnown' }],
        text: 'She wants to wait for the hearing.',
        sections: { ...sections, legal },
      },
      optional: [
        '/answers/0/refusal',
        '/text',
        '/sections',
        ...['', '/sexualExploitationForms', '/labourSector', '/meansOfControl', '/majorityAtExploitation'].map(
          (member) => `/sections/exploitation${member}`,
        ),
        ...['/durationBand', '/summary'].map((member) => `/sections/exploitation${member}`),
        '/sections/documents',
        ...['', '/pregnancy', '/accommodationLimits', '/clinicalHandover'].map((member) => `/sections/health${member}`),
        ...['', '/protective', '/measures', '/factors/0/country'].map((member) => `/sections/risk${member}`),
        ...['', '/resources', '/soughtRelation'].map((member) => `/sections/family${member}`),
        ...['', '/window', '/mode', '/escort', '/departureHelp', '/arrivalHelp', '/handoverPoint'].map(
          (member) => `/sections/returnPlan${member}`,
        ),
        '/sections/legal',
      ],
      freeText: ['/text', '/sections/exploitation/summary'],
      owned: { '': of, '/sections': { subject: {}, identification: {}, privacy: {} } },
    },
    {
      url: step('partial.result'),
      desk: ro,
      body: {
        kind: 'placeReserved',
        contactMade: false,
        measures: [{ measure: 'SOP4.M2', state: 'inProgress' }],
        risk: { ...sections.risk },
        text: 'A room is kept free from the second week.',
      },
      optional: ['/measures', '/risk', '/risk/protective', '/risk/measures', '/risk/factors/0/country', '/text'],
      freeText: ['/text'],
      owned: { '': of },
    },
    {
      url: step('followUp.report'),
      desk: ro,
      body: { period: '2026-11', items: [{ item: 'safety', state: 'good' }], text: 'The flat is quiet.' },
      optional: ['/text'],
      freeText: ['/text'],
      owned: { '': of },
    },
    {
      url: step('closure.propose'),
      desk: ro,
      body: { outcome: 'partlyReached', obstacles: ['other'], checks: ['needsMet'], text: 'The course has begun.' },
      optional: ['/text'],
      freeText: ['/text'],
      owned: { '': of },
    },
    {
      url: step('case.cannotContinue'),
      desk: ro,
      body: { reason: 'other', text: 'The programme has ended.', suggestedAlternative: noNode },
      optional: ['/text', '/suggestedAlternative'],
      freeText: ['/text'],
      owned: { '': of },
    },
    {
      url: step('onward.propose'),
      desk: ro,
      body: { recipient: noNode, country: 'BG', agencyType: 'ngo', purposes: ['assistance'] },
      owned: { '': { ...of, proposal: noNode } },
    },
    {
      url: step('travel.notice'),
      desk: it,
      body: {
        departs: 1_795_430_000,
        arrives: 1_795_450_000,
        mode: 'air',
        escort: 'none',
        handoverPoint: 'airport',
        carrierCode: 'XX 1234',
        receptionConfirmed: true,
        jointlyAssessed: 'joint',
      },
      optional: ['/carrierCode'],
      beyond: { '/departs': [1e10], '/arrives': [1e10] },
      owned: { '': of },
    },
    {
      url: step('referral.void'),
      desk: it,
      body: { reason: 'duplicate' },
      owned: { '': of },
    },
    {
      url: `/api/v1/threads/${thread}/withdraw-consent`,
      desk: it,
      body: { scope: 'everything', channel: 'viaSender', withdrawnOn: '2026-11-22' },
      optional: ['/withdrawnOn'],
      owned: { '': { ...of, grant: nobody, reason: 'other' } },
    },
    {
      url: `/api/v1/threads/${thread}/withdraw-consent`,
      desk: ro,
      body: { scope: 'onePurpose', channel: 'viaReceiver', withdrawnOn: '2026-11-22', purpose: 'return' },
      optional: ['/withdrawnOn'],
      owned: { '': { ...of, grant: nobody } },
    },
    {
      url: `/api/v1/threads/${thread}/update-consent`,
      desk: it,
      body: { grant },
      optional: ['/grant/onwardTo', '/grant/originCountryNamed'],
      owned: {
        '': { ...of, replaces: nobody },
        '/grant': { id: nobody, recipient: ro.node.id, personCode: 'K7QM-2XPA', verified: true },
      },
    },
    {
      url: `/api/v1/threads/${thread}/erase`,
      desk: ro,
      body: { remaining: 'none' },
      owned: { '': { ...of, cause: 'void', erasedAt: 1_795_340_000, onward: 0, backupsEndOn: '2026-12-22' } },
    },
  ]
}
