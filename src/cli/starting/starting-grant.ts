import { requiredPurposes } from '../../policy/required-purposes.js'
import { sectionCategories } from '../../policy/required-sections.js'
import type { RecordConsentRequest, SubmitReferralRequest } from '../../wire/generated/types.js'
import type { StartingFacts } from './starting-facts.js'
import { startingSections } from './starting-sections.js'
import { toFillIn, type StartingMembers } from './to-fill-in.js'

type Grant = SubmitReferralRequest['grant']

type StartingGrant = Omit<StartingMembers<Grant>, 'language' | 'purposes'> & Pick<Grant, 'language' | 'purposes'>

/** A consent that covers what a starting referral of this type holds. What the person was told and said is to be filled in. */
export function startingGrant(facts: StartingFacts): StartingGrant {
  const { language, child } = facts
  return {
    lawfulBasis: 'explicitConsent',
    mode: toFillIn,
    givenBy: toFillIn,
    childAssent: child ? toFillIn : 'notApplicable',
    purposes: [...purposesOf(facts)],
    dataCategories: [...categoriesOf(facts)],
    onward: 'askMeEachTime',
    language,
    givenOn: toFillIn,
    validUntil: toFillIn,
    evidence: toFillIn,
    informedOf: toFillIn,
    noticeVersion: toFillIn,
    interpreterUsed: toFillIn,
    exclusions: toFillIn,
    tracingAllowed: false,
    statisticsAllowed: false,
    thirdCountryExplained: toFillIn,
  }
}

/** The same as a consent of a case, with this recipient by name. */
export function startingConsent(
  facts: StartingFacts,
  recipient: { readonly node: string; readonly organisation: string; readonly country: string },
): StartingMembers<RecordConsentRequest> {
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
