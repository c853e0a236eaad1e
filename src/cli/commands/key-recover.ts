import type { Command } from 'commander'
import { changeKeys } from '../change-keys.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { withNextIdentityOptions, type IdentityOptions } from '../identity-options.js'

/** `trm key recover` */
export function keyRecover(parent: Command, run: RunCommand): void {
  const command = withNextIdentityOptions(
    parent
      .command('recover')
      .description(
        'change the identity key to the next one: with both files at once, without the identity file after 72 hours',
      ),
  )
  withExamples(command, [
    'trm key recover --identity-file /media/one/identity.jwe --next-identity-file /media/two/next-identity.jwe --out /media/new',
    'trm key recover --next-identity-file /media/two/next-identity.jwe --out /media/new',
  ]).action((options: IdentityOptions, self: Command) =>
    run(self, (context) => changeKeys(context, { kind: 'identity' }, options)),
  )
}
