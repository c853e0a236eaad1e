import { InvalidArgumentError } from 'commander'
import { fromTimestamp, systemClock, toDay, toSeconds } from '../base/clock.js'

/** Reads a time of an option, RFC 3339 in UTC; seconds since the epoch. */
export function parseTime(text: string): number {
  const epochMs = fromTimestamp(text)
  if (epochMs === undefined) throw new InvalidArgumentError('It must be a time in UTC like 2026-11-22T09:30:00Z.')
  return toSeconds(epochMs)
}

/** The same of what has happened. */
export function parsePastTime(text: string): number {
  const seconds = parseTime(text)
  if (seconds > toSeconds(systemClock.now())) throw new InvalidArgumentError('It must be a time that is over.')
  return seconds
}

/** Reads a day of an option, of today (UTC) or before; the form is left to the schema. */
export function parsePastDay(text: string): string {
  if (text > toDay(systemClock.now())) throw new InvalidArgumentError('It must be a day that is not to come.')
  return text
}
