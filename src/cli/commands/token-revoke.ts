import type { Command } from 'commander'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { isNothing } from '../local-api.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm token revoke` */
export function tokenRevoke(parent: Command, run: RunCommand): void {
  const command = parent
    .command('revoke')
    .description('end a token now')
    .argument('<id>', 'its id, from trm token list')
  withExamples(command, ['trm token revoke 3f0c2a4e-5b6d-4e7f-8a9b-0c1d2e3f4a5b']).action(
    (jti: string, _options: unknown, self: Command) =>
      run(self, (context) =>
        withLocalApi(context, async (api) => {
          const path = `/api/v1/tokens/${encodeURIComponent(jti)}`
          const answer = await api.ask({ method: 'DELETE', path, answer: isNothing })
          return answer.ok ? { ok: true, result: { revoked: jti }, lines: [`revoked ${jti}`] } : answer
        }),
      ),
  )
}
