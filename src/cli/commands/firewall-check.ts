import { once } from 'node:events'
import type { Command } from 'commander'
import { findIdentityData } from '../../policy/identity/find-identity-data.js'
import { identityRules, rulesetVersion } from '../../policy/identity/ruleset.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { exitCodes } from '../exit-codes.js'
import { isSystemError, usageFailure } from '../failure.js'
import type { Io } from '../io.js'
import type { Outcome } from '../outcome.js'
import { readLines } from '../read-lines.js'
import { readText } from '../read-text.js'
import { table } from '../table.js'

const explained = `
Input: one JSON object a line, {"text": "...", "lang": "ro"}; lang is a hint and may be left out, other members are
not read. Output: for each line, in its order, {"verdict": "deny|warn|pass", "findings": [{"rule", "level", "start",
"end"}]}. Places are UTF-16 code units of the text as it was given, the end excluded; the text is never repeated. A line
that is no such object ends the command with exit code 2 and names the number of the line. Where a line is denied the
exit code is 1 once all are checked.

On a terminal, and with --text, the input is one plain text instead, of any number of lines. A whole referral:
trm referral check FILE`

interface Options {
  readonly rules?: true
  readonly text?: string
}

/** `trm firewall check` */
export function firewallCheck(parent: Command, run: RunCommand): void {
  const command = parent
    .command('check')
    .description('what the identity firewall finds in free texts; needs no node and no data folder')
    .argument('[file]', 'JSON Lines; - for standard input', '-')
    .option(
      '--text <text>',
      'one plain text instead; - for standard input, which the history of the shell does not keep',
    )
    .option('--rules', 'list the rules instead')
    .addHelpText('after', explained)
  withExamples(command, [
    'trm firewall check texts.jsonl',
    `echo '{"text":"Call +40 21 555 01 23"}' | trm firewall check`,
    'trm firewall check --text - < question.txt',
    'trm firewall check --rules --json',
  ]).action((file: string, { rules, text }: Options, self: Command) =>
    run(self, ({ io }) => {
      if (rules === true) return listRules()
      if (text !== undefined) return checkText(io, text)
      return file === '-' && io.isTty ? askForText(io) : check(io, file)
    }),
  )
}

/** A person who types sees no end of the input without a word on how it ends. */
function askForText(io: Io): Promise<Outcome> {
  io.stderr.write('Type or paste the text. Ctrl-D on a line of its own ends it.\n')
  return checkText(io, '-')
}

async function checkText(io: Io, given: string): Promise<Outcome> {
  const read = await readText(io, given)
  if (!read.ok) return read
  const { text = '' } = read
  if (text === '') return usageFailure('There is no text to check.')
  const answer = answerTo(text)
  const rows = answer.findings.map(({ level, rule, start, end }) => [level, rule, `${start}-${end}`])
  return {
    ok: true,
    result: answer,
    lines: [answer.verdict, ...table(['level', 'rule', 'place'], rows)],
    ...(answer.verdict === 'deny' ? { exitCode: exitCodes.refused } : {}),
  }
}

function listRules(): Outcome {
  const rows = identityRules.map(({ rule, level, since, finds }) => [rule, level, String(since), finds])
  return {
    ok: true,
    result: { ruleset: rulesetVersion, rules: identityRules },
    lines: [`Ruleset ${rulesetVersion}`, '', ...table(['rule', 'level', 'since', 'finds'], rows)],
  }
}

/** Writes each answer as soon as it is known; the last one is left to whoever prints results. */
async function check(io: Io, file: string): Promise<Outcome> {
  let last: Answer | undefined
  let isDenied = false
  let number = 0
  try {
    for await (const line of readLines(io, file)) {
      number += 1
      if (line.trim() === '') continue
      const text = textOf(line)
      if (text === undefined) return await badLine(io, last, number)
      if (last !== undefined) await write(io, last)
      last = answerTo(text)
      isDenied ||= last.verdict === 'deny'
    }
  } catch (error) {
    if (!isSystemError(error)) throw error
    return usageFailure(`${file} cannot be read (${error.code})`)
  }
  if (last === undefined) return usageFailure('There is no line to check.')
  const exitCode = isDenied ? exitCodes.refused : exitCodes.ok
  return { ok: true, result: last, lines: [JSON.stringify(last)], exitCode }
}

interface Answer {
  readonly verdict: 'deny' | 'warn' | 'pass'
  readonly findings: ReturnType<typeof findIdentityData>
}

function answerTo(text: string): Answer {
  const findings = findIdentityData(text)
  const isDenied = findings.some(({ level }) => level === 'deny')
  return { verdict: isDenied ? 'deny' : findings.length > 0 ? 'warn' : 'pass', findings }
}

async function badLine(io: Io, last: object | undefined, number: number): Promise<Outcome> {
  if (last !== undefined) await write(io, last)
  return usageFailure(
    `Line ${number} is no JSON object with a member "text" that is a string. A line is like {"text":"She likes to sing.","lang":"en"}\n` +
      'A plain text: trm firewall check --text - < FILE. A whole referral: trm referral check FILE',
  )
}

/** The text of a line; undefined if the line has none. */
function textOf(line: string): string | undefined {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value !== 'object' || value === null || !('text' in value) || typeof value.text !== 'string')
      return undefined
    return 'lang' in value && typeof value.lang !== 'string' && value.lang !== null ? undefined : value.text
  } catch {
    return undefined
  }
}

async function write(io: Io, answer: object): Promise<void> {
  if (!io.stdout.write(`${JSON.stringify(answer)}\n`)) await once(io.stdout, 'drain')
}
