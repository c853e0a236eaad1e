import type { Scope } from '../../src/http/api/authenticate.js'
import * as validators from '../../src/wire/generated/validators.js'
import type { Validator } from '../../src/wire/generated/validators.js'

export type Method = 'GET' | 'POST' | 'DELETE'

/** What one route of the local listener takes and gives. */
export interface Route {
  readonly method: Method
  /** As the server prints it. */
  readonly path: string
  readonly scope: Scope | 'none'
  /** Of the answer to what is right. */
  readonly status: number
  /** Schema of that answer; absent where it has no body. */
  readonly answer?: Validator<unknown>
}

const thread = '/api/v1/threads/:thread'
const peer = '/api/v1/peers/:node'
const agreement = '/api/v1/agreements/:digest'
const contacts = '/api/v1/contacts'
const contact = `${contacts}/:node/:id`
const cases = '/api/v1/cases'
const oneCase = `${cases}/:id`
export const routes: readonly Route[] = [
  { method: 'GET', path: '/livez', scope: 'none', status: 200, answer: validators.validateHealth },
  { method: 'GET', path: '/readyz', scope: 'none', status: 200, answer: validators.validateHealth },
  { method: 'GET', path: '/api/v1/node', scope: 'node:read', status: 200, answer: validators.validateNodeView },
  { method: 'GET', path: '/api/v1/peers', scope: 'peer:read', status: 200, answer: validators.validatePeerList },
  { method: 'POST', path: '/api/v1/peers', scope: 'peer:write', status: 201, answer: validators.validatePeerView },
  { method: 'GET', path: peer, scope: 'peer:read', status: 200, answer: validators.validatePeerView },
  { method: 'DELETE', path: peer, scope: 'peer:write', status: 204 },
  { method: 'POST', path: `${peer}/vouch`, scope: 'peer:write', status: 200, answer: validators.validateVouchView },
  { method: 'DELETE', path: `${peer}/vouch`, scope: 'peer:write', status: 204 },
  {
    method: 'POST',
    path: '/api/v1/directory/refresh',
    scope: 'peer:write',
    status: 200,
    answer: validators.validateDirectoryState,
  },
  { method: 'POST', path: `${peer}/ping`, scope: 'peer:read', status: 200, answer: validators.validatePingResult },
  { method: 'GET', path: `${peer}/view`, scope: 'peer:read', status: 200, answer: validators.validateRemoteView },
  ...['suspend', 'resume'].map((step): Route => {
    const path = `${peer}/${step}`
    return { method: 'POST', path, scope: 'peer:write', status: 200, answer: validators.validatePeerView }
  }),
  {
    method: 'POST',
    path: '/api/v1/invitations',
    scope: 'peer:write',
    status: 201,
    answer: validators.validateCreatedInvitation,
  },
  {
    method: 'GET',
    path: '/api/v1/invitations',
    scope: 'peer:read',
    status: 200,
    answer: validators.validateInvitationList,
  },
  { method: 'DELETE', path: '/api/v1/invitations/:id', scope: 'peer:write', status: 204 },
  {
    method: 'POST',
    path: '/api/v1/pairings',
    scope: 'peer:write',
    status: 201,
    answer: validators.validatePairingView,
  },
  { method: 'GET', path: '/api/v1/pairings', scope: 'peer:write', status: 200, answer: validators.validatePairingList },
  {
    method: 'POST',
    path: '/api/v1/pairings/:id/confirm',
    scope: 'peer:write',
    status: 200,
    answer: validators.validatePeerView,
  },
  { method: 'DELETE', path: '/api/v1/pairings/:id', scope: 'peer:write', status: 204 },
  { method: 'GET', path: '/api/v1/alarms', scope: 'node:read', status: 200, answer: validators.validateAlarmList },
  { method: 'POST', path: '/api/v1/alarms/:id/acknowledge', scope: 'peer:write', status: 204 },
  {
    method: 'GET',
    path: '/api/v1/agreements',
    scope: 'agreement:read',
    status: 200,
    answer: validators.validateAgreementList,
  },
  {
    method: 'GET',
    path: agreement,
    scope: 'agreement:read',
    status: 200,
    answer: validators.validateAgreementView,
  },
  // A page for people: the one answer that is no JSON.
  { method: 'GET', path: `${agreement}/page`, scope: 'agreement:read', status: 200 },
  {
    method: 'GET',
    path: `${agreement}/export`,
    scope: 'agreement:read',
    status: 200,
    answer: validators.validateAgreementExport,
  },
  {
    method: 'POST',
    path: `${peer}/agreements`,
    scope: 'agreement:write',
    status: 201,
    answer: validators.validateAgreementView,
  },
  ...['accept', 'decline', 'suspend', 'resume'].map((step): Route => {
    const path = `${agreement}/${step}`
    return { method: 'POST', path, scope: 'agreement:write', status: 200, answer: validators.validateAgreementView }
  }),
  { method: 'GET', path: contacts, scope: 'peer:read', status: 200, answer: validators.validateContactHits },
  { method: 'POST', path: contacts, scope: 'peer:write', status: 201, answer: validators.validateContactView },
  {
    method: 'GET',
    path: `${contacts}/export`,
    scope: 'peer:read',
    status: 200,
    answer: validators.validateContactExport,
  },
  { method: 'GET', path: contact, scope: 'peer:read', status: 200, answer: validators.validateContactView },
  {
    method: 'POST',
    path: `${contact}/check`,
    scope: 'peer:write',
    status: 200,
    answer: validators.validateContactView,
  },
  { method: 'DELETE', path: contact, scope: 'peer:write', status: 204 },
  {
    method: 'POST',
    path: '/api/v1/referrals',
    scope: 'referral:write',
    status: 201,
    answer: validators.validateThreadAnswer,
  },
  {
    method: 'GET',
    path: '/api/v1/waiting',
    scope: 'referral:read',
    status: 200,
    answer: validators.validateWaitingList,
  },
  { method: 'GET', path: '/api/v1/due', scope: 'referral:read', status: 200, answer: validators.validateDueList },
  {
    method: 'GET',
    path: '/api/v1/threads',
    scope: 'referral:read',
    status: 200,
    answer: validators.validateThreadList,
  },
  {
    method: 'POST',
    path: '/api/v1/referrals/check',
    scope: 'referral:write',
    status: 200,
    answer: validators.validateDraftCheck,
  },
  {
    method: 'POST',
    path: `${oneCase}/offers/check`,
    scope: 'case:write',
    status: 200,
    answer: validators.validateDraftCheck,
  },
  { method: 'GET', path: thread, scope: 'referral:read', status: 200, answer: validators.validateThreadView },
  ...['steps/:type', 'withdraw-consent', 'update-consent', 'erase'].map((step): Route => {
    const path = `${thread}/${step}`
    return { method: 'POST', path, scope: 'referral:write', status: 200, answer: validators.validateThreadAnswer }
  }),
  { method: 'GET', path: '/api/v1/keys', scope: 'key:read', status: 200, answer: validators.validateKeyList },
  {
    method: 'POST',
    path: '/api/v1/keys/statement-requests',
    scope: 'key:write',
    status: 201,
    answer: validators.validateStatementRequest,
  },
  {
    method: 'POST',
    path: '/api/v1/keys/statements',
    scope: 'key:write',
    status: 201,
    answer: validators.validateKeyList,
  },
  {
    method: 'POST',
    path: '/api/v1/tokens',
    scope: 'token:write',
    status: 201,
    answer: validators.validateCreatedToken,
  },
  { method: 'GET', path: '/api/v1/tokens', scope: 'token:write', status: 200, answer: validators.validateTokenList },
  { method: 'DELETE', path: '/api/v1/tokens/:jti', scope: 'token:write', status: 204 },
  { method: 'GET', path: `${cases}/due`, scope: 'case:read', status: 200, answer: validators.validateDueTaskList },
  { method: 'GET', path: cases, scope: 'case:read', status: 200, answer: validators.validateCaseList },
  { method: 'POST', path: cases, scope: 'case:write', status: 201, answer: validators.validateCaseSummary },
  { method: 'GET', path: oneCase, scope: 'case:read', status: 200, answer: validators.validateCaseView },
  {
    method: 'GET',
    path: `${oneCase}/holders`,
    scope: 'case:read',
    status: 200,
    answer: validators.validateCaseHolders,
  },
  ...['close', 'reopen', 'retention'].map((step): Route => {
    const path = `${oneCase}/${step}`
    return { method: 'POST', path, scope: 'case:write', status: 200, answer: validators.validateCaseSummary }
  }),
  { method: 'POST', path: `${oneCase}/erase`, scope: 'case:erase', status: 200, answer: validators.validateErasedCase },
  ...['notes', 'documents', 'tasks', 'disclosures', 'plan', 'referrals', 'entries/:entry/done'].map((part): Route => {
    const path = `${oneCase}/${part}`
    return { method: 'POST', path, scope: 'case:write', status: 200, answer: validators.validateCaseChange }
  }),
  {
    method: 'DELETE',
    path: `${oneCase}/plan/:measure`,
    scope: 'case:write',
    status: 200,
    answer: validators.validateCaseChange,
  },
  {
    method: 'POST',
    path: `${oneCase}/consents`,
    scope: 'case:write',
    status: 201,
    answer: validators.validateCaseChange,
  },
  ...['withdraw', 'pass-on'].map((step): Route => {
    const path = `${oneCase}/consents/:consent/${step}`
    return { method: 'POST', path, scope: 'case:write', status: 200, answer: validators.validateCaseChange }
  }),
  {
    method: 'POST',
    path: `${oneCase}/offers`,
    scope: 'case:write',
    status: 201,
    answer: validators.validateThreadAnswer,
  },
  { method: 'GET', path: `${oneCase}/vault`, scope: 'case:vault', status: 200, answer: validators.validateCaseVault },
  { method: 'POST', path: `${oneCase}/vault`, scope: 'case:vault', status: 200, answer: validators.validateCaseChange },
  {
    method: 'POST',
    path: `${oneCase}/hints`,
    scope: 'case:vault',
    status: 200,
    answer: validators.validateCaseLikeness,
  },
  {
    method: 'POST',
    path: '/api/v1/retention',
    scope: 'case:erase',
    status: 200,
    answer: validators.validateRetentionReport,
  },
]
