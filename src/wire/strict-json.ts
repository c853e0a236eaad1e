import { ExchangeError } from '../base/errors.js'
import { maxJsonDepth, maxJsonMembers } from './limits.js'

/** Why a text was refused; the `reason` of the details. */
export type JsonRefusal =
  | 'utf-8'
  | 'byte-order-mark'
  | 'syntax'
  | 'trailing-data'
  | 'depth'
  | 'count'
  | 'number'
  | 'lone-surrogate'
  | 'member-name'
  | 'duplicate-member'

/**
 * Parses one JSON text that has one meaning for every reader (I-JSON, RFC 7493; PROTOCOL 2; security list J-07):
 * UTF-8 without byte order mark, no duplicate member after unescaping, no lone surrogate, no member that names a part
 * of a JavaScript prototype, nothing after the value; at most 16 levels and 2000 members and items.
 * Numbers are doubles: refused beyond ±(2^53-1), and -0, which canonical JSON cannot write. Noncharacters pass.
 *
 * Linear: one pass, a second look at strings with escapes. It builds the value itself, because a scan in front of
 * JSON.parse measures slower.
 *
 * @throws json-refused with `reason` ({@link JsonRefusal}) and `offset` in UTF-16 units of the decoded text; it is
 * where the refused value or name begins, and 0 for `utf-8`. Neither repeats anything of the text.
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  const reader: Reader = { text: decodeUtf8(bytes), at: 0, depth: 0, count: 0 }
  if (reader.text.charCodeAt(0) === 0xfeff) refuse(reader, 'byte-order-mark')
  const value = readValue(reader)
  skipSpace(reader)
  if (reader.at < reader.text.length) refuse(reader, 'trailing-data')
  return value
}

interface Reader {
  readonly text: string
  at: number
  depth: number
  count: number
}

const quote = 0x22
const plus = 0x2b
const comma = 0x2c
const minus = 0x2d
const point = 0x2e
const zero = 0x30
const nine = 0x39
const colon = 0x3a
const openArray = 0x5b
const backslash = 0x5c
const closeArray = 0x5d
const letterE = 0x65
const letterF = 0x66
const letterN = 0x6e
const letterT = 0x74
const openObject = 0x7b
const closeObject = 0x7d

function refuse(reader: Reader, reason: JsonRefusal): never {
  refuseAt(reader.at, reason)
}

function refuseAt(offset: number, reason: JsonRefusal): never {
  throw new ExchangeError('json-refused', { reason, offset })
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    // ignoreBOM keeps the mark in the text, where it is refused.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return refuseAt(0, 'utf-8')
  }
}

/** Moves to the next character that is not space and returns its code; NaN at the end. */
function skipSpace(reader: Reader): number {
  for (;;) {
    const code = reader.text.charCodeAt(reader.at)
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code
    reader.at++
  }
}

function readValue(reader: Reader): unknown {
  switch (skipSpace(reader)) {
    case quote:
      return readString(reader)
    case openObject:
      return readObject(reader)
    case openArray:
      return readArray(reader)
    case letterT:
      return readWord(reader, 'true', true)
    case letterF:
      return readWord(reader, 'false', false)
    case letterN:
      return readWord(reader, 'null', null)
    default:
      return readNumber(reader)
  }
}

function readWord<T>(reader: Reader, word: string, value: T): T {
  if (!reader.text.startsWith(word, reader.at)) refuse(reader, 'syntax')
  reader.at += word.length
  return value
}

function readObject(reader: Reader): Readonly<Record<string, unknown>> {
  const object: Record<string, unknown> = {}
  enter(reader)
  if (skipSpace(reader) === closeObject) return leave(reader, object)
  for (;;) {
    if (skipSpace(reader) !== quote) refuse(reader, 'syntax')
    countOne(reader)
    const start = reader.at
    const name = readString(reader)
    if (name === '__proto__' || name === 'constructor' || name === 'prototype') refuseAt(start, 'member-name')
    if (Object.hasOwn(object, name)) refuseAt(start, 'duplicate-member')
    if (skipSpace(reader) !== colon) refuse(reader, 'syntax')
    reader.at++
    object[name] = readValue(reader)
    const next = skipSpace(reader)
    if (next === closeObject) return leave(reader, object)
    if (next !== comma) refuse(reader, 'syntax')
    reader.at++
  }
}

