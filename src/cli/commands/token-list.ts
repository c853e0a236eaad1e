import type { Command } from 'commander'
import { systemClock, toTimestamp } from '../../base/clock.js'
import { validateTokenList } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { table } from '../table.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm token list` */
export function tokenList(parent: Command, run: RunCommand): void {
  const command = parent
    .command('list')
    .description('tokens in force, never the tokens themselves')
    .option('--all', 'revoked and ended ones too', false)
  withExamples(command, ['trm token list', 'trm token list --all --json']).action(
    ({ all }: { all: boolean }, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, async (api) => {
          const answer = await api.ask({ method: 'GET', path: '/api/v1/tokens', answer: validateTokenList })
          if (!answer.ok) return answer
          // Times of this form sort as text.
          const now = toTimestamp(systemClock.now())
          const tokens = answer.body.tokens.filter(
            ({ revokedAt, exp }) => all || (revokedAt === undefined && exp > now),
          )
          const rows = tokens.map(({ jti, label, scopes, exp, revokedAt }) => [
            jti,
            label,
            exp.slice(0, 10),
            revokedAt === undefined ? (exp > now ? 'in force' : 'ended') : 'revoked',
            scopes.join(' '),
          ])
          const lines = table(['ID', 'LABEL', 'UNTIL', 'STATE', 'SCOPES'], rows)
          const isCommand = tokens.some(({ label }) => label === 'trm command')
          const notes = isCommand
            ? ['"trm command" is what the commands on this machine use (control.json); it ends with the node.']
            : []
          return { ok: true, result: { tokens }, lines, notes }
        }),
      ),
  )
}
