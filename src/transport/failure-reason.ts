/** The platform's code of a failure, such as ECONNREFUSED; never its message, which may quote what the peer sent. */
export function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'
}
