import { pino, type DestinationStream } from 'pino'

/** What log lines may carry: ids, codes, counts, sizes, durations. Objects, errors and free text have no place. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** The node's log. Messages are constants; everything that varies is a field. */
export interface Logger {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** JSON lines on `destination` (standard output if none). */
export function makeLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  return destination === undefined ? pino(options) : pino(options, destination)
}

/** For tests and commands that print for people. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} }

/** Class and stack frames of an unexpected error: enough to find the fault, without its message, which may quote content. */
export function traceOf(error: unknown): { readonly fault: string; readonly at: string } {
  if (!(error instanceof Error)) return { fault: typeof error, at: '' }
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return {
    fault: error.name,
    at: frames
      .slice(0, 6)
      .map((frame) => frame.trim())
      .join(' < '),
  }
}
