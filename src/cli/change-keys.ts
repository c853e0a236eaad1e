import type { StatementRequest, StatementWish } from '../wire/generated/types.js'
import {
  validateInstallStatementRequest,
  validateKeyList,
  validateStatementRequest,
  validateStatementWish,
} from '../wire/generated/validators.js'
import type { CommandContext } from './command-context.js'
import type { IdentityOptions } from './identity-options.js'
import { keyLines } from './key-lines.js'
import type { ApiAnswer, LocalApi } from './local-api.js'
import type { Outcome } from './outcome.js'
import { signWithFiles } from './sign-with-files.js'
import { withLocalApi } from './with-local-api.js'

/** Asks the node what a statement has to say; the node makes the new private key. */
export function askForRequest(api: LocalApi, wish: StatementWish): Promise<ApiAnswer<StatementRequest>> {
  return api.ask({
    method: 'POST',
    path: '/api/v1/keys/statement-requests',
    body: wish,
    bodySchema: validateStatementWish,
    answer: validateStatementRequest,
  })
}

/** Gives a signed statement to the node. */
export async function installStatement(api: LocalApi, statement: string, notes: readonly string[]): Promise<Outcome> {
  const installed = await api.ask({
    method: 'POST',
    path: '/api/v1/keys/statements',
    body: { statement },
    bodySchema: validateInstallStatementRequest,
    answer: validateKeyList,
  })
  if (!installed.ok) return installed
  return { ok: true, result: installed.body, lines: keyLines(installed.body), notes }
}

/**
 * The whole ceremony on one machine: request, signature, installation. Without the identity files it prints the request,
 * to be signed where they are.
 */
export function changeKeys(context: CommandContext, wish: StatementWish, options: IdentityOptions): Promise<Outcome> {
  return withLocalApi(context, async (api) => {
    const asked = await askForRequest(api, wish)
    if (!asked.ok) return asked
    if (options.identityFile === undefined && options.nextIdentityFile === undefined) return printRequest(asked.body)
    const signed = await signWithFiles(context, asked.body, options)
    if (!signed.ok) return signed
    const { statement, files } = signed
    const notes = files.map((file) => `new: ${file}`)
    return installStatement(api, statement, files.length === 0 ? [] : [...notes, 'Take each to a place of its own.'])
  })
}

/** A request as the one JSON line that `trm key sign` takes. */
export function printRequest(request: StatementRequest): Outcome {
  return {
    ok: true,
    result: request,
    lines: [JSON.stringify(request)],
    notes: [
      'Nothing has changed yet. Where the identity key is: trm key sign REQUEST --identity-file FILE',
      'Then here: trm key install STATEMENT',
    ],
  }
}
