/**
 * The fixed word for a failure of the platform or of undici: its code, such as ECONNREFUSED, or the kind of error.
 * Never the message, which may quote what the peer sent.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
