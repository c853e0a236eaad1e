import { requiredPurposes } from '../../policy/required-purposes.js'
import { sectionCategories } from '../../policy/required-sections.js'
import type { RecordConsentRequest, SubmitReferralRequest } from '../../wire/generated/types.js'
import { dayIn, type StartingFacts } from './starting-facts.js'
import { startingSections } from './starting-sections.js'

type Grant = SubmitReferralRequest['grant']

/** SHA-256 of nothing: stands where the digest of the paper has to stand. */
const noPaper = '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'

/** A consent that covers what a starting referral of this type holds: by the person herself, or by a guardian and with the child's assent. */
export function startingGrant(facts: StartingFacts): Grant {
  const { language, child } = facts
  return {
    lawfulBasis: 'explicitConsent',
    mode: child ? 'signedByGuardian' : 'written',
    givenBy: child ? 'guardian' : 'self',
    childAssent: child ? 'yes' : 'notApplicable',
    purposes: [...purposesOf(facts)],
    dataCategories: [...categoriesOf(facts)],
    onward: 'askMeEachTime',
    language,
    givenOn: dayIn(facts.nowMs, 0),
    validUntil: dayIn(facts.nowMs, 180),
    evidence: noPaper,
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
    noticeVersion: 'notice/1',
    interpreterUsed: false,
    exclusions: [],
    tracingAllowed: false,
    statisticsAllowed: false,
    thirdCountryExplained: true,
  }
}

/** The same as a consent of a case, with this recipient by name. */
export function startingConsent(
  facts: StartingFacts,
  recipient: { readonly node: string; readonly organisation: string; readonly country: string },
): RecordConsentRequest {
  const { language, evidence, ...grant } = startingGrant(facts)
  return {
    ...grant,
    status: 'given',
    noticeLanguage: language,
    evidence,
    recipients: [{ ...recipient, purposes: [...grant.purposes] }],
  }
}

/** The one purpose that the type needs, help, and reports: with a plan of follow-up they would be refused otherwise. */
function purposesOf({ type }: StartingFacts): ReadonlySet<Grant['purposes'][number]> {
  const [needed = 'assistance'] = requiredPurposes[type].filter((purpose) => purpose !== 'criminalProceedings')
  return new Set([needed, 'assistance', 'followUp'])
}

/** What the sections of the file need, and nothing beside it. */
function categoriesOf(facts: StartingFacts): ReadonlySet<Grant['dataCategories'][number]> {
  const needed = Object.keys(startingSections(facts)).map(
    // Its members are sections.
    (name) => sectionCategories[name as keyof typeof sectionCategories],
  )
  return new Set([...needed, 'profile', 'risk'])
}
