import type { Command } from 'commander'
import { validateCreatedToken, validateCreateTokenRequest } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { allScopes } from '../local-api.js'
import { parseInteger } from '../parse-integer.js'
import { withLocalApi } from '../with-local-api.js'

interface Options {
  readonly label: string
  readonly scope: readonly string[]
  readonly days: number
}

/** `trm token create` */
export function tokenCreate(parent: Command, run: RunCommand): void {
  const command = parent
    .command('create')
    .description('make a bearer token for a program that uses the local API; it is shown once and not kept')
    .requiredOption('--label <text>', 'what the token is for')
    .requiredOption('--scope <scope...>', `what it may do: ${allScopes.join(', ')}`)
    .option('--days <number>', 'how long it is valid', parseInteger, 90)
  withExamples(command, [
    'trm token create --label "Case file import" --scope referral:read referral:write --days 30',
    'TOKEN=$(trm token create --label "Monitoring" --scope node:read)',
  ]).action(({ label, scope, days }: Options, self: Command) =>
    run(self, (context) =>
      withLocalApi(context, async (api) => {
        const answer = await api.ask({
          method: 'POST',
          path: '/api/v1/tokens',
          body: { label, scopes: scope, days },
          bodySchema: validateCreateTokenRequest,
          options: { '/label': '--label', '/scopes': '--scope', '/days': '--days' },
          answer: validateCreatedToken,
        })
        if (!answer.ok) return answer
        const { token, jti, exp } = answer.body
        const notes = [`valid until ${exp}`, `to revoke it: trm token revoke ${jti}`]
        // Who reads it sees what it is; a program gets the bare token.
        const isRead = 'isTTY' in context.io.stdout && context.io.stdout.isTTY === true
        return { ok: true, result: answer.body, lines: [...(isRead ? ['Token, shown this once:'] : []), token], notes }
      }),
    ),
  )
}
