/** PROTOCOL 6: every event names the agreement in force between the two nodes; null while there is none. */
export function checkAgreement(
  eventAgreement: string | null,
  inForce: string | null,
): 'agreement-mismatch' | undefined {
  return eventAgreement === inForce ? undefined : 'agreement-mismatch'
}
