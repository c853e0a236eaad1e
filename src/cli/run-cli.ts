import path from 'node:path'
import { CommanderError, type Command } from 'commander'
import type { RunCommand } from './command-context.js'
import { exitCodes, type ExitCode } from './exit-codes.js'
import { failureOf, usageFailure } from './failure.js'
import { withHyphenLedIds } from './hyphen-led-ids.js'
import type { Io } from './io.js'
import { makeProgram, type GlobalOptions } from './program.js'
import { report } from './report.js'

/** Runs one command line, without the program's own name, and returns its exit code. */
export async function runCli(argv: readonly string[], io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok
  const run: RunCommand = async (command, body) => {
    const { data, json } = command.optsWithGlobals<GlobalOptions>()
    const dataFolder = path.resolve(io.cwd, data ?? io.env['TRM_DATA'] ?? 'trm-data')
    const isJson = json === true
    exitCode = report(io, await body({ io, dataFolder, isJson }), isJson)
  }
  const asksForJson = argv.includes('--json')
  const help = {
    writeOut: (text: string) => void io.stdout.write(text),
    writeErr: (text: string) => {
      if (!asksForJson) io.stderr.write(text)
    },
  }
  const program = makeProgram(help, run)
  try {
    await program.parseAsync([...withHyphenLedIds(argv)], { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok
    const outcome = error instanceof CommanderError ? usageFailure(wayOut(program, argv, error)) : failureOf(error)
    return report(io, outcome, asksForJson)
  }
}

/** What was wrong with the command line, and where its right form stands. */
function wayOut(program: Command, argv: readonly string[], { code, message }: CommanderError): string {
  const words = ['trm']
  let command = program
  for (const word of argv) {
    const next = command.commands.find((known) => known.name() === word)
    if (next === undefined) continue
    command = next
    words.push(word)
  }
  const fault = code === 'commander.help' ? 'a command is missing' : message.replace(/^error: /, '')
  return `${fault}\nSee: ${words.join(' ')} --help`
}
