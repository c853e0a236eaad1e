import type { RecordConsentRequest } from '../../src/wire/generated/types.js'

/** A consent that names one node and one organisation without; parts can be replaced. */
export function consentDraft(node: string, change: Partial<RecordConsentRequest> = {}): RecordConsentRequest {
  return {
    status: 'given',
    mode: 'written',
    givenBy: 'self',
    childAssent: 'notApplicable',
    lawfulBasis: 'explicitConsent',
    noticeVersion: 'notice/3',
    noticeLanguage: 'ro',
    informedOf: [
      'purpose',
      'uses',
      'recipients',
      'statisticsUse',
      'accessRight',
      'retention',
      'withdrawal',
      'refusalHasNoCost',
    ],
    purposes: ['assistance', 'return', 'riskAssessment'],
    dataCategories: ['profile', 'exploitation', 'travel', 'risk'],
    recipients: [
      { node, organisation: 'Counselling Centre South', country: 'RO', purposes: ['assistance', 'return'] },
      { organisation: 'Municipal Shelter East', country: 'RO', purposes: ['assistance'] },
    ],
    onward: 'askMeEachTime',
    exclusions: ['family'],
    tracingAllowed: false,
    statisticsAllowed: true,
    thirdCountryExplained: true,
    givenOn: '2026-11-20',
    validUntil: 'caseClosure',
    interpreterUsed: true,
    evidence: 'LyRXBr5GFcdfgSwojQ2CC0TjX5MtN8UZ4vbxplWzZMw',
    ...change,
  }
}
