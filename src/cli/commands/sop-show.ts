import type { Command } from 'commander'
import { findMeasure } from '../../sop/find-measure.js'
import { catalogue } from '../../sop/generated/catalogue.js'
import { translatedTitle } from '../../sop/translated-title.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { usageFailure } from '../failure.js'
import type { Outcome } from '../outcome.js'
import { sopChoice, type SopChoice, type SopOptions } from '../sop-choice.js'
import { measureLines, noteLines } from '../sop-lines.js'

/** `trm sop show` */
export function sopShow(parent: Command, run: RunCommand): void {
  const command = parent
    .command('show')
    .description('one measure whole: what, when, who, how, steps, checklist, child, lessons, origin')
    .argument('<id>', 'of a measure (SOP4.M2), or the topic of a note for all SOPs (children)')
    .option('--country <country>', 'as this country adapts it')
    .option('--adaptation <file>', 'as this adaptation has it; - for standard input')
    .option('--lang <tag>', 'with its names in this language')
  withExamples(command, [
    'trm sop show SOP4.M2',
    'trm sop show SOP1.M5 --country BG',
    'trm sop show BG.1.4 --country BG --json',
  ]).action((id: string, options: SopOptions, self: Command) =>
    run(self, async ({ io }) => {
      const choice = await sopChoice(io, options)
      return choice.ok ? show(choice, id) : choice
    }),
  )
}

function show(choice: SopChoice, id: string): Outcome {
  const note = catalogue.crossCutting.find(({ topic }) => topic === id)
  if (note !== undefined) return { ok: true, result: note, lines: noteLines(note) }
  const adapted = findMeasure(choice.measures, id)
  if (adapted === undefined) {
    return usageFailure(`There is no measure ${id} here. See: trm sop list (of a country: --country)`)
  }
  const { adaptation, names } = choice
  const translated = names === undefined ? undefined : translatedTitle(names, adapted)
  return {
    ok: true,
    result: {
      catalogue: catalogue.version,
      ...adapted,
      ...(translated === undefined ? {} : { translated: { language: names?.language, ...translated } }),
      sources: [...catalogue.sources, ...(adaptation?.sources ?? [])],
    },
    lines: measureLines(adapted, choice),
  }
}
