const types: ReadonlySet<string> = new Set(['consent.withdraw', 'referral.void', 'erasure.certify'])

/**
 * Whether an event ends the use of a person's data, or says that it ended (PROTOCOL 5): it goes despite a suspension or an ended
 * agreement, before everything else, and waits for nothing in its thread.
 */
export function endsUse(type: string): boolean {
  return types.has(type)
}

/**
 * Whether an event may stand before what its author wrote earlier (PROTOCOL 4.3). A withdrawal that only narrows stays in its place: the
 * case goes on, and the other side names what it has seen by number.
 */
export function overtakes({ type, body }: { readonly type: string; readonly body: unknown }): boolean {
  if (type !== 'consent.withdraw') return endsUse(type)
  const scope = typeof body === 'object' && body !== null && 'scope' in body ? body.scope : undefined
  return scope === 'everything' || scope === 'oneRecipient'
}
