import type { Command } from 'commander'
import { validateStatementRequest } from '../../wire/generated/validators.js'
import { parseStrictJson } from '../../wire/strict-json.js'
import type { CommandContext, RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { usageFailure } from '../failure.js'
import { withNextIdentityOptions, type IdentityOptions } from '../identity-options.js'
import type { Outcome } from '../outcome.js'
import { readInput } from '../read-input.js'
import { signWithFiles } from '../sign-with-files.js'

/** `trm key sign` */
export function keySign(parent: Command, run: RunCommand): void {
  const command = withNextIdentityOptions(
    parent
      .command('sign')
      .description('show in words what a request would change, and sign it; needs no node and no network')
      .argument('<request>', 'file from trm key request; - for standard input'),
    'the identity file, which signs; for a change of the identity key it approves the change',
  )
  withExamples(command, [
    'trm key sign request.json --identity-file identity.jwe > statement.txt',
    'trm key sign request.json --next-identity-file next-identity.jwe --out new > statement.txt',
  ]).action((file: string, options: IdentityOptions, self: Command) =>
    run(self, (context) => signFile(context, file, options)),
  )
}

async function signFile(context: CommandContext, file: string, options: IdentityOptions): Promise<Outcome> {
  const input = await readInput(context.io, file)
  if (!input.ok) return input
  const request = readJson(input.bytes)
  if (!validateStatementRequest(request)) return usageFailure(`${file} is no request of trm key request`)
  const signed = await signWithFiles(context, request, options)
  if (!signed.ok) return signed
  const { statement, says, files } = signed
  return {
    ok: true,
    result: { statement, says, files },
    lines: [statement],
    notes: [...files.map((name) => `new: ${name}`), 'On the node: trm key install STATEMENT'],
  }
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return parseStrictJson(bytes)
  } catch {
    return undefined
  }
}
