import type { Command } from 'commander'
import { changeKeys } from '../change-keys.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { withIdentityOptions, type IdentityOptions } from '../identity-options.js'

/** `trm key rotate` */
export function keyRotate(parent: Command, run: RunCommand): void {
  const command = withIdentityOptions(
    parent
      .command('rotate')
      .description('a new signing key, which takes over in three days; or a new witness key, at once')
      .option('--witness', 'the witness key instead of the signing key', false),
  )
  withExamples(command, [
    'trm key rotate --identity-file /media/stick/identity.jwe',
    'trm key rotate --json > request.json',
  ]).action((options: IdentityOptions & { readonly witness: boolean }, self: Command) =>
    run(self, (context) => changeKeys(context, { kind: options.witness ? 'witness' : 'signing' }, options)),
  )
}
