import type { Command } from 'commander'
import { validateCaseView, validateErasedCase, validateEraseCaseRequest } from '../../wire/generated/validators.js'
import { casePath } from '../case-change.js'
import type { RunCommand } from '../command-context.js'
import { counted } from '../counted.js'
import { withExamples } from '../examples.js'
import { failure, usageFailure } from '../failure.js'
import type { LocalApi } from '../local-api.js'
import { officeNames } from '../office-names.js'
import type { Outcome } from '../outcome.js'
import { withCase } from '../with-case.js'

interface Options {
  readonly confirm?: string
  readonly yes: boolean
  readonly withdraw: boolean
  readonly leave: boolean
}

/** `trm case erase` */
export function caseErase(parent: Command, run: RunCommand): void {
  const command = parent
    .command('erase')
    .description('erase a case for good: nobody can read it any more; receivers are asked to destroy what they hold')
    .argument('<case>', 'code or id')
    .option('--confirm <code>', 'the code of the case, typed once more')
    .option('--yes', 'instead of the code: no question is asked', false)
    .option('--withdraw', 'withdraw consent in every referral that a receiver still holds', false)
    .option('--leave', 'leave those referrals as they are', false)
  withExamples(command, [
    'trm case erase 2026-014 --confirm 2026-014',
    'trm case erase 2026-014 --yes --withdraw',
  ]).action((name: string, options: Options, self: Command) =>
    run(self, (context) => {
      if (options.withdraw && options.leave) return usageFailure('Give --withdraw or --leave, not both')
      if (options.confirm === undefined && !options.yes) {
        return usageFailure('This cannot be undone. Type the code of the case once more: --confirm CODE, or say --yes')
      }
      return withCase(context, name, async (api, whole) =>
        options.confirm === undefined && whole.toLowerCase() !== name.toLowerCase()
          ? usageFailure(`With --yes the case is named by its whole code: ${whole}`)
          : erase(api, whole, options),
      )
    }),
  )
}

async function erase(api: LocalApi, name: string, { confirm, withdraw, leave }: Options): Promise<Outcome> {
  const code = confirm === undefined ? await codeOf(api, name) : { ok: true as const, code: confirm.toUpperCase() }
  if (!code.ok) return code
  const referrals = withdraw ? { referrals: 'withdraw' } : leave ? { referrals: 'leave' } : {}
  const answer = await api.ask({
    method: 'POST',
    path: casePath(name, 'erase'),
    body: { confirm: code.code, ...referrals },
    bodySchema: validateEraseCaseRequest,
    options: { '/confirm': '--confirm' },
    answer: validateErasedCase,
  })
  if (!answer.ok) return answer.problem.errors?.includes('/confirm const') === true ? otherCode() : answer
  const { case: id, erasedAt, withdrawn, holders, callList } = answer.body
  const nameOf = await officeNames(api, holders)
  return {
    ok: true,
    result: answer.body,
    lines: [`${id}  erased ${erasedAt}`],
    notes: [
      ...(withdrawn.length === 0 ? [] : [`consent withdrawn in ${counted(withdrawn.length, 'referral')}`]),
      ...(holders.length === 0
        ? []
        : [
            `${counted(holders.length, 'node')} held something; their certificates come with the referrals. What they have on paper, ask them:`,
          ]),
      ...holders.map((node) => `  ${nameOf(node)}`),
      ...callList.map((organisation) => `call them, it is named here for the last time: ${organisation}`),
    ],
  }
}

function otherCode(): Outcome {
  const message = 'is not the code of this case. It stands in: trm case list'
  return failure('usage', { faults: [{ at: '--confirm', message }] })
}

/** A case that is named by its id is asked for its code. */
async function codeOf(
  api: LocalApi,
  name: string,
): Promise<{ readonly ok: true; readonly code: string } | Extract<Outcome, { readonly ok: false }>> {
  if (!/^[0-9a-f-]{36}$/.test(name)) return { ok: true, code: name }
  const answer = await api.ask({ method: 'GET', path: casePath(name), answer: validateCaseView })
  return answer.ok ? { ok: true, code: answer.body.code ?? '' } : answer
}
