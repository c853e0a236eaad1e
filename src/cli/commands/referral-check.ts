import type { Command } from 'commander'
import type { DraftCheck } from '../../wire/generated/types.js'
import { validateDraftCheck } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { exitCodes } from '../exit-codes.js'
import type { LocalApi } from '../local-api.js'
import type { Outcome } from '../outcome.js'
import { parseReferral } from '../parse-referral.js'
import { readInput } from '../read-input.js'
import { columns } from '../table.js'
import { wayOutOf } from '../way-out.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm referral check` */
export function referralCheck(parent: Command, run: RunCommand): void {
  const command = parent
    .command('check')
    .description('tell every fault of a referral at once, as JSON pointers and codes; nothing is sent')
    .argument('<file>', 'JSON of schemas/api/submit-referral.schema.json, as for send; - for standard input')
  withExamples(command, ['trm referral check referral.json', 'trm referral check - --json < referral.json']).action(
    (file: string, _: object, self: Command) =>
      run(self, async (context) => {
        const input = await readInput(context.io, file)
        if (!input.ok) return input
        const parsed = parseReferral(input.bytes)
        return parsed.ok ? withLocalApi(context, (api) => check(api, parsed.value)) : parsed
      }),
  )
}

async function check(api: LocalApi, body: unknown): Promise<Outcome> {
  const answer = await api.ask({ method: 'POST', path: '/api/v1/referrals/check', body, answer: validateDraftCheck })
  if (!answer.ok) return answer
  const { passes } = answer.body
  return {
    ok: true,
    result: answer.body,
    lines: [
      ...columns(rowsOf(answer.body)),
      ...answer.body.leftOut.flatMap(({ pointer, text }) => [`with --leave-out, ${pointer}:`, `  ${text}`]),
      passes ? 'It would be sent.' : 'It would NOT be sent.',
      ...waysOut(answer.body),
    ],
    ...(passes ? {} : { exitCode: exitCodes.refused }),
  }
}

/** What a person can decide about its texts. */
function waysOut({ faults }: DraftCheck): readonly string[] {
  const codes = new Set(faults.map(({ code }) => code))
  return (['identity-found', 'identity-doubtful'] as const).flatMap((code) =>
    codes.has(code) ? [wayOutOf(code) ?? []].flat() : [],
  )
}

function rowsOf({ faults, advice }: DraftCheck): readonly (readonly string[])[] {
  return [
    ...faults.map(({ level, code, pointer, rule, start, end }) => {
      const place = rule === undefined ? '' : `${rule} ${String(start)}-${String(end)}`
      return [level, code, pointer, place]
    }),
    ...advice.map(({ code, pointer }) => ['advice', code, pointer, '']),
  ]
}
