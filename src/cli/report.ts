import { exitCodes, type ExitCode } from './exit-codes.js'
import type { Io } from './io.js'
import type { CommandProblem, Fault, Outcome } from './outcome.js'
import { printable } from './printable.js'

/** Prints how a command ended, for people or as one JSON line, and returns what the shell is told. */
export function report(io: Pick<Io, 'stdout' | 'stderr'>, outcome: Outcome, isJson: boolean): ExitCode {
  if (!outcome.ok) {
    const { problem } = outcome
    io.stderr.write(isJson ? `${JSON.stringify(problem)}\n` : textOf(problemLines(problem)))
    return outcome.exitCode
  }
  const { result, lines, notes = [], exitCode = exitCodes.ok } = outcome
  io.stdout.write(isJson ? `${JSON.stringify(result)}\n` : textOf(lines))
  if (!isJson) io.stderr.write(textOf(notes))
  return exitCode
}

function problemLines({ title, code, detail, faults = [], errors = [] }: CommandProblem): readonly string[] {
  return [
    `trm: ${title} (${code})`,
    ...(detail === undefined ? [] : detail.split('\n').map((line) => `  ${line}`)),
    ...(faults.length === 0 ? errors.map((error) => `  ${error}`) : faults.flatMap(faultLines)),
  ]
}

function faultLines({ at, message, mend }: Fault): readonly string[] {
  return [`  ${at} ${message}`, ...(mend === undefined ? [] : [`    mend: ${mend}`])]
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${printable(line)}\n`).join('')
}
