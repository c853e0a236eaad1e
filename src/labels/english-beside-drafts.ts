/**
 * Code lists about consent and risk: a wrong word there harms a person, so a draft translation never stands alone.
 */
export const englishBesideDrafts: ReadonlySet<string> = new Set([
  // Consent: who gave it, how, for what, and what follows when it ends.
  'consentMode',
  'consentGivenBy',
  'consentStatus',
  'consentPurpose',
  'consentException',
  'childAssent',
  'informedOf',
  'lawfulBasis',
  'dataCategory',
  'onwardRule',
  'onwardAnswer',
  'withdrawalScope',
  'withdrawalChannel',
  'erasureCause',
  'identityChannel',
  'guardianship',
  'consulateContact',
  // Risk: who is in danger, from whom, and what keeps the person safe.
  'riskLevel',
  'riskFactor',
  'riskMeasure',
  'protectiveFactor',
  'doNotContact',
  'jointlyAssessed',
  'involvementSuspected',
  'knowsOfExploitation',
  'fitToTravel',
  'arrivalMissedReason',
  // Return: only voluntary, to where the person wants.
  'wish',
  'wishEstablishedBy',
  'returnKind',
  'cooperationStance',
])