function readArray(reader: Reader): readonly unknown[] {
  const array: unknown[] = []
  enter(reader)
  if (skipSpace(reader) === closeArray) return leave(reader, array)
  for (;;) {
    countOne(reader)
    array.push(readValue(reader))
    const next = skipSpace(reader)
    if (next === closeArray) return leave(reader, array)
    if (next !== comma) refuse(reader, 'syntax')
    reader.at++
  }
}

/** Steps over an opening bracket. The depth is counted before the recursion that it limits. */
function enter(reader: Reader): void {
  if (reader.depth === maxJsonDepth) refuse(reader, 'depth')
  reader.depth++
  reader.at++
}

function leave<T>(reader: Reader, value: T): T {
  reader.depth--
  reader.at++
  return value
}

function countOne(reader: Reader): void {
  if (reader.count === maxJsonMembers) refuse(reader, 'count')
  reader.count++
}

function readString(reader: Reader): string {
  const start = reader.at + 1
  reader.at = endOfPlainRun(reader.text, start)
  if (reader.text.charCodeAt(reader.at) !== quote) return readEscapedString(reader, start)
  return reader.text.slice(start, reader.at++)
}

/** First place at or after `at` that ends a run of ordinary characters: quote, backslash, control character, end. */
function endOfPlainRun(text: string, at: number): number {
  for (;;) {
    const code = text.charCodeAt(at)
    // The comparison is also false for NaN, the end of the text.
    if (code === quote || code === backslash || !(code >= 0x20)) return at
    at++
  }
}

function readEscapedString(reader: Reader, start: number): string {
  const { text } = reader
  let end = reader.at
  while (text.charCodeAt(end) !== quote) {
    if (text.charCodeAt(end) !== backslash) refuseAt(end, 'syntax')
    end = endOfPlainRun(text, end + 2)
  }
  const value = unescape(text.slice(start - 1, end + 1))
  if (value === undefined) return refuseAt(start - 1, 'syntax')
  // Decoded UTF-8 holds surrogates in pairs only; an escape can bring in a single one.
  if (/\p{Surrogate}/u.test(value)) refuseAt(start - 1, 'lone-surrogate')
  reader.at = end + 1
  return value
}

/** The platform knows the escapes, and puts a long string together faster than we could. */
function unescape(literal: string): string | undefined {
  try {
    const value: unknown = JSON.parse(literal)
    return typeof value === 'string' ? value : undefined
  } catch {
    // Its message repeats the text: it must not become a cause.
    return undefined
  }
}

function readNumber(reader: Reader): number {
  const { text } = reader
  const start = reader.at
  if (text.charCodeAt(reader.at) === minus) reader.at++
  if (text.charCodeAt(reader.at) === zero) reader.at++
  else readDigits(reader)
  if (text.charCodeAt(reader.at) === point) {
    reader.at++
    readDigits(reader)
  }
  // Bit 0x20 is all that tells e from E.
  if ((text.charCodeAt(reader.at) | 0x20) === letterE) {
    const sign = text.charCodeAt(++reader.at)
    if (sign === plus || sign === minus) reader.at++
    readDigits(reader)
  }
  const value = Number(text.slice(start, reader.at))
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER || Object.is(value, -0)) refuseAt(start, 'number')
  return value
}

function readDigits(reader: Reader): void {
  const start = reader.at
  for (;;) {
    const code = reader.text.charCodeAt(reader.at)
    if (!(code >= zero && code <= nine)) break
    reader.at++
  }
  if (reader.at === start) refuse(reader, 'syntax')
}
