/**
 * Countries among which personal data travel with a level of protection that the European Union takes for its own: the
 * European Economic Area, and those with an adequacy decision for private bodies (as of 2026).
 */
const protecting: ReadonlySet<string> = new Set(
  (
    'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK ' +
    'AD AR CA CH FO GB GG IL IM JE JP KR NZ UY'
  ).split(' '),
)

/** Whether a person has to be told that data go to where they are protected less (GDPR, articles 44 to 49). */
export function needsExplanation(sender: string, recipient: string): boolean {
  return protecting.has(sender) && !protecting.has(recipient)
}
