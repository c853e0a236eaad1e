import type { Command } from 'commander'
import { changeKeys } from '../change-keys.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { withIdentityOptions, type IdentityOptions } from '../identity-options.js'
import { parsePastTime } from '../parse-time.js'

/** `trm key compromised` */
export function keyCompromised(parent: Command, run: RunCommand): void {
  const command = withIdentityOptions(
    parent
      .command('compromised')
      .description('revoke the signing keys because somebody else may have them; a new one signs from now on')
      .requiredOption('--since <time>', 'nothing that they signed from then on counts (RFC 3339)', parsePastTime),
  )
  withExamples(command, [
    'trm key compromised --since 2026-11-20T06:00:00Z --identity-file /media/stick/identity.jwe',
  ]).action((options: IdentityOptions & { readonly since: number }, self: Command) =>
    run(self, (context) => changeKeys(context, { kind: 'compromised', since: options.since }, options)),
  )
}
