import { Argument, type Command } from 'commander'
import type { StatementWish } from '../../wire/generated/types.js'
import { askForRequest, printRequest } from '../change-keys.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { usageFailure } from '../failure.js'
import { parsePastTime } from '../parse-time.js'
import { withLocalApi } from '../with-local-api.js'

const kinds: readonly StatementWish['kind'][] = ['signing', 'witness', 'compromised', 'identity']

/** `trm key request` */
export function keyRequest(parent: Command, run: RunCommand): void {
  const command = parent
    .command('request')
    .description('what the identity key has to sign for a change of keys, as a file for the machine where it is')
    .addArgument(new Argument('<kind>', 'what changes').choices(kinds))
    .option('--since <time>', 'for compromised: nothing signed from then on counts (RFC 3339)', parsePastTime)
  withExamples(command, [
    'trm key request signing > request.json',
    'trm key request compromised --since 2026-11-20T06:00:00Z > request.json',
  ]).action((kind: StatementWish['kind'], { since }: { readonly since?: number }, self: Command) =>
    run(self, (context) => {
      const fault = faultOf(kind, since)
      if (fault !== undefined) return Promise.resolve(usageFailure(fault))
      return withLocalApi(context, async (api) => {
        const asked = await askForRequest(api, since === undefined ? { kind } : { kind, since })
        return asked.ok ? printRequest(asked.body) : asked
      })
    }),
  )
}

/** A theft has a time, and nothing else has: nobody should revoke from now on what was stolen before. */
function faultOf(kind: StatementWish['kind'], since: number | undefined): string | undefined {
  if (kind === 'compromised' && since === undefined) {
    return '--since TIME is missing: the last moment at which nobody else had the key, as 2026-11-20T06:00:00Z.'
  }
  return kind !== 'compromised' && since !== undefined ? '--since is for compromised alone.' : undefined
}
