import type { ProblemCode } from '../../base/errors.js'
import type { ProposeAgreementRequest } from '../../wire/generated/types.js'
import type { ToldStepType } from '../step-words.js'
import { listPackageFiles, readPackageJson } from './package-files.js'

/**
 * One case study as the demo lives through it (federation/demo/cases). Where a text is a word of time, `@node GE`, `@referral
 * return` or `@proposal`, the demo puts in the day, the node id, the id of that referral, the digest of the last proposal.
 */
export interface DemoCase {
  /** Number of the case study. */
  readonly case: number
  readonly title: string
  /** What is asked, in one neutral line. */
  readonly asks: string
  /** By the name that steps call them. */
  readonly referrals: Readonly<Record<string, DemoReferral>>
  readonly steps: readonly (DemoStep | DemoNote)[]
}

export interface DemoReferral {
  /** Names of nodes. */
  readonly from: string
  readonly to: string
  /** What the sender asks the directory for, as query parameters of GET /api/v1/contacts. */
  readonly search: Readonly<Record<string, string>>
  /** Body of POST /api/v1/referrals without `to` and `desk`, which the search gives. */
  readonly submit: object
}

export interface DemoStep {
  /** Name of a referral. */
  readonly in: string
  /** Name of a node. */
  readonly by: string
  readonly type: ToldStepType
  /** Body as the local API takes it; none for `referral.offer`, which sends what the referral submits. */
  readonly body?: object
  /** What is different this time in what the referral submits; null takes a member away (RFC 7396). */
  readonly change?: object
  /** The node of the author refuses it with this code, and nothing leaves it. */
  readonly refused?: ProblemCode
}

/** What happens outside the nodes. */
export interface DemoNote {
  readonly note: string
}

/** Two nodes whose people pair them, and what they agree on. */
export interface DemoPartners {
  /** Names of nodes. */
  readonly inviter: string
  readonly joiner: string
  readonly template: ProposeAgreementRequest['template']
}

/** All cases, in the order of their numbers; words of time as they stand. */
export function readDemoCases(): readonly DemoCase[] {
  // Files of this program, valid by its tests.
  return listPackageFiles('federation', 'demo', 'cases').map(
    (file) => readPackageJson('federation', 'demo', 'cases', file) as DemoCase,
  )
}

/** Those that exchange something in these cases. */
export function readPartners(cases: readonly DemoCase[]): readonly DemoPartners[] {
  const exchanges = cases.flatMap(({ referrals }) => Object.values(referrals))
  const all = readPackageJson('federation', 'demo', 'partners.json') as readonly DemoPartners[]
  return all.filter(({ inviter, joiner }) =>
    exchanges.some(({ from, to }) => (from === inviter && to === joiner) || (from === joiner && to === inviter)),
  )
}
