import type { Grant, Referral } from '../wire/generated/types.js'
import type { ReferralType } from './required-purposes.js'

export type Section = 'exploitation' | 'documents' | 'health' | 'family' | 'returnPlan' | 'legal'

/** The data category that a section of the template needs (PROTOCOL 5). Risk always travels: who receives must know it. */
export const sectionCategories: Readonly<Record<Section, Grant['dataCategories'][number]>> = {
  exploitation: 'exploitation',
  documents: 'profile',
  health: 'health',
  family: 'family',
  returnPlan: 'travel',
  legal: 'legal',
}

export const sections = Object.keys(sectionCategories) as readonly Section[]

/** Sections without which a referral of this type cannot be worked on (PROTOCOL 4). */
export const requiredSections: Readonly<Partial<Record<ReferralType, readonly Section[]>>> = {
  assistedVoluntaryReturn: ['returnPlan', 'documents'],
  thirdCountryResettlement: ['returnPlan', 'documents'],
  hearingTravel: ['returnPlan', 'legal'],
  documentIssuance: ['documents'],
  familyTracing: ['family'],
  familyContact: ['family'],
  familyMediation: ['family'],
  socialInquiry: ['family'],
  legalCooperation: ['legal'],
  compensationClaim: ['legal'],
}

/** Types at whose end a person travels. */
export const travelTypes: ReadonlySet<ReferralType> = new Set([
  'assistedVoluntaryReturn',
  'thirdCountryResettlement',
  'hearingTravel',
  'transferForProtection',
  'transitAssistance',
])

/** All types that a referral asks for. */
export function typesOf({ request }: Pick<Referral, 'request'>): readonly ReferralType[] {
  return [request.primaryType, ...request.otherTypes]
}
