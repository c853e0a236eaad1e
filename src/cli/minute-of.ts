/** `2026-11-22 09:30Z` of an RFC 3339 time in UTC. */
export function minuteOf(timestamp: string): string {
  return `${timestamp.slice(0, 10)} ${timestamp.slice(11, 16)}Z`
}
