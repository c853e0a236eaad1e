import type { Command } from 'commander'
import type { LabelBook } from '../../labels/label-book.js'
import { labelOf, titleOf } from '../../labels/label-of.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { failure } from '../failure.js'
import { langOption } from '../lang-option.js'
import { openLabels } from '../open-labels.js'
import type { Outcome } from '../outcome.js'
import { table } from '../table.js'

/** `trm codes` */
export function codes(parent: Command, run: RunCommand): void {
  const command = parent
    .command('codes')
    .description('the code lists, or the codes of one list with their labels; needs no node')
    .argument('[list]', 'a code list, such as referralType; without one: all lists')
    .addOption(langOption())
  withExamples(command, [
    'trm codes',
    'trm codes referralType --lang ro',
    'trm codes consentMode --lang sr-Cyrl --json',
  ])
  command.action((list: string | undefined, { lang }: { readonly lang?: string }, self: Command) =>
    run(self, async ({ io }) => {
      const { book, notes } = await openLabels(io.env, lang)
      const outcome = list === undefined ? allLists(book) : oneList(book, list)
      return outcome.ok ? { ...outcome, notes } : outcome
    }),
  )
}

/** English has every list: a test holds it against the schema. */
function allLists(book: LabelBook): Outcome {
  const lists = Object.entries(book.english.lists).map(([list, labels = {}]) => ({
    list,
    title: titleOf(book, list),
    codes: Object.keys(labels).length,
  }))
  return {
    ok: true,
    result: { language: book.labels.language, lists },
    lines: table(
      ['LIST', 'CODES', 'TITLE'],
      lists.map(({ list, title, codes: count }) => [list, String(count), title]),
    ),
  }
}

function oneList(book: LabelBook, list: string): Outcome {
  const known = Object.entries(book.english.lists).find(([name]) => name === list)
  if (known === undefined) {
    return failure('usage', { detail: `There is no code list of this name: ${list}\ntrm codes shows all of them.` })
  }
  const rows = Object.keys(known[1] ?? {}).map((code) => ({ code, ...labelOf(book, list, code) }))
  const hasEnglish = rows.some(({ english }) => english !== undefined)
  return {
    ok: true,
    result: {
      language: book.labels.language,
      list,
      title: titleOf(book, list),
      codes: rows.map(({ code, text, ...more }) => ({ code, label: text, ...more })),
    },
    lines: [
      `${titleOf(book, list)} (${book.labels.name})`,
      '',
      ...table(
        ['CODE', 'LABEL', ...(hasEnglish ? ['ENGLISH'] : []), 'STATUS'],
        rows.map(({ code, text, english, status }) => [code, text, ...(hasEnglish ? [english ?? ''] : []), status]),
      ),
    ],
  }
}
