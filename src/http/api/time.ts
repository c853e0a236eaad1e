/** RFC 3339 in UTC with milliseconds, the form of every time on the local API. */
export function timestamp(epochMs: number): string {
  return new Date(epochMs).toISOString()
}
