import type { Command } from 'commander'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { exitCodes } from '../exit-codes.js'
import { parseInteger } from '../parse-integer.js'
import { printable } from '../printable.js'

/** `trm demo` */
export function demo(parent: Command, run: RunCommand): void {
  const command = parent
    .command('demo')
    .description(
      'a federation on this machine lives through twelve case studies: referrals, answers, receipts, and the proof of them',
    )
    .option('--case <number>', 'play this case only, with the nodes that it needs', parseInteger)
    .option('--serve', 'keep the nodes up until Ctrl-C, and print how to reach them')
    .option('--keep <dir>', 'leave the data folders there')
  withExamples(command, [
    'trm demo',
    'trm demo --case 8',
    'trm demo --json',
    'trm demo --serve --keep ./demo-data',
  ]).action(({ case: only, serve, keep }: { case?: number; serve?: true; keep?: string }, self: Command) =>
    run(self, async ({ io, isJson }) => {
      // Loaded late: no other command needs the whole program.
      const { isProven, runDemo } = await import('../demo/run-demo.js')
      const story = isJson ? io.stderr : io.stdout
      const tally = await runDemo({
        only,
        serve: serve === true,
        keep,
        tell: (line) => void story.write(`${printable(line)}\n`),
        until: serve === true ? signalled() : Promise.resolve(),
      })
      return { ok: true, result: tally, lines: [], exitCode: isProven(tally) ? exitCodes.ok : exitCodes.refused }
    }),
  )
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}
