import type { KeyList, StatementRequest, StatementWish } from '../wire/generated/types.js'
import {
  validateInstallStatementRequest,
  validateKeyList,
  validateStatementRequest,
  validateStatementWish,
} from '../wire/generated/validators.js'
import type { CommandContext } from './command-context.js'
import { failure, usageFailure } from './failure.js'
import type { IdentityOptions } from './identity-options.js'
import { keyLines } from './key-lines.js'
import type { ApiAnswer, LocalApi } from './local-api.js'
import type { Failure, Outcome } from './outcome.js'
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
  if (!installed.ok) return explainStale(api, statement, installed)
  const { peers = [], sequence } = installed.body
  return {
    ok: true,
    result: installed.body,
    lines: keyLines(installed.body),
    notes: [...notes, ...toldLines(peers, sequence)],
  }
}

/** Who heard of the change, and what to do about the others. */
function toldLines(peers: NonNullable<KeyList['peers']>, sequence: number): readonly string[] {
  return peers.map(({ label, statementSeq, code }) => {
    if (statementSeq === undefined) return `NOT told: ${label} (${code ?? 'unknown'}). Later: trm peer ping "${label}"`
    return statementSeq < sequence ? `told: ${label}; there an older statement counts for now` : `told: ${label}`
  })
}

/** Of what does not follow the latest statement: whether it is of another node, or was taken before. */
async function explainStale(api: LocalApi, statement: string, stale: Failure): Promise<Failure> {
  if (stale.problem.code !== 'statement-stale') return stale
  const keys = await api.ask({ method: 'GET', path: '/api/v1/keys', answer: validateKeyList })
  const { node, seq } = claimsOf(statement)
  if (!keys.ok || node === undefined) return stale
  if (node !== keys.body.node)
    return failure('statement-stale', { detail: `The statement is of another node: ${node}` })
  if (seq === undefined || seq > keys.body.sequence) return stale
  return failure('statement-stale', { detail: 'It is installed already, or one after it is: trm key list' })
}

/** What a statement says of itself, unverified: only to word a refusal. */
function claimsOf(statement: string): { readonly node?: string; readonly seq?: number } {
  try {
    const claims: unknown = JSON.parse(Buffer.from(statement.split('.')[1] ?? '', 'base64url').toString())
    if (typeof claims !== 'object' || claims === null) return {}
    const node = 'node' in claims && typeof claims.node === 'string' ? { node: claims.node } : {}
    return 'seq' in claims && typeof claims.seq === 'number' ? { ...node, seq: claims.seq } : node
  } catch {
    return {}
  }
}

/**
 * The whole ceremony on one machine: request, signature, installation. Without the identity files it prints the request,
 * to be signed where they are.
 */
export function changeKeys(context: CommandContext, wish: StatementWish, options: IdentityOptions): Promise<Outcome> {
  const isSigned = options.identityFile !== undefined || options.nextIdentityFile !== undefined
  if (!isSigned && options.out !== undefined) {
    return Promise.resolve(
      usageFailure('--out FOLDER is for a change signed here: it needs --next-identity-file FILE.'),
    )
  }
  return withLocalApi(context, async (api) => {
    const asked = await askForRequest(api, wish)
    if (!asked.ok) return asked
    if (!isSigned) return printRequest(asked.body)
    const signed = await signWithFiles(context, asked.body, options)
    if (!signed.ok) return signed
    const { statement, files } = signed
    const notes = files.map((file) => `new: ${file}`)
    return installStatement(api, statement, files.length === 0 ? [] : [...notes, 'Take each to a place of its own.'])
  })
}

/** A request as the one JSON line that `trm key sign` takes. */
export function printRequest(request: StatementRequest): Outcome {
  const isChange = request.kind === 'identity'
  const files = isChange ? '--identity-file FILE --next-identity-file FILE --out FOLDER' : '--identity-file FILE'
  return {
    ok: true,
    result: request,
    lines: [JSON.stringify(request)],
    notes: [
      `Nothing has changed yet. Where the identity key is: trm key sign REQUEST ${files}`,
      ...(isChange ? ['Is the identity file lost: leave it out. Peers then take the change after 72 hours.'] : []),
      'Then here: trm key install STATEMENT',
    ],
  }
}
