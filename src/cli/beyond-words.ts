/** What of a referral goes further than it may, and how far it may. */
export function beyondWords({
  agreed,
  exceeding,
}: {
  readonly agreed: readonly string[]
  readonly exceeding: readonly string[]
}): string {
  return `Too much: ${exceeding.join(', ')}. Agreed: ${agreed.length === 0 ? 'nothing' : agreed.join(', ')}`
}
