import type { Grant, Referral } from '../wire/generated/types.js'
import type { Refusal } from './refusal.js'
import { sectionCategories, sections, type Section } from './required-sections.js'

/** Parts of the template that a grant may leave out, or that an answer renews. */
export type CoveredParts = Partial<Pick<Referral, Section | 'risk'>>

/** Risk factors that tell of a person's health: with the category health alone. */
const healthFactors: ReadonlySet<string> = new Set([
  'physicalHealth',
  'suicideAttempt',
  'selfHarm',
  'substanceUse',
  'pregnancy',
  'mentalDisorder',
  'disability',
])

/** Whether nothing but codes may travel: without explicit consent, or where no category with more was agreed to. */
export function isCodesOnly({ lawfulBasis, dataCategories }: Pick<Grant, 'lawfulBasis' | 'dataCategories'>): boolean {
  return lawfulBasis !== 'explicitConsent' || dataCategories.every(isCodeCategory)
}

/** PROTOCOL 5: what a referral holds beyond the data categories of its grant. */
export function extentFaults(referral: Referral, grant: Grant): readonly Refusal[] {
  const { subject, request } = referral
  const hasProfile = isCovered('profile', grant)
  return uncovered(grant, [
    ...categoryFaults(grant),
    ...partFaults(referral, grant, '/body/referral'),
    ...(subject.originArea === undefined || hasProfile ? [] : ['/body/referral/subject/originArea']),
    ...(subject.dependants === undefined || hasProfile ? [] : ['/body/referral/subject/dependants']),
    ...(subject.initials === undefined || hasProfile ? [] : ['/body/referral/subject/initials']),
    ...(request.specificNeed === undefined || !isCodesOnly(grant) ? [] : ['/body/referral/request/specificNeed']),
    ...(request.questionsToReceiver === undefined || !isCodesOnly(grant)
      ? []
      : ['/body/referral/request/questionsToReceiver']),
  ])
}

/** Without consent a grant names no category with more than codes: the pointer to them, where it does. */
export function categoryFaults({ lawfulBasis, dataCategories }: Grant): readonly string[] {
  const isFit = lawfulBasis === 'explicitConsent' || dataCategories.every(isCodeCategory)
  return isFit ? [] : ['/body/grant/dataCategories']
}

/** Pointers, below `base`, of the parts that the grant does not cover. */
export function partFaults(parts: CoveredParts, grant: Grant, base: string): readonly string[] {
  const factors = parts.risk?.factors ?? []
  return [
    ...sections
      .filter((name) => parts[name] !== undefined && !isCovered(sectionCategories[name], grant))
      .map((name) => `${base}/${name}`),
    ...factors.flatMap(({ factor }, at) =>
      healthFactors.has(factor) && !isCovered('health', grant) ? [`${base}/risk/factors/${at}`] : [],
    ),
  ]
}

/** The refusal of what a grant does not cover: another code where there is no consent at all. */
export function uncovered(
  { lawfulBasis }: Pick<Grant, 'lawfulBasis'>,
  pointers: readonly string[],
): readonly Refusal[] {
  const code = lawfulBasis === 'explicitConsent' ? 'consent-too-narrow' : 'basis-codes-only'
  return pointers.length === 0 ? [] : [{ code, details: { pointers } }]
}

function isCovered(category: Grant['dataCategories'][number], { lawfulBasis, dataCategories }: Grant): boolean {
  return lawfulBasis === 'explicitConsent' && dataCategories.includes(category)
}

/** Whether a category is one of codes alone. */
export function isCodeCategory(category: Grant['dataCategories'][number]): boolean {
  return category === 'codesOnly' || category === 'risk'
}

/** Categories with more than codes count with consent alone. */
export function coveredCategories({
  lawfulBasis,
  dataCategories,
}: Pick<Grant, 'lawfulBasis' | 'dataCategories'>): Grant['dataCategories'] {
  return lawfulBasis === 'explicitConsent' ? dataCategories : dataCategories.filter(isCodeCategory)
}
