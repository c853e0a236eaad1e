import type { Command } from 'commander'
import { isRecord } from '../../config/read-environment.js'
import { validateDraftCheck } from '../../wire/generated/validators.js'
import { checkLines, unsettled, waysOut } from '../check-lines.js'
import type { RunCommand } from '../command-context.js'
import { continuing, referredOn, reopened } from '../continued-referral.js'
import { withExamples } from '../examples.js'
import { usageFailure } from '../failure.js'
import { exitCodes } from '../exit-codes.js'
import type { LocalApi } from '../local-api.js'
import { withOfferOptions, type OfferOptions } from '../offer-options.js'
import { exerciseNote } from '../offer-referral.js'
import { offerRequest, wayToGrant } from '../offer-request.js'
import type { Outcome } from '../outcome.js'
import { parseReferral } from '../parse-referral.js'
import { readInput } from '../read-input.js'
import { withLocalApi } from '../with-local-api.js'

interface Options extends OfferOptions {
  readonly referOn?: string
  readonly reopen?: string
}

/** `trm referral check` */
export function referralCheck(parent: Command, run: RunCommand): void {
  const command = withOfferOptions(
    parent
      .command('check')
      .description(
        'tell every fault of a referral at once, through every gate that send goes through; nothing is sent',
      ),
  )
    .option(
      '--refer-on <thread>',
      'as trm referral refer-on would send it: by what the sender of that referral agreed to',
    )
    .option('--reopen <thread>', 'as trm referral reopen would send it')
  withExamples(command, [
    'trm referral check referral.json',
    'trm referral check referral.json --to "Shelter South, IT" --desk duty-desk',
    'trm referral check referral.json --case 2026-014 --consent 59792fd0',
    'trm referral check onward.json --refer-on 5392b661',
    'trm referral check - --json < referral.json',
  ]).action((file: string, options: Options, self: Command) =>
    run(self, async (context) => {
      const input = await readInput(context.io, file)
      if (!input.ok) return input
      const parsed = parseReferral(input.bytes)
      return parsed.ok ? withLocalApi(context, (api) => checkContinued(api, parsed.value, options)) : parsed
    }),
  )
}

async function checkContinued(
  api: LocalApi,
  file: unknown,
  { referOn, reopen, ...options }: Options,
): Promise<Outcome> {
  if (referOn !== undefined && reopen !== undefined) {
    return usageFailure('--refer-on and --reopen do not go together: a referral continues one other')
  }
  const found =
    referOn !== undefined
      ? await referredOn(api, referOn)
      : reopen !== undefined
        ? await reopened(api, reopen)
        : undefined
  if (found === undefined) return check(api, file, options)
  if (!found.ok) return found
  const meant = continuing(file, options, found.continued)
  return check(api, meant.file, meant.options)
}

async function check(api: LocalApi, file: unknown, options: OfferOptions): Promise<Outcome> {
  const built = await offerRequest(api, file, options)
  if (!built.ok) return built
  const { path, body, bodySchema } = built.request
  const answer = await api.ask({
    method: 'POST',
    path: `${path}/check`,
    body,
    bodySchema,
    answer: validateDraftCheck,
  })
  if (!answer.ok) return answer
  const { passes } = answer.body
  return {
    ok: true,
    result: answer.body,
    lines: [
      ...checkLines(answer.body),
      ...answer.body.leftOut.flatMap(({ pointer, text }) => [`with --leave-out, ${pointer}:`, `  ${text}`]),
      passes ? 'It would be sent.' : 'It would NOT be sent.',
      ...(passes ? [] : [...waysOut(unsettled(answer.body, options)), ...wayToGrant(file, options)]),
    ],
    notes: isExercise(body) ? [exerciseNote] : [],
    ...(passes ? {} : { exitCode: exitCodes.refused }),
  }
}

function isExercise(body: unknown): boolean {
  return isRecord(body) && isRecord(body['referral']) && body['referral']['isExercise'] === true
}
