import type { Command } from 'commander'
import type { OptionNames } from '../check-options.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { usageFailure } from '../failure.js'
import type { Failure } from '../outcome.js'
import type { Io } from '../io.js'
import { parseInteger } from '../parse-integer.js'
import { parsePastDay } from '../parse-time.js'
import { proposeAgreement } from '../propose-agreement.js'
import { readJsonFile } from '../read-json-file.js'
import { resolvePeer } from '../resolve-peer.js'
import { withLocalApi } from '../with-local-api.js'

interface Options {
  readonly template?: string
  readonly days?: number
  readonly document?: string
  readonly signedOn?: string
  readonly terms?: string
}

const optionNames: OptionNames = {
  '/template': '--template',
  '/validDays': '--days',
  '/document/digest': '--document',
  '/document/signedOn': '--signed-on',
}

/** `trm agreement propose` */
export function agreementPropose(parent: Command, run: RunCommand): void {
  const command = parent
    .command('propose')
    .description('propose to a peer what may flow between the two; it counts when the peer accepts')
    .argument('<peer>', 'node id or label')
    .option('--template <name>', 'informal (the default), memorandumOfUnderstanding or nationalReferralMechanism')
    .option(
      '--days <number>',
      'how long it holds, from now on (default: of the template: 365, 730 and 1095)',
      parseInteger,
    )
    .option('--document <sha256>', 'SHA-256 of the signed paper in base64url, 43 characters')
    .option('--signed-on <date>', 'day on which the paper was signed, as 2026-11-20', parsePastDay)
    .option('--terms <file>', 'terms of your own instead: JSON, `terms` of schemas/api/propose-agreement.schema.json')
  withExamples(command, [
    'trm agreement propose "Shelter South, IT"',
    'trm agreement propose "Shelter South, IT" --template memorandumOfUnderstanding --days 730',
    'trm agreement propose "Shelter South, IT" --terms terms.json',
  ]).action((peer: string, options: Options, self: Command) =>
    run(self, async (context) => {
      const request = await requestOf(context.io, options)
      if (!request.ok) return request
      return withLocalApi(context, async (api) => {
        const resolved = await resolvePeer(api, peer)
        return resolved.ok ? proposeAgreement(api, resolved.id, request.body, request.options) : resolved
      })
    }),
  )
}

async function requestOf(
  io: Io,
  { template, days, document, signedOn, terms }: Options,
): Promise<{ readonly ok: true; readonly body: object; readonly options: OptionNames } | Failure> {
  if ((document === undefined) !== (signedOn === undefined)) {
    return usageFailure('A paper has a digest and a day: --document together with --signed-on')
  }
  if (terms === undefined) {
    const paper = document === undefined ? {} : { document: { digest: document, signedOn } }
    const life = days === undefined ? {} : { validDays: days }
    return { ok: true, body: { template: template ?? 'informal', ...life, ...paper }, options: optionNames }
  }
  if ([template, days, document].some((option) => option !== undefined)) {
    return usageFailure('--terms says everything itself: leave the other options out')
  }
  const read = await readJsonFile(io, terms)
  return read.ok ? { ok: true, body: { terms: read.value }, options: {} } : read
}
