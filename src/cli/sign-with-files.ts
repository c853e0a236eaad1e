import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import type { KeyObject } from 'node:crypto'
import { ExchangeError } from '../base/errors.js'
import { systemRandom } from '../base/random.js'
import { openIdentityFile, sealIdentityFile } from '../crypto/identity-file.js'
import { keyPairFromSeed, seedBytes } from '../crypto/private-key.js'
import { describeRequest } from '../directory/describe-request.js'
import { verifyStatements } from '../directory/key-statement.js'
import { signRequested } from '../directory/sign-requested.js'
import type { StatementRequest } from '../wire/generated/types.js'
import type { CommandContext } from './command-context.js'
import { failure, usageFailure } from './failure.js'
import type { IdentityOptions } from './identity-options.js'
import type { Io } from './io.js'
import type { Failure } from './outcome.js'
import { printable } from './printable.js'
import { readInput } from './read-input.js'
import { readPassphrase } from './read-passphrase.js'
import { wayOutOf } from './way-out.js'
import { writeDurably } from './write-durably.js'

export interface SignedRequest {
  readonly ok: true
  readonly statement: string
  /** What it says, in words. */
  readonly says: readonly string[]
  /** The new pair of identity files; empty unless the identity key changed. */
  readonly files: readonly string[]
}

/**
 * Signs a request with the identity files of a person. What is signed is shown before the passphrase is asked for. A new
 * next identity key is on disk before the statement that commits to it exists.
 */
export async function signWithFiles(
  { io, isJson }: CommandContext,
  request: StatementRequest,
  options: IdentityOptions,
): Promise<SignedRequest | Failure> {
  const isChange = request.kind === 'identity'
  const out = options.out === undefined ? undefined : path.resolve(io.cwd, options.out)
  if (isChange && (options.nextIdentityFile === undefined || out === undefined)) {
    return usageFailure('A change of the identity key needs --next-identity-file FILE and --out FOLDER.')
  }
  if (!isChange && options.identityFile === undefined) return usageFailure('--identity-file FILE is missing.')
  if (!isChange && (options.nextIdentityFile !== undefined || out !== undefined)) {
    return usageFailure('--next-identity-file and --out are for a change of the identity key, which this is not.')
  }
  const files = isChange && out !== undefined ? pairIn(out) : []
  if (files.some((file) => existsSync(file))) return usageFailure(`${out ?? ''} holds identity files already.`)
  try {
    verifyStatements(request.statements)
    const says = describeRequest(request)
    if (!isJson) io.stderr.write(says.map((line) => `${printable(line)}\n`).join(''))
    const asked = await readPassphrase(io, options.passphraseFile)
    if (!asked.ok) return asked
    const { passphrase } = asked
    const identity = await openFile(io, { file: options.identityFile, key: 'identity', passphrase })
    const next = isChange
      ? await openFile(io, { file: options.nextIdentityFile, key: 'next-identity', passphrase })
      : undefined
    if (next === undefined || out === undefined) {
      return { ok: true, statement: signRequested(request, { identity, next, afterNext: undefined }), says, files }
    }
    const afterNext = keyPairFromSeed('Ed25519', systemRandom.bytes(seedBytes))
    const statement = signRequested(request, { identity, next, afterNext: afterNext.x })
    mkdirSync(out, { recursive: true, mode: 0o700 })
    for (const [at, key] of [next, afterNext.privateKey].entries()) {
      writeDurably(files[at] ?? '', `${await sealIdentityFile(key, passphrase)}\n`, 0o600)
    }
    return { ok: true, statement, says, files }
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error
    const detail = error.code === 'identity-file-wrong' ? wrongFile(error) : wayOutOf(error.code)
    return failure(error.code, detail === undefined ? {} : { detail })
  }
}

function pairIn(folder: string): readonly string[] {
  return [path.join(folder, 'identity.jwe'), path.join(folder, 'next-identity.jwe')]
}

interface FileToOpen {
  readonly file: string | undefined
  readonly key: 'identity' | 'next-identity'
  readonly passphrase: string
}

async function openFile(io: Io, { file, key, passphrase }: FileToOpen): Promise<KeyObject | undefined> {
  if (file === undefined) return undefined
  const input = await readInput(io, file)
  if (!input.ok) throw new ExchangeError('identity-file-wrong', { file: key, fault: 'unreadable' })
  try {
    return await openIdentityFile(Buffer.from(input.bytes).toString('utf8'), passphrase)
  } catch (error) {
    if (!(error instanceof ExchangeError) || error.code !== 'jose-malformed') throw error
    // No identity file at all is the wrong file as well.
    throw new ExchangeError('identity-file-wrong', { file: key, fault: 'form' })
  }
}

/** Which of the two files is wrong, and why it may be. */
function wrongFile({ details }: ExchangeError): string {
  const option = `--${String(details['file'])}-file`
  if (details['fault'] === 'unreadable') return `${option}: there is no such file, or it cannot be read.`
  if (details['fault'] === 'form') return `${option}: this is no identity file.`
  return details['file'] === 'identity'
    ? `${option}: this file does not hold the identity key that the node has now. Is it the next-identity.jwe, or an old\nidentity.jwe from before a recovery? Then take the identity.jwe of the new pair.`
    : `${option}: this file does not hold the next identity key of the node. Is it the identity.jwe, or an old\nnext-identity.jwe from before a recovery? Then take the next-identity.jwe of the new pair.`
}
