import type { Command } from 'commander'
import { ExchangeError } from '../../base/errors.js'
import { verifyAgreementExport } from '../../directory/verify-agreement-export.js'
import { validateAgreementExport } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { usageFailure } from '../failure.js'
import type { Outcome } from '../outcome.js'
import { readJsonFile } from '../read-json-file.js'
import { unverifiedAgreement, verifiedAgreement } from '../verified-agreement.js'

/** `trm agreement verify` */
export function agreementVerify(parent: Command, run: RunCommand): void {
  const command = parent
    .command('verify')
    .description('check an exported agreement: both signatures, and the keys of both; needs no node and no network')
    .argument('<file>', 'from trm agreement export; - for standard input')
  withExamples(command, ['trm agreement verify agreement.json']).action(
    (file: string, _options: unknown, self: Command) =>
      run(self, async ({ io }) => {
        const read = await readJsonFile(io, file)
        return read.ok ? verify(read.value) : read
      }),
  )
}

function verify(value: unknown): Outcome {
  if (!validateAgreementExport(value)) return usageFailure('The file is not an export of an agreement.')
  try {
    return verifiedAgreement(verifyAgreementExport(value))
  } catch (error) {
    if (error instanceof ExchangeError) return unverifiedAgreement(error)
    throw error
  }
}
