import { InvalidArgumentError } from 'commander'
import { fromTimestamp, toSeconds } from '../base/clock.js'

/** Reads a time of an option, RFC 3339 in UTC; seconds since the epoch. */
export function parseTime(text: string): number {
  const epochMs = fromTimestamp(text)
  if (epochMs === undefined) throw new InvalidArgumentError('It must be a time in UTC like 2026-11-22T09:30:00Z.')
  return toSeconds(epochMs)
}
